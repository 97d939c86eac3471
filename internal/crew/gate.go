package crew

import (
	"runtime"
	"sync/atomic"
	"time"
)

// gate is where one goroutine waits until another opens it, once for each opening.
// The waiting one looks for a while before it parks: waking a parked goroutine
// takes as long as a batch of a thousand grid worlds, about 50 us. It must not
// yield while it looks: a goroutine that yields can land on the other's processor,
// and then both take turns there at half the speed of one.
type gate struct {
	ready  atomic.Bool
	parked atomic.Bool
	wake   chan struct{}
	looks  int      // before parking; the waiting goroutine's own
	_      [64]byte // gates do not share a cache line
}

const (
	// leastLooks and mostLooks are half a microsecond and a millisecond.
	leastLooks, mostLooks = 1_000, 2_000_000
	// worthLooking is how long parking may last for looking to have been better.
	// Where others use the processors, waits are as long as their turns, which are
	// milliseconds: looking then only keeps the awaited goroutine from running. It
	// is longer than a batch takes alone: a goroutine that parks once and comes too
	// late, so that its work is taken back, would else park again and again.
	worthLooking = time.Millisecond
)

func (g *gate) init() { g.wake, g.looks = make(chan struct{}, 1), mostLooks/16 }

// open lets the waiting goroutine pass once.
func (g *gate) open() {
	g.ready.Store(true)
	if g.parked.CompareAndSwap(true, false) {
		g.wake <- struct{}{}
	}
}

// pass waits until the gate is open, and closes it.
func (g *gate) pass() {
	looks := g.looks
	if runtime.GOMAXPROCS(0) == 1 {
		looks = 1 // looking would keep the other from working
	}
	for range looks {
		if g.ready.Load() {
			g.ready.Store(false)
			return
		}
	}
	start := time.Now()
	g.parked.Store(true)
	// The gate may have opened between the last look and the flag; whoever clears
	// the flag decides whether a wake-up is under way.
	if !g.ready.Load() || !g.parked.CompareAndSwap(true, false) {
		<-g.wake
	}
	g.ready.Store(false)
	if time.Since(start) < worthLooking {
		g.looks = min(2*g.looks, mostLooks)
	} else {
		g.looks = max(g.looks/2, leastLooks)
	}
}
