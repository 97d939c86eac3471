package nn

import "github.com/miniflow-rl/miniflow/internal/simd"

// workers is how a tape shares large products between goroutines.
type workers[T Float] struct{}

// product runs a matrix product.
func (t *TapeOf[T]) product(p simd.Product[T]) { t.k.Product(&t.work, p) }

// SetThreads lets large products use up to n goroutines. The default is 1.
func (t *TapeOf[T]) SetThreads(n int) {}
