package ui

import (
	"image"
	"image/color"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func blank(w, h int, scale float64) (*Canvas, *image.RGBA) {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	return NewCanvas(img, scale), img
}

// ink is the painted area in pixels, of something white.
func ink(img *image.RGBA) float64 {
	sum := 0.0
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			sum += float64(img.RGBAAt(x, y).R) / 255
		}
	}
	return sum
}

func TestRoundPaintsItsArea(t *testing.T) {
	for _, scale := range []float64{1, 1.5, 2} {
		c, img := blank(200, 200, scale)
		c.Round(Rect{10, 10, 60, 40}, 12, color.NRGBA{255, 255, 255, 255})
		r := 12 * scale
		want := 60*40*scale*scale - (4-math.Pi)*r*r
		// Anti-aliasing estimates the coverage of an edge pixel on 64 points.
		require.InDelta(t, want, ink(img), 0.002*want, "scale %v", scale)
		require.Zero(t, img.RGBAAt(int(10*scale), int(10*scale)).R, "the corner is open")
	}
}

func TestFillBlends(t *testing.T) {
	c, img := blank(10, 10, 1)
	c.Fill(Rect{0, 0, 10, 10}, color.NRGBA{200, 100, 0, 255})
	c.Fill(Rect{0, 0, 5, 10}, color.NRGBA{0, 0, 0, 128})
	require.Equal(t, color.RGBA{200, 100, 0, 255}, img.RGBAAt(7, 5))
	require.InDelta(t, 100, img.RGBAAt(2, 5).R, 1)
}

func TestClipKeepsInside(t *testing.T) {
	c, img := blank(100, 100, 1)
	c.Clip(Rect{20, 20, 10, 10}).Fill(Rect{0, 0, 100, 100}, color.NRGBA{255, 255, 255, 255})
	require.Equal(t, 100.0, ink(img))
}

func TestTextFitsAndWraps(t *testing.T) {
	c, img := blank(400, 60, 1)
	st := Style{Size: 16, Color: color.NRGBA{255, 255, 255, 255}}
	s := "use the key to open the door and then get to the goal"
	w := c.Width(s, st)
	require.InDelta(t, w, c.Text(0, 30, s, st), 1.0/64)
	require.Greater(t, ink(img), 100.0)
	require.Equal(t, s, c.Fit(s, st, w))
	for _, width := range []float64{w - 1, w / 2, 40, 3} {
		short := c.Fit(s, st, width)
		require.LessOrEqual(t, c.Width(short, st), width)
		if short != "" {
			require.True(t, strings.HasSuffix(short, "…"))
		}
	}
	lines := c.Wrap(s, st, w/3, 9)
	require.Equal(t, s, strings.Join(lines, " "))
	for _, line := range lines {
		require.LessOrEqual(t, c.Width(line, st), w/3)
	}
	require.Len(t, c.Wrap(s, st, w/3, 2), 2)
	require.Empty(t, c.Wrap("", st, 100, 2))
}

// Every sign that the player shows is in the fonts; a missing one is blank.
func TestFontsHaveOurSigns(t *testing.T) {
	for _, f := range []Font{Regular, Bold} {
		c, _ := blank(1, 1, 1)
		face := c.face(Style{Font: f, Size: 32})
		require.Nil(t, face.glyph('\u4e00', 0).mask)
		for _, r := range "←→↑↓−…·●–" {
			require.NotNil(t, face.glyph(r, 0).mask, "%c in %v", r, f)
		}
	}
}

func TestRectCuts(t *testing.T) {
	r := Rect{10, 20, 100, 50}
	top, rest := r.CutTop(20)
	require.Equal(t, Rect{10, 20, 100, 20}, top)
	require.Equal(t, Rect{10, 40, 100, 30}, rest)
	bottom, rest := r.CutBottom(70)
	require.Equal(t, r, bottom, "no more than there is")
	require.Zero(t, rest.H)
	left, rest := r.CutLeft(30)
	require.Equal(t, Rect{10, 20, 30, 50}, left)
	require.Equal(t, Rect{40, 20, 70, 50}, rest)
	right, _ := r.CutRight(30)
	require.Equal(t, Rect{80, 20, 30, 50}, right)
	require.Equal(t, Rect{50, 35, 20, 20}, r.Center(20, 20))
	require.True(t, r.Contains(10, 20))
	require.False(t, r.Contains(110, 20))
}
