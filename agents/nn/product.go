package nn

import (
	"runtime"

	"github.com/miniflow-rl/miniflow/internal/simd"
)

const (
	// sharedWork is how many multiplications a product needs before waking another goroutine, a few microseconds, pays.
	sharedWork = 8 << 20
	// sharedRows is the unit in which rows are dealt out: every kernel's tiles divide it.
	sharedRows = 12
)

// workers are goroutines that compute parts of products. Every element of a result is computed by one goroutine in the one
// order the kernels have, so results do not depend on how many there are.
type workers[T Float] struct {
	tasks []chan simd.Product[T]
	done  chan struct{}
}

// SetThreads lets large products use up to n goroutines, the caller's included. The default is 1, which is best for batches
// below a few hundred and wherever environments keep the other cores busy. It panics if n < 1.
func (t *TapeOf[T]) SetThreads(n int) {
	if n < 1 {
		t.fail("SetThreads", "%d threads; want 1 or more", n)
	}
	if t.workers != nil {
		t.workers.stop()
		t.workers = nil
	}
	if n == 1 {
		return
	}
	w := &workers[T]{done: make(chan struct{}, n)}
	for range n - 1 {
		tasks := make(chan simd.Product[T], 1)
		w.tasks = append(w.tasks, tasks)
		go func(k *simd.Set[T], done chan<- struct{}) {
			var work simd.Work[T]
			for p := range tasks {
				k.Product(&work, p)
				done <- struct{}{}
			}
		}(t.k, w.done)
	}
	t.workers = w
	runtime.AddCleanup(t, func(w *workers[T]) { w.stop() }, w) // a tape nobody needs takes its goroutines along
}

// stop ends the goroutines; stopping twice is harmless.
func (w *workers[T]) stop() {
	for _, c := range w.tasks {
		close(c)
	}
	w.tasks = nil
}

// product runs a matrix product, sharing its rows between goroutines if it is large.
func (t *TapeOf[T]) product(p simd.Product[T]) {
	if t.workers == nil || p.M*p.N*p.K < sharedWork || p.M < 2*sharedRows {
		t.k.Product(&t.work, p)
		return
	}
	parts := min(len(t.workers.tasks)+1, p.M/sharedRows)
	rows := (p.M/parts + sharedRows - 1) / sharedRows * sharedRows
	shared := 0
	for first := rows; first < p.M; first += rows {
		q := p
		q.M = min(rows, p.M-first)
		if p.TransA {
			q.A = p.A[first:]
		} else {
			q.A = p.A[first*p.LDA:]
		}
		q.C = p.C[first*p.LDC:]
		t.workers.tasks[shared] <- q
		shared++
	}
	p.M = rows
	t.k.Product(&t.work, p)
	for range shared {
		<-t.workers.done
	}
}
