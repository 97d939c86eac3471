package crew_test

import (
	"runtime"
	"strings"
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

// TestTakeBack: what another goroutine does not begin in time, here because there
// is one processor, the caller does.
func TestTakeBack(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	c, taken := crew.New(2), false
	for range 1000 { // the runtime may interrupt the caller, but not each time
		var goroutine [2]string
		c.Run(2, func(k int) {
			var stack [32]byte
			goroutine[k] = strings.Fields(string(stack[:runtime.Stack(stack[:], false)]))[1]
		})
		require.NotEmpty(t, goroutine[1])
		taken = taken || goroutine[0] == goroutine[1]
	}
	require.True(t, taken)
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
