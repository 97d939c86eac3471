package raster

import (
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow/internal/rasterkernel"
)

// Ball is a perfect sphere as part of a mesh: it costs less than a few dozen
// polygons and is smooth at any size.
type Ball struct {
	Center [3]float64
	Radius float64
	Color  [3]float64 // of the material, 0..1, as Polygon.Color
	Paint  [3]float64 // as Polygon.Paint. The default (zero) value is white.
}

// Mesh is the shape of an entity: flat convex polygons and balls, around an
// origin that is the middle of its base. It is never written after it is
// made: share it freely.
type Mesh struct {
	soup
	balls    []Ball
	min, max [3]float64
	radius   float64 // of a sphere around the origin that holds everything
}

// NewMesh makes a mesh. IDs of polygons are ignored: an entity has one for
// all its surfaces. It fails with ErrPolygon when a polygon is degenerate or
// there is nothing at all.
func NewMesh(polygons []Polygon, balls []Ball) (*Mesh, error) {
	if len(polygons)+len(balls) == 0 {
		return nil, fmt.Errorf("%w: an empty mesh", ErrPolygon)
	}
	m := &Mesh{balls: append([]Ball(nil), balls...)}
	seen := map[[3]float64]int32{}
	for i := range polygons {
		f, err := polygons[i].face()
		if err != nil {
			return nil, fmt.Errorf("face %d of the mesh: %w", i, err)
		}
		corners := make([]int32, len(polygons[i].Verts))
		for k, v := range polygons[i].Verts {
			at, ok := seen[v]
			if !ok {
				at = int32(len(m.verts))
				seen[v] = at
				m.verts = append(m.verts, v)
			}
			corners[k] = at
		}
		for k := 1; k < len(corners)-1; k += rasterkernel.MaxEdges - 2 {
			f.first = int32(len(m.index))
			m.index = append(m.index, corners[0])
			m.index = append(m.index, corners[k:min(k+rasterkernel.MaxEdges-1, len(corners))]...)
			f.n = int32(len(m.index)) - f.first
			m.faces = append(m.faces, f)
		}
	}
	m.min = [3]float64{math.Inf(1), math.Inf(1), math.Inf(1)}
	m.max = [3]float64{math.Inf(-1), math.Inf(-1), math.Inf(-1)}
	for _, v := range m.verts {
		m.grow(v, 0)
	}
	for _, b := range balls {
		if !(b.Radius > 0) {
			return nil, fmt.Errorf("%w: a ball of radius %v", ErrPolygon, b.Radius)
		}
		m.grow(b.Center, b.Radius)
	}
	return m, nil
}

func (m *Mesh) grow(p [3]float64, r float64) {
	for k := range 3 {
		m.min[k], m.max[k] = min(m.min[k], p[k]-r), max(m.max[k], p[k]+r)
	}
	m.radius = max(m.radius, math.Sqrt(dot(&p, &p))+r)
}

// Bounds returns the corners of the box that holds the mesh.
func (m *Mesh) Bounds() (low, high [3]float64) { return m.min, m.max }

// Polygons returns the number of polygons, after division of the large ones.
func (m *Mesh) Polygons() int { return len(m.faces) }

// NewBox returns a box of the given size, white, with its base on y = 0 and
// centred on the other axes.
func NewBox(x, y, z float64) (*Mesh, error) {
	return NewMesh(box([3]float64{-x / 2, 0, -z / 2}, [3]float64{x / 2, y, z / 2}, White), nil)
}

// box returns the six sides of a box.
func box(lo, hi [3]float64, color [3]float64) []Polygon {
	c := func(i int) [3]float64 {
		p := lo
		for k := range 3 {
			if i>>k&1 != 0 {
				p[k] = hi[k]
			}
		}
		return p
	}
	var ps []Polygon
	for _, q := range [6][4]int{{0, 4, 6, 2}, {1, 3, 7, 5}, {0, 1, 5, 4}, {2, 6, 7, 3}, {0, 2, 3, 1}, {4, 5, 7, 6}} {
		ps = append(ps, Polygon{Verts: [][3]float64{c(q[0]), c(q[1]), c(q[2]), c(q[3])}, Color: color})
	}
	return ps
}

// NewFrame returns a picture frame: a flat box whose back is at x = 0, whose
// front, at x = depth, shows the panels side by side from left to right, and
// whose border is black. A nil panel is white. Height and width are centred
// on the origin.
func NewFrame(width, height, depth float64, panels ...*Texture) (*Mesh, error) {
	if len(panels) == 0 {
		return nil, fmt.Errorf("%w: a frame needs at least one panel", ErrPolygon)
	}
	y, z := height/2, width/2
	var ps []Polygon
	for i, side := range box([3]float64{0, -y, -z}, [3]float64{depth, y, z}, [3]float64{}) {
		if i != 1 { // the front is made of panels
			ps = append(ps, side)
		}
	}
	uv := [][2]float64{{0, 0}, {1, 0}, {1, 1}, {0, 1}}
	for i, t := range panels {
		l := z - width*float64(i)/float64(len(panels))
		r := z - width*float64(i+1)/float64(len(panels))
		ps = append(ps, Polygon{
			Verts:   [][3]float64{{depth, -y, l}, {depth, -y, r}, {depth, y, r}, {depth, y, l}},
			UV:      uv,
			Texture: t,
			Color:   White,
		})
	}
	return NewMesh(ps, nil)
}
