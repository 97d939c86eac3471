package gfn

import (
	"github.com/miniflow-rl/miniflow/internal/crew"
	"github.com/miniflow-rl/miniflow/internal/simd"
)

// workers do the arithmetic of networks on all processors: each takes rows of its
// own through a whole network, which stay in its cache.
type workers struct {
	crew *crew.Crew
	k    *simd.Set[float32]
	work []simd.Work[float32] // of each
}

// newWorkers returns n workers, the caller being one.
func newWorkers(n int) *workers {
	c := crew.New(n)
	return &workers{crew: c, k: simd.Float32(), work: make([]simd.Work[float32], c.Members())}
}

// members returns how many take part in work that is worth sharing out or not.
func (w *workers) members(worth bool) int {
	if worth {
		return w.crew.Members()
	}
	return 1
}
