package objects

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// cellsDrawn is the largest number of cells along a side of a heat map; of larger
// grids a part around the state is drawn.
const cellsDrawn = 256

// shade maps [0,1] to a colour, from a dark blue over red to light yellow. The
// square root shows small values.
func shade(v float64) color.NRGBA {
	v = math.Sqrt(max(0, min(1, v)))
	part := func(lo, hi float64) uint8 { return uint8(255 * max(0, min(1, (v-lo)/(hi-lo)))) }
	return color.NRGBA{R: 24 + uint8(float64(part(0.1, 0.5))*0.9), G: 24 + uint8(float64(part(0.4, 0.95))*0.88), B: 56 + uint8(float64(part(0.75, 1))*0.55), A: 255}
}

// window is the part of a grid that is drawn: coordinates [x0,x0+w) of the first
// element of the state and [y0,y0+h) of the second.
type window struct{ x0, y0, w, h int }

func windowAround(values []int, s []int32) window {
	span := func(d int) (from, n int) {
		if d >= len(values) {
			return 0, 1
		}
		n = min(values[d], cellsDrawn)
		return max(0, min(int(s[d])-n/2, values[d]-n)), n
	}
	var win window
	win.x0, win.w = span(0)
	win.y0, win.h = span(1)
	return win
}

// drawHeat draws cells of values in [0,1], row after row from the top, into r: as
// large as fits in whole pixels, in the middle. It returns where that is.
func drawHeat(c *ui.Canvas, r ui.Rect, w, h int, value func(x, y int) float64) ui.Rect {
	room := c.Pixels(r)
	cell := min(room.Dx()/w, room.Dy()/h)
	img := image.NewRGBA(image.Rect(0, 0, w*max(cell, 1), h*max(cell, 1)))
	for y := range h {
		for x := range w {
			col := shade(value(x, y))
			for dy := range max(cell, 1) {
				at := img.PixOffset(x*max(cell, 1), y*max(cell, 1)+dy)
				for range max(cell, 1) {
					copy(img.Pix[at:], []uint8{col.R, col.G, col.B, 255})
					at += 4
				}
			}
		}
	}
	if cell == 0 { // more cells than pixels
		img = shrink(img, min(float64(room.Dx())/float64(w), float64(room.Dy())/float64(h)))
	}
	return placed(c, room, img)
}

// placed puts a picture into the middle of a space and returns where it is.
func placed(c *ui.Canvas, room image.Rectangle, img *image.RGBA) ui.Rect {
	size := img.Rect.Size()
	at := room.Min.Add(image.Pt((room.Dx()-size.X)/2, (room.Dy()-size.Y)/2))
	c.Place(at, img)
	s := c.Scale()
	return ui.Rect{X: float64(at.X) / s, Y: float64(at.Y) / s, W: float64(size.X) / s, H: float64(size.Y) / s}
}

// shrink takes the nearest pixels.
func shrink(img *image.RGBA, factor float64) *image.RGBA {
	w, h := max(1, int(float64(img.Rect.Dx())*factor)), max(1, int(float64(img.Rect.Dy())*factor))
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			out.SetRGBA(x, y, img.RGBAAt(x*img.Rect.Dx()/w, y*img.Rect.Dy()/h))
		}
	}
	return out
}

// drawGrid draws the plane of the first two coordinates through the state: its
// reward as a heat map, the way that led to the state, and the state.
func (p *Painter) drawGrid(c *ui.Canvas, r ui.Rect, s Scene) {
	values := p.rules.Layout().Values
	win := windowAround(values, s.State)
	axis := ui.Style{Size: 12, Color: ui.Muted}
	low, r := r.CutBottom(22)
	left, r := r.CutLeft(34)
	if len(values) == 1 {
		r = r.Center(r.W, min(r.H, r.W/float64(win.w), 90))
	}
	box := p.heatMap(c, r, win, s)
	cell := box.W / float64(win.w)
	place := func(x []int32) (float64, float64) {
		y := 0
		if len(x) > 1 {
			y = int(x[1])
		}
		return box.X + (float64(int(x[0])-win.x0)+0.5)*cell, box.Y + box.H - (float64(y-win.y0)+0.5)*cell
	}
	in := c.Clip(box)
	thin := max(1.2, min(3, cell/6))
	for k := 1; k < len(s.Path); k++ {
		x0, y0 := place(s.Path[k-1])
		x1, y1 := place(s.Path[k])
		in.Line(x0, y0, x1, y1, thin, color.NRGBA{255, 255, 255, 0xb0})
	}
	x, y := place(s.State)
	radius := max(3.5, min(12, cell*0.34))
	in.Disc(x, y, radius, ui.Bright)
	fill := ui.Accent
	if s.Exited {
		fill = ui.Good
	}
	in.Disc(x, y, radius-1.5, fill)

	y = min(low.Y+16, box.Y+box.H+17)
	c.Text(box.X, y, fmt.Sprint(win.x0), axis)
	c.TextRight(box.X+box.W, y, fmt.Sprint(win.x0+win.w-1), axis)
	slice := "x0 →"
	if len(values) > 2 {
		slice += "    at"
		for d, v := range s.State[2:] {
			slice += fmt.Sprintf("  x%d = %d", d+2, v)
		}
	}
	c.TextCenter(ui.Rect{X: box.X + 30, Y: y - 12, W: box.W - 60, H: 16}, slice, axis)
	if len(values) > 1 {
		x = max(left.X+left.W, box.X) - 8
		c.TextRight(x, box.Y+box.H-2, fmt.Sprint(win.y0), axis)
		c.TextRight(x, box.Y+12, fmt.Sprint(win.y0+win.h-1), axis)
		c.TextRight(x, box.Y+box.H/2+4, "x1 ↑", axis)
	}
}

// heatMap draws the rewards of a plane, which it computes once for as long as the
// plane is the same.
func (p *Painter) heatMap(c *ui.Canvas, r ui.Rect, win window, s Scene) ui.Rect {
	var rest []int32
	if len(s.State) > 2 {
		rest = s.State[2:]
	}
	room := c.Pixels(r)
	key := fmt.Sprint(room.Size(), win, rest, s.Condition)
	if p.heat.key != key {
		p.heat.key = key
		p.heat.img = p.rewards(win, s)
		cell := min(room.Dx()/win.w, room.Dy()/win.h)
		if cell > 0 {
			p.heat.img = enlarge(p.heat.img, cell)
		} else {
			p.heat.img = shrink(p.heat.img, min(float64(room.Dx())/float64(win.w), float64(room.Dy())/float64(win.h)))
		}
	}
	return placed(c, room, p.heat.img)
}

// enlarge makes every pixel a square, with a thin seam where there is room.
func enlarge(img *image.RGBA, cell int) *image.RGBA {
	b := img.Rect
	out := image.NewRGBA(image.Rect(0, 0, b.Dx()*cell, b.Dy()*cell))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			col := img.RGBAAt(x/cell, y/cell)
			if cell >= 8 && (x%cell == cell-1 || y%cell == cell-1) {
				col.R, col.G, col.B = col.R-col.R/5, col.G-col.G/5, col.B-col.B/5
			}
			out.SetRGBA(x, y, col)
		}
	}
	return out
}

// rewards draws the rewards of a plane, a pixel a cell, as shares of the largest
// reward, or of the plane's own where that is not known.
func (p *Painter) rewards(win window, s Scene) *image.RGBA {
	log, most := p.rules.LogReward, p.peak
	if cond, ok := p.rules.(gfnenvs.Conditional); ok && len(s.Condition) > 0 {
		log, most = func(x []int32) float64 { return cond.LogRewardGiven(x, s.Condition) }, math.Inf(-1)
	}
	x := append([]int32(nil), s.State...)
	v := make([]float64, win.w*win.h)
	for k := range v {
		x[0] = int32(win.x0 + k%win.w)
		if len(x) > 1 {
			x[1] = int32(win.y0 + k/win.w)
		}
		v[k] = log(x)
		most = max(most, v[k])
	}
	img := image.NewRGBA(image.Rect(0, 0, win.w, win.h))
	for k, l := range v {
		col := shade(math.Exp(l - most))
		img.SetRGBA(k%win.w, win.h-1-k/win.w, color.RGBA{col.R, col.G, col.B, 255})
	}
	return img
}
