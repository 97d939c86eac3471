package nn

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func BenchmarkMLP(b *testing.B) {
	for _, batch := range []int{16, 64, 256, 1024} {
		m, err := newBench(batch, 1)
		require.NoError(b, err)
		b.Run(fmt.Sprintf("train/%d", batch), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m.train()
			}
		})
		b.Run(fmt.Sprintf("infer/%d", batch), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m.infer()
			}
		})
	}
}

func TestBenchMLP(t *testing.T) {
	r, err := BenchMLP([]int{4}, 1, time.Millisecond)
	require.NoError(t, err)
	require.Len(t, r, 2)
	require.Equal(t, "train", r[0].Task)
	require.Positive(t, r[0].Median)
	_, err = BenchMLP([]int{0}, 1, time.Millisecond)
	require.ErrorContains(t, err, "batch 0")
}

func TestTrainingStepDoesNotAllocate(t *testing.T) {
	m, err := newBench(32, 1)
	require.NoError(t, err)
	m.train()
	require.Zero(t, testing.AllocsPerRun(10, m.train))
	require.Zero(t, testing.AllocsPerRun(10, m.infer))
}

// Threads must change nothing but the time.
func TestThreadsGiveEqualBits(t *testing.T) {
	var want []float32
	for _, threads := range []int{1, 2, 3} {
		m, err := newBench(600, threads)
		require.NoError(t, err)
		for range 3 {
			m.train()
		}
		if want == nil {
			want = slices.Clone(m.net.data)
		}
		require.True(t, slices.Equal(want, m.net.data), "%d threads", threads)
		require.Zero(t, testing.AllocsPerRun(3, m.train))
		m.tape.SetThreads(1)
	}
	require.Panics(t, func() { NewTape().SetThreads(0) })
}
