package miniworld

import "github.com/go-gl/mathgl/mgl64"

// Color is a colour of the palette that boxes, balls and keys are made in. The
// order is alphabetical: random choices count on it.
type Color uint8

// The colours of the palette.
const (
	Blue Color = iota
	Green
	Grey
	Purple
	Red
	Yellow
	// NumColors is how many there are.
	NumColors
)

var palette = [NumColors]struct {
	name string
	rgb  mgl64.Vec3
}{
	{"blue", mgl64.Vec3{0, 0, 1}},
	{"green", mgl64.Vec3{0, 1, 0}},
	{"grey", mgl64.Vec3{0.39, 0.39, 0.39}},
	{"purple", mgl64.Vec3{0.44, 0.15, 0.76}},
	{"red", mgl64.Vec3{1, 0, 0}},
	{"yellow", mgl64.Vec3{1, 1, 0}},
}

// String returns the colour's name.
func (c Color) String() string {
	if c < NumColors {
		return palette[c].name
	}
	return "Color(?)"
}

// RGB returns red, green and blue in [0,1]; black for what is no colour.
func (c Color) RGB() mgl64.Vec3 {
	if c < NumColors {
		return palette[c].rgb
	}
	return mgl64.Vec3{}
}
