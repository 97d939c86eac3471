package gfnenvs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// TestModes compares closed forms with counts of all points.
func TestModes(t *testing.T) {
	for _, tc := range []struct {
		reward       gfnenvs.GridReward
		ndim, height int
	}{
		{gfnenvs.DefaultOriginal(), 2, 16},
		{gfnenvs.DefaultOriginal(), 3, 8},
		{gfnenvs.DefaultDeceptive(), 2, 32},
		{gfnenvs.SparseReward{}, 3, 7},
		{gfnenvs.XORReward{R0: .1, Weights: []float64{1, 10, 100}, Bits: [][2]int{{0, 1}, {0, 2}, {0, 3}}}, 3, 16},
		{gfnenvs.MultiscaleReward{R0: .1, Weights: []float64{1, 10, 100}, Base: 4, Width: 2, Seed: 42, Mods: []int{0, 2, 0}}, 2, 64},
		{gfnenvs.MultiscaleReward{Weights: []float64{1, 10}, Base: 4, Width: 2, Seed: 1}, 4, 16},
	} {
		g, err := gfnenvs.NewHyperGrid(tc.ndim, tc.height, tc.reward)
		require.NoError(t, err)
		c, err := gfnenvs.NewModeCounter(g)
		require.NoError(t, err)
		for range 2 { // a mode counts once
			for x := range points(tc.ndim, tc.height) {
				c.Add(x)
			}
		}
		n, ok := g.Modes()
		require.True(t, ok)
		require.InDelta(t, n, c.Len(), 1e-6, "%T %d %d", tc.reward, tc.ndim, tc.height)
	}
	big, err := gfnenvs.NewHyperGrid(12, 256, gfnenvs.DefaultOriginal())
	require.NoError(t, err)
	n, ok := big.Modes()
	require.True(t, ok)
	require.Greater(t, n, 1e15)
	tree, err := gfnenvs.NewPerfectTree(2, func(int) float64 { return 0 })
	require.NoError(t, err)
	_, err = gfnenvs.NewModeCounter(tree)
	require.ErrorIs(t, err, miniflow.ErrParam)
}
