package ppo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents/ppo"
)

// slowAdvantage is the definition: the sum of the following deltas of the same
// episode, each weighed by (gamma lambda)^distance.
func slowAdvantage(value, next []float32, reward []float64, ended []bool, lanes, k int, gamma, lambda float64) float64 {
	sum, weight := 0.0, 1.0
	for ; k < len(reward); k += lanes {
		sum += weight * (reward[k] + gamma*float64(next[k]) - float64(value[k]))
		weight *= gamma * lambda
		if ended[k] {
			break
		}
	}
	return sum
}

func TestAdvantages(t *testing.T) {
	const horizon, lanes, gamma, lambda = 40, 3, 0.99, 0.95
	for seed := range uint64(20) {
		rng := miniflow.NewRand(seed)
		n := horizon * lanes
		value, next, reward, ended := make([]float32, n), make([]float32, n), make([]float64, n), make([]bool, n)
		for k := range n {
			value[k], next[k] = float32(rng.StandardNormal()), float32(rng.StandardNormal())
			reward[k], ended[k] = rng.Random(), rng.Random() < 0.1
		}
		advantage, target := make([]float32, n), make([]float32, n)
		ppo.Advantages(advantage, target, value, next, reward, ended, lanes, gamma, lambda)
		for k := range n {
			want := slowAdvantage(value, next, reward, ended, lanes, k, gamma, lambda)
			require.InDelta(t, want, advantage[k], 1e-6*(1+max(want, -want)), "seed %d, sample %d", seed, k) // float32 results
			require.InDelta(t, want+float64(value[k]), target[k], 1e-6*(2+max(want, -want)))
		}
	}
}
