package objects

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// Points draws the states of continuous rules: points of a plane on the heat map
// of their reward, or of a line below its curve. Of more elements it draws the first
// two, the others as they are. Make it with [NewPoints]. It is not safe for
// concurrent use.
type Points struct {
	rules     gfnenvs.ContinuousRules
	layout    gfnenvs.ContinuousLayout
	axes      []int // the elements of the state that are drawn, one or two
	low, high [2]float64

	key    string // what the picture depends on
	img    *image.RGBA
	reward []float64 // of a line, as shares of the largest
	place  ui.Rect   // of the picture, when last drawn
}

// NewPoints returns a painter of the states of rules.
func NewPoints(rules gfnenvs.ContinuousRules) *Points {
	p := &Points{rules: rules, layout: rules.Layout()}
	p.axes = p.free()
	p.axes = p.axes[:min(2, len(p.axes))]
	half := p.reach()
	for d, j := range p.axes {
		p.low[d], p.high[d] = max(p.layout.Low[j], -half), min(p.layout.High[j], half)
	}
	return p
}

// free lists the elements of the state that are numbers or angles: those without
// bounds and those that go around; all of a box.
func (p *Points) free() []int {
	var out, all []int
	for j, v := range p.layout.High {
		all = append(all, j)
		if math.IsInf(v, 1) || v == math.Pi {
			out = append(out, j)
		}
	}
	if len(out) == 0 {
		return all
	}
	return out
}

// reach returns how far from 0 rewards matter: the first power of two at which all
// are below a thousandth of the largest within; 8 where that says nothing, as for
// objects that have no reward at the source.
func (p *Points) reach() float64 {
	const n = 32
	for half := 2.0; half <= 256; half *= 2 {
		inside, edge := math.Inf(-1), math.Inf(-1)
		x := append([]float64(nil), p.layout.Source...)
		for k := range (n + 1) * (n + 1) {
			at := [2]int{k % (n + 1), k / (n + 1)}
			rim := false
			for d, j := range p.axes {
				x[j] = half * (2*float64(at[d])/n - 1)
				rim = rim || at[d] == 0 || at[d] == n
			}
			v := p.rules.LogReward(x)
			inside = max(inside, v)
			if rim {
				edge = max(edge, v)
			}
		}
		if edge < inside-7 {
			return half
		}
	}
	return 8
}

// Range returns the values that a parameter of a kind of action usually has.
func (p *Points) Range(k gfnenvs.Kind) (low, high float64) {
	switch k.Domain {
	case gfnenvs.Unit:
		return 0, 1
	case gfnenvs.Circle:
		return -math.Pi, math.Pi
	}
	half := (p.high[0] - p.low[0]) / 2
	return -half, half
}

// Plane returns the element of a state's plane under a place of the screen, and
// false where there is none.
func (p *Points) Plane(x, y float64) (at [2]float64, ok bool) {
	if !p.place.Contains(x, y) {
		return at, false
	}
	at[0] = p.low[0] + (x-p.place.X)/p.place.W*(p.high[0]-p.low[0])
	at[1] = p.high[1] - (y-p.place.Y)/p.place.H*(p.high[1]-p.low[1])
	return at, true
}

// Distance returns how far a state is from a place of the plane, squared.
func (p *Points) Distance(s []float64, at [2]float64) float64 {
	sum := 0.0
	for d, j := range p.axes {
		sum += (s[j] - at[d]) * (s[j] - at[d])
	}
	return sum
}

// PointScene is what there is to draw.
type PointScene struct {
	State  []float64
	Path   [][]float64 // from the source to State
	Next   []float64   // where the action that is being chosen leads; nil for nowhere
	Cloud  [][]float64 // objects that were finished before
	Exited bool
}

// Draw draws a scene into r.
func (p *Points) Draw(c *ui.Canvas, r ui.Rect, s PointScene) {
	if r.W < 60 || r.H < 60 {
		return
	}
	axis := ui.Style{Size: 12, Color: ui.Muted}
	low, r := r.CutBottom(22)
	side, r := r.CutLeft(34)
	if len(p.axes) == 1 {
		p.drawLine(c, r, s)
	} else {
		p.drawPlane(c, r, s)
	}
	box := p.place
	y := min(low.Y+16, box.Y+box.H+17)
	c.Text(box.X, y, number(p.low[0]), axis)
	c.TextRight(box.X+box.W, y, number(p.high[0]), axis)
	name := fmt.Sprintf("x%d →", p.axes[0])
	for j, v := range s.State {
		if j != p.axes[0] && (len(p.axes) == 1 || j != p.axes[1]) && len(s.State) <= 6 {
			name += fmt.Sprintf("   x%d = %.3g", j, v)
		}
	}
	c.TextCenter(ui.Rect{X: box.X + 36, Y: y - 12, W: box.W - 72, H: 16}, name, axis)
	if len(p.axes) == 2 {
		x := max(side.X+side.W, box.X) - 6
		c.TextRight(x, box.Y+box.H-2, number(p.low[1]), axis)
		c.TextRight(x, box.Y+12, number(p.high[1]), axis)
		c.TextRight(x, box.Y+box.H/2+4, fmt.Sprintf("x%d ↑", p.axes[1]), axis)
	}
}

func number(v float64) string {
	if v == math.Pi {
		return "π"
	}
	if v == -math.Pi {
		return "−π"
	}
	return fmt.Sprintf("%.3g", v)
}

// planeCells is the number of cells along a side of the heat map.
const planeCells = 128

// drawPlane draws a plane of two elements.
func (p *Points) drawPlane(c *ui.Canvas, r ui.Rect, s PointScene) {
	r = r.Center(min(r.W, r.H), min(r.W, r.H))
	room := c.Pixels(r)
	cell := max(1, min(room.Dx(), room.Dy())/planeCells)
	key := fmt.Sprint(cell, p.others(s.State))
	if p.key != key {
		p.key, p.img = key, enlarge(p.heat(s.State), cell)
	}
	p.place = placed(c, room, p.img)
	in := c.Clip(p.place)
	for _, x := range s.Cloud {
		px, py := p.at(x)
		in.Disc(px, py, 1.6, color.NRGBA{0x7f, 0xe8, 0xff, 0xb0})
	}
	for k := 1; k < len(s.Path); k++ {
		x0, y0 := p.at(s.Path[k-1])
		x1, y1 := p.at(s.Path[k])
		in.Line(x0, y0, x1, y1, 2, color.NRGBA{255, 255, 255, 0xc0})
		in.Disc(x1, y1, 3, ui.Bright)
	}
	p.mark(in, s, p.at)
}

// at returns where a state is on the picture.
func (p *Points) at(s []float64) (x, y float64) {
	x = p.place.X + (s[p.axes[0]]-p.low[0])/(p.high[0]-p.low[0])*p.place.W
	y = p.place.Y + (p.high[1]-s[p.axes[1]])/(p.high[1]-p.low[1])*p.place.H
	return x, y
}

// mark draws the state and where the next action leads.
func (p *Points) mark(c *ui.Canvas, s PointScene, at func([]float64) (x, y float64)) {
	x, y := at(s.State)
	if s.Next != nil {
		nx, ny := at(s.Next)
		c.Line(x, y, nx, ny, 1.5, ui.Accent)
		c.Ring(nx, ny, 6, 2, ui.Accent)
	}
	fill := ui.Accent
	if s.Exited {
		fill = ui.Good
	}
	c.Disc(x, y, 8, ui.Bright)
	c.Disc(x, y, 6.5, fill)
}

// others are the elements that the heat map depends on but does not show.
func (p *Points) others(s []float64) []float64 {
	var out []float64
	for j, v := range s {
		// The number of steps, and other whole numbers of walks, change no reward of
		// theirs; drawing anew when they do not costs little.
		if j != p.axes[0] && j != p.axes[len(p.axes)-1] {
			out = append(out, v)
		}
	}
	return out
}

// heat draws the rewards of the plane through s, a pixel a cell.
func (p *Points) heat(s []float64) *image.RGBA {
	x := append([]float64(nil), s...)
	v := make([]float64, planeCells*planeCells)
	most := math.Inf(-1)
	for k := range v {
		x[p.axes[0]] = p.low[0] + (float64(k%planeCells)+0.5)/planeCells*(p.high[0]-p.low[0])
		x[p.axes[1]] = p.high[1] - (float64(k/planeCells)+0.5)/planeCells*(p.high[1]-p.low[1])
		v[k] = p.rules.LogReward(x)
		most = max(most, v[k])
	}
	img := image.NewRGBA(image.Rect(0, 0, planeCells, planeCells))
	for k, l := range v {
		col := shade(math.Exp(l - most))
		img.SetRGBA(k%planeCells, k/planeCells, color.RGBA{col.R, col.G, col.B, 255})
	}
	return img
}

// linePoints is the number of points of the curve of a line's reward.
const linePoints = 400

// drawLine draws the reward of a line as a curve above the walk, which goes down a
// row a step.
func (p *Points) drawLine(c *ui.Canvas, r ui.Rect, s PointScene) {
	key := fmt.Sprint(p.others(s.State))
	if p.key != key {
		p.key, p.reward = key, make([]float64, linePoints)
		x, most := append([]float64(nil), s.State...), math.Inf(-1)
		for k := range p.reward {
			x[p.axes[0]] = p.low[0] + (float64(k)+0.5)/linePoints*(p.high[0]-p.low[0])
			p.reward[k] = p.rules.LogReward(x)
			most = max(most, p.reward[k])
		}
		for k, v := range p.reward {
			p.reward[k] = math.Exp(v - most)
		}
	}
	p.place = r
	top, below := r.CutTop(r.H * 0.4)
	w := top.W / linePoints
	for k, v := range p.reward {
		h := v * (top.H - 10)
		c.Fill(ui.Rect{X: top.X + w*float64(k), Y: top.Y + top.H - h, W: w + 0.5, H: h}, shade(v))
	}
	c.Fill(ui.Rect{X: top.X, Y: top.Y + top.H, W: top.W, H: 1}, ui.Edge)
	rows := float64(max(p.layout.Steps, len(s.Path)+1))
	in := c.Clip(r)
	at := func(x float64, step int) (float64, float64) {
		return r.X + (x-p.low[0])/(p.high[0]-p.low[0])*r.W, below.Y + below.H*(float64(step)+0.5)/rows
	}
	for k, x := range s.Cloud {
		px, _ := at(x[p.axes[0]], 0)
		in.Disc(px, top.Y+top.H-3-float64(k%8), 1.6, color.NRGBA{0x7f, 0xe8, 0xff, 0xb0})
	}
	for k := 1; k < len(s.Path); k++ {
		x0, y0 := at(s.Path[k-1][p.axes[0]], k-1)
		x1, y1 := at(s.Path[k][p.axes[0]], k)
		in.Line(x0, y0, x1, y1, 2, ui.Plain)
		in.Disc(x0, y0, 3.5, ui.Bright)
	}
	last := max(0, len(s.Path)-1)
	p.mark(in, s, func(x []float64) (float64, float64) {
		if s.Next != nil && &x[0] == &s.Next[0] {
			return at(x[p.axes[0]], last+1)
		}
		return at(x[p.axes[0]], last)
	})
}
