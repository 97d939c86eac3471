package minigrid_test

import (
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"os"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/stretchr/testify/require"
)

// TestParametersOfTheOriginal replays worlds whose parameters differ from the
// registered ones: what testdata/params.py recorded from Minigrid 3.2.0. The file
// must not be changed to hide a difference.
func TestParametersOfTheOriginal(t *testing.T) {
	f, err := os.Open("testdata/params.jsonl.gz")
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	lines := json.NewDecoder(z)
	for n := 1; ; n++ {
		var c struct {
			ID, Mission, Hash, Trace string
			Params                   map[string]any
			Seed                     uint64
			MaxSteps                 int `json:"max_steps"`
			Actions                  []int32
		}
		if err := lines.Decode(&c); errors.Is(err, io.EOF) {
			require.Equal(t, 139, n)
			return
		} else {
			require.NoError(t, err)
		}
		about := fmt.Sprintf("line %d: %s %v seed %d", n, c.ID, c.Params, c.Seed)
		options := []miniflow.Option{miniflow.WithAutoreset(miniflow.Disabled)}
		for name, v := range c.Params {
			options = append(options, miniflow.WithParam(name, v))
		}
		env, err := miniflow.Make(c.ID, options...)
		require.NoError(t, err, about)
		require.Equal(t, c.MaxSteps, env.Spec().MaxSteps, about)
		b := miniflow.NewBatch(env)
		hasher, _ := miniflow.As[miniflow.Hasher](env)
		require.NoError(t, env.Reset(b, c.Seed), about)
		require.Equal(t, c.Mission, b.Obs[2].Text[0], about)
		require.Equal(t, c.Hash, fmt.Sprintf("%016x", hasher.StateHash(0)), "%s: reset", about)
		trace := fnv.New64a()
		for _, a := range c.Actions {
			b.Action.I32[0] = a
			require.NoError(t, env.Step(b), about)
			flag := func(v bool) byte {
				if v {
					return 1
				}
				return 0
			}
			buf := binary.LittleEndian.AppendUint64(nil, hasher.StateHash(0))
			buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(b.Reward[0]))
			trace.Write(append(buf, flag(b.Terminated[0]), flag(b.Truncated[0])))
		}
		require.Equal(t, c.Trace, fmt.Sprintf("%016x", trace.Sum64()), "%s: steps", about)
	}
}
