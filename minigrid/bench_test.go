package minigrid_test

import (
	"testing"

	"github.com/miniflow-rl/miniflow"
	_ "github.com/miniflow-rl/miniflow/minigrid"
)

// BenchmarkStep steps 1024 lanes with random actions; observations and resets
// included.
func BenchmarkStep(b *testing.B) {
	for _, id := range []string{
		"MiniGrid-Empty-8x8-v0", "MiniGrid-DoorKey-8x8-v0", "MiniGrid-FourRooms-v0", "MiniGrid-LavaCrossingS9N2-v0",
		"MiniGrid-KeyCorridorS3R3-v0", "MiniGrid-MultiRoom-N6-v0", "MiniGrid-Dynamic-Obstacles-8x8-v0",
	} {
		b.Run(id, func(b *testing.B) {
			const lanes = 1024
			env, err := miniflow.Make(id, miniflow.WithLanes(lanes))
			if err != nil {
				b.Fatal(err)
			}
			batch := miniflow.NewBatch(env)
			if err := env.Reset(batch, 1); err != nil {
				b.Fatal(err)
			}
			actions := make([]int32, lanes+4096)
			rng := miniflow.NewRand(7)
			for i := range actions {
				actions[i] = int32(rng.Intn(env.Spec().NumActions()))
			}
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				copy(batch.Action.I32, actions[n*61%4096:])
				n++
				if err := env.Step(batch); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n*lanes), "ns/step")
		})
	}
}
