// Package crew runs short pieces of work on several goroutines, again and again:
// pieces of tens of microseconds, for which waking a parked goroutine each time
// would cost as much as it saves.
package crew

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Crew is a number of goroutines, the caller's included, that wait for work. It
// is for one caller at a time. Close ends the others; they also end when the Crew
// is garbage.
type Crew struct{ team *team }

// team is a Crew without the handle that the user holds, so that the goroutines
// do not keep the handle alive.
type team struct {
	work  func(member int) // of the run at hand
	seats []seat
	once  sync.Once
	gone  atomic.Bool
}

// seat is where one of the other goroutines works: it begins when the caller
// opens the one gate, takes the offered work, and opens the other when it is done.
// Work that it did not begin in time is taken back.
type seat struct {
	begin, done gate
	offered     atomic.Bool
}

// New returns a crew of n members, at least 1.
func New(n int) *Crew {
	t := &team{seats: make([]seat, max(n, 1)-1)}
	for k := range t.seats {
		t.seats[k].begin.init()
		t.seats[k].done.init()
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

// Run calls work(k) for member k in [0,n), n at least 1, the caller as member 0,
// and returns when all are done. Where another goroutine has not begun when the
// caller is done, because other programs use its processor, the caller works in
// its place: waiting for it could take a thousand times as long. Run allocates
// nothing.
func (c *Crew) Run(n int, work func(member int)) {
	seats := c.team.seats[:n-1]
	c.team.work = work
	for k := range seats {
		seats[k].offered.Store(true)
		seats[k].begin.open()
	}
	work(0)
	for k := range seats {
		if seats[k].offered.CompareAndSwap(true, false) {
			work(k + 1)
		} else {
			seats[k].done.pass()
		}
	}
	c.team.work = nil // it may refer to the Crew
	runtime.KeepAlive(c)
}

// serve is the life of member k+1.
func (t *team) serve(k int) {
	s := &t.seats[k]
	for {
		s.begin.pass()
		if t.gone.Load() {
			return
		}
		// The gate may have stayed open from work that was taken back.
		if s.offered.CompareAndSwap(true, false) {
			t.work(k + 1)
			s.done.open()
		}
	}
}

func (t *team) close() {
	t.once.Do(func() {
		t.gone.Store(true)
		for k := range t.seats {
			t.seats[k].begin.open()
		}
	})
}
