package wrappers_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/wrappers"
	"github.com/stretchr/testify/require"
)

// chains has every wrapper by name, alone or above what it needs, and some
// stacks of several.
var chains = []string{
	"full", "img", "rgb:tile=2", "rgb_partial:tile=2", "onehot", "view_size:size=5", "view_size:size=9", "reseed:seeds=3+5:first=1",
	"action_bonus", "position_bonus:scale=0.5", "words", "words:vocabulary=babyai:max=80", "flat", "flat:max=256", "goal_direction", "goal_direction:type=angle_atan2", "symbolic",
	"stochastic:keep=0.5", "stochastic:keep=0.5:action=0", "no_death:types=lava+ball",
	"time_limit:steps=7", "frame_stack:n=3", "frame_stack:n=2:zeros=true:names=direction", "normalize_obs", "normalize_reward",
	"clip_reward:low=0:high=0.5", "repeat:n=3", "sticky:p=0.5:most=3", "statistics", "flatten",
	"rgb_partial:tile=2,gray", "rgb_partial:tile=2,gray:keep=true,resize:height=5:width=9",
	"carrying", "centred:size=5", "centred:turn=false", "allocentric", "absolute", "embed", "describe",
	"rgb:tile=2,torch", "rgb_partial:tile=2,luma", "first_person:width=20:height=15,torch", "first_person:width=20:height=15", "first_person:obs=depth+segmentation+grey:width=12:height=9:quality=full,frame_stack:n=2:names=grey",
	"full,onehot,img,flatten", "view_size:size=5,onehot,frame_stack:n=2,img", "full,flat",
	"frame_stack:n=2,time_limit:steps=5,full", "time_limit:steps=5,goal_direction,frame_stack:n=2:names=goal_direction",
	"repeat:n=2,time_limit:steps=4,statistics", "absolute,repeat:n=2,sticky:p=0.3", "sticky:p=0.5,stochastic:keep=0.5,action_bonus",
	"reseed:seeds=1+2+3,time_limit:steps=3,normalize_reward,carrying,describe",
}

// families returns one id of each family of Minigrid, the one that comes first.
func families() []string {
	var ids, seen []string
	for _, id := range miniflow.IDs() {
		if strings.HasPrefix(id, "MiniWorld-") {
			continue // most wrappers look into grids
		}
		spec, err := miniflow.Lookup(id)
		if err == nil && !slices.Contains(seen, spec.Family) {
			ids, seen = append(ids, id), append(seen, spec.Family)
		}
	}
	return ids
}

// fits reports whether a chain can wrap an environment at all: a goal's
// direction needs a goal, and the missions of BabyAI are not in the words and
// lengths that Minigrid's own wrappers have by default.
func fits(t *testing.T, chain, id string) bool {
	if strings.HasPrefix(id, "BabyAI-") && (chain == "words" || strings.HasSuffix(chain, "flat")) {
		return false
	}
	env, err := maker(id, chain)(1)
	require.NoError(t, err)
	if err = env.Reset(miniflow.NewBatch(env), 3); err != nil && strings.Contains(err.Error(), "has no goal") {
		return false
	}
	require.NoError(t, err)
	return true
}

func maker(id, chain string, options ...miniflow.Option) func(lanes int) (miniflow.Env, error) {
	return func(lanes int) (miniflow.Env, error) {
		env, err := miniflow.Make(id, append(options, miniflow.WithLanes(lanes))...)
		if err != nil {
			return nil, err
		}
		return wrappers.Apply(env, chain)
	}
}

// TestConformance checks every wrapper on every family of worlds or, unless
// MINIFLOW_LONG is set, on every fifth, each wrapper beginning with another one;
// in short tests on every twenty-fifth.
func TestConformance(t *testing.T) {
	every := 5
	switch {
	case testing.Short():
		every = 25
	case os.Getenv("MINIFLOW_LONG") != "":
		every = 1
	}
	checked, failures := 0, 0
	for f, id := range families() {
		for c, chain := range chains {
			if (f+c)%every != 0 || !fits(t, chain, id) {
				continue
			}
			checked++
			if err := miniflow.CheckEnv(maker(id, chain)); err != nil {
				failures++
				t.Errorf("%s of %s: %v", chain, id, err)
			}
		}
	}
	fmt.Printf("conformance wrappers: %d wrapper stacks x %d families, %d pairs checked, %d failures\n", len(chains), len(families()), checked, failures)
}

// TestConformanceModes checks every wrapper in the other autoreset modes.
func TestConformanceModes(t *testing.T) {
	for _, mode := range []miniflow.Autoreset{miniflow.SameStep, miniflow.Disabled} {
		for _, id := range []string{"MiniGrid-Dynamic-Obstacles-Random-5x5-v0", "MiniGrid-DoorKey-5x5-v0"} {
			for _, chain := range chains {
				require.NoError(t, miniflow.CheckEnv(maker(id, chain, miniflow.WithAutoreset(mode))), "%s of %s, autoreset %v", chain, id, mode)
			}
		}
	}
}

// TestAllNamed checks that chains has every wrapper.
func TestAllNamed(t *testing.T) {
	for _, name := range wrappers.Names() {
		if name == "grid_map" || name == "log_reward" {
			continue // for Miniworld only, see TestGridMapCheck, and for constructions, see TestLogReward of agents/ppo
		}
		require.True(t, slices.ContainsFunc(chains, func(c string) bool {
			return slices.ContainsFunc(strings.Split(c, ","), func(p string) bool { return p == name || strings.HasPrefix(p, name+":") })
		}), name)
	}
}

// visit is what an agent gets to see of a moment.
type visit struct {
	obs         []miniflow.Array
	reward      float64
	term, trunc bool
}

// TestAutoresetEquivalence plays the same actions in all modes: what an agent
// gets must be the same, the last observation of each episode included.
func TestAutoresetEquivalence(t *testing.T) {
	const id = "MiniGrid-Dynamic-Obstacles-Random-5x5-v0"
	for _, chain := range chains {
		t.Run(chain, func(t *testing.T) {
			want := history(t, id, chain, miniflow.Disabled, 1)
			for _, mode := range []miniflow.Autoreset{miniflow.NextStep, miniflow.SameStep} {
				compareHistories(t, mode.String(), want, history(t, id, chain, mode, 1))
			}
			compareHistories(t, "two threads", want, history(t, id, chain, miniflow.SameStep, 2))
			compareHistories(t, "two threads inside", want, history(t, id, chain, miniflow.SameStep, -2))
		})
	}
}

func compareHistories(t *testing.T, what string, want, got [][]visit) {
	for i := range want {
		n := min(len(want[i]), len(got[i]))
		require.Greater(t, n, 60, "%s: lane %d", what, i)
		for k := range n {
			w, g := &want[i][k], &got[i][k]
			require.Equal(t, []any{w.reward, w.term, w.trunc}, []any{g.reward, g.term, g.trunc}, "%s: lane %d visit %d: reward and flags", what, i, k)
			for o := range w.obs {
				require.True(t, w.obs[o].EqualRow(0, &g.obs[o], 0), "%s: lane %d visit %d: observation %d", what, i, k, o)
			}
		}
	}
}

// history returns what the first lanes get to see in 90 steps. With threads
// below 0 only the environment inside the wrappers is parallel.
func history(t *testing.T, id, chain string, mode miniflow.Autoreset, threads int) [][]visit {
	lanes := 3
	options := []miniflow.Option{miniflow.WithAutoreset(mode)}
	if threads != 1 {
		lanes = 70 // enough for two goroutines
		options = append(options, miniflow.WithThreads(max(threads, -threads)))
	}
	env, err := maker(id, chain, options...)(lanes)
	require.NoError(t, err)
	if threads < 0 {
		p, ok := env.(*miniflow.ParallelEnv)
		require.True(t, ok)
		env = p.Unwrap()
	}
	b := miniflow.NewBatch(env)
	require.NoError(t, env.Reset(b, 40))
	out := make([][]visit, 3)
	see := func(i int, obs []miniflow.Array, stepped bool) {
		v := visit{obs: make([]miniflow.Array, len(obs))}
		for k := range obs {
			v.obs[k] = miniflow.NewArray(obs[k].Type, 1, obs[k].Shape...)
			v.obs[k].CopyRow(0, &obs[k], i)
		}
		if stepped {
			v.reward, v.term, v.trunc = b.Reward[i], b.Terminated[i], b.Truncated[i]
		}
		out[i] = append(out[i], v)
	}
	for i := range out {
		see(i, b.Obs, false)
	}
	rngs := make([]*miniflow.Rand, lanes) // one a lane: some are reset in this step, some are not
	for i := range rngs {
		rngs[i] = miniflow.NewRand(uint64(100 + i))
	}
	was := make([]bool, lanes)
	for range 90 {
		for i := range lanes {
			was[i] = b.Ended(i)
			if mode != miniflow.NextStep || !was[i] {
				b.Action.I32[i] = int32(rngs[i].Intn(env.Spec().NumActions()))
			}
		}
		require.NoError(t, env.Step(b))
		for i := range out {
			switch {
			case mode == miniflow.NextStep && was[i]:
				see(i, b.Obs, false)
			case mode == miniflow.SameStep && b.Ended(i):
				see(i, b.FinalObs, true)
				see(i, b.Obs, false)
			default:
				see(i, b.Obs, true)
			}
		}
		if mode != miniflow.Disabled {
			continue
		}
		b.ResetMask = make([]bool, lanes)
		for i := range lanes {
			b.ResetMask[i] = b.Ended(i)
		}
		require.NoError(t, env.Reset(b))
		for i := range out {
			if b.ResetMask[i] {
				see(i, b.Obs, false)
			}
		}
		b.ResetMask = nil
	}
	return out
}
