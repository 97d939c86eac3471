package objects

import (
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// drawGraph draws the nodes on a circle with the edges between them.
func drawGraph(c *ui.Canvas, r ui.Rect, g gfnenvs.Graphical, s []int32) {
	n := g.Nodes()
	directed := true
	if d, ok := g.(interface{ Directed() bool }); ok {
		directed = d.Directed()
	}
	outer := min(r.W, r.H, 460) / 2
	radius := max(3, min(24, outer*math.Pi/float64(n)*0.5, outer*0.3))
	outer -= radius + 4
	if n == 1 {
		outer = 0
	}
	for i := range n {
		for j := range n {
			v := g.Edge(s, i, j)
			if i == j || v == 0 || !directed && j < i {
				continue
			}
			x0, y0 := circle(r, outer, i, n)
			x1, y1 := circle(r, outer, j, n)
			length := math.Hypot(x1-x0, y1-y0)
			ux, uy := (x1-x0)/length, (y1-y0)/length
			// Two edges between the same nodes run side by side.
			side := 0.0
			if directed && g.Edge(s, j, i) != 0 {
				side = min(5, radius/3)
			}
			x0, y0 = x0+ux*radius-uy*side, y0+uy*radius+ux*side
			x1, y1 = x1-ux*(radius+3)-uy*side, y1-uy*(radius+3)+ux*side
			col := ui.Plain
			if v > 1 {
				col = kindColor(int(v) - 1)
			}
			if directed {
				c.Arrow(x0, y0, x1, y1, 2, col)
			} else {
				c.Line(x0, y0, x1, y1, 2, col)
			}
		}
	}
	for i := range n {
		x, y := circle(r, outer, i, n)
		cell := ui.Rect{X: x - radius, Y: y - radius, W: 2 * radius, H: 2 * radius}
		if v := g.Node(s, i); v > 0 {
			c.Disc(x, y, radius, kindColor(int(v)-1))
			label(c, cell, fmt.Sprint(i), ui.Bold, ui.Ground)
			continue
		}
		c.Ring(x, y, radius, 1, ui.Edge)
		label(c, cell, fmt.Sprint(i), ui.Regular, ui.Muted)
	}
}

// drawSpins draws spins: a lattice where their number is a square, else a circle.
// Couplings that the spins at both ends please are green, the others red.
func drawSpins(c *ui.Canvas, r ui.Rect, rules *gfnenvs.EBM, s []int32) {
	n := len(s)
	side := int(math.Round(math.Sqrt(float64(n))))
	lattice := side*side == n && side > 2
	outer := min(r.W, r.H, 460) / 2
	radius := min(26, outer*math.Pi/float64(n)*0.5, outer*0.3)
	step := 0.0
	if lattice {
		step = min(r.W, r.H, 520) / float64(side)
		radius = step * 0.32
	}
	outer -= radius + 4
	place := func(i int) (x, y float64) {
		if !lattice {
			return circle(r, outer, i, n)
		}
		return r.X + r.W/2 + (float64(i/side)-float64(side-1)/2)*step, r.Y + r.H/2 + (float64(i%side)-float64(side-1)/2)*step
	}
	most := 0.0
	for _, w := range rules.Couplings() {
		most = max(most, math.Abs(w))
	}
	for ij, w := range rules.Couplings() {
		i, j := ij[0], ij[1]
		if lattice && abs(i/side-j/side)+abs(i%side-j%side) != 1 {
			continue // around the torus
		}
		x0, y0 := place(i)
		x1, y1 := place(j)
		col := ui.Edge
		if s[i] != 0 && s[j] != 0 {
			if col = ui.Bad; (s[i] == s[j]) == (w > 0) {
				col = ui.Good
			}
		}
		c.Line(x0, y0, x1, y1, max(0.5, 4*math.Abs(w)/most), faint(col))
	}
	for i, v := range s {
		x, y := place(i)
		c.Disc(x, y, radius, ui.Panel)
		cell := ui.Rect{X: x - radius, Y: y - radius, W: 2 * radius, H: 2 * radius}
		switch v {
		case 0:
			c.Ring(x, y, radius, 1.5, ui.Edge)
			label(c, cell, fmt.Sprint(i), ui.Regular, ui.Muted)
		case 1:
			c.Disc(x, y, radius, kinds[0])
			c.Arrow(x, y-radius*0.5, x, y+radius*0.5, 2, ui.Ground)
		default:
			c.Disc(x, y, radius, kinds[1])
			c.Arrow(x, y+radius*0.5, x, y-radius*0.5, 2, ui.Ground)
		}
	}
}

func abs(v int) int { return max(v, -v) }
