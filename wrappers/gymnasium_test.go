package wrappers_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/stretchr/testify/require"
)

// TestGymnasium replays what Gymnasium's own wrappers did; testdata/record.py
// made the recording. Numbers must be equal to the last bit.
func TestGymnasium(t *testing.T) {
	data, err := os.ReadFile("testdata/gymnasium.json")
	require.NoError(t, err)
	var runs []struct {
		Env    string `json:"env"`
		Seed   uint64 `json:"seed"`
		Chain  string `json:"chain"`
		Shape  []int  `json:"shape"`
		DType  string `json:"dtype"`
		Events []struct {
			Action     *int32  `json:"action"`
			Obs        string  `json:"obs"`
			Reward     float64 `json:"reward"`
			Terminated bool    `json:"terminated"`
			Truncated  bool    `json:"truncated"`
		} `json:"events"`
	}
	require.NoError(t, json.Unmarshal(data, &runs))
	for _, run := range runs {
		t.Run(run.Chain, func(t *testing.T) {
			env, err := maker(run.Env, run.Chain, miniflow.WithAutoreset(miniflow.Disabled))(1)
			require.NoError(t, err)
			space := env.Spec().Observation[0].Space
			require.Equal(t, run.Shape, space.Shape())
			require.Equal(t, run.DType, space.DType().String())
			b := miniflow.NewBatch(env)
			for k, e := range run.Events {
				switch {
				case e.Action != nil:
					b.Action.I32[0] = *e.Action
					require.NoError(t, env.Step(b))
					require.Equal(t, e.Reward, b.Reward[0], "event %d: reward", k)
					require.Equal(t, [2]bool{e.Terminated, e.Truncated}, [2]bool{b.Terminated[0], b.Truncated[0]}, "event %d: flags", k)
				case k == 0:
					require.NoError(t, env.Reset(b, run.Seed))
				default:
					require.NoError(t, env.Reset(b))
				}
				sum := sha256.Sum256(b.Obs[0].AppendRow(nil, 0))
				require.Equal(t, e.Obs, hex.EncodeToString(sum[:]), "event %d: observation", k)
			}
		})
	}
}
