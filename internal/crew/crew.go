// Package crew runs short pieces of work on several goroutines, again and again:
// pieces of tens of microseconds, for which waking a parked goroutine each time
// would cost as much as it saves.
package crew

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// spins is how often a waiting goroutine looks before it gives way: about a
// millisecond. A batch of a thousand grid worlds takes about 50 us to step and
// waking a parked goroutine takes as long, so members must be found awake between
// two runs. Nor may they yield while they look: a goroutine that yields can land
// on the caller's processor, and then both take turns there at half the speed of
// one.
const spins = 2_000_000

// patience is spins, or 0 where there is one processor only: looking would keep
// the others from working.
func patience() int {
	if runtime.GOMAXPROCS(0) == 1 {
		return 0
	}
	return spins
}

// Crew is a number of goroutines, the caller's included, that wait for work. It
// is for one caller at a time. Close ends the others; they also end when the Crew
// is garbage.
type Crew struct{ team *team }

// team is a Crew without the handle that the user holds, so that the goroutines
// do not keep the handle alive.
type team struct {
	work  func(member int)
	seats []seat
	once  sync.Once
	gone  atomic.Bool
}

// seat is where one goroutine waits for work. Each has its own cache line.
type seat struct {
	turn   atomic.Uint32 // odd: work to do; even: done
	parked atomic.Bool
	wake   chan struct{}
	_      [64]byte
}

// New returns a crew of n members, at least 1. work(k) is what member k in [0,n)
// does at every Run; it must not refer to the Crew.
func New(n int, work func(member int)) *Crew {
	t := &team{work: work, seats: make([]seat, max(n, 1)-1)}
	for k := range t.seats {
		t.seats[k].wake = make(chan struct{}, 1)
		go t.serve(k)
	}
	c := &Crew{t}
	runtime.AddCleanup(c, func(t *team) { t.close() }, t)
	return c
}

// Members returns the number of members.
func (c *Crew) Members() int { return len(c.team.seats) + 1 }

// Closed reports whether Close was called.
func (c *Crew) Closed() bool { return c.team.gone.Load() }

// Close ends the other goroutines. There must be no Run after it.
func (c *Crew) Close() { c.team.close() }

// Run has the first n members, at least 1, do their work, the caller as member
// 0, and returns when all are done. It allocates nothing.
func (c *Crew) Run(n int) {
	seats := c.team.seats[:n-1]
	for k := range seats {
		seats[k].begin()
	}
	c.team.work(0)
	limit := patience()
	for k := range seats {
		for i := 0; seats[k].turn.Load()&1 == 1; i++ {
			if i >= limit {
				runtime.Gosched()
			}
		}
	}
	runtime.KeepAlive(c)
}

func (s *seat) begin() {
	s.turn.Add(1)
	if s.parked.CompareAndSwap(true, false) {
		s.wake <- struct{}{}
	}
}

// serve is the life of member k+1.
func (t *team) serve(k int) {
	s := &t.seats[k]
	for {
		s.wait()
		if t.gone.Load() {
			return
		}
		t.work(k + 1)
		s.turn.Add(1)
	}
}

// wait returns when there is work: it looks for a while and then parks.
func (s *seat) wait() {
	limit := patience()
	for i := 0; s.turn.Load()&1 == 0; i++ {
		if i < limit {
			continue
		}
		i = 0
		s.parked.Store(true)
		// Work may have come between the last look and the flag; whoever clears
		// the flag decides whether a wake-up is under way.
		if s.turn.Load()&1 == 1 && s.parked.CompareAndSwap(true, false) {
			return
		}
		<-s.wake
	}
}

func (t *team) close() {
	t.once.Do(func() {
		t.gone.Store(true)
		for k := range t.seats {
			t.seats[k].begin()
		}
	})
}
