package ui

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

var white = color.NRGBA{255, 255, 255, 255}

// black is a canvas on an opaque picture, whose paint can be weighed.
func black(w, h int, scale float64) (*Canvas, *image.RGBA) {
	c, img := blank(w, h, scale)
	draw.Draw(img, img.Rect, image.Black, image.Point{}, draw.Src)
	return c, img
}

func TestLinePaintsItsArea(t *testing.T) {
	for _, to := range [][2]float64{{150, 30}, {30, 150}, {140, 120}} {
		c, img := black(200, 200, 1)
		c.Line(30, 30, to[0], to[1], 4, white)
		// The ends are half discs; the linear edge is off by less than 2 %.
		want := 4*math.Hypot(to[0]-30, to[1]-30) + math.Pi*4
		require.InDelta(t, want, ink(img), 0.02*want, "to %v", to)
	}
}

func TestRingPaintsItsArea(t *testing.T) {
	c, img := black(200, 200, 2)
	c.Ring(50, 50, 30, 3, white)
	want := math.Pi * (60*60 - 54*54)
	require.InDelta(t, want, ink(img), 0.02*want)
}

func TestLinesStayInside(t *testing.T) {
	c, img := black(100, 100, 1)
	in := c.Clip(Rect{20, 20, 10, 10})
	in.Line(-50, 25, 150, 25, 200, white)
	in.Ring(25, 25, 80, 200, white)
	in.Arrow(0, 0, 90, 90, 3, white)
	require.Equal(t, 100.0, ink(img))
}
