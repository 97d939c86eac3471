package minigrid_test

import (
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/stretchr/testify/require"
)

// TestTrial: a trial goes the way of the lane, chance included, and leaves the
// lane alone.
func TestTrial(t *testing.T) {
	for _, id := range []string{"MiniGrid-Dynamic-Obstacles-8x8-v0", "MiniGrid-Fetch-8x8-N3-v0", "MiniGrid-MemoryS7-v0"} {
		made, err := miniflow.Make(id, miniflow.WithLanes(2), miniflow.WithAutoreset(miniflow.Disabled))
		require.NoError(t, err)
		env, _ := miniflow.As[*minigrid.Env](made)
		_, err = env.Trial(0)
		require.ErrorIs(t, err, miniflow.ErrNeedsReset)
		b := miniflow.NewBatch(env)
		hasher, ok := miniflow.As[miniflow.Hasher](made)
		require.True(t, ok)
		require.NoError(t, env.Reset(b, 3))
		_, err = env.Trial(2)
		require.ErrorContains(t, err, "there are 2 lanes")

		trial, err := env.Trial(1)
		require.NoError(t, err)
		before := hasher.StateHash(1)
		rng := miniflow.NewRand(7)
		for range 200 {
			a := rng.Intn(env.Spec().NumActions())
			require.Equal(t, before, hasher.StateHash(1))
			o := trial.Step(minigrid.Action(a))
			b.Action.I32[0], b.Action.I32[1] = 0, int32(a)
			require.NoError(t, env.Step(b))
			require.Equal(t, minigrid.Outcome{Reward: b.Reward[1], Terminated: b.Terminated[1], Truncated: b.Truncated[1]}, o)
			require.Equal(t, env.World(1).Encode(), trial.World().Encode())
			if b.Ended(0) || b.Ended(1) {
				break
			}
			before = hasher.StateHash(1)
		}
	}
}

// TestClone: what is done to a clone is not done to the world.
func TestClone(t *testing.T) {
	w, err := minigrid.NewWorld(5, 5, 7)
	require.NoError(t, err)
	w.MaxSteps = 10
	w.SetAgent(minigrid.Point{X: 1, Y: 1}, minigrid.Right)
	w.Set(minigrid.Point{X: 2, Y: 1}, minigrid.Ball(minigrid.Red))
	c := w.Clone()
	require.Equal(t, minigrid.Outcome{}, c.Act(minigrid.Pickup))
	require.Equal(t, minigrid.Ball(minigrid.Red), c.Carrying().Cell)
	require.Equal(t, minigrid.Unseen, w.Carrying().Cell)
	require.Equal(t, minigrid.Ball(minigrid.Red), w.At(minigrid.Point{X: 2, Y: 1}))
	require.Equal(t, minigrid.Empty, c.At(minigrid.Point{X: 2, Y: 1}))
}
