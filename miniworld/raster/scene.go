package raster

import (
	"errors"
	"fmt"
	"math"
)

// ErrScene is wrapped by every error about cells and portals.
var ErrScene = errors.New("raster: bad scene")

// Outside stands for the space that belongs to no cell.
const Outside = -1

// Cell is a convex piece of space, such as a room: the polygons in it are
// seen from inside it, or through its portals.
type Cell struct {
	// Outline are the corners of its floor plan, x and z, in either order.
	Outline     [][2]float64
	Bottom, Top float64 // y
	// Open reports that one can look out over the top: there is no ceiling.
	Open bool
}

// Scene is the part of a world that does not move: polygons, grouped in
// cells that see one another through portals. Build it, then share it: any
// number of renderers may draw it at once, until it is changed.
//
// The zero Scene is empty and ready. Cells and portals are there for speed
// alone; polygons added Outside are always considered.
type Scene struct {
	cells   []cell
	used    int
	portals []portal
	outside soup
}

type cell struct {
	soup
	outline     [][2]float64
	sides       [][3]float64 // a*x + b*z + c >= 0 inside, unit (a,b)
	center      [3]float64
	bottom, top float64
	open        bool
	portals     []int32
}

// portal is an opening from one cell to another, seen from the first.
type portal struct {
	to    int32
	plane [4]float64 // n.p >= d on the side of the cell it belongs to
	verts [][3]float64
}

// Reset empties the scene and keeps its memory, so that building worlds of
// similar size over and over allocates nothing.
func (s *Scene) Reset() {
	s.used = 0
	s.portals = s.portals[:0]
	s.outside.reset()
}

// Cells returns the number of cells.
func (s *Scene) Cells() int { return s.used }

// AddCell adds a cell and returns its index. It fails with ErrScene when the
// outline is not convex or has fewer than three corners.
func (s *Scene) AddCell(c Cell) (int, error) {
	if len(c.Outline) < 3 {
		return 0, fmt.Errorf("%w: a cell outline has %d corners; it needs at least 3", ErrScene, len(c.Outline))
	}
	if !(c.Top > c.Bottom) {
		return 0, fmt.Errorf("%w: a cell reaches from y = %v to %v", ErrScene, c.Bottom, c.Top)
	}
	if s.used == len(s.cells) {
		s.cells = append(s.cells, cell{})
	}
	d := &s.cells[s.used]
	d.reset()
	d.portals = d.portals[:0]
	d.outline = append(d.outline[:0], c.Outline...)
	d.bottom, d.top, d.open = c.Bottom, c.Top, c.Open
	if err := d.enclose(); err != nil {
		return 0, err
	}
	s.used++
	return s.used - 1, nil
}

// enclose works out the sides and the centre of the cell.
func (c *cell) enclose() error {
	n := len(c.outline)
	var area float64
	c.center = [3]float64{0, (c.bottom + c.top) / 2, 0}
	for i, a := range c.outline {
		b := c.outline[(i+1)%n]
		area += float64(a[0]*b[1]) - float64(b[0]*a[1])
		c.center[0] += a[0] / float64(n)
		c.center[2] += a[1] / float64(n)
	}
	sign := math.Copysign(1, area)
	c.sides = c.sides[:0]
	for i, a := range c.outline {
		b := c.outline[(i+1)%n]
		dx, dz := b[0]-a[0], b[1]-a[1]
		l := math.Sqrt(float64(dx*dx)+float64(dz*dz)) * sign
		if l == 0 {
			continue
		}
		side := [3]float64{-dz / l, dx / l, 0}
		side[2] = -float64(side[0]*a[0]) - float64(side[1]*a[1])
		for _, p := range c.outline {
			if d := float64(side[0]*p[0]) + float64(side[1]*p[1]) + side[2]; !(d > -1e-6*math.Abs(l)-1e-9) {
				return fmt.Errorf("%w: the cell outline %v is not convex", ErrScene, c.outline)
			}
		}
		c.sides = append(c.sides, side)
	}
	if len(c.sides) < 3 {
		return fmt.Errorf("%w: the cell outline %v has fewer than three sides", ErrScene, c.outline)
	}
	return nil
}

// within reports whether (x,z) is in the outline, grown by r on every side.
func (c *cell) within(x, z, r float64) bool {
	for _, s := range c.sides {
		if float64(s[0]*x)+float64(s[1]*z)+s[2] < -r {
			return false
		}
	}
	return true
}

// AddPolygon adds a polygon to a cell, or Outside. It fails with ErrPolygon
// when the polygon is degenerate and with ErrScene when there is no such cell.
func (s *Scene) AddPolygon(cell int, p *Polygon) error {
	if cell == Outside {
		return s.outside.add(p)
	}
	if cell < 0 || cell >= s.used {
		return fmt.Errorf("%w: no cell %d of %d", ErrScene, cell, s.used)
	}
	return s.cells[cell].add(p)
}

// Connect opens a portal, the flat convex polygon verts, between cells a and
// b; b may be Outside, which means that anything may be seen through it.
// Corners may go round either way.
func (s *Scene) Connect(a, b int, verts [][3]float64) error {
	if a < 0 || a >= s.used || b < Outside || b >= s.used || a == b {
		return fmt.Errorf("%w: no portal from cell %d to cell %d of %d", ErrScene, a, b, s.used)
	}
	f, err := (&Polygon{Verts: verts}).face()
	if err != nil {
		return fmt.Errorf("portal from cell %d to cell %d: %w", a, b, err)
	}
	s.open(a, b, verts, f.plane)
	if b != Outside {
		s.open(b, a, verts, f.plane)
	}
	return nil
}

func (s *Scene) open(from, to int, verts [][3]float64, plane [4]float64) {
	if n := len(s.portals); n < cap(s.portals) {
		s.portals = s.portals[:n+1]
	} else {
		s.portals = append(s.portals, portal{})
	}
	p := &s.portals[len(s.portals)-1]
	c := &s.cells[from]
	// The cell whose centre is farther from the opening tells the sides
	// apart: a sliver between two rooms may be turned inside out.
	side := dot((*[3]float64)(plane[:3]), &c.center) - plane[3]
	if to != Outside {
		other := dot((*[3]float64)(plane[:3]), &s.cells[to].center) - plane[3]
		if math.Abs(other) > math.Abs(side) {
			side = -other
		}
	}
	if side < 0 {
		plane = [4]float64{-plane[0], -plane[1], -plane[2], -plane[3]}
	}
	*p = portal{to: int32(to), plane: plane, verts: append(p.verts[:0], verts...)}
	c.portals = append(c.portals, int32(len(s.portals)-1))
}
