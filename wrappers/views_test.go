package wrappers_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid/babyai"
	"github.com/miniflow-rl/miniflow/miniworld"
)

// TestEveryView plays the same seed and actions in every view of every Minigrid
// and Miniworld id: rewards, ends and missions must be the same, step by step.
// The actions are the first of a bot's plan, up to the end if it is not far, and
// then those of chance. Only the three worlds with slanted walls have no map of
// cells.
func TestEveryView(t *testing.T) {
	grids, worlds, flat, rewarded, ended := 0, 0, 0, 0, 0
	for _, id := range miniflow.IDs() {
		var want []outcome
		var plan []int32
		same := func(chain string, options ...miniflow.Option) {
			env, err := maker(id, chain, options...)(1)
			require.NoError(t, err, "%s seen as %q", id, chain)
			if want == nil {
				plan = botActions(t, env)
			}
			got := outcomes(t, env, plan)
			if want == nil {
				want = got
				if slices.ContainsFunc(want, func(o outcome) bool { return o.reward != 0 }) {
					rewarded++
				}
				if slices.ContainsFunc(want, func(o outcome) bool { return o.terminated }) {
					ended++
				}
			}
			require.Equal(t, want, got, "%s seen as %q", id, chain)
		}
		small := []miniflow.Option{miniflow.WithParam("obs_width", 16), miniflow.WithParam("obs_height", 12), miniflow.WithParam("quality", "fast")}
		switch {
		case strings.HasPrefix(id, "MiniWorld-"):
			worlds++
			for _, obs := range []string{"pose", "rgb", "grey+depth", "segmentation+text", "topdown"} {
				same("", append(small, miniflow.WithParam("obs", obs))...)
			}
			if !strings.Contains(id, "YMaze") {
				flat++
				same("grid_map", miniflow.WithParam("obs", "pose"))
				same("grid_map:tile=1", miniflow.WithParam("obs", "pose"))
			}
		case strings.HasPrefix(id, "MiniGrid-"), strings.HasPrefix(id, "BabyAI-"):
			grids++
			for _, chain := range []string{"", "first_person:obs=rgb+segmentation:width=16:height=12", "rgb_partial:tile=1", "rgb:tile=1", "full", "symbolic", "describe"} {
				same(chain)
			}
		}
	}
	fmt.Fprintf(os.Stdout, "same in every view: %d Minigrid ids, %d Miniworld ids, %d of them as maps of cells; rewards in %d, ends in %d\n", grids, worlds, flat, rewarded, ended)
	require.Equal(t, []int{178, 23, 20}, []int{grids, worlds, flat})
	require.Greater(t, rewarded, 190)
	require.Greater(t, ended, 190)
}

// botActions returns the actions of the id's bot from the seed that outcomes
// plays, none where it has no plan.
func botActions(t *testing.T, env miniflow.Env) []int32 {
	require.NoError(t, env.Reset(miniflow.NewBatch(env), viewSeed))
	var bot miniflow.Planner
	var err error
	if _, ok := miniflow.As[*miniworld.Env](env); ok {
		bot, err = miniworld.NewBot(env)
	} else {
		bot, err = babyai.NewBot(env)
	}
	if err != nil {
		return nil
	}
	plan, err := bot.Plan(t.Context(), 0, 0)
	if err != nil {
		return nil
	}
	return plan.Actions
}

const (
	viewSeed  = 11
	viewSteps = 60 // of chance alone
	viewPlan  = 150
)

// outcome is what comes of a step.
type outcome struct {
	reward                float64
	terminated, truncated bool
	mission               string
}

// outcomes plays the plan, the first viewPlan steps of it, and random actions up
// to viewSteps.
func outcomes(t *testing.T, env miniflow.Env, plan []int32) []outcome {
	b := miniflow.NewBatch(env)
	require.NoError(t, env.Reset(b, viewSeed))
	mission := env.Spec().Observation.Index("mission")
	rng := miniflow.NewRand(3)
	var out []outcome
	for k := range max(viewSteps, min(len(plan), viewPlan)) {
		if b.Action.I32[0] = int32(rng.Intn(env.Spec().NumActions())); k < len(plan) {
			b.Action.I32[0] = plan[k]
		}
		require.NoError(t, env.Step(b))
		o := outcome{b.Reward[0], b.Terminated[0], b.Truncated[0], ""}
		if mission >= 0 && !strings.HasPrefix(env.Spec().ID, "MiniWorld-") {
			o.mission = b.Obs[mission].Text[0]
		}
		out = append(out, o)
	}
	return out
}
