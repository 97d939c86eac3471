package crew_test

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/internal/crew"
)

// TestRun: every member that is called works once a run, whether it was still
// looking for work or had parked.
func TestRun(t *testing.T) {
	for _, members := range []int{1, 2, 5} {
		var done [5]atomic.Int64
		c, work := crew.New(members), func(k int) { done[k].Add(1) }
		require.Equal(t, members, c.Members())
		want := make([]int64, 5)
		for run := range 200 {
			n := 1 + run%members
			c.Run(n, work)
			for k := range n {
				want[k]++
			}
			for k := range want {
				require.Equal(t, want[k], done[k].Load(), "run %d, member %d", run, k)
			}
			if run%50 == 0 {
				for range 1000 { // long enough to park
					runtime.Gosched()
				}
			}
		}
		require.Zero(t, testing.AllocsPerRun(10, func() { c.Run(members, work) }))
	}
}

// TestCleanup: the goroutines end with their crew.
func TestCleanup(t *testing.T) {
	before := runtime.NumGoroutine()
	crew.New(4).Run(4, func(int) {})
	deadline := time.Now().Add(10 * time.Second)
	for runtime.NumGoroutine() > before {
		require.True(t, time.Now().Before(deadline), "%d goroutines, %d before", runtime.NumGoroutine(), before)
		runtime.GC()
	}
}

func BenchmarkRun(b *testing.B) {
	c := crew.New(2)
	work := func(int) {}
	for b.Loop() {
		c.Run(2, work)
	}
}
