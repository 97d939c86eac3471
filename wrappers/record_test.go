package wrappers_test

import (
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/wrappers"
	"github.com/stretchr/testify/require"
)

// TestRecordEpisode replays what was recorded in every autoreset mode, with a
// reset in the middle of an episode and a snapshot brought back.
func TestRecordEpisode(t *testing.T) {
	for _, mode := range []miniflow.Autoreset{miniflow.NextStep, miniflow.SameStep, miniflow.Disabled} {
		inner, err := miniflow.Make("MiniGrid-Dynamic-Obstacles-Random-5x5-v0", miniflow.WithLanes(2), miniflow.WithAutoreset(mode), miniflow.WithParam("max_steps", 9))
		require.NoError(t, err)
		recorded := make([][]*miniflow.Episode, 2)
		env, err := wrappers.RecordEpisode(inner, "random", func(lane int, e *miniflow.Episode) { recorded[lane] = append(recorded[lane], e) })
		require.NoError(t, err)
		b := miniflow.NewBatch(env)
		require.ErrorContains(t, env.Reset(b), "needs a seed")
		require.NoError(t, env.Reset(b, 4))
		rng := miniflow.NewRand(1)
		step := func() {
			for i := range b.Action.I32 {
				b.Action.I32[i] = int32(rng.Intn(3))
			}
			require.NoError(t, env.Step(b))
			if mode == miniflow.Disabled {
				b.ResetMask = []bool{b.Ended(0), b.Ended(1)}
				require.NoError(t, env.Reset(b))
				b.ResetMask = nil
			}
		}
		for range 20 {
			step()
		}
		saved, err := env.Snapshot(nil, b, 1)
		require.NoError(t, err)
		before := len(recorded[1])
		step()
		recorded[1] = recorded[1][:before]
		require.NoError(t, env.Restore(b, 1, saved))
		for range 20 {
			step()
		}
		require.NoError(t, env.Reset(b, 50, 60))
		for lane, episodes := range recorded {
			require.Greater(t, len(episodes), 3, mode)
			one, err := episodes[0].Make()
			require.NoError(t, err)
			batch := miniflow.NewBatch(one)
			for k, e := range episodes {
				require.NoError(t, e.Replay(one, batch, true, nil), "%v: lane %d episode %d", mode, lane, k)
			}
		}
	}
}

func TestRecordEpisodeErrors(t *testing.T) {
	env, err := maker("MiniGrid-Empty-5x5-v0", "img")(1)
	require.NoError(t, err)
	_, err = wrappers.RecordEpisode(env, "", nil)
	require.ErrorContains(t, err, "record first")
	_, err = wrappers.RecordEpisode(plainEnv(t), "", nil)
	require.ErrorContains(t, err, "neither discrete")
}
