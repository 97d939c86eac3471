package raster

import (
	"errors"
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow/internal/rasterkernel"
)

// ErrPolygon is wrapped by every error about a polygon that cannot be drawn.
var ErrPolygon = errors.New("raster: bad polygon")

// White leaves the colours of a texture as they are.
var White = [3]float64{1, 1, 1}

// Polygon is a flat convex polygon with one side: it is seen from where its
// corners go round anticlockwise. It is only read while it is added.
type Polygon struct {
	Verts [][3]float64
	// UV are the texture coordinates of the corners, in repeats, v upwards.
	// They must be an affine function of the position, and may be nil without a texture.
	UV      [][2]float64
	Texture *Texture // nil for a plain colour
	// Color is the colour of the material, 0..1: what the light multiplies,
	// clips to 1 and then lays over the texture. The zero value is black.
	Color [3]float64
	// Paint stands for a texture of one colour, 0..1, and multiplies what is
	// left after clipping. The default (zero) value is white.
	Paint [3]float64
	// Normal is what the light sees, of any length but 0. The default (zero)
	// value is the normal of the plane.
	Normal [3]float64
	ID     uint32 // what Image.ID gets
}

// face is a polygon ready to be drawn.
type face struct {
	plane  [4]float64 // unit normal n and d: n.p = d on it
	u, v   [4]float64 // texel coordinates: u[:3].p + u[3]
	normal [3]float64
	color  [3]float64
	paint  [3]float64
	tex    *Texture
	id     uint32
	first  int32 // corners: soup.index[first:first+n]
	n      int32
}

// soup is a set of faces over shared corners.
type soup struct {
	verts [][3]float64
	index []int32
	faces []face
}

func (s *soup) reset() {
	s.verts, s.index, s.faces = s.verts[:0], s.index[:0], s.faces[:0]
}

// add appends a polygon, in pieces when it has more than MaxEdges corners.
func (s *soup) add(p *Polygon) error {
	f, err := p.face()
	if err != nil {
		return err
	}
	base := int32(len(s.verts))
	s.verts = append(s.verts, p.Verts...)
	s.fan(f, base, int32(len(p.Verts)))
	return nil
}

// fan appends face f over corners base..base+n-1.
func (s *soup) fan(f face, base, n int32) {
	for i := int32(1); i < n-1; i += rasterkernel.MaxEdges - 2 {
		f.first = int32(len(s.index))
		s.index = append(s.index, base)
		for k := i; k < min(i+rasterkernel.MaxEdges-1, n); k++ {
			s.index = append(s.index, base+k)
		}
		f.n = int32(len(s.index)) - f.first
		s.faces = append(s.faces, f)
	}
}

// face checks a polygon and works out its plane and texture mapping.
func (p *Polygon) face() (face, error) {
	f := face{normal: p.Normal, color: p.Color, paint: p.Paint, tex: p.Texture, id: p.ID}
	if f.paint == ([3]float64{}) {
		f.paint = White
	}
	if len(p.Verts) < 3 {
		return f, fmt.Errorf("%w: %d corners; it needs at least 3", ErrPolygon, len(p.Verts))
	}
	if p.Texture != nil && len(p.UV) != len(p.Verts) {
		return f, fmt.Errorf("%w: %d corners but %d texture coordinates", ErrPolygon, len(p.Verts), len(p.UV))
	}
	// Newell's normal: the sum over all corners forgives straight ones.
	var n [3]float64
	var largest float64
	for i, a := range p.Verts {
		b := p.Verts[(i+1)%len(p.Verts)]
		c := cross(sub(a, p.Verts[0]), sub(b, p.Verts[0]))
		for k := range 3 {
			n[k] += c[k]
			if math.IsNaN(a[k]) || math.Abs(a[k]) > 1e9 {
				return f, fmt.Errorf("%w: corner %d is at %v; coordinates must be finite and below 1e9", ErrPolygon, i, a)
			}
			largest = max(largest, math.Abs(a[k]))
		}
	}
	length := math.Sqrt(dot(&n, &n))
	if length <= 1e-15*largest*largest {
		return f, fmt.Errorf("%w: its corners lie on a line", ErrPolygon)
	}
	for k := range 3 {
		n[k] /= length
		f.plane[k] = n[k]
	}
	f.plane[3] = dot(&n, &p.Verts[0])
	if l := math.Sqrt(dot(&f.normal, &f.normal)); l > 0 {
		for k := range 3 {
			f.normal[k] /= l
		}
	} else {
		f.normal = n
	}
	if p.Texture != nil {
		side := float64(p.Texture.Side())
		f.u, f.v = p.mapping(0, side), p.mapping(1, side)
	}
	return f, nil
}

// mapping returns texture coordinate k, in texels, as an affine function of
// the position. It is moved by whole repeats to be small and not negative.
func (p *Polygon) mapping(k int, side float64) (m [4]float64) {
	o := p.Verts[0]
	// The widest pair of edges from the first corner.
	best, bi := -1.0, 1
	for i := 1; i+1 < len(p.Verts); i++ {
		c := cross(sub(p.Verts[i], o), sub(p.Verts[i+1], o))
		if a := dot(&c, &c); a > best {
			best, bi = a, i
		}
	}
	a, b := sub(p.Verts[bi], o), sub(p.Verts[bi+1], o)
	da, db := p.UV[bi][k]-p.UV[0][k], p.UV[bi+1][k]-p.UV[0][k]
	aa, ab, bb := dot(&a, &a), dot(&a, &b), dot(&b, &b)
	det := float64(aa*bb) - float64(ab*ab)
	if det > 0 {
		x := (float64(da*bb) - float64(db*ab)) / det
		y := (float64(db*aa) - float64(da*ab)) / det
		for i := range 3 {
			m[i] = (float64(x*a[i]) + float64(y*b[i])) * side
		}
	}
	low := math.Inf(1)
	for _, uv := range p.UV {
		low = min(low, uv[k])
	}
	m[3] = (p.UV[0][k]-math.Floor(low))*side - dot((*[3]float64)(m[:3]), &o)
	return m
}
