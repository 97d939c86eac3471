package objects

import (
	"fmt"
	"slices"

	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// Samples compares objects that were built with the target distribution, where
// all objects can be enumerated. Make it with [NewSamples].
type Samples struct {
	tally // by the number of the state in graph
	graph *exact.Graph
	flat  bool  // the states are points of a grid of two dimensions or more
	order []int // the objects, the most probable first; nil for grids
}

// NewSamples returns an empty collection for rules with at most limit states. It
// fails with an error that wraps [exact.ErrTooMany] if there are more.
func NewSamples(rules gfnenvs.Rules, limit int) (*Samples, error) {
	g, err := exact.EnumerateUpTo(rules, limit)
	if err != nil {
		return nil, err
	}
	_, grid := gfnenvs.Innermost(rules).(*gfnenvs.HyperGrid)
	s := &Samples{tally: tally{target: g.Target(), counts: make([]float64, g.Len())}, graph: g, flat: grid && len(rules.Layout().Values) > 1}
	if s.flat {
		return s, nil
	}
	for i := range g.Len() {
		if g.CanExit(i) {
			s.order = append(s.order, i)
		}
	}
	slices.SortStableFunc(s.order, func(i, j int) int {
		switch d := g.Target()[j] - g.Target()[i]; {
		case d > 0:
			return 1
		case d < 0:
			return -1
		}
		return 0
	})
	return s, nil
}

// Add counts an object.
func (s *Samples) Add(x []int32) {
	if i, ok := s.graph.Index(x); ok {
		s.counts[i]++
		s.n++
	}
}

// Remove takes back an Add of x.
func (s *Samples) Remove(x []int32) {
	if i, ok := s.graph.Index(x); ok && s.counts[i] > 0 {
		s.counts[i]--
		s.n--
	}
}

// Target returns the probability of x under the target distribution.
func (s *Samples) Target(x []int32) float64 {
	if i, ok := s.graph.Index(x); ok {
		return s.graph.Target()[i]
	}
	return 0
}

// Peak returns the largest log reward of an object.
func (s *Samples) Peak() float64 { return slices.Max(s.graph.LogReward()) }

// Draw draws the target and the objects counted, side by side on one scale, and
// below them how far they are apart. at is an object to mark, nil for none; name
// says whose samples they are.
func (s *Samples) Draw(c *ui.Canvas, r ui.Rect, at []int32, name string) {
	r = s.drawDistance(c, r, fmt.Sprintf("no object yet; %s in all", count(s.graph.Terminating())))
	if s.flat {
		s.drawPlanes(c, r, at, name)
	} else {
		s.drawSorted(c, r, at, name)
	}
}

// drawPlanes draws heat maps of the first two coordinates.
func (s *Samples) drawPlanes(c *ui.Canvas, r ui.Rect, at []int32, name string) {
	values := s.graph.Rules().Layout().Values
	w, h := values[0], values[1]
	var sums [2][]float64
	for k, p := range [2][]float64{s.target, s.frequencies()} {
		sums[k] = make([]float64, w*h)
		for i, v := range p {
			if v > 0 {
				x := s.graph.State(i)
				sums[k][int(x[1])*w+int(x[0])] += v
			}
		}
	}
	for _, box := range drawMaps(c, r, w, h, sums[0], sums[1], name) {
		if at != nil {
			cell := box.W / float64(w)
			c.Ring(box.X+(float64(at[0])+0.5)*cell, box.Y+box.H-(float64(at[1])+0.5)*cell, max(4, cell*0.6), 1.5, ui.Bright)
		}
	}
}

// bars is the largest number of bars.
const bars = 64

// drawSorted draws bars, the most probable objects first; a bar holds several
// objects where there are many.
func (s *Samples) drawSorted(c *ui.Canvas, r ui.Rect, at []int32, name string) {
	per := (len(s.order) + bars - 1) / bars
	n := (len(s.order) + per - 1) / per
	target, f := make([]float64, n), make([]float64, n)
	freq, mark, here := s.frequencies(), -1, -1
	if at != nil {
		if i, ok := s.graph.Index(at); ok {
			here = i
		}
	}
	for k, i := range s.order {
		target[k/per] += s.target[i]
		f[k/per] += freq[i]
		if i == here {
			mark = k / per
		}
	}
	what := "objects, the most probable first"
	if per > 1 {
		what = fmt.Sprintf("%s objects, the most probable first, %d a bar", count(len(s.order)), per)
	}
	drawBars(c, r, target, f, mark, s.n > 0, name, what)
}
