package gfn

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/gfnenvs"
	_ "github.com/miniflow-rl/miniflow/minigrid"
)

// solutions draws episodes of the present policy and returns the share that earn
// a return above 0 and the number of distinct action sequences among those.
func solutions(t testing.TB, a *Agent, episodes int) (solved float64, distinct int) {
	seen, wins, drawn := map[string]bool{}, 0, 0
	a.back = 0
	for drawn < episodes {
		a.sampler.behaviour = Behaviour{}
		n, err := a.collect()
		require.NoError(t, err)
		for i := range n {
			p := &a.sampler.all[i]
			drawn++
			if a.history.Return(a.table.row(p.rows[len(p.rows)-1])) > 0 {
				wins++
				seen[fmt.Sprint(p.actions)] = true
			}
		}
	}
	return float64(wins) / float64(drawn), len(seen)
}

func TestHistories(t *testing.T) {
	for _, c := range []struct {
		id       string
		horizon  int
		scale    float64 // 2.5 times the greatest number of steps: a step costs 2.25
		updates  int
		long     bool
		distinct int
	}{
		{"MiniGrid-Empty-5x5-v0", 20, 250, 600, false, 500},
		{"MiniGrid-DoorKey-5x5-v0", 24, 625, 4000, true, 500},
	} {
		t.Run(c.id, func(t *testing.T) {
			if c.long && os.Getenv("MINIFLOW_LONG") == "" {
				t.Skip("takes a minute: set MINIFLOW_LONG=1")
			}
			a, m := newAgent(t, c.id, ObjectiveVarGrad, func(k *Config) {
				p, err := Preset("history", k.Objective)
				require.NoError(t, err)
				*k = p
				k.Horizon, k.ExploreSteps, k.ReturnScale = c.horizon, c.updates*c.horizon*4, c.scale
			})
			for range c.updates {
				require.NoError(t, a.Update(context.Background(), m))
			}
			a.config.Replay = ReplayNone
			solved, distinct := solutions(t, a, 1000)
			t.Logf("%d steps: %.1f %% of episodes solve it, %d distinct solutions", m.Steps(), 100*solved, distinct)
			require.Greater(t, solved, 0.95)
			require.Greater(t, distinct, c.distinct)
			all := measure(t, a)
			t.Logf("%v", all)
			require.Greater(t, all["solutions/share"], 0.95)
			require.Greater(t, all["solutions/distinct"], float64(c.distinct))
			require.Greater(t, all["solutions/steps"], 5.0)
			require.Less(t, all["solutions/steps"], float64(c.horizon))
			require.Greater(t, all["samples/spearman"], 0.5, "better solutions are more probable")
		})
	}
}

// What the rules say of a history is what the environment does.
func TestHistoryRules(t *testing.T) {
	env, err := miniflow.Make("MiniGrid-Empty-5x5-v0")
	require.NoError(t, err)
	h, err := NewHistory(env, 7, 6, 10, -5)
	require.NoError(t, err)
	require.NoError(t, gfnenvs.CheckRules(h, 20, 1))
	solution := []int32{3, 3, 2, 3, 3, 0} // forward twice, right, forward twice
	require.InDelta(t, 1-0.9*5/100, h.Return(solution), 1e-12)
	require.InDelta(t, 10*(h.Return(solution)-1), h.LogReward(solution), 1e-12)
	mask := make([]bool, 8)
	h.Forward(mask, solution)
	require.Equal(t, []bool{false, false, false, false, false, false, false, true}, mask)
	require.Equal(t, -5.0, h.LogReward([]int32{3, 0, 0, 0, 0, 0}))
}

// A run of episodes is measured, as it was at its end, and acts, in an environment of
// any number of lanes, which it leaves alone.
func TestRestoreHistories(t *testing.T) {
	config, err := Preset("history", ObjectiveVarGrad)
	require.NoError(t, err)
	config.Hidden, config.Horizon = []int{8}, 8
	run := agents.Run{Dir: filepath.Join(t.TempDir(), "run"), Env: agents.EnvConfig{ID: "MiniGrid-Empty-5x5-v0"}, Algorithm: &config, Steps: 200}
	result, err := agents.Train(t.Context(), run, agents.Options{Episodes: 2})
	require.NoError(t, err)
	require.NotEmpty(t, result.Evaluation.Measures)
	for _, lanes := range []int{1, 4} {
		env, err := run.Env.Make(miniflow.WithLanes(lanes), miniflow.WithAutoreset(miniflow.Disabled))
		require.NoError(t, err)
		b := miniflow.NewBatch(env)
		require.NoError(t, env.Reset(b, 5))
		before := miniflow.StateHash(env, b, 0)
		a, err := agents.RestoreAgent(run.Dir, env)
		require.NoError(t, err)
		measures, err := a.(agents.Measurer).Measure(t.Context(), agents.MeasureSamples, agents.EvalSeed)
		require.NoError(t, err)
		require.Equal(t, result.Evaluation.Measures, measures)
		require.Equal(t, before, miniflow.StateHash(env, b, 0))
		policy, err := a.Policy(env)
		require.NoError(t, err)
		_, err = agents.Evaluate(t.Context(), env, policy, lanes, 0, false)
		require.NoError(t, err)
	}
}
