package miniworld

import (
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// MeshEnt is an entity with the shape of a named mesh.
type MeshEnt struct {
	Body
	Mesh  string
	Scale float64 // metres a unit of the mesh

	mesh *raster.Mesh
}

// extents are the largest coordinates x, y and z of the original's meshes. They
// decide radii and so where random placement finds room.
var extents = map[string][3]float32{
	"ball":         {1.2845649719238281, 2.5643720626831055, 1.2850019931793213},
	"barrel":       {0.30539000034332275, 0.8822870254516602, 0.30538952350616455},
	"barrier":      {2.0327839851379395, 1.1430000066757202, 0.40639999508857727},
	"building":     {1.840000033378601, 3.450000047683716, 1.2200000286102295},
	"cone":         {10, 31.522899627685547, 10},
	"doom_door":    {0.05000000074505806, 1, 0.5},
	"duckie":       {0.8303055167198181, 1.5184210538864136, 0.588129997253418},
	"key":          {0.4014059901237488, 2, 2.4187405109405518},
	"keycard":      {0.08581499755382538, 2.317330837249756, 0.9059585332870483},
	"medkit":       {28.131900787353516, 51.06480026245117, 15.624250411987305},
	"office_chair": {14.544350624084473, 47.314598083496094, 13.729999542236328},
	"office_desk":  {33.457950592041016, 63.63290023803711, 16.451251983642578},
	"potion":       {0.6400001049041748, 2.513775110244751, 0.6400001049041748},
	"tree":         {13.99055004119873, 26.54173469543457, 10.400859832763672},
	"tree_pine":    {2.132155418395996, 7.5438690185546875, 2.1399378776550293},
}

// NewMeshEnt returns a mesh by name, scaled to height metres: one of
// raster.MeshNames, or one that [AddMesh] made known. Drawing an unknown mesh is
// an error of the world.
func NewMeshEnt(mesh string, height float64, static bool) *MeshEnt {
	m := &MeshEnt{Mesh: mesh}
	m.fit(mesh, height)
	m.Static = static
	return m
}

// fit scales the mesh whose extents are listed under name. Squares are rounded
// to float32 as the original's are.
func (m *MeshEnt) fit(name string, height float64) {
	s, ok := extents[name]
	if !ok {
		s = [3]float32{1, 1, 1}
		if mesh, err := meshByName(name); err == nil {
			_, high := mesh.Bounds()
			s = [3]float32{float32(high[0]), float32(high[1]), float32(high[2])}
		}
	}
	m.Scale = height / float64(s[1])
	m.Radius = math.Sqrt(float64(float32(s[0]*s[0])+float32(s[2]*s[2]))) * m.Scale
	m.Height = height
}

// Shape implements [Entity].
func (m *MeshEnt) Shape(e *raster.Entity) error {
	if m.mesh == nil {
		var err error
		if m.mesh, err = meshByName(m.Mesh); err != nil {
			return fmt.Errorf("miniworld: mesh entity: %w", err)
		}
	}
	e.Mesh, e.Scale, e.Gain = m.mesh, [3]float64{m.Scale, m.Scale, m.Scale}, 1/m.Scale
	return nil
}

// Key is a key that can be picked up.
type Key struct {
	MeshEnt
	Color Color
}

// NewKey returns a key 0.35 m high.
func NewKey(c Color) *Key { return NewBigKey(c, 0.35) }

// NewBigKey returns a key of another height in metres.
func NewBigKey(c Color, height float64) *Key {
	k := &Key{Color: c}
	k.Mesh = "key_" + c.String()
	k.fit("key", height)
	return k
}

// Ball is a ball that can be picked up.
type Ball struct {
	MeshEnt
	Color Color
}

// NewBall returns a ball of the given height in metres.
func NewBall(c Color, size float64) *Ball {
	b := &Ball{Color: c}
	b.Mesh = "ball_" + c.String()
	b.fit("ball", size)
	return b
}
