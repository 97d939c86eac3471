package objects

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// Painter draws the states of one set of rules. Make it with [NewPainter]. It is
// not safe for concurrent use.
type Painter struct {
	rules gfnenvs.Rules
	inner gfnenvs.Rules // the innermost ones, which say what a state is
	peak  float64
	heat  heat
}

// heat is the picture of a grid's rewards that was drawn last.
type heat struct {
	img *image.RGBA
	key string // what it depends on
}

// NewPainter returns a painter of the states of rules. peak is the largest log
// reward there is, -Inf where it is not known: planes of a grid then have scales
// of their own.
func NewPainter(rules gfnenvs.Rules, peak float64) *Painter {
	return &Painter{rules: rules, inner: gfnenvs.Innermost(rules), peak: peak}
}

// Scene is what there is to draw.
type Scene struct {
	State     []int32
	Path      [][]int32 // from the source to State, both included; nil if it is not known
	Condition []float64 // of conditional rules
	Exited    bool
}

// Draw draws a state into r, which should be some 100 points wide or more.
func (p *Painter) Draw(c *ui.Canvas, r ui.Rect, s Scene) {
	if r.W < 8 || r.H < 8 {
		return
	}
	switch rules := p.inner.(type) {
	case *gfnenvs.HyperGrid:
		p.drawGrid(c, r, s)
	case *gfnenvs.BitSequence:
		drawBits(c, r, rules, s)
	case *gfnenvs.Sequence:
		drawWords(c, r, s.State)
	case *gfnenvs.Set, *gfnenvs.Multiset:
		drawItems(c, r, s.State)
	case *gfnenvs.EBM:
		drawSpins(c, r, rules, s.State)
	case *gfnenvs.Dropout:
		drawUnits(c, r, rules, s.State)
	case *gfnenvs.PerfectTree:
		drawPerfectTree(c, r, rules, s.State)
	case *gfnenvs.Phylo:
		drawForest(c, r, s.State)
	case gfnenvs.Graphical:
		drawGraph(c, r, rules, s.State)
	default:
		drawValues(c, r, p.rules.Layout().Values, s.State)
	}
}

// Colours of kinds of things, told apart by lightness as well as by hue.
var kinds = [...]color.NRGBA{
	{0x5b, 0x9b, 0xe6, 0xff}, {0xf5, 0xb9, 0x42, 0xff}, {0x54, 0xd1, 0x8c, 0xff}, {0xef, 0x5f, 0x6b, 0xff},
	{0xb0, 0x8a, 0xf0, 0xff}, {0x4f, 0xc9, 0xd8, 0xff}, {0xf0, 0x92, 0x4b, 0xff}, {0xd9, 0x7f, 0xc0, 0xff},
}

func kindColor(k int) color.NRGBA { return kinds[k%len(kinds)] }

// faint is col mixed into the ground.
func faint(col color.NRGBA) color.NRGBA {
	mix := func(a, b uint8) uint8 { return uint8((3*int(b) + int(a)) / 4) }
	return color.NRGBA{mix(col.R, ui.Panel.R), mix(col.G, ui.Panel.G), mix(col.B, ui.Panel.B), 0xff}
}

// wrap returns columns and the side of the largest squares of which n fit into r,
// at most most points wide. Among layouts of the same side it takes full rows, and
// the shape that is most like r's.
func wrap(r ui.Rect, n int, most float64) (cols int, side float64) {
	cols, best := 1, math.Inf(1)
	for k := 1; k <= n; k++ {
		rows := (n + k - 1) / k
		s := min(r.W/float64(k), r.H/float64(rows), most)
		shape := math.Abs(math.Log(float64(k) / float64(rows) * r.H / r.W))
		if cost := 0.3*float64(rows*k-n) + shape; s > side+1e-9 || s > side-1e-9 && cost < best {
			cols, side, best = k, s, cost
		}
	}
	return cols, side
}

// cells calls draw for n squares in rows in the middle of r.
func cells(r ui.Rect, n int, most float64, draw func(k int, cell ui.Rect)) {
	cols, side := wrap(r, n, most)
	inRows(r, n, cols, side, side, draw)
}

// inRows calls draw for n places of w x h points in rows of cols in the middle of r.
func inRows(r ui.Rect, n, cols int, w, h float64, draw func(k int, cell ui.Rect)) {
	rows := (n + cols - 1) / cols
	x, y := r.X+(r.W-w*float64(cols))/2, r.Y+(r.H-h*float64(rows))/2
	for k := range n {
		draw(k, ui.Rect{X: x + w*float64(k%cols), Y: y + h*float64(k/cols), W: w, H: h})
	}
}

// label draws text in the middle of a cell, if it can be read.
func label(c *ui.Canvas, cell ui.Rect, text string, font ui.Font, col color.NRGBA) {
	st := ui.Style{Font: font, Size: min(18, cell.H*0.42), Color: col}
	for st.Size >= 7 && c.Width(text, st) > cell.W-2 {
		st.Size--
	}
	if st.Size >= 7 {
		c.TextCenter(cell, text, st)
	}
}

// drawValues draws a state of rules that are not known: its elements in squares,
// the fuller the larger the value.
func drawValues(c *ui.Canvas, r ui.Rect, values []int, s []int32) {
	cells(r, len(s), 72, func(k int, cell ui.Rect) {
		box := cell.Inset(2, 2)
		c.Box(box, min(8, box.W/5), ui.Raised, ui.Edge)
		if s[k] > 0 {
			h := box.H * float64(s[k]) / float64(max(1, values[k]-1))
			low, _ := box.CutBottom(max(3, h))
			c.Round(low, min(8, box.W/5), faint(kinds[0]))
		}
		col := ui.Bright
		if s[k] == 0 {
			col = ui.Muted
		}
		label(c, box, fmt.Sprint(s[k]), ui.Bold, col)
	})
}

// circle returns the place of the k-th of n points on a circle, the first at the
// top, clockwise.
func circle(r ui.Rect, radius float64, k, n int) (x, y float64) {
	a := 2*math.Pi*float64(k)/float64(n) - math.Pi/2
	return r.X + r.W/2 + radius*math.Cos(a), r.Y + r.H/2 + radius*math.Sin(a)
}
