package agents_test

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/agents"
)

// frame returns a w x h picture with a colour for every pixel.
func frame(w, h int, at func(x, y int) color.RGBA) *image.RGBA {
	f := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			f.SetRGBA(x, y, at(x, y))
		}
	}
	return f
}

// TestGIFExact: up to 256 colours survive exactly.
func TestGIFExact(t *testing.T) {
	frames := []*image.RGBA{
		frame(16, 8, func(x, y int) color.RGBA { return color.RGBA{uint8(x), uint8(y), 7, 255} }),
		frame(16, 8, func(x, y int) color.RGBA { return color.RGBA{uint8(x), uint8(y), 8, 255} }),
	}
	var buf bytes.Buffer
	require.NoError(t, agents.WriteGIF(&buf, frames))
	g, err := gif.DecodeAll(&buf)
	require.NoError(t, err)
	require.Len(t, g.Image, 2)
	for k, f := range frames {
		for y := range 8 {
			for x := range 16 {
				require.Equal(t, f.RGBAAt(x, y), color.RGBAModel.Convert(g.Image[k].At(x, y)), "frame %d at %d,%d", k, x, y)
			}
		}
	}
}

// TestGIFRounded: more colours lose low bits: 64x64x2 = 8192 of them need 5 bits
// less in sum.
func TestGIFRounded(t *testing.T) {
	f := frame(64, 64, func(x, y int) color.RGBA { return color.RGBA{uint8(4 * x), uint8(4 * y), uint8(x & 1), 255} })
	var buf bytes.Buffer
	require.NoError(t, agents.WriteGIF(&buf, []*image.RGBA{f}))
	g, err := gif.Decode(&buf)
	require.NoError(t, err)
	got := color.RGBAModel.Convert(g.At(63, 33)).(color.RGBA)
	require.Equal(t, color.RGBA{252 &^ 15, 132 &^ 15, 0, 255}, got)
}

func TestGIFErrors(t *testing.T) {
	require.ErrorContains(t, agents.WriteGIF(&bytes.Buffer{}, nil), "no frames")
	black := func(x, y int) color.RGBA { return color.RGBA{A: 255} }
	require.ErrorContains(t, agents.WriteGIF(&bytes.Buffer{}, []*image.RGBA{frame(2, 2, black), frame(3, 2, black)}), "want one size")
}
