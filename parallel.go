package miniflow

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

// ParallelEnv steps the lanes of an environment on several goroutines. Results
// do not depend on how many there are: lanes are independent. Make it with
// [NewParallel] or [WithThreads]. Close ends its goroutines; they also end when
// the ParallelEnv is garbage.
type ParallelEnv struct {
	Env
	team *team
}

var _ interface{ Unwrap() Env } = (*ParallelEnv)(nil)

// minChunk is the number of lanes below which waking another goroutine costs
// more than it saves; see the benchmarks of parallel_test.go.
const minChunk = 32

// spins is how often a waiting goroutine looks before it gives way: about a
// millisecond. A batch of a thousand grid worlds takes about 50 us to step and
// waking a parked goroutine takes as long, so workers must be found awake between
// two steps. Nor may they yield while they look: a goroutine that yields can land
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

// NewParallel returns env stepped by the calling goroutine and threads-1 others.
// env must be a [ChunkStepper]; so is every [VectorEnv].
func NewParallel(env Env, threads int) (*ParallelEnv, error) {
	c, ok := env.(ChunkStepper)
	if !ok {
		return nil, fmt.Errorf("miniflow: parallel: %T cannot step part of its lanes: wrap the Parallel, not the other way round", env)
	}
	if threads < 1 {
		return nil, fmt.Errorf("miniflow: parallel: %d threads: want at least 1", threads)
	}
	threads = min(threads, max(1, env.Len()/minChunk))
	t := &team{env: c, lanes: env.Len(), errs: make([]error, threads), seats: make([]seat, threads-1)}
	for k := range t.seats {
		t.seats[k].wake = make(chan struct{}, 1)
		go t.work(k)
	}
	p := &ParallelEnv{env, t}
	runtime.AddCleanup(p, func(t *team) { t.close() }, t)
	return p, nil
}

// Unwrap returns the environment inside.
func (p *ParallelEnv) Unwrap() Env { return p.Env }

// Threads returns the number of goroutines that step, the caller's included.
func (p *ParallelEnv) Threads() int { return len(p.team.errs) }

// Step implements [Env]. If several lanes fail the error is that of the lowest.
func (p *ParallelEnv) Step(b *Batch) error {
	if err := p.team.env.CheckActions(b); err != nil {
		return err
	}
	err := p.team.step(b)
	runtime.KeepAlive(p)
	return err
}

// Close ends the goroutines. The environment can no longer be stepped.
func (p *ParallelEnv) Close() error {
	p.team.close()
	return nil
}

// team is a ParallelEnv without the handle that the user holds, so that the
// goroutines do not keep the handle alive.
type team struct {
	env   ChunkStepper
	lanes int
	batch *Batch
	errs  []error
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

func (t *team) chunk(k int) (lo, hi int) {
	n := len(t.errs)
	return t.lanes * k / n, t.lanes * (k + 1) / n
}

func (t *team) step(b *Batch) error {
	if t.gone.Load() {
		return fmt.Errorf("miniflow: parallel: step after Close")
	}
	t.batch = b
	for k := range t.seats {
		s := &t.seats[k]
		s.turn.Add(1)
		if s.parked.CompareAndSwap(true, false) {
			s.wake <- struct{}{}
		}
	}
	lo, hi := t.chunk(0)
	t.errs[0] = t.env.StepChunk(b, lo, hi)
	limit := patience()
	for k := range t.seats {
		for n := 0; t.seats[k].turn.Load()&1 == 1; n++ {
			if n >= limit {
				runtime.Gosched()
			}
		}
	}
	for _, err := range t.errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *team) work(k int) {
	s := &t.seats[k]
	lo, hi := t.chunk(k + 1)
	for {
		limit := patience()
		for n := 0; s.turn.Load()&1 == 0; n++ {
			if n < limit {
				continue
			}
			n = 0
			s.parked.Store(true)
			// The turn may have come between the last look and the flag; whoever
			// clears the flag decides whether a wake-up is under way.
			if s.turn.Load()&1 == 1 && s.parked.CompareAndSwap(true, false) {
				break
			}
			<-s.wake
		}
		if t.gone.Load() {
			return
		}
		t.errs[k+1] = t.env.StepChunk(t.batch, lo, hi)
		s.turn.Add(1)
	}
}

func (t *team) close() {
	t.once.Do(func() {
		t.gone.Store(true)
		for k := range t.seats {
			s := &t.seats[k]
			s.turn.Add(1)
			if s.parked.CompareAndSwap(true, false) {
				s.wake <- struct{}{}
			}
		}
	})
}
