package gfnenvs

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow"
)

// ModeCounter counts the distinct modes among the states that it is shown. It
// allocates only for a mode that it has not seen.
type ModeCounter struct {
	rules Moded
	found map[string]struct{}
	key   []byte
}

// NewModeCounter returns a counter of the modes of r, which must be [Moded].
func NewModeCounter(r Rules) (*ModeCounter, error) {
	m, ok := r.(Moded)
	if !ok {
		return nil, fmt.Errorf("gfnenvs: mode counter: %T does not say which states are modes: give it a method IsMode: %w", r, miniflow.ErrParam)
	}
	return &ModeCounter{rules: m, found: map[string]struct{}{}}, nil
}

// Add shows the counter a terminating state and reports whether it is a mode that
// was not seen before.
func (c *ModeCounter) Add(s []int32) bool {
	if !c.rules.IsMode(s) {
		return false
	}
	c.key = c.key[:0]
	for _, v := range s {
		c.key = binary.AppendUvarint(c.key, uint64(v))
	}
	if _, ok := c.found[string(c.key)]; ok {
		return false
	}
	c.found[string(c.key)] = struct{}{}
	return true
}

// Len returns the number of distinct modes seen.
func (c *ModeCounter) Len() int { return len(c.found) }

// Modes returns the number of modes of the grid in closed form, which has it for
// grids of any size, and false for the cosine and the coprime reward and for
// numbers of the others that make modes of something else than their peaks.
func (g *HyperGrid) Modes() (float64, bool) {
	switch r := g.reward.(type) {
	case OriginalReward:
		return countOf(g.ndim, g.height, inBand), r.R2 > 0
	case DeceptiveReward:
		return countOf(g.ndim, g.height, inBand), r.R2 > r.R1
	case SparseReward:
		return r.total(g.ndim, g.height) - gridEps*math.Pow(float64(g.height), float64(g.ndim)), true
	case XORReward:
		return lastTier(r.Weights, func(w []float64) float64 {
			return XORReward{Weights: w, Dims: r.Dims, Bits: r.Bits}.total(g.ndim, g.height)
		}), true
	case MultiscaleReward:
		tier := 0
		for v := r.R0; tier < len(r.Weights) && v < g.ModeThreshold(); tier++ {
			v += r.Weights[tier]
		}
		return lastTier(r.Weights[:tier], func(w []float64) float64 {
			r.R0, r.Weights = 0, w
			return r.total(g.ndim, g.height)
		}), true
	}
	return 0, false
}

// lastTier counts the points of the last tier: the sum of a reward that is 1 for
// them and 0 for all others.
func lastTier(weights []float64, total func(w []float64) float64) float64 {
	if len(weights) == 0 {
		return 0
	}
	w := make([]float64, len(weights))
	w[len(w)-1] = 1
	return total(w)
}
