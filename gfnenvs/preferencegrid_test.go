package gfnenvs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
)

// The closed form of log Z is the sum over all points, for every preference, and
// the Pareto front has points between the two best ones.
func TestPreferenceGrid(t *testing.T) {
	g, err := gfnenvs.NewPreferenceGrid(2, 16, 0.01, 0.2)
	require.NoError(t, err)
	require.NoError(t, gfnenvs.CheckRules(g, 20, 1))
	for _, w := range []float64{0, 0.2, 0.5, 0.9, 1} {
		rules, err := gfnenvs.Given(g, w, 1-w)
		require.NoError(t, err)
		all, err := exact.Enumerate(rules)
		require.NoError(t, err)
		require.Equal(t, 256, all.Len())
		require.InDelta(t, all.LogZ(), g.LogZGiven(w, 1-w), 1e-12)
	}
	var front [][]float64
	for i := range int32(256) {
		p := make([]float64, 2)
		g.Objectives(p, []int32{i / 16, i % 16})
		best := true
		for j := range int32(256) {
			q := make([]float64, 2)
			g.Objectives(q, []int32{j / 16, j % 16})
			best = best && !(q[0] >= p[0] && q[1] >= p[1] && (q[0] > p[0] || q[1] > p[1]))
		}
		if best {
			front = append(front, p)
		}
	}
	require.Greater(t, len(front), 6)
	_, err = gfnenvs.NewPreferenceGrid(2, 16, 0, 1)
	require.Error(t, err)
}
