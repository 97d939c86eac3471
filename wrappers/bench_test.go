package wrappers_test

import (
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/stretchr/testify/require"
)

// BenchmarkWrappers steps 256 lanes of DoorKey-8x8 with random actions through a
// chain of wrappers; resets included.
func BenchmarkWrappers(b *testing.B) {
	for _, chain := range []string{"", "img", "full", "view_size:size=5", "onehot", "rgb_partial:tile=8", "rgb:tile=8", "symbolic", "flat", "embed",
		"time_limit", "frame_stack", "statistics", "normalize_obs", "rgb_partial:tile=8,gray", "allocentric", "describe"} {
		b.Run(chain, func(b *testing.B) {
			const lanes = 256
			env, err := maker("MiniGrid-DoorKey-8x8-v0", chain)(lanes)
			require.NoError(b, err)
			batch := miniflow.NewBatch(env)
			require.NoError(b, env.Reset(batch, 1))
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

// TestAllocates checks whole batches, resets within episodes included: nothing
// that a wrapper does allocates. DoorKey's own resets do not either.
func TestAllocates(t *testing.T) {
	for _, chain := range chains {
		env, err := maker("MiniGrid-Empty-5x5-v0", chain)(8)
		require.NoError(t, err)
		b := miniflow.NewBatch(env)
		require.NoError(t, env.Reset(b, 1))
		rng := miniflow.NewRand(3)
		step := func() {
			for i := range b.Action.I32 {
				b.Action.I32[i] = int32(rng.Intn(env.Spec().NumActions()))
			}
			if err := env.Step(b); err != nil {
				t.Fatal(err)
			}
		}
		for range 300 {
			step() // tiles, texts and scratch memory come into being
		}
		require.LessOrEqual(t, testing.AllocsPerRun(50, step), 0.0, chain)
	}
}
