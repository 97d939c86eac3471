package objects

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// Samples compares objects that were built with the target distribution, where
// all objects can be enumerated. Make it with [NewSamples].
type Samples struct {
	graph  *exact.Graph
	flat   bool // the states are points of a grid of two dimensions or more
	counts []float64
	n      int
	order  []int // the objects, the most probable first; nil for grids
}

// NewSamples returns an empty collection for rules with at most limit states. It
// fails with an error that wraps [exact.ErrTooMany] if there are more.
func NewSamples(rules gfnenvs.Rules, limit int) (*Samples, error) {
	g, err := exact.EnumerateUpTo(rules, limit)
	if err != nil {
		return nil, err
	}
	_, grid := gfnenvs.Innermost(rules).(*gfnenvs.HyperGrid)
	s := &Samples{graph: g, counts: make([]float64, g.Len()), flat: grid && len(rules.Layout().Values) > 1}
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

// Clear forgets all objects.
func (s *Samples) Clear() {
	clear(s.counts)
	s.n = 0
}

// Len returns the number of objects counted.
func (s *Samples) Len() int { return s.n }

// Target returns the probability of x under the target distribution.
func (s *Samples) Target(x []int32) float64 {
	if i, ok := s.graph.Index(x); ok {
		return s.graph.Target()[i]
	}
	return 0
}

// Peak returns the largest log reward of an object.
func (s *Samples) Peak() float64 { return slices.Max(s.graph.LogReward()) }

// frequencies returns the share of every state among the objects counted, by its
// number in the graph; all are 0 before the first.
func (s *Samples) frequencies() []float64 {
	f := slices.Clone(s.counts)
	for i := range f {
		f[i] /= float64(max(1, s.n))
	}
	return f
}

// Distance is how far samples are from the target.
type Distance struct {
	L1  float64 // Σ |frequency - target|, in [0,2]
	JSD float64 // in nats
	// Noise is the L1 that as many samples of the target itself have on average,
	// nearly: Σ sqrt(2 p (1-p) / (π n)).
	Noise float64
}

// Distance returns how far the objects counted are from the target; all is NaN
// before the first.
func (s *Samples) Distance() Distance {
	if s.n == 0 {
		return Distance{math.NaN(), math.NaN(), math.NaN()}
	}
	target, f := s.graph.Target(), s.frequencies()
	d := Distance{L1: exact.L1(f, target), JSD: exact.JSD(f, target)}
	for _, p := range target {
		// The normal approximation is too large where hardly any sample falls: no
		// frequency is further from p than 2p(1-p) on average.
		d.Noise += min(math.Sqrt(2*p*(1-p)/(math.Pi*float64(s.n))), 2*p*(1-p))
	}
	return d
}

// Draw draws the target and the objects counted, side by side on one scale, and
// below them how far they are apart. at is an object to mark, nil for none; name
// says whose samples they are.
func (s *Samples) Draw(c *ui.Canvas, r ui.Rect, at []int32, name string) {
	small := r.H < 170
	foot := 42.0
	if small {
		foot = 20
	}
	low, r := r.CutBottom(foot)
	if s.flat {
		s.drawMaps(c, r, at, name)
	} else {
		s.drawBars(c, r, at, name)
	}
	d := s.Distance()
	text := ui.Style{Size: 13, Color: ui.Plain}
	line := fmt.Sprintf("no object yet; %s in all", count(s.graph.Terminating()))
	if s.n > 0 {
		line = fmt.Sprintf("%s objects   L1 %.4f   JSD %.4f", count(s.n), d.L1, d.JSD)
	}
	c.TextCenter(ui.Rect{X: low.X, Y: low.Y, W: low.W, H: 20}, line, text)
	if s.n > 0 && !small {
		c.TextCenter(ui.Rect{X: low.X, Y: low.Y + 20, W: low.W, H: 20},
			fmt.Sprintf("L1 of as many samples of the target itself: about %.4f", d.Noise), ui.Style{Size: 12, Color: ui.Muted})
	}
}

// count writes a number with a comma every three digits.
func count(n int) string {
	s := fmt.Sprint(n)
	for k := len(s) - 3; k > 0; k -= 3 {
		s = s[:k] + "," + s[k:]
	}
	return s
}

// drawMaps draws two heat maps of the first two coordinates.
func (s *Samples) drawMaps(c *ui.Canvas, r ui.Rect, at []int32, name string) {
	values := s.graph.Rules().Layout().Values
	w, h := values[0], values[1]
	var sums [2][]float64
	most := 0.0
	for k, p := range [2][]float64{s.graph.Target(), s.frequencies()} {
		sums[k] = make([]float64, w*h)
		for i, v := range p {
			if v > 0 {
				x := s.graph.State(i)
				sums[k][int(x[1])*w+int(x[0])] += v
			}
		}
		if k == 0 {
			most = slices.Max(sums[k])
		}
	}
	for k, title := range [2]string{"target", name} {
		half := ui.Rect{X: r.X + float64(k)*(r.W+12)/2, Y: r.Y, W: (r.W - 12) / 2, H: r.H}
		head, half := half.CutTop(20)
		box := Heat(c, half, w, h, func(x, y int) float64 { return sums[k][(h-1-y)*w+x] / most })
		c.TextCenter(ui.Rect{X: head.X, Y: box.Y - 20, W: head.W, H: 18}, title, ui.Style{Font: ui.Bold, Size: 12, Color: ui.Plain})
		if at != nil {
			cell := box.W / float64(w)
			c.Ring(box.X+(float64(at[0])+0.5)*cell, box.Y+box.H-(float64(at[1])+0.5)*cell, max(4, cell*0.6), 1.5, ui.Bright)
		}
	}
}

// bars is the largest number of bars.
const bars = 64

// drawBars draws the target as bars, the most probable objects first, and what
// was counted as marks on them; a bar holds several objects where there are many.
func (s *Samples) drawBars(c *ui.Canvas, r ui.Rect, at []int32, name string) {
	per := (len(s.order) + bars - 1) / bars
	n := (len(s.order) + per - 1) / per
	target, f := make([]float64, n), make([]float64, n)
	freq, mark := s.frequencies(), -1
	here := -1
	if at != nil {
		if i, ok := s.graph.Index(at); ok {
			here = i
		}
	}
	for k, i := range s.order {
		target[k/per] += s.graph.Target()[i]
		f[k/per] += freq[i]
		if i == here {
			mark = k / per
		}
	}
	head, r := r.CutTop(22)
	axis, r := r.CutBottom(18)
	st := ui.Style{Size: 12, Color: ui.Plain}
	x := head.X
	for k, title := range [2]string{"target", name} {
		c.Fill(ui.Rect{X: x, Y: head.Y + 4, W: 12, H: 10}, [2]color.NRGBA{kinds[0], ui.Accent}[k])
		x = c.Text(x+18, head.Y+14, title, st) + 16
	}
	what := "objects, the most probable first"
	if per > 1 {
		what = fmt.Sprintf("%s objects, the most probable first, %d a bar", count(len(s.order)), per)
	}
	c.TextCenter(axis, what, ui.Style{Size: 11.5, Color: ui.Muted})
	most := max(slices.Max(target), slices.Max(f), 1e-300)
	w := r.W / float64(n)
	for k := range n {
		bar := ui.Rect{X: r.X + w*float64(k), Y: r.Y + r.H*(1-target[k]/most), W: max(1, w-min(2, w*0.2)), H: r.H * target[k] / most}
		col := faint(kinds[0])
		if k == mark {
			col = kinds[0]
		}
		c.Fill(bar, col)
		c.Fill(ui.Rect{X: bar.X, Y: bar.Y, W: bar.W, H: 1.5}, kinds[0])
		if s.n > 0 {
			y := r.Y + r.H*(1-f[k]/most)
			c.Fill(ui.Rect{X: bar.X, Y: y - 1.5, W: bar.W, H: 3}, ui.Accent)
		}
	}
	c.Fill(ui.Rect{X: r.X, Y: r.Y + r.H, W: r.W, H: 1}, ui.Edge)
}
