package gfn

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// The means of steps, and nothing else, move along the gradient of the log reward.
func TestLangevin(t *testing.T) {
	for _, id := range []string{"Torus-2", "Diffusion-gmm8", "Diffusion-easy_funnel"} {
		a, _ := newContinuousAgent(t, id, preset(t, "default", ObjectiveDB, func(c *Config) {
			c.Hidden, c.Continuous.Components, c.Continuous.Step, c.Continuous.Langevin = []int{16}, 3, 0.5, true
		}), 1000, 1)
		w := a.walker
		w.begin()
		require.NoError(t, w.draw(4))
		h := &a.net.forward[gfnenvs.WalkNext]
		slope := make([]float64, h.Params)
		for row := range w.n {
			x := w.tape.Input(w.feature[row*w.size:(row+1)*w.size], 1, w.size)
			raw := w.tape.Data(a.net.policy.forward(w.tape, a.net.visible(w.tape, x)))
			out := w.tape.Data(a.net.act(w.tape, x))
			require.Len(t, out, a.net.outputs)
			require.Len(t, raw, a.net.outputs+h.Components*h.Params)
			require.True(t, a.rules.(gfnenvs.Sloper).Slope(slope, w.stateOf(row)))
			for j, v := range out {
				want := float64(raw[j])
				if k := j - h.at - h.Components; k >= 0 && k < h.Components*h.Params {
					want += float64(raw[a.net.outputs+k]) * min(max(0.25*slope[k%h.Params], -2.5), 2.5)
				}
				require.InDelta(t, want, v, 1e-4, "%s output %d", id, j)
			}
		}
	}
}
