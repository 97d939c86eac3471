package gfn

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// Objects from a file lead to the same distribution as those that the policy
// draws; the run needs no other source of them.
func TestData(t *testing.T) {
	path := filepath.Join(t.TempDir(), "objects.jsonl")
	require.NoError(t, os.WriteFile(path, []byte("[7, 7]\n\n[0,0]\n [1,6]\n"), 0o666))
	objects, err := ReadObjects(path)
	require.NoError(t, err)
	require.Equal(t, [][]int32{{7, 7}, {0, 0}, {1, 6}}, objects)

	for _, share := range []float64{0.5, 1} {
		a, m := newAgent(t, "HyperGrid-2x8", ObjectiveTB, func(c *Config) {
			c.Data, c.DataShare, c.Lanes, c.Hidden = path, share, 16, []int{8}
		})
		require.NoError(t, a.Update(context.Background(), m))
		require.Equal(t, 16, a.sampler.n)
		require.Equal(t, 16, m.Episodes())
		given := a.sampler.all[16-int(16*share) : 16]
		for i := range given {
			rows := given[i].rows
			require.Contains(t, objects, a.table.row(rows[len(rows)-1]))
			require.Equal(t, []int32{0, 0}, a.table.row(rows[0]))
		}
	}
	a, m := newAgent(t, "HyperGrid-2x8", ObjectiveTB, func(c *Config) { c.Lanes, c.Hidden = 64, []int{64, 64} })
	require.NoError(t, a.SetData(targetObjects(a, 5000)))
	require.Less(t, train(t, a, m, 20_000).L1, 0.25)
}

func TestDataErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "objects.jsonl")
	require.NoError(t, os.WriteFile(path, []byte("[1,2]\n[1;2]\n"), 0o666))
	_, err := ReadObjects(path)
	require.ErrorContains(t, err, "objects.jsonl:2")
	_, err = ReadObjects(path + "x")
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(path, []byte("\n"), 0o666))
	_, err = ReadObjects(path)
	require.ErrorContains(t, err, "objects.jsonl has none")

	a, m := newAgent(t, "Set-Fixed-16x8", ObjectiveTB, func(c *Config) { c.EvalStates = 0 })
	full := []int32{1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0}
	require.NoError(t, a.SetData([][]int32{full}))
	for want, s := range map[string][]int32{
		"2 elements: want 16":          {0, 1},
		"element 0 is 2, not in [0,2)": append([]int32{2}, full[1:]...),
		"cannot exit":                  make([]int32, 16),
	} {
		err := a.SetData([][]int32{full, s})
		require.ErrorIs(t, err, gfnenvs.ErrState)
		require.ErrorContains(t, err, "object 1")
		require.ErrorContains(t, err, want)
	}
	require.Len(t, a.data, 1)
	require.NoError(t, a.Update(context.Background(), m))

	config, err := DefaultConfig(ObjectiveMLE)
	require.NoError(t, err)
	env, err := miniflow.Make("HyperGrid-2x8")
	require.NoError(t, err)
	a, err = New(env, config, 1, 100)
	require.NoError(t, err)
	require.ErrorContains(t, a.Update(context.Background(), agents.NewMeter(1, math.NaN())), "no objects to learn from")
}
