package objects

import (
	"fmt"

	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// open draws an empty place; next is the one that is filled next.
func open(c *ui.Canvas, box ui.Rect, next bool, text string) {
	edge := ui.Edge
	if next {
		edge = ui.Accent
	}
	c.Box(box, min(8, box.H/5), ui.Ground, edge)
	label(c, box, text, ui.Regular, ui.Muted)
}

// drawWords draws a sequence of words as coloured boxes with their numbers.
func drawWords(c *ui.Canvas, r ui.Rect, s []int32) {
	n := 0
	for n < len(s) && s[n] != 0 {
		n++
	}
	cols, side := words(r, len(s), 1, 1, 72)
	inRows(r, len(s), cols, side, side, func(k int, cell ui.Rect) {
		box := cell.Inset(3, 3)
		if s[k] == 0 {
			open(c, box, k == n, fmt.Sprint(k))
			return
		}
		col := kindColor(int(s[k]) - 1)
		c.Box(box, min(8, box.H/5), faint(col), col)
		label(c, box, fmt.Sprint(s[k]-1), ui.Bold, ui.Bright)
	})
}

// drawBits draws a sequence of bits, a box a word: ones are lit.
func drawBits(c *ui.Canvas, r ui.Rect, rules *gfnenvs.BitSequence, s Scene) {
	size := len(rules.Word(0))
	n := 0
	for n < len(s.State) && s.State[n] != 0 {
		n++
	}
	wide, high := float64(size)+0.6, 1.8 // a word in bits, margin included
	cols, bit := words(r, len(s.State), wide, high, 34)
	inRows(r, len(s.State), cols, wide*bit, high*bit, func(k int, cell ui.Rect) {
		box := cell.Inset(bit*0.2, bit*0.3)
		if s.State[k] == 0 {
			open(c, box, k == n, fmt.Sprint(k))
			return
		}
		c.Box(box, min(8, bit/5), ui.Ground, ui.Edge)
		text := rules.Word(int(s.State[k]) - 1)
		for j := range size {
			fill, ink := ui.Raised, ui.Muted
			if text[j] == '1' {
				fill, ink = kinds[0], ui.Ground
			}
			cell := ui.Rect{X: box.X + bit*0.1 + bit*float64(j), Y: box.Y + (box.H-bit)/2, W: bit, H: bit}.Inset(bit*0.06, bit*0.06)
			c.Round(cell, bit/6, fill)
			label(c, cell, text[j:j+1], ui.Bold, ink)
		}
	})
}

// words returns how many words go into a row and the unit of their size, which is
// w x h units: rows as long as the units are not much smaller for it.
func words(r ui.Rect, n int, w, h, most float64) (cols int, unit float64) {
	fit := func(k int) float64 { return min(r.W/(float64(k)*w), r.H/(float64((n+k-1)/k)*h), most) }
	best := 0.0
	for k := 1; k <= n; k++ {
		best = max(best, fit(k))
	}
	cols = n
	for cols > 1 && fit(cols) < 0.8*best {
		cols--
	}
	return cols, fit(cols)
}

// drawItems draws what has been chosen, with counts above one.
func drawItems(c *ui.Canvas, r ui.Rect, s []int32) {
	cells(r, len(s), 84, func(k int, cell ui.Rect) {
		box := cell.Inset(cell.W*0.06, cell.H*0.06)
		if s[k] == 0 {
			open(c, box, false, fmt.Sprint(k))
			return
		}
		col := kindColor(k)
		c.Box(box, min(8, box.H/5), faint(col), col)
		if s[k] == 1 {
			label(c, box, fmt.Sprint(k), ui.Bold, ui.Bright)
			return
		}
		top, low := box.CutTop(box.H * 0.55)
		label(c, top, fmt.Sprint(k), ui.Bold, ui.Bright)
		label(c, low, fmt.Sprintf("×%d", s[k]), ui.Regular, col)
	})
}

// drawUnits draws the layers of a network as columns of units: lit ones are kept.
func drawUnits(c *ui.Canvas, r ui.Rect, rules *gfnenvs.Dropout, s []int32) {
	layers, widest := 0, 0
	for at := 0; at < len(s); layers++ {
		widest = max(widest, rules.Start(layers+1)-at)
		at = rules.Start(layers + 1)
	}
	radius := min(24, r.H/float64(widest)*0.36, r.W/float64(layers)*0.3)
	gap := min(160, r.W/float64(layers))
	place := func(l, k int) (x, y float64) {
		n := rules.Start(l+1) - rules.Start(l)
		step := min(r.H/float64(widest), 64)
		return r.X + r.W/2 + (float64(l)-float64(layers-1)/2)*gap, r.Y + r.H/2 + (float64(k)-float64(n-1)/2)*step
	}
	for l := range layers - 1 {
		for i := rules.Start(l); i < rules.Start(l+1); i++ {
			for j := rules.Start(l + 1); j < rules.Start(l+2); j++ {
				col := ui.Edge
				if s[i] == gfnenvs.Kept && s[j] == gfnenvs.Kept {
					col = faint(kinds[2])
				}
				x0, y0 := place(l, i-rules.Start(l))
				x1, y1 := place(l+1, j-rules.Start(l+1))
				if s[i] != gfnenvs.Dropped && s[j] != gfnenvs.Dropped {
					c.Line(x0, y0, x1, y1, 1, col)
				}
			}
		}
	}
	next := true
	for l := range layers {
		for i := rules.Start(l); i < rules.Start(l+1); i++ {
			x, y := place(l, i-rules.Start(l))
			cell := ui.Rect{X: x - radius, Y: y - radius, W: 2 * radius, H: 2 * radius}
			c.Disc(x, y, radius, ui.Panel)
			switch s[i] {
			case gfnenvs.Kept:
				c.Disc(x, y, radius, kinds[2])
				label(c, cell, fmt.Sprint(i), ui.Bold, ui.Ground)
			case gfnenvs.Dropped:
				c.Ring(x, y, radius, 1.5, faint(ui.Bad))
				d := radius * 0.45
				c.Line(x-d, y-d, x+d, y+d, 2, ui.Bad)
				c.Line(x-d, y+d, x+d, y-d, 2, ui.Bad)
			default:
				col := ui.Edge
				if next {
					col, next = ui.Accent, false
				}
				c.Ring(x, y, radius, 1.5, col)
				label(c, cell, fmt.Sprint(i), ui.Regular, ui.Muted)
			}
		}
	}
}
