package miniworld_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/miniworld"
)

// benchIDs are the worlds that the original was measured on.
var benchIDs = []string{"Hallway", "MazeS3", "FourRooms", "PickupObjects"}

func benchEnv(tb testing.TB, name string, options ...miniflow.Option) (*miniworld.Env, *miniflow.Batch, []int32) {
	env, err := miniflow.Make("MiniWorld-"+name+"-v0", options...)
	require.NoError(tb, err)
	b := miniflow.NewBatch(env)
	require.NoError(tb, env.Reset(b, 0))
	rng, actions := miniflow.NewRand(0), make([]int32, 4096)
	for i := range actions {
		actions[i] = int32(rng.Intn(env.Spec().NumActions()))
	}
	return env.(*miniworld.Env), b, actions
}

// BenchmarkStep measures random steps, the resets between episodes included, as
// bench_miniworld.py does for the original.
func BenchmarkStep(b *testing.B) {
	for _, name := range benchIDs {
		for _, c := range []struct {
			label   string
			options []miniflow.Option
		}{
			{"pose", []miniflow.Option{miniflow.WithParam("obs", "pose")}},
			{"pose-random", []miniflow.Option{miniflow.WithParam("obs", "pose"), miniflow.WithParam("domain_rand", true)}},
			{"fast", []miniflow.Option{miniflow.WithParam("quality", "fast")}},
			{"full", nil},
			{"full-rgb+depth+segmentation", []miniflow.Option{miniflow.WithParam("obs", "rgb+depth+segmentation")}},
		} {
			b.Run(name+"/"+c.label, func(b *testing.B) {
				env, batch, actions := benchEnv(b, name, c.options...)
				b.ReportAllocs()
				t := 0
				for b.Loop() {
					batch.Action.I32[0] = actions[t&4095]
					if err := env.Step(batch); err != nil {
						b.Fatal(err)
					}
					t++
				}
				b.ReportMetric(float64(t)/b.Elapsed().Seconds(), "steps/s")
			})
		}
	}
}

// BenchmarkReset measures resets with and without the first picture.
func BenchmarkReset(b *testing.B) {
	for _, name := range append(benchIDs, "Maze") {
		for _, obs := range []string{"pose", "rgb"} {
			b.Run(name+"/"+obs, func(b *testing.B) {
				env, batch, _ := benchEnv(b, name, miniflow.WithParam("obs", obs))
				b.ReportAllocs()
				for b.Loop() {
					if err := env.Reset(batch); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
