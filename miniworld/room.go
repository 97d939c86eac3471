package miniworld

import (
	"fmt"
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// Look is how a room is built. The default (zero) value is the original's: walls
// of concrete, 2.74 m high, black and white tiles and a ceiling.
type Look struct {
	// Walls, Floor and Ceiling name textures. The defaults (empty) are "concrete",
	// "floor_tiles_bw" and "concrete_tiles".
	Walls, Floor, Ceiling string
	// Height is that of the walls in metres. The default (zero) is 2.74.
	Height float64
	// Open leaves out the ceiling.
	Open bool
}

func (l Look) withDefaults() Look {
	if l.Walls == "" {
		l.Walls = "concrete"
	}
	if l.Floor == "" {
		l.Floor = "floor_tiles_bw"
	}
	if l.Ceiling == "" {
		l.Ceiling = "concrete_tiles"
	}
	if l.Height == 0 {
		l.Height = 2.74
	}
	return l
}

// Room is a convex piece of floor with walls around it.
type Room struct {
	Look
	// Outline are the corners, x and z in metres, anticlockwise seen from above
	// with +z towards the viewer. Edge i goes from corner i to the next.
	Outline [][2]float64
	// MinX, MaxX, MinZ and MaxZ bound the outline.
	MinX, MaxX, MinZ, MaxZ float64
	// Portals are the openings of each edge, sorted by where they start.
	Portals [][]Portal
	// Variants number the textures of walls, floor and ceiling from 1 on; they are
	// chosen when the first entity is placed.
	Variants struct{ Walls, Floor, Ceiling int }

	index int // in World.rooms
	dirs  [][2]float64
	norms [][2]float64 // pointing inwards
	area  float64      // of the bounds
	quads []quad
	segs  []Segment
}

// quad is a piece of wall: part of an edge, from start to end metres along it.
type quad struct {
	edge         int
	start, end   float64
	minY, maxY   float64
	p0, p1, norm [2]float64
}

// Segment is a line on the floor that entities cannot cross.
type Segment struct {
	A, B [2]float64 // x and z in metres
}

// AddRectRoom adds a rectangular room.
func (w *World) AddRectRoom(minX, maxX, minZ, maxZ float64, look Look) *Room {
	return w.AddRoom([][2]float64{{maxX, maxZ}, {maxX, minZ}, {minX, minZ}, {minX, maxZ}}, look)
}

// AddRoom adds a room of any convex outline, see [Room]. An outline that is not
// convex or goes round clockwise is an error of the world, see [World.Err].
func (w *World) AddRoom(outline [][2]float64, look Look) *Room {
	r := newRoom(outline, look)
	if w.built {
		w.fail(errBuilt)
	}
	if err := r.check(); err != nil {
		w.fail(fmt.Errorf("add room: %w", err))
	}
	w.addRoom(r)
	return r
}

func (w *World) addRoom(r *Room) {
	r.index = len(w.rooms)
	w.rooms = append(w.rooms, r)
}

func newRoom(outline [][2]float64, look Look) *Room {
	n := len(outline)
	r := &Room{
		Look: look.withDefaults(), Outline: outline, Portals: make([][]Portal, n),
		dirs: make([][2]float64, n), norms: make([][2]float64, n),
	}
	r.MinX, r.MaxX = math.Inf(1), math.Inf(-1)
	r.MinZ, r.MaxZ = math.Inf(1), math.Inf(-1)
	for i, p := range outline {
		r.MinX, r.MaxX = min(r.MinX, p[0]), max(r.MaxX, p[0])
		r.MinZ, r.MaxZ = min(r.MinZ, p[1]), max(r.MaxZ, p[1])
		q := outline[(i+1)%n]
		dx, dz := q[0]-p[0], q[1]-p[1]
		l := rowNorm(dx, dz)
		dx, dz = dx/l, dz/l
		r.dirs[i] = [2]float64{dx, dz}
		l = rowNorm(dz, dx)
		r.norms[i] = [2]float64{dz / l, -dx / l}
	}
	r.area = (r.MaxX - r.MinX) * (r.MaxZ - r.MinZ)
	return r
}

// check returns an error unless the outline is convex and anticlockwise. Slack
// is for slivers between rooms that touch.
func (r *Room) check() error {
	if len(r.Outline) < 3 {
		return fmt.Errorf("the outline has %d corners: want at least 3", len(r.Outline))
	}
	if !(r.Height > 0) {
		return fmt.Errorf("the walls are %v m high: want more than 0", r.Height)
	}
	for i, a := range r.Outline {
		for _, p := range r.Outline {
			if d := dot2(r.norms[i][0], r.norms[i][1], p[0]-a[0], p[1]-a[1]); !(d > -1e-6) {
				return fmt.Errorf("the outline %v is not convex, or its corners do not go round anticlockwise seen from above", r.Outline)
			}
		}
	}
	return nil
}

// Contains reports whether a point, of which x and z count, is inside the room,
// edges excluded.
func (r *Room) Contains(p mgl64.Vec3) bool { return r.contains(p[0], p[2]) }

func (r *Room) contains(x, z float64) bool {
	for i, a := range r.Outline {
		if !(dot2(r.norms[i][0], r.norms[i][1], x-a[0], z-a[1]) > 0) {
			return false
		}
	}
	return true
}

// build works out the walls around the portals and their segments.
func (r *Room) build() {
	r.quads, r.segs = r.quads[:0], r.segs[:0]
	for i, p0 := range r.Outline {
		p1 := r.Outline[(i+1)%len(r.Outline)]
		dx, dz := p1[0]-p0[0], p1[1]-p0[1]
		width := norm2(dx, dz)
		side := [2]float64{dx / width, dz / width}
		portals := r.Portals[i]
		next := func(k int) float64 {
			if k < len(portals) {
				return portals[k].Start
			}
			return width
		}
		r.wall(i, side, 0, next(0), 0, r.Height)
		for k, p := range portals {
			r.wall(i, side, p.Start, p.End, 0, p.MinY)
			r.wall(i, side, p.Start, p.End, p.MaxY, r.Height)
			r.wall(i, side, p.End, next(k+1), 0, r.Height)
		}
	}
}

// wall adds a piece of wall, and a segment if it stands on the floor.
func (r *Room) wall(edge int, side [2]float64, start, end, minY, maxY float64) {
	if start == end || minY == maxY {
		return
	}
	o := r.Outline[edge]
	at := func(d float64) [2]float64 {
		return [2]float64{o[0] + float64(d*side[0]), o[1] + float64(d*side[1])}
	}
	q := quad{edge: edge, start: start, end: end, minY: minY, maxY: maxY, p0: at(start), p1: at(end), norm: r.norms[edge]}
	if minY == 0 {
		r.segs = append(r.segs, Segment{q.p1, q.p0})
	}
	r.quads = append(r.quads, q)
}

// Segments returns the lines of the room's walls that entities cannot cross, in
// the order of generation. The slice is the room's own.
func (r *Room) Segments() []Segment { return r.segs }

// WallQuads returns the number of pieces that the walls are drawn in.
func (r *Room) WallQuads() int { return len(r.quads) }
