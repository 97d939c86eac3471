package agents_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
)

// TestIQM compares with scipy.stats.trim_mean(x, 0.25) of SciPy 1.11, which
// rliable uses.
func TestIQM(t *testing.T) {
	for _, c := range []struct {
		sorted []float64
		want   float64
	}{
		{nil, 0},
		{[]float64{3}, 3},
		{[]float64{1, 2, 9}, 4},
		{[]float64{0, 1, 2, 100}, 1.5},
		{[]float64{0, 1, 2, 3, 100}, 2},
		{[]float64{-100, 0, 1, 2, 3, 4, 5, 100}, 2.5},
	} {
		require.Equal(t, c.want, agents.IQM(c.sorted), "IQM(%v)", c.sorted)
	}
}

// TestBootstrap compares the interval of the mean of normal values with theory,
// mean +- 1.96 sd/sqrt(n), and checks that it depends on the generator only.
func TestBootstrap(t *testing.T) {
	const n = 400
	rng := miniflow.NewRand(3)
	x := make([]float64, n)
	for k := range x {
		x[k] = rng.Normal(5, 2)
	}
	e := agents.Bootstrap(x, agents.Mean, miniflow.NewRand(1))
	half := 1.96 * 2 / math.Sqrt(n)
	require.Equal(t, agents.Mean(slices.Sorted(slices.Values(x))), e.Value)
	// 2000 resamples leave about 5 % of the half width, the sample's own deviation as much.
	require.InDelta(t, e.Value-half, e.Low, 0.15*half)
	require.InDelta(t, e.Value+half, e.High, 0.15*half)
	require.Equal(t, e, agents.Bootstrap(x, agents.Mean, miniflow.NewRand(1)))
	require.Equal(t, agents.Estimate{}, agents.Bootstrap(nil, agents.Mean, rng))
	require.Equal(t, agents.Estimate{Value: 7, Low: 7, High: 7}, agents.Bootstrap([]float64{7, 7, 7}, agents.IQM, rng))
}

// Returns that are huge are written with an exponent, on the way as at the end.
func TestNumber(t *testing.T) {
	require.Equal(t, "0.605", agents.Number(0.6051))
	require.Equal(t, "2.444e+42", agents.Number(2.4441e42))
}
