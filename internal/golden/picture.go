package golden

import (
	"encoding/binary"
	"image/png"
	"io"
	"math"
	"testing"
)

// Picture is a recorded picture of a Miniworld world, 80x60 pixels, rows from top
// to bottom.
type Picture struct {
	RGB   []uint8   // [60][80][3]
	Depth []float32 // [60][80] metres along the view axis, 100 for the sky
	// Labels is [60][80][3]: the class, the number of the room or entity, and that
	// of the piece of wall.
	Labels []uint8
}

// Size of a [Picture] in pixels, and ClassEntity, the class of entities.
const (
	Width, Height = 80, 60
	ClassEntity   = 4
)

// ReadPicture reads name.rgb80.png, name.depthc.f32 and name.seg.png.
func ReadPicture(t testing.TB, name string) *Picture {
	t.Helper()
	p := &Picture{RGB: ReadRGB(t, name+".rgb80.png"), Labels: ReadRGB(t, name+".seg.png")}
	b, err := io.ReadAll(Open(t, name+".depthc.f32"))
	if err != nil {
		t.Fatalf("golden: %s.depthc.f32: %v", name, err)
	}
	for ; len(b) >= 4; b = b[4:] {
		p.Depth = append(p.Depth, math.Float32frombits(binary.LittleEndian.Uint32(b)))
	}
	return p
}

// ReadRGB returns the pixels of the named PNG, three bytes each.
func ReadRGB(t testing.TB, name string) []uint8 {
	t.Helper()
	r := Open(t, name)
	if r == nil {
		t.Fatalf("golden: %s is not there", name)
	}
	img, err := png.Decode(r)
	if err != nil {
		t.Fatalf("golden: %s: %v", name, err)
	}
	var out []uint8
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			r, g, b, _ := img.At(x, y).RGBA()
			out = append(out, uint8(r>>8), uint8(g>>8), uint8(b>>8))
		}
	}
	return out
}
