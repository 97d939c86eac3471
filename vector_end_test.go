package miniflow_test

import (
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/stretchr/testify/require"
)

// TestEnd ends an episode from outside in every autoreset mode.
func TestEnd(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode.String(), func(t *testing.T) {
			env := newWalk(t, 2, mode, walk{})
			b := miniflow.NewBatch(env)
			require.ErrorIs(t, env.End(b, 1), miniflow.ErrNeedsReset, "before the first reset")
			require.NoError(t, env.Reset(b, 7))
			before := [2]int32{b.Obs[0].I32[0], b.Obs[0].I32[1]}
			require.NoError(t, env.End(b, 1))
			require.Equal(t, before[0], b.Obs[0].I32[0], "the other lane")
			switch mode {
			case miniflow.SameStep:
				require.Equal(t, before[1], b.FinalObs[0].I32[1])
				require.True(t, env.Running(1))
				return
			case miniflow.Disabled:
				require.ErrorIs(t, env.Step(b), miniflow.ErrNeedsReset)
				return
			}
			require.False(t, env.Running(1))
			b.Action.I32[0], b.Action.I32[1] = 1, 1
			require.NoError(t, env.Step(b))
			require.Equal(t, before[0]+1, b.Obs[0].I32[0])
			require.True(t, env.Running(1))
		})
	}
}

// TestSeeder checks that a seeder is asked for every reset.
func TestSeeder(t *testing.T) {
	env := newWalk(t, 1, miniflow.NextStep, walk{noise: true})
	b := miniflow.NewBatch(env)
	first := func(seed uint64) int32 {
		require.NoError(t, env.Reset(b, seed))
		return b.Obs[0].I32[0]
	}
	want := []int32{first(5), first(6), first(7)}
	seed := uint64(4)
	env.SetSeeder(func(int) uint64 { seed++; return seed })
	require.Equal(t, want[0], first(99), "the seed given to Reset does not count")
	for _, w := range want[1:] {
		for !b.Ended(0) {
			require.NoError(t, env.Step(b))
		}
		require.NoError(t, env.Step(b))
		require.Equal(t, w, b.Obs[0].I32[0])
	}
	env.SetSeeder(nil)
	require.Equal(t, want[0], first(5))
}
