package gfn

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/agents/nn"
)

// With LogZImportance the policies learn as by TB, and log Z's gradient is 1 less the
// mean of R P_B / (Z P_F).
func TestLogZImportance(t *testing.T) {
	pf, pb, rewards := []float32{-0.5, -0.3, -1, -2}, []float32{-0.2, 0, -0.4, 0}, []float32{0.3, -0.7}
	gradients := func(own bool) (policy, backward, logZ []float32) {
		tape := nn.NewTape()
		var batch Batch
		batch.Begin()
		batch.Add(2)
		batch.Add(2)
		batch.End()
		x := Terms{Batch: &batch, LogPF: tape.Leaf(pf, 4, 1), LogPB: tape.Leaf(pb, 4, 1), LogReward: tape.Input(rewards, 2, 1)}
		z := tape.Leaf([]float32{0.4}, 1, 1)
		c := Config{LogZImportance: own}
		tape.Backward(c.trajectoryBalance(tape, &x, z))
		return tape.Grad(x.LogPF), tape.Grad(x.LogPB), tape.Grad(z)
	}
	p, b, _ := gradients(false)
	q, d, z := gradients(true)
	require.Equal(t, p, q)
	require.Equal(t, b, d)
	mean := 0.0
	for i, r := range rewards {
		ratio := float64(r)
		for k := 2 * i; k < 2*i+2; k++ {
			ratio += float64(pb[k] - pf[k])
		}
		mean += math.Exp(ratio-0.4) / 2
	}
	require.InDelta(t, 1-mean, z[0], 1e-6)
}

// A log Z that starts far too low is an error that says which setting to change.
func TestLogZImportanceFarOff(t *testing.T) {
	far := func(c *Config) { c.LogZImportance, c.LogZ = true, -200 }
	a, m := newAgent(t, "HyperGrid-2x8", ObjectiveTB, far)
	require.ErrorContains(t, a.Update(context.Background(), m), "set log_z, which is -200, near log Z")
	b, m := newContinuousAgent(t, "Line-2", preset(t, "line", ObjectiveTB, far), 1000, 1)
	require.ErrorContains(t, b.Update(context.Background(), m), "set log_z, which is -200, near log Z")
}
