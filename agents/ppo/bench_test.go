package ppo_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/ppo"
	_ "github.com/miniflow-rl/miniflow/minigrid"
)

// BenchmarkUpdate measures whole updates: a rollout of 2048 steps and 16
// gradient steps.
func BenchmarkUpdate(b *testing.B) {
	for _, preset := range []string{"default", "sb3"} {
		for _, id := range []string{"MiniGrid-Empty-5x5-v0", "MiniGrid-DoorKey-5x5-v0"} {
			b.Run(preset+"/"+id, func(b *testing.B) {
				config, err := ppo.Preset(preset)
				require.NoError(b, err)
				env, err := miniflow.Make(id, config.Options()...)
				require.NoError(b, err)
				agent, err := ppo.New(env, config, 1, 1)
				require.NoError(b, err)
				m := agents.NewMeter(env.Len(), math.NaN())
				b.ReportAllocs()
				for b.Loop() {
					require.NoError(b, agent.Update(b.Context(), m))
				}
				b.ReportMetric(float64(m.Steps())/b.Elapsed().Seconds(), "steps/s")
			})
		}
	}
}
