package gfn

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
)

// Local search with Metropolis's acceptance has the target as its stationary
// distribution, whatever the policies are: here untrained ones, which start at an
// L1 distance above 0.5. 20,000 lanes over 16 objects have a sampling error of
// about 0.02.
func TestMetropolis(t *testing.T) {
	config, err := DefaultConfig(ObjectiveTB)
	require.NoError(t, err)
	config.Hidden, config.Explore.Epsilon = []int{8}, 0.3
	env, err := miniflow.Make("BitSequence-PrependAppend-16x4", miniflow.WithParam("word_size", 2), miniflow.WithParam("size", 4), miniflow.WithParam("modes", 2))
	require.NoError(t, err)
	a, err := New(env, config, 1, 1000)
	require.NoError(t, err)
	const lanes = 20_000
	distance := func(rounds int) float64 {
		s := &a.sampler
		s.behaviour = config.Explore
		a.table.reset()
		a.passes.done = 0
		s.reset()
		s.ctx = context.Background()
		row, err := a.table.add(a.source, nil)
		require.NoError(t, err)
		for range lanes {
			x := s.next()
			x.rows = append(x.rows, row)
		}
		require.NoError(t, s.forward(0))
		require.NoError(t, s.localSearch(0, lanes, localSearch{0.5, rounds, true}))
		p := make([]float64, a.Graph().Len())
		for _, i := range s.current {
			rows := s.all[i].rows
			k, ok := a.Graph().Index(a.table.row(rows[len(rows)-1]))
			require.True(t, ok)
			p[k] += 1.0 / lanes
		}
		return exact.L1(p, a.Target())
	}
	require.Greater(t, distance(0), 0.5)
	require.Less(t, distance(20), 0.05)
}
