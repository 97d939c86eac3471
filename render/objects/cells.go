package objects

import (
	"math"

	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// Cells compares points that were built by continuous actions with the target, by
// cells of the plane (or the line) that [Points] draws. The target's share of a cell
// is taken from its reward at some points of it. Make it with [NewCells].
type Cells struct {
	tally
	points *Points
	w, h   int
}

const (
	cellsAcross  = 32 // cells along a side of the plane
	cellsOnLine  = 64
	cellQuadrant = 4 // points along a side of a cell
)

// NewCells returns an empty collection, nil where objects are more than a point of
// what points draws.
func NewCells(points *Points) *Cells {
	if _, hybrid := points.rules.(*gfnenvs.Hybrid); hybrid || len(points.free()) > len(points.axes) {
		return nil
	}
	s := &Cells{points: points, w: cellsAcross, h: cellsAcross}
	if len(points.axes) == 1 {
		s.w, s.h = cellsOnLine, 1
	}
	s.target, s.counts = make([]float64, s.w*s.h), make([]float64, s.w*s.h)
	x, sum := append([]float64(nil), points.layout.Source...), 0.0
	most := math.Inf(-1)
	each := func(do func(cell int, log float64)) {
		rows := s.h * cellQuadrant
		if s.h == 1 {
			rows = 1
		}
		for k := range s.w * cellQuadrant * rows {
			at := [2]int{k % (s.w * cellQuadrant), k / (s.w * cellQuadrant)}
			for d, j := range points.axes {
				n := [2]int{s.w * cellQuadrant, rows}[d]
				x[j] = points.low[d] + (float64(at[d])+0.5)/float64(n)*(points.high[d]-points.low[d])
			}
			do(min(at[1]/cellQuadrant, s.h-1)*s.w+at[0]/cellQuadrant, points.rules.LogReward(x))
		}
	}
	each(func(_ int, log float64) { most = max(most, log) })
	each(func(cell int, log float64) {
		s.target[cell] += math.Exp(log - most)
		sum += math.Exp(log - most)
	})
	for k := range s.target {
		s.target[k] /= sum
	}
	return s
}

// cell returns the cell that a state is in, -1 outside the picture.
func (s *Cells) cell(x []float64) int {
	at := [2]int{}
	for d, j := range s.points.axes {
		n := [2]int{s.w, s.h}[d]
		share := (x[j] - s.points.low[d]) / (s.points.high[d] - s.points.low[d])
		if share < 0 || share > 1 {
			return -1
		}
		at[d] = min(int(share*float64(n)), n-1)
	}
	return at[1]*s.w + at[0]
}

// Add counts a point. One outside the picture counts among all, in no cell.
func (s *Cells) Add(x []float64) {
	s.n++
	if k := s.cell(x); k >= 0 {
		s.counts[k]++
	}
}

// Remove takes back an Add of x.
func (s *Cells) Remove(x []float64) {
	s.n--
	if k := s.cell(x); k >= 0 {
		s.counts[k]--
	}
}

// Draw draws the target and the points counted, and below them how far they are
// apart. name says whose points they are.
func (s *Cells) Draw(c *ui.Canvas, r ui.Rect, name string) {
	r = s.drawDistance(c, r, "no object yet")
	if s.h == 1 {
		drawBars(c, r, s.target, s.frequencies(), -1, s.n > 0, name, "from "+number(s.points.low[0])+" to "+number(s.points.high[0]))
		return
	}
	drawMaps(c, r, s.w, s.h, s.target, s.frequencies(), name)
}
