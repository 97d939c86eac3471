package gfn

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
)

// Noise has the factorised form and goes away again; the gradient of a standard
// deviation is that of the weight times its noise.
func TestNoise(t *testing.T) {
	a, _ := newAgent(t, "HyperGrid-2x8", ObjectiveTB, func(c *Config) { c.NoisyLayers, c.Hidden = 1, []int{16} })
	n := a.model.noise
	require.Len(t, n.layers, 1)
	l := &n.layers[0]
	w := l.tensors[0]
	require.InDelta(t, 0.5/4, w.sigma.Data()[0], 1e-7)
	before := slices.Clone(w.of.Data())
	n.begin(miniflow.NewRand(1))
	for i, v := range w.of.Data() {
		r, c := i/w.of.Cols, i%w.of.Cols
		require.InDelta(t, before[i]+w.sigma.Data()[i]*l.in[r]*l.out[c], v, 1e-6)
	}
	a.model.params.ZeroGrad()
	for i := range w.of.Grad() {
		w.of.Grad()[i] = 2
	}
	n.gradients()
	require.Equal(t, 2*w.eps[3], w.sigma.Grad()[3])
	n.end()
	require.Equal(t, before, w.of.Data())
}

// Noisy networks learn, structured ones too, act without noise, and a failing
// update leaves none behind.
func TestNoisyLearning(t *testing.T) {
	a, m := newAgent(t, "HyperGrid-2x8", ObjectiveTB, func(c *Config) { c.NoisyLayers, c.Lanes, c.Hidden = 2, 64, []int{64, 64} })
	first := slices.Clone(a.model.noise.layers[0].tensors[0].sigma.Data())
	x := train(t, a, m, 20_000)
	t.Logf("%+v", x)
	require.Less(t, x.L1, 0.25)
	again, err := a.Evaluate()
	require.NoError(t, err)
	require.Equal(t, x, again)
	require.NotEqual(t, first, a.model.noise.layers[0].tensors[0].sigma.Data())

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	weights := slices.Clone(a.model.policy.(*mlp).layers[2].W.Data())
	require.ErrorIs(t, a.Update(ctx, m), context.Canceled)
	require.Equal(t, weights, a.model.policy.(*mlp).layers[2].W.Data())

	a, m = newAgent(t, "GraphTriangles-4", ObjectiveDB, func(c *Config) { c.Network, c.NoisyLayers, c.Hidden = NetworkGIN, 1, []int{16} })
	for range 3 {
		require.NoError(t, a.Update(context.Background(), m))
	}
	require.Len(t, a.model.noise.layers, 3, "whole and pairs of the policy, whole of the flow")
}
