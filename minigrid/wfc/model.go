package wfc

import (
	"errors"
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow"
)

// ErrContradiction says that no attempt led to a map.
var ErrContradiction = errors.New("wave function collapse found no map")

// Model generates pictures that look like the one it learned from. It is not
// safe for concurrent use.
type Model struct {
	options Options
	catalog *catalog
	wave    wave
	weights []float64 // scratch for draws
}

// NewModel learns from a picture.
func NewModel(p *Picture, o Options) (*Model, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if p.Width < 1 || p.Height < 1 {
		return nil, fmt.Errorf("wfc: the picture has no pixels: %w", miniflow.ErrParam)
	}
	c := newCatalog(p, o)
	return &Model{options: o, catalog: c, weights: make([]float64, len(c.weights))}, nil
}

// Patterns returns the number of different patterns learned.
func (m *Model) Patterns() int { return len(m.catalog.weights) }

// Generate returns a picture of rows x cols tiles. It fails with an error that
// wraps [ErrContradiction] when all attempts did.
func (m *Model) Generate(rng *miniflow.Rand, rows, cols int) (*Picture, error) {
	if rows < 1 || cols < 1 || rows > 1<<10 || cols > 1<<10 {
		return nil, fmt.Errorf("wfc: a map of %dx%d tiles: want 1 to %d each way: %w", rows, cols, 1<<10, miniflow.ErrParam)
	}
	preference := make([]float64, rows*cols)
	for k := range preference {
		preference[k] = rng.Random() * 0.1
	}
	if m.options.Location == BySpiral {
		spiral(preference, rows, cols)
	}
	for range m.options.Attempts {
		if m.attempt(rng, rows, cols, preference) {
			return m.picture(rows, cols), nil
		}
	}
	return nil, fmt.Errorf("%w in %d attempts", ErrContradiction, m.options.Attempts)
}

// maxDecisions bounds an attempt that takes decisions back, which could go on for
// longer than anybody waits: so many times the number of cells.
const maxDecisions = 4

// attempt decides cell after cell and reports whether all could be decided.
func (m *Model) attempt(rng *miniflow.Rand, rows, cols int, preference []float64) bool {
	w := &m.wave
	w.reset(m.catalog, rows, cols, m.options.Periodic)
	for range maxDecisions * rows * cols {
		if w.solved() {
			return true
		}
		if m.options.AllPatterns && !w.hasAll() {
			return false
		}
		var before wave
		if m.options.Backtrack {
			before = w.clone()
		}
		if !w.propagate() {
			return false
		}
		cell := m.locate(preference)
		pattern := m.choose(rng, w.cells[cell])
		w.decide(cell, pattern)
		if w.propagate() {
			continue
		}
		if !m.options.Backtrack {
			return false
		}
		*w = before
		w.exclude(cell, pattern)
	}
	return false
}

// locate returns the undecided cell to decide next; the first cell if none is.
func (m *Model) locate(preference []float64) int {
	best, cell := math.Inf(1), 0
	for k, s := range m.wave.cells {
		n := s.count()
		if n < 2 {
			continue
		}
		var v float64
		switch m.options.Location {
		case ByEntropy:
			v = preference[k] + float64(n)
		case ByAntiEntropy:
			v = -(preference[k] + float64(n))
		case ByLexical:
			v = 1
		case BySimple:
			v = float64(n)
		default:
			v = preference[k]
		}
		if v < best {
			best, cell = v, k
		}
	}
	return cell
}

// choose returns the pattern for a cell in which those of s are left.
func (m *Model) choose(rng *miniflow.Rand, s set) int {
	switch m.options.Choice {
	case FirstPattern:
		first := -1
		s.each(func(i int) {
			if first < 0 {
				first = i
			}
		})
		return first
	case MostPossible:
		most := m.wave.mostPossible()
		return most[rng.Choice(len(most))]
	}
	clear(m.weights)
	sum := 0.0
	s.each(func(i int) {
		m.weights[i] = 1
		if m.options.Choice == Weighted {
			m.weights[i] = m.catalog.weights[i]
		}
		sum += m.weights[i]
	})
	for i := range m.weights {
		m.weights[i] /= sum
	}
	return rng.ChoiceP(m.weights)
}

// picture puts the top left tile of every cell's pattern together.
func (m *Model) picture(rows, cols int) *Picture {
	size := m.options.TileSize
	p := &Picture{Width: cols * size, Height: rows * size, Pix: make([]RGB, rows*cols*size*size)}
	for k, s := range m.wave.cells {
		s.each(func(i int) {
			t := m.catalog.tiles[m.catalog.corner[i]]
			for y := range size {
				for x := range size {
					p.Pix[(k/cols*size+y)*p.Width+k%cols*size+x] = t.At(y, x)
				}
			}
		})
	}
	return p
}

// spiral replaces preferences by an order outwards from the middle: one step
// left, then in turn up, right, down, left, ever longer. Where it leaves an even
// map it comes in again on the other side, as negative indices do in Python.
func spiral(preference []float64, rows, cols int) {
	r, c, fill := rows/2, cols/2, 0
	mark := func() {
		y, x := r, c
		if y < 0 {
			y += rows
		}
		if x < 0 {
			x += cols
		}
		if fill < len(preference) && uint(y) < uint(rows) && uint(x) < uint(cols) {
			preference[y*cols+x] = float64(fill) / float64(len(preference))
			fill++
		}
	}
	walk := func(dr, dc, n int) {
		for range n {
			r, c = r+dr, c+dc
			mark()
		}
	}
	mark()
	for n := 1; fill < len(preference) && n < 4*(rows+cols); n++ {
		if n%2 == 1 {
			walk(0, -1, 1)
			walk(-1, 0, n)
			walk(0, 1, n)
		} else {
			walk(0, 1, 1)
			walk(1, 0, n)
			walk(0, -1, n)
		}
	}
}

// clone returns a model that shares what was learned but can be used at the same
// time.
func (m *Model) clone() *Model {
	return &Model{options: m.options, catalog: m.catalog, weights: make([]float64, len(m.weights))}
}
