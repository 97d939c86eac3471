package miniworld

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// wallSeg is a Segment ready for tests.
type wallSeg struct {
	ax, az, abx, abz, abab float64
	minX, maxX, minZ, maxZ float64
}

func newWallSeg(s Segment) wallSeg {
	abx, abz := s.B[0]-s.A[0], s.B[1]-s.A[1]
	return wallSeg{
		ax: s.A[0], az: s.A[1], abx: abx, abz: abz, abab: dot2(abx, abz, abx, abz),
		minX: min(s.A[0], s.B[0]), maxX: max(s.A[0], s.B[0]),
		minZ: min(s.A[1], s.B[1]), maxZ: max(s.A[1], s.B[1]),
	}
}

// hitsWall reports whether a wall is closer to (x, z) than r.
func (w *World) hitsWall(x, z, r float64) bool {
	// Walls whose bounds are out of reach are not measured; the slack is far above
	// the rounding of what is.
	reach := r + 1e-6
	x0, x1, z0, z1 := x-reach, x+reach, z-reach, z+reach
	for i := range w.segs {
		s := &w.segs[i]
		if s.minX > x1 || s.maxX < x0 || s.minZ > z1 || s.maxZ < z0 {
			continue
		}
		t := dot2(x-s.ax, z-s.az, s.abx, s.abz) / s.abab
		t = min(max(t, 0), 1)
		dx := s.ax + float64(t*s.abx) - x
		dz := s.az + float64(t*s.abz) - z
		if rowNorm(dx, dz) < r {
			return true
		}
	}
	return false
}

// hit returns the index of the first entity but b that is closer to (x, z) than
// r and its own radius, -1 if there is none.
func (w *World) hit(b *Body, x, z, r float64) int {
	for i, o := range w.bodies {
		if o == b {
			continue
		}
		if norm2(o.Pos[0]-x, o.Pos[2]-z) < r+o.Radius {
			return i
		}
	}
	return -1
}

// hits reports whether body b of radius r would touch anything at (x, z).
func (w *World) hits(b *Body, x, z, r float64) bool {
	return w.hitsWall(x, z, r) || w.hit(b, x, z, r) >= 0
}

// Free reports whether an entity could stand at p, of which x and z count,
// without touching a wall or another entity.
func (w *World) Free(e Entity, p mgl64.Vec3) bool {
	b := e.Base()
	return !w.hits(b, p[0], p[2], b.Radius)
}

// nearFactor is a variable so that its product is rounded as in the original.
var nearFactor = 1.1

// Near reports whether two entities are next to each other: closer than their
// radii and 1.1 times the longest step.
func (w *World) Near(a, b Entity) bool {
	p, q := a.Base(), b.Base()
	d := p.Pos.Sub(q.Pos)
	return norm3(d[0], d[1], d[2]) < p.Radius+q.Radius+float64(nearFactor*w.reach)
}

// Distance is the distance of two entities on the floor, in metres.
func Distance(a, b Entity) float64 {
	p, q := a.Base().Pos, b.Base().Pos
	return math.Hypot(p[0]-q[0], p[2]-q[2])
}
