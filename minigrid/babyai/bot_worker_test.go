package babyai

import (
	"strings"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/stretchr/testify/require"
)

// TestWorker carries out instructions of every id goal by goal, without the
// planner, and compares the number of actions with the shortest plan where that
// is found soon.
func TestWorker(t *testing.T) {
	steps, shortest, longer := 0, 0, 0
	for _, id := range miniflow.IDs() {
		if !strings.HasPrefix(id, "BabyAI-") {
			continue
		}
		made, err := miniflow.Make(id)
		require.NoError(t, err)
		env, _ := miniflow.As[*minigrid.Env](made)
		b := miniflow.NewBatch(made)
		for seed := range uint64(8) {
			require.NoError(t, made.Reset(b, seed))
			if strict(env.Task(0).(Mission).Instr()) {
				continue
			}
			plan, err := carryOut(t.Context(), func() (*minigrid.Trial, error) { return env.Trial(0) })
			best, unknown := env.Plan(t.Context(), 0, 4000)
			if err != nil {
				require.ErrorIs(t, err, errStuck)
				require.ErrorIs(t, unknown, miniflow.ErrUnsolvable, "%s seed %d", id, seed)
				continue
			}
			if unknown != nil {
				require.ErrorIs(t, unknown, miniflow.ErrPlanUnknown, "%s seed %d", id, seed)
				continue
			}
			require.LessOrEqual(t, plan.Return, best.Return, "%s seed %d", id, seed)
			steps, shortest = steps+len(plan.Actions), shortest+len(best.Actions)
			if len(plan.Actions) > len(best.Actions) {
				longer++
			}
		}
	}
	t.Logf("%d actions, %.1f %% more than the shortest plans; %d plans are longer", steps, 100*float64(steps-shortest)/float64(shortest), longer)
	require.Less(t, float64(steps), 1.05*float64(shortest))
}
