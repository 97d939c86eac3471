package raster

import (
	"math"

	"github.com/miniflow-rl/miniflow/internal/rasterkernel"
)

// tint is what an entity does to the colours of its mesh.
type tint struct {
	toward [3]float64 // direction to the light in the mesh's own axes
	color  [3]float64
	gain   float64
	id     uint32
}

// draw draws the faces of s that are seen within w.
func (r *Renderer) draw(l *lens, s *soup, w window, t *tint) {
	e := &l.eye
	for i := range s.faces {
		f := &s.faces[i]
		// Faces are seen from the front only.
		p := &f.plane
		if d := float64(p[0]*e[0]) + float64(p[1]*e[1]) + float64(p[2]*e[2]) - p[3]; d > 1e-9 {
			r.face(l, f, s.verts, s.index[f.first:f.first+f.n], d, w, t)
		}
	}
}

// face draws one face whose plane is d in front of the eye.
func (r *Renderer) face(l *lens, f *face, verts [][3]float64, index []int32, d float64, w window, t *tint) {
	corners := r.corners[:len(index)]
	behind, ahead := false, false
	b := nothing
	for i, k := range index {
		p := &corners[i]
		l.see(&verts[k], p)
		if p[2] < near {
			behind = true
			continue
		}
		ahead = true
		iz := 1 / p[2]
		b.point(p[0]*iz, p[1]*iz)
	}
	if !ahead {
		return
	}
	if behind {
		last := &corners[len(corners)-1]
		for i := range corners {
			b.edge(last, &corners[i])
			last = &corners[i]
		}
	}
	w = w.and(r.pixels(&b))
	if w.empty() {
		return
	}
	j := &r.job
	j.X0, j.X1, j.Y0, j.Y1 = float32(w.x0), float32(w.x1), int64(w.y0), int64(w.y1)
	if !r.edges(corners) {
		return
	}

	n := (*[3]float64)(f.plane[:3])
	j.W = r.plane(dot(n, &l.axis[0]), dot(n, &l.axis[1]), dot(n, &l.axis[2]), -1/d)
	j.WX, j.WY = float32(j.W[1]), float32(j.W[2])
	for s := j.First; s < j.Last; s++ {
		o := &rasterkernel.Offsets[s]
		j.DW[s] = float32(float64(j.W[1]*o[0]) + float64(j.W[2]*o[1]))
	}
	toward, color, gain := &r.toward, f.color, 1.0
	j.ID = f.id
	if t != nil {
		toward, gain, j.ID = &t.toward, t.gain, t.id
		for i := range color {
			color[i] *= t.color[i]
		}
	}
	color = r.light.on(color, dot(&f.normal, toward)*gain)
	for i := range color {
		color[i] *= f.paint[i]
	}
	if f.tex == nil {
		j.Tex = nil
		j.Plain = pack(color)
	} else {
		j.Tex, j.Log = &f.tex.texels[0], int32(f.tex.log)
		one := float64(rasterkernel.FastLight)
		if r.quality == Full {
			one = rasterkernel.FullLight
		}
		for i := range 3 {
			j.Light[i] = uint16(float64(color[i]*one) + 0.5)
		}
		j.U, j.V = r.texture(l, &f.u), r.texture(l, &f.v)
		j.UX, j.UY, j.VX, j.VY = float32(j.U[1]), float32(j.U[2]), float32(j.V[1]), float32(j.V[2])
	}
	rasterkernel.Draw(j)
}

// plane returns k*(a*X + b*Y + c) as a function of the pixel, X and Y being
// where its ray meets the plane at distance 1.
func (r *Renderer) plane(a, b, c, k float64) [3]float64 {
	return [3]float64{(float64(a*r.xo) + float64(b*r.yo) + c) * k, a * r.xs * k, b * r.ys * k}
}

// texture returns a texture coordinate over depth as a function of the
// pixel; j.W must be set.
func (r *Renderer) texture(l *lens, m *[4]float64) (p [3]float64) {
	g := (*[3]float64)(m[:3])
	p = r.plane(dot(g, &l.axis[0]), dot(g, &l.axis[1]), dot(g, &l.axis[2]), 1)
	at := dot(g, &l.eye) + m[3]
	for i := range p {
		p[i] += float64(at * r.job.W[i])
	}
	return p
}

// edges sets the edges of the job; it reports false when nothing can be
// inside. An edge and the eye span a plane; what is inside all of them is
// seen (Olano and Greer, "Triangle scan conversion using 2D homogeneous
// coordinates", 1997), so nothing is ever clipped. The two faces at an edge
// get the same numbers: no pixel is lost or drawn twice between them.
func (r *Renderer) edges(corners [][3]float64) bool {
	j := &r.job
	left, right := 0, rasterkernel.MaxEdges
	p := &corners[len(corners)-1]
	for i := range corners {
		q := &corners[i]
		nx := float64(p[1]*q[2]) - float64(p[2]*q[1])
		ny := float64(p[2]*q[0]) - float64(p[0]*q[2])
		nz := float64(p[0]*q[1]) - float64(p[1]*q[0])
		p = q
		a, b := nx*r.xs, ny*r.ys
		c := float64(nx*r.xo) + float64(ny*r.yo) + nz
		if a == 0 && b == 0 {
			if c < 0 {
				return false
			}
			continue
		}
		// A level edge has no slope that can be divided by. Tilt it by a
		// millionth, the same way for the faces on both sides.
		if flat := 1e-6 * math.Abs(b); math.Abs(a) < flat {
			if a == 0 {
				a = math.Copysign(flat, b)
			} else {
				a = math.Copysign(flat, a)
			}
		}
		var e *rasterkernel.Edge
		if a > 0 {
			e = &j.Edge[left]
			left++
		} else {
			right--
			e = &j.Edge[right]
		}
		ia := -1 / a
		slope, x := b*ia, c*ia
		e.S = float32(slope)
		for s := j.First; s < j.Last; s++ {
			o := &rasterkernel.Offsets[s]
			e.T[s] = float32(x + float64(slope*o[1]) - o[0])
		}
	}
	j.Left, j.Right = int64(left), int64(right)
	return true
}

// sphere draws a ball of an entity.
func (r *Renderer) sphere(l *lens, ball *Ball, scale float64, t *tint) {
	var c [3]float64
	l.see(&ball.Center, &c)
	radius := ball.Radius * scale
	outside := dot(&c, &c) - float64(radius*radius)
	if outside <= 1e-9 || c[2] < -radius {
		return
	}
	w := r.whole
	if c[2] > radius*1.01 {
		b := bounds{}
		b.x0, b.x1 = limits(c[0], c[2], radius)
		b.y0, b.y1 = limits(c[1], c[2], radius)
		w = w.and(r.pixels(&b))
	}
	if w.empty() {
		return
	}
	p := &r.ball
	p.X0, p.X1, p.Y0, p.Y1 = int64(w.x0), int64(w.x1), int64(w.y0), int64(w.y1)
	p.R2, p.InvC = float32(radius*radius), float32(1/outside)
	// The light in camera space, through the lens' axes without its scale.
	var toward [3]float64
	for i := range 3 {
		toward[i] = dot(&t.toward, &l.axis[i]) * scale * t.gain / radius
	}
	for i := range 3 {
		p.Center[i], p.Toward[i] = float32(c[i]), float32(toward[i])
		base := max(ball.Color[i]*t.color[i], 0)
		p.Paint[i] = 255
		if ball.Paint != ([3]float64{}) {
			p.Paint[i] = float32(255 * min(max(ball.Paint[i], 0), 1))
		}
		p.Diffuse[i], p.Ambient[i] = float32(base*r.light.Color[i]), float32(base*r.light.Ambient[i])
	}
	p.Shade = float32(-dot(&toward, &c))
	p.ID = t.id
	rasterkernel.DrawSphere(p)
}

// limits returns the slopes, seen from the origin, of the tangents to a
// circle around (x,z); z > radius.
func limits(x, z, radius float64) (low, high float64) {
	d := float64(x*x) + float64(z*z)
	t := math.Sqrt(max(d-float64(radius*radius), 0))
	return (float64(x*t) - float64(z*radius)) / (float64(z*t) + float64(x*radius)),
		(float64(x*t) + float64(z*radius)) / (float64(z*t) - float64(x*radius))
}
