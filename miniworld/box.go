package miniworld

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// Box is a coloured box that can be picked up.
type Box struct {
	Body
	Color Color
	Size  mgl64.Vec3 // metres
	// RGB is the colour it is drawn in: that of Color with the domain's bias.
	RGB mgl64.Vec3
}

// NewBox returns a cube with sides of size metres.
func NewBox(c Color, size float64) *Box { return NewBoxXYZ(c, mgl64.Vec3{size, size, size}) }

// NewBoxXYZ returns a box with three sizes in metres.
func NewBoxXYZ(c Color, size mgl64.Vec3) *Box {
	b := &Box{Color: c, Size: size, RGB: c.RGB()}
	b.Radius = math.Sqrt(dot2(size[0], size[2], size[0], size[2])) / 2
	b.Height = size[1]
	return b
}

// Randomize implements [Randomizer].
func (b *Box) Randomize(w *World) error {
	bias, rgb := w.Vary(ObjColorBias), b.Color.RGB()
	for k := range rgb {
		b.RGB[k] = min(max(rgb[k]+bias[k], 0), 1)
	}
	return nil
}

var cube = mustMesh(raster.NewBox(1, 1, 1))

// Shape implements [Entity].
func (b *Box) Shape(e *raster.Entity) error {
	e.Mesh, e.Scale, e.Color = cube, b.Size, b.RGB
	if b.RGB == (mgl64.Vec3{}) {
		e.Color = [3]float64{1e-9} // black; zero would leave the mesh's white
	}
	return nil
}
