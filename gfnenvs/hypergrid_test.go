package gfnenvs_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// TestGridPartition compares the closed forms of log Z with sums over all points.
func TestGridPartition(t *testing.T) {
	type size struct{ ndim, height int }
	for _, tc := range []struct {
		name   string
		reward gfnenvs.GridReward
		sizes  []size
	}{
		{"original", gfnenvs.DefaultOriginal(), []size{{1, 2}, {2, 8}, {3, 11}}},
		{"cosine", gfnenvs.DefaultCosine(), []size{{2, 9}, {3, 5}}},
		{"sparse", gfnenvs.SparseReward{}, []size{{2, 3}, {2, 8}, {3, 6}}},
		{"deceptive", gfnenvs.DefaultDeceptive(), []size{{2, 16}, {3, 7}}},
		{"xor", gfnenvs.XORReward{R0: .1, Weights: []float64{1, 10}, Bits: [][2]int{{0, 1}, {1, 4}}}, []size{{2, 7}, {3, 16}}},
		{"xor of some", gfnenvs.XORReward{Weights: []float64{1}, Dims: []int{0, 2}, Bits: [][2]int{{0, 0}}}, []size{{3, 5}}},
		{"multiscale", gfnenvs.MultiscaleReward{R0: .5, Weights: []float64{1, 10}, Base: 3, Width: 2, Seed: 7, Mods: []int{0, 2}}, []size{{2, 9}, {3, 27}}},
		{"multiscale of some", gfnenvs.MultiscaleReward{Weights: []float64{1, 3}, Base: 2, Width: 1, Seed: 1, Dims: []int{1}}, []size{{2, 8}}},
	} {
		for _, s := range tc.sizes {
			g, err := gfnenvs.NewHyperGrid(s.ndim, s.height, tc.reward)
			require.NoError(t, err, tc.name)
			got, ok := g.LogZ()
			require.True(t, ok)
			z := 0.0
			for x := range points(s.ndim, s.height) {
				z += math.Exp(g.LogReward(x))
			}
			require.InEpsilon(t, z, math.Exp(got), 1e-12, "%s %v", tc.name, s)
		}
	}
}

// points yields all points of a grid; the slice is reused.
func points(ndim, height int) func(yield func([]int32) bool) {
	return func(yield func([]int32) bool) {
		x := make([]int32, ndim)
		for {
			if !yield(x) {
				return
			}
			d := ndim - 1
			for ; d >= 0; d-- {
				if x[d]++; int(x[d]) < height {
					break
				}
				x[d] = 0
			}
			if d < 0 {
				return
			}
		}
	}
}

func TestPresets(t *testing.T) {
	for _, reward := range gfnenvs.GridRewards {
		for _, preset := range gfnenvs.GridPresets {
			for _, ndim := range []int{1, 3, 12} {
				r, err := gfnenvs.PresetReward(reward, preset, ndim)
				require.NoError(t, err)
				g, err := gfnenvs.NewHyperGrid(ndim, 256, r)
				require.NoError(t, err, "%s %s", reward, preset)
				require.False(t, math.IsNaN(g.LogReward(make([]int32, ndim))))
				require.False(t, math.IsInf(g.ModeThreshold(), 0))
			}
		}
	}
	_, err := gfnenvs.PresetReward("original", "trivial", 2)
	require.ErrorIs(t, err, miniflow.ErrParam)
	_, err = gfnenvs.PresetReward("flat", "easy", 2)
	require.ErrorIs(t, err, miniflow.ErrParam)
}

func TestBadGrids(t *testing.T) {
	for _, tc := range []struct {
		ndim, height int
		reward       gfnenvs.GridReward
		message      string
	}{
		{0, 8, nil, "0 dimensions"},
		{2, 1, nil, "height 1"},
		{2, 8, gfnenvs.OriginalReward{R0: -1}, "not negative"},
		{2, 8, gfnenvs.OriginalReward{R1: math.NaN()}, "not negative"},
		{2, 8, gfnenvs.OriginalReward{R2: math.Inf(1)}, "not negative"},
		{2, 8, gfnenvs.MultiscaleReward{Weights: []float64{1}, Base: 3, Width: 1}, "no power of base 3"},
		{2, 8, gfnenvs.XORReward{Weights: []float64{1}, Dims: []int{2}, Bits: [][2]int{{0, 1}}}, "dimension 2"},
		{2, 8, gfnenvs.CoprimeReward{Weights: []float64{1}}, "0 caps"},
	} {
		_, err := gfnenvs.NewHyperGrid(tc.ndim, tc.height, tc.reward)
		require.ErrorIs(t, err, miniflow.ErrParam)
		require.ErrorContains(t, err, tc.message)
	}
}
