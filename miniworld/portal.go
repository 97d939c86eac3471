package miniworld

import (
	"fmt"
	"slices"
)

// Portal is an opening in a wall.
type Portal struct {
	Start, End float64 // metres along the edge
	MinY, MaxY float64 // metres above the floor
	// To is the room behind it; nil if one looks out of the world.
	To *Room
}

// Gap says where along an edge an opening is: by x or by z, whichever is set.
type Gap struct {
	X, Z Span
	// MaxY is the height of the opening in metres. The default (zero) is that of
	// the wall.
	MaxY float64
}

// AddPortal opens edge of the room from start to end metres along it and from
// minY up to maxY; maxY 0 is the height of the wall. An opening that is empty
// or leaves the wall is an error of the world, see [World.Err].
func (w *World) AddPortal(r *Room, edge int, start, end, minY, maxY float64) {
	if w.built {
		w.fail(errBuilt)
		return
	}
	if edge < 0 || edge >= len(r.Outline) {
		w.fail(fmt.Errorf("add portal: edge %d: want one in [0,%d)", edge, len(r.Outline)))
		return
	}
	if _, err := r.open(edge, start, end, minY, maxY); err != nil {
		w.fail(fmt.Errorf("add portal: %w", err))
	}
}

// open adds a portal and returns it where it is stored.
func (r *Room) open(edge int, start, end, minY, maxY float64) (*Portal, error) {
	if maxY == 0 {
		maxY = r.Height
	}
	p0, p1 := r.Outline[edge], r.Outline[(edge+1)%len(r.Outline)]
	length := norm2(p1[0]-p0[0], p1[1]-p0[1])
	if !(maxY > minY) || !(end > start) {
		return nil, fmt.Errorf("the opening from %v to %v m, %v to %v m high, is empty", start, end, minY, maxY)
	}
	if !(start >= 0 && end <= length) {
		return nil, fmt.Errorf("the opening from %v to %v m leaves the wall, which is %v m long", start, end, length)
	}
	list := r.Portals[edge]
	at := len(list)
	for at > 0 && list[at-1].Start > start {
		at--
	}
	r.Portals[edge] = slices.Insert(list, at, Portal{Start: start, End: end, MinY: minY, MaxY: maxY})
	return &r.Portals[edge][at], nil
}

// openGap opens an edge by world coordinates and returns the extents along it.
func (r *Room) openGap(edge int, g Gap, to *Room) (start, end float64, err error) {
	p0, p1 := r.Outline[edge], r.Outline[(edge+1)%len(r.Outline)]
	dx, dz := p1[0]-p0[0], p1[1]-p0[1]
	length := norm2(dx, dz)
	dx, dz = dx/length, dz/length
	switch {
	case g.X.set == g.Z.set:
		return 0, 0, fmt.Errorf("a gap is given by either X or Z")
	case g.X.set && p0[0] == p1[0], g.Z.set && p0[1] == p1[1]:
		return 0, 0, fmt.Errorf("the gap is given along the axis that the wall does not run along")
	case g.X.set:
		start, end = (g.X.lo-p0[0])/dx, (g.X.hi-p0[0])/dx
	default:
		start, end = (g.Z.lo-p0[1])/dz, (g.Z.hi-p0[1])/dz
	}
	if end < start {
		start, end = end, start
	}
	p, err := r.open(edge, start, end, 0, g.MaxY)
	if err != nil {
		return 0, 0, err
	}
	p.To = to
	return start, end, nil
}

// Connect opens the facing walls of two rooms. Where there is space between
// them it adds a room that bridges it, with a's textures. Rooms that do not face
// each other are an error of the world, see [World.Err].
func (w *World) Connect(a, b *Room, g Gap) {
	if w.built {
		w.fail(errBuilt)
	}
	if w.err != nil {
		return
	}
	if err := w.connect(a, b, g); err != nil {
		w.fail(fmt.Errorf("connect rooms %d and %d: %w", a.index, b.index, err))
	}
}

func (w *World) connect(a, b *Room, g Gap) error {
	ia, ib := facing(a, b)
	if ia < 0 {
		return fmt.Errorf("no walls of theirs face each other")
	}
	startA, endA, err := a.openGap(ia, g, b)
	if err != nil {
		return err
	}
	startB, endB, err := b.openGap(ib, g, a)
	if err != nil {
		return err
	}
	pa, pb := a.along(ia, startA), a.along(ia, endA)
	pc, pd := b.along(ib, startB), b.along(ib, endB)
	if norm2(pa[0]-pd[0], pa[1]-pd[1]) < 0.001 {
		return nil
	}
	look := a.Look
	if g.MaxY != 0 {
		look.Height = g.MaxY
	}
	// Not checked: where walls are slanted the bridge is a sliver that may be
	// turned inside out, as in the original.
	r := newRoom([][2]float64{pc, pb, pa, pd}, look)
	w.addRoom(r)
	for _, side := range [2]struct {
		edge   int
		length float64
		to     *Room
	}{{1, norm2(pb[0]-pa[0], pb[1]-pa[1]), a}, {3, norm2(pd[0]-pc[0], pd[1]-pc[1]), b}} {
		p, err := r.open(side.edge, 0, side.length, 0, 0)
		if err != nil {
			return err
		}
		p.To = side.to
	}
	a.retarget(ia, startA, r)
	b.retarget(ib, startB, r)
	return nil
}

// along returns the point d metres along an edge.
func (r *Room) along(edge int, d float64) [2]float64 {
	o, dir := r.Outline[edge], r.dirs[edge]
	return [2]float64{o[0] + float64(dir[0]*d), o[1] + float64(dir[1]*d)}
}

// retarget says that the portal that starts at start leads to a bridge.
func (r *Room) retarget(edge int, start float64, to *Room) {
	for k := range r.Portals[edge] {
		if p := &r.Portals[edge][k]; p.Start == start {
			p.To = to
		}
	}
}

// facing returns the first pair of edges that face each other, -1 if there is none.
func facing(a, b *Room) (int, int) {
	for i, na := range a.norms {
		for k, nb := range b.norms {
			if dot2(na[0], na[1], nb[0], nb[1]) > -0.9 {
				continue
			}
			if dot2(na[0], na[1], b.Outline[k][0]-a.Outline[i][0], b.Outline[k][1]-a.Outline[i][1]) > 0.05 {
				continue
			}
			return i, k
		}
	}
	return -1, -1
}
