package gfn

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// More steps of the optimiser for the same trajectories fit these better: the loss
// is lower after as many trajectories.
func TestEpochs(t *testing.T) {
	losses := func(epochs int) (discrete, continuous float64) {
		d, m := newAgent(t, "HyperGrid-2x8", ObjectiveTB, func(c *Config) { c.Lanes, c.Epochs = 64, epochs })
		for range 30 {
			require.NoError(t, d.Update(context.Background(), m))
		}
		require.EqualValues(t, 30, d.updates)
		require.EqualValues(t, 30*64, m.Episodes(), "an epoch draws no trajectories")
		_, err := d.collect()
		require.NoError(t, err)
		d.passes.evaluate(d.table)
		discrete, err = d.learn()
		require.NoError(t, err)
		c, m := newContinuousAgent(t, "Line-2", preset(t, "line", ObjectiveTB, func(c *Config) { c.Epochs = epochs }), 1_000_000, 1)
		for range 30 {
			require.NoError(t, c.Update(context.Background(), m))
		}
		require.EqualValues(t, 30*32, m.Episodes())
		_, err = c.collect()
		require.NoError(t, err)
		continuous, err = c.learn()
		require.NoError(t, err)
		return
	}
	d1, c1 := losses(1)
	d4, c4 := losses(4)
	t.Logf("losses after 1 and 4 epochs an update: %.3g and %.3g, %.3g and %.3g", d1, d4, c1, c4)
	require.Less(t, d4, d1)
	require.Less(t, c4, c1)
}
