package objects

import (
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// tally counts how often each of some events happened, beside their probabilities.
type tally struct {
	target []float64
	counts []float64
	n      int
}

// Clear forgets what was counted.
func (t *tally) Clear() {
	clear(t.counts)
	t.n = 0
}

// Len returns the number of objects counted.
func (t *tally) Len() int { return t.n }

// frequencies returns the share of every event; all are 0 before the first.
func (t *tally) frequencies() []float64 {
	f := make([]float64, len(t.counts))
	for i, v := range t.counts {
		f[i] = v / float64(max(1, t.n))
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
func (t *tally) Distance() Distance {
	if t.n == 0 {
		return Distance{math.NaN(), math.NaN(), math.NaN()}
	}
	f := t.frequencies()
	d := Distance{L1: exact.L1(f, t.target), JSD: exact.JSD(f, t.target)}
	for _, p := range t.target {
		// The normal approximation is too large where hardly any sample falls: no
		// frequency is further from p than 2p(1-p) on average.
		d.Noise += min(math.Sqrt(2*p*(1-p)/(math.Pi*float64(t.n))), 2*p*(1-p))
	}
	return d
}

// drawDistance writes how far they are apart below a picture, and returns the place
// for that. none is what to say before the first object.
func (t *tally) drawDistance(c *ui.Canvas, r ui.Rect, none string) ui.Rect {
	small := r.H < 170
	foot := 42.0
	if small {
		foot = 20
	}
	low, r := r.CutBottom(foot)
	d, line := t.Distance(), none
	if t.n > 0 {
		line = fmt.Sprintf("%s objects   L1 %.4f   JSD %.4f", count(t.n), d.L1, d.JSD)
	}
	c.TextCenter(ui.Rect{X: low.X, Y: low.Y, W: low.W, H: 20}, line, ui.Style{Size: 13, Color: ui.Plain})
	if t.n > 0 && !small {
		c.TextCenter(ui.Rect{X: low.X, Y: low.Y + 20, W: low.W, H: 20},
			fmt.Sprintf("L1 of as many samples of the target itself: about %.4f", d.Noise), ui.Style{Size: 12, Color: ui.Muted})
	}
	return r
}

// count writes a number with a comma every three digits.
func count(n int) string {
	s := fmt.Sprint(n)
	for k := len(s) - 3; k > 0; k -= 3 {
		s = s[:k] + "," + s[k:]
	}
	return s
}

// drawMaps draws two heat maps of w x h cells side by side, the first row at the
// bottom, on the target's scale, and returns where they are.
func drawMaps(c *ui.Canvas, r ui.Rect, w, h int, target, found []float64, name string) [2]ui.Rect {
	var places [2]ui.Rect
	most := 0.0
	for _, v := range target {
		most = max(most, v)
	}
	for k, title := range [2]string{"target", name} {
		half := ui.Rect{X: r.X + float64(k)*(r.W+12)/2, Y: r.Y, W: (r.W - 12) / 2, H: r.H}
		head, half := half.CutTop(20)
		values := [2][]float64{target, found}[k]
		places[k] = drawHeat(c, half, w, h, func(x, y int) float64 { return values[(h-1-y)*w+x] / most })
		c.TextCenter(ui.Rect{X: head.X, Y: places[k].Y - 20, W: head.W, H: 18}, title, ui.Style{Font: ui.Bold, Size: 12, Color: ui.Plain})
	}
	return places
}

// drawBars draws the target as bars, mark brighter than the others (-1 for none),
// and what was found as lines across them, if show.
func drawBars(c *ui.Canvas, r ui.Rect, target, found []float64, mark int, show bool, name, what string) {
	head, r := r.CutTop(22)
	axis, r := r.CutBottom(18)
	x := head.X
	for k, title := range [2]string{"target", name} {
		col := kinds[0]
		if k == 1 {
			col = ui.Accent
		}
		c.Fill(ui.Rect{X: x, Y: head.Y + 4, W: 12, H: 10}, col)
		x = c.Text(x+18, head.Y+14, title, ui.Style{Size: 12, Color: ui.Plain}) + 16
	}
	c.TextCenter(axis, what, ui.Style{Size: 11.5, Color: ui.Muted})
	most := 1e-300
	for k := range target {
		most = max(most, target[k], found[k])
	}
	w := r.W / float64(len(target))
	for k, v := range target {
		bar := ui.Rect{X: r.X + w*float64(k), Y: r.Y + r.H*(1-v/most), W: max(1, w-min(2, w*0.2)), H: r.H * v / most}
		col := faint(kinds[0])
		if k == mark {
			col = kinds[0]
		}
		c.Fill(bar, col)
		c.Fill(ui.Rect{X: bar.X, Y: bar.Y, W: bar.W, H: 1.5}, kinds[0])
		if show {
			c.Fill(ui.Rect{X: bar.X, Y: r.Y + r.H*(1-found[k]/most) - 1.5, W: bar.W, H: 3}, ui.Accent)
		}
	}
	c.Fill(ui.Rect{X: r.X, Y: r.Y + r.H, W: r.W, H: 1}, ui.Edge)
}
