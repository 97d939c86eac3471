package raster

import "math"

// near is the smallest distance at which corners are projected.
const near = 1e-4

// doorway is how close to the plane of a portal the eye stands in it, and
// how far out of a cell still counts as inside.
const doorway = 0.05

// window is the pixels [x0,x1) x [y0,y1).
type window struct{ x0, y0, x1, y1 int32 }

func (w window) empty() bool { return w.x0 >= w.x1 || w.y0 >= w.y1 }

func (w window) and(v window) window {
	return window{max(w.x0, v.x0), max(w.y0, v.y0), min(w.x1, v.x1), min(w.y1, v.y1)}
}

func (w window) or(v window) window {
	if w.empty() {
		return v
	}
	return window{min(w.x0, v.x0), min(w.y0, v.y0), max(w.x1, v.x1), max(w.y1, v.y1)}
}

// look fills r.order with the cells that may be seen, nearest first, and
// r.through with the part of the screen each is seen in.
func (r *Renderer) look(s *Scene, l *lens) {
	if cap(r.through) < s.used {
		r.through = make([]window, s.used)
		r.waiting = make([]bool, s.used)
	}
	r.through, r.waiting = r.through[:s.used], r.waiting[:s.used]
	clear(r.through)
	clear(r.waiting)
	r.order, r.queue = r.order[:0], r.queue[:0]
	eye := l.eye
	for i := range s.used {
		c := &s.cells[i]
		if eye[1] >= c.bottom && eye[1] <= c.top && c.within(eye[0], eye[2], doorway) {
			r.see(int32(i), r.whole)
		}
	}
	if len(r.order) == 0 {
		r.seeAll(s)
	}
	for head := 0; head < len(r.queue); head++ {
		i := r.queue[head]
		r.waiting[i] = false
		c := &s.cells[i]
		if c.open {
			// Whatever is seen over the rim is higher than it, as the eye is below.
			for k := range s.used {
				if s.cells[k].top > c.top {
					r.see(int32(k), r.whole)
				}
			}
		}
		for _, k := range c.portals {
			p := &s.portals[k]
			seen := r.through[i]
			if d := dot((*[3]float64)(p.plane[:3]), &eye) - p.plane[3]; d < -doorway {
				continue
			} else if d > doorway {
				seen = seen.and(r.project(l, p.verts))
			}
			switch {
			case seen.empty():
			case p.to == Outside:
				r.seeAll(s)
			default:
				r.see(p.to, seen)
			}
		}
	}
}

// see marks cell i as visible through w.
func (r *Renderer) see(i int32, w window) {
	old := r.through[i]
	if old.empty() {
		r.order = append(r.order, i)
	}
	now := old.or(w)
	if now == old {
		return
	}
	r.through[i] = now
	if !r.waiting[i] {
		r.waiting[i] = true
		r.queue = append(r.queue, i)
	}
}

func (r *Renderer) seeAll(s *Scene) {
	for i := range s.used {
		r.see(int32(i), r.whole)
	}
}

// project returns the pixels that a polygon in the world may touch.
func (r *Renderer) project(l *lens, verts [][3]float64) window {
	b := nothing
	var last, p [3]float64
	l.see(&verts[len(verts)-1], &last)
	for i := range verts {
		l.see(&verts[i], &p)
		if p[2] >= near {
			b.point(p[0]/p[2], p[1]/p[2])
		}
		b.edge(&last, &p)
		last = p
	}
	// A pixel more on each side: all qualities see the same cells through it.
	w := r.pixels(&b)
	return window{w.x0 - 1, w.y0 - 1, w.x1 + 1, w.y1 + 1}.and(r.whole)
}

// see puts point v into camera space: right, up, forward.
func (l *lens) see(v, p *[3]float64) {
	x, y, z := v[0], v[1], v[2]
	m := &l.row
	p[0] = float64(m[0][0]*x) + float64(m[0][1]*y) + float64(m[0][2]*z) + l.off[0]
	p[1] = float64(m[1][0]*x) + float64(m[1][1]*y) + float64(m[1][2]*z) + l.off[1]
	p[2] = float64(m[2][0]*x) + float64(m[2][1]*y) + float64(m[2][2]*z) + l.off[2]
}

// bounds is a rectangle on the plane at distance 1.
type bounds struct{ x0, x1, y0, y1 float64 }

var nothing = bounds{math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)}

func (b *bounds) point(x, y float64) {
	b.x0, b.x1 = min(b.x0, x), max(b.x1, x)
	b.y0, b.y1 = min(b.y0, y), max(b.y1, y)
}

// edge adds the point where the edge from p to q passes the near plane, if it does.
func (b *bounds) edge(p, q *[3]float64) {
	if (p[2] < near) != (q[2] < near) {
		t := (near - p[2]) / (q[2] - p[2])
		b.point((p[0]+float64(t*(q[0]-p[0])))/near, (p[1]+float64(t*(q[1]-p[1])))/near)
	}
}

// pixels returns the pixels with a sample in b.
func (r *Renderer) pixels(b *bounds) window {
	// Rows go down while y goes up.
	return window{
		x0: clampInt(math.Ceil((b.x0-r.xo)*r.ixs-r.margin), r.width),
		x1: clampInt(math.Floor((b.x1-r.xo)*r.ixs+r.margin)+1, r.width),
		y0: clampInt(math.Ceil((b.y1-r.yo)*r.iys-r.margin), r.height),
		y1: clampInt(math.Floor((b.y0-r.yo)*r.iys+r.margin)+1, r.height),
	}
}

// clampInt returns x in [0,n]; no bounds at all give an empty window.
func clampInt(x float64, n int) int32 {
	if !(x > 0) {
		return 0
	}
	if x > float64(n) {
		return int32(n)
	}
	return int32(x)
}

// hidden reports whether a sphere in the world is out of sight: behind, or
// off the screen, or only in cells that are not seen there.
func (r *Renderer) hidden(s *Scene, l *lens, center [3]float64, radius float64) bool {
	var c [3]float64
	l.see(&center, &c)
	if c[2] < -radius || c[2] > r.far+radius {
		return true
	}
	w := r.whole
	if c[2] > radius+0.01 {
		z := c[2] - radius
		b := bounds{x0: c[0] - radius, x1: c[0] + radius, y0: c[1] - radius, y1: c[1] + radius}
		// The far side of the sphere projects nearer to the axis than the near side.
		f := c[2] + radius
		b.x0, b.x1 = min(b.x0/z, b.x0/f), max(b.x1/z, b.x1/f)
		b.y0, b.y1 = min(b.y0/z, b.y0/f), max(b.y1/z, b.y1/f)
		w = r.pixels(&b).and(r.whole)
		if w.empty() {
			return true
		}
	}
	if s.used == 0 {
		return false
	}
	found := false
	for i := range s.used {
		cell := &s.cells[i]
		if cell.open && center[1]+radius > cell.top {
			return false
		}
		if center[1]+radius < cell.bottom || center[1]-radius > cell.top || !cell.within(center[0], center[2], radius) {
			continue
		}
		found = true
		if !r.through[i].and(w).empty() {
			return false
		}
	}
	return found
}
