package gfn

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// Every registered environment of discrete rules can be learned in: objectives
// with every kind of term make a few finite updates.
func TestAllEnvironments(t *testing.T) {
	learned := 0
	for _, id := range miniflow.IDs() {
		env, err := miniflow.Make(id)
		require.NoError(t, err)
		if _, ok := miniflow.As[interface{ Rules() gfnenvs.Rules }](env); !ok {
			continue
		}
		for _, o := range []Objective{ObjectiveTB, ObjectiveSubTB, ObjectiveFM} {
			c, err := DefaultConfig(o)
			require.NoError(t, err)
			c.Lanes, c.Hidden, c.EvalStates, c.MinLogReward = 8, []int{16}, 0, -50
			c.Replay = ReplayStates
			a, err := New(env, c, 1, 1000)
			require.NoError(t, err, id)
			m := agents.NewMeter(1, math.NaN())
			for range 3 {
				require.NoError(t, a.Update(context.Background(), m), "%s %s", id, o)
			}
			for _, p := range a.model.params.All() {
				require.True(t, finite(p.Data()), "%s %s %s", id, o, p.Name())
			}
		}
		learned++
	}
	t.Logf("%d environments", learned)
	require.Greater(t, learned, 20)
}
