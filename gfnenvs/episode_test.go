package gfnenvs_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/wrappers"
)

// Episodes of continuous actions are files that replay, state by state, and a
// changed action is found out.
func TestContinuousEpisodes(t *testing.T) {
	for _, id := range []string{"BoxPolar-0.25", "Line-2", "Torus-2", "HybridLine-3"} {
		inner, err := miniflow.Make(id, miniflow.WithAutoreset(miniflow.Disabled))
		require.NoError(t, err)
		var file bytes.Buffer
		env, err := wrappers.RecordEpisode(inner, "random", func(_ int, e *miniflow.Episode) { require.NoError(t, e.Write(&file)) })
		require.NoError(t, err)
		b, rng := miniflow.NewBatch(env), miniflow.NewRand(1)
		for seed := range uint64(5) {
			require.NoError(t, env.Reset(b, seed))
			for !b.Ended(0) {
				for j := range b.Action.F64 {
					b.Action.F64[j] = rng.Random()
				}
				require.NoError(t, env.Step(b))
			}
		}
		n := 0
		for e, err := range miniflow.Episodes(&file) {
			require.NoError(t, err)
			n++
			require.Empty(t, e.Actions)
			require.Len(t, e.Vectors, len(e.Steps))
			again, err := e.Make()
			require.NoError(t, err)
			b := miniflow.NewBatch(again)
			require.NoError(t, e.Replay(again, b, true, nil))
			e.Vectors[len(e.Vectors)-2][1] *= 0.5 // of the last step before the exit
			require.ErrorIs(t, e.Replay(again, b, true, nil), miniflow.ErrEpisode)
			e.Vectors[0] = e.Vectors[0][1:]
			require.ErrorContains(t, e.Replay(again, b, true, nil), "step 1: the action does not fit")
		}
		require.Equal(t, 5, n, id)
	}
}
