package gfn

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
)

// Every structured network learns a distribution from a fixed seed, to the stated
// exact L1 distance. The widths are small: seconds, not records.
func TestNetworkLearning(t *testing.T) {
	few := []miniflow.Option{miniflow.WithParam("items", 10), miniflow.WithParam("max", 5)}
	short := []miniflow.Option{miniflow.WithParam("size", 12)} // 4096 sequences
	for _, c := range []struct {
		kind         Network
		id           string
		options      []miniflow.Option
		rate         float64
		trajectories int
		length       float64 // of a trajectory, about
		l1           float64
	}{
		{NetworkDeepSets, "Set-16x8", few, 0.004, 14_000, 5, 0.3},
		{NetworkSetTransformer, "Set-16x8", few, 0.003, 8_000, 5, 0.3},
		{NetworkGIN, "GraphTriangles-4", nil, 0.005, 14_000, 8, 0.25},
		{NetworkGCN, "GraphTriangles-4", nil, 0.005, 14_000, 8, 0.25},
		{NetworkGRU, "BitSequence-16x4", short, 0.005, 10_000, 4, 0.2},
		{NetworkTransformer, "BitSequence-16x4", short, 0.003, 12_000, 4, 0.3},
	} {
		t.Run(fmt.Sprint(c.kind, " ", c.id), func(t *testing.T) {
			config, err := DefaultConfig(ObjectiveTB)
			require.NoError(t, err)
			config.Network, config.Hidden, config.Lanes, config.EvalEvery = c.kind, []int{32, 32}, 16, 1<<30
			config.LearningRate, config.Cooling, config.LogZRate, config.Backward = c.rate, 0.05, 0.3, BackwardUniform
			env, err := miniflow.Make(c.id, c.options...)
			require.NoError(t, err)
			a, err := New(env, config, 1, int(float64(c.trajectories)*c.length))
			require.NoError(t, err)
			_, m := newAgent(t, "HyperGrid-2x8", ObjectiveTB, nil)
			x := train(t, a, m, c.trajectories)
			t.Logf("%+v in %d steps", x, m.Steps())
			require.Less(t, x.L1, c.l1)
		})
	}
}

// While log Z is far off, wide networks do not learn to build a single object: to
// exit at once is what they did without Config.WarmUp.
func TestNetworkWarmUp(t *testing.T) {
	for _, kind := range []Network{NetworkGIN, NetworkGCN} {
		a, m := newAgent(t, "GraphTriangles-4", ObjectiveTB, func(c *Config) { c.Network = kind })
		x := train(t, a, m, 16*300)
		t.Logf("%v: %+v", kind, x)
		require.Less(t, x.L1, 0.7) // 1.95 without
	}
}
