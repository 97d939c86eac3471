package miniflow

import (
	"fmt"

	"github.com/miniflow-rl/miniflow/internal/crew"
)

// ParallelEnv steps the lanes of an environment on several goroutines. Results
// do not depend on how many there are: lanes are independent. Make it with
// [NewParallel] or [WithThreads]. Close ends its goroutines; they also end when
// the ParallelEnv is garbage.
type ParallelEnv struct {
	Env
	chunks *chunks
	crew   *crew.Crew
}

var _ interface{ Unwrap() Env } = (*ParallelEnv)(nil)

// minChunk is the number of lanes below which waking another goroutine costs
// more than it saves; see the benchmarks of parallel_test.go.
const minChunk = 32

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
	w := &chunks{env: c, lanes: env.Len(), errs: make([]error, threads)}
	w.work = w.step
	return &ParallelEnv{env, w, crew.New(threads)}, nil
}

// Unwrap returns the environment inside.
func (p *ParallelEnv) Unwrap() Env { return p.Env }

// Threads returns the number of goroutines that step, the caller's included.
func (p *ParallelEnv) Threads() int { return p.crew.Members() }

// Step implements [Env]. If several lanes fail the error is that of the lowest.
func (p *ParallelEnv) Step(b *Batch) error {
	if p.crew.Closed() {
		return fmt.Errorf("miniflow: parallel: step after Close")
	}
	if err := p.chunks.env.CheckActions(b); err != nil {
		return err
	}
	p.chunks.batch = b
	p.crew.Run(p.crew.Members(), p.chunks.work)
	for _, err := range p.chunks.errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Close ends the goroutines. The environment can no longer be stepped.
func (p *ParallelEnv) Close() error {
	p.crew.Close()
	return nil
}

// chunks is the work of the goroutines: each steps its own range of lanes.
type chunks struct {
	env   ChunkStepper
	lanes int
	batch *Batch
	errs  []error     // of each
	work  func(k int) // step, made once
}

func (c *chunks) step(k int) {
	n := len(c.errs)
	c.errs[k] = c.env.StepChunk(c.batch, c.lanes*k/n, c.lanes*(k+1)/n)
}
