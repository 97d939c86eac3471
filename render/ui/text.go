package ui

import (
	"image"
	"image/color"
	"image/draw"
	"strings"
	"unicode/utf8"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// Font is one of the Go fonts.
type Font uint8

// The fonts.
const (
	Regular Font = iota
	Bold
	Mono
	numFonts
)

var fontNames = [numFonts]string{"regular", "bold", "mono"}

// String returns the font's name.
func (f Font) String() string { return fontNames[f%numFonts] }

// Style says how text looks.
type Style struct {
	Font  Font
	Size  float64 // points
	Color color.NRGBA
}

// Text draws one line that starts at x and stands on the baseline y, and
// returns the x where it ends.
func (c *Canvas) Text(x, y float64, s string, st Style) float64 {
	f := c.face(st)
	src := image.NewUniform(st.Color)
	dot := fixed.P(c.px(x), c.px(y))
	prev := rune(-1)
	for _, r := range s {
		if prev >= 0 {
			dot.X += f.Kern(prev, r)
		}
		g := f.glyph(r, dot.X&63)
		if g.mask != nil {
			at := g.offset.Add(image.Pt(dot.X.Floor(), dot.Y.Floor()))
			draw.DrawMask(c.img, image.Rectangle{at, at.Add(g.mask.Rect.Size())}, src, image.Point{}, g.mask, image.Point{}, draw.Over)
		}
		dot.X += g.advance
		prev = r
	}
	return float64(dot.X) / 64 / c.scale
}

// TextRight draws one line that ends at x.
func (c *Canvas) TextRight(x, y float64, s string, st Style) { c.Text(x-c.Width(s, st), y, s, st) }

// TextCenter draws one line in the middle of r, and cuts it if it is too long.
func (c *Canvas) TextCenter(r Rect, s string, st Style) {
	s = c.Fit(s, st, r.W)
	c.Text(r.X+(r.W-c.Width(s, st))/2, r.Y+r.H/2+st.Size*0.36, s, st)
}

// Width returns how many points wide a line is.
func (c *Canvas) Width(s string, st Style) float64 {
	f := c.face(st)
	var w fixed.Int26_6
	prev := rune(-1)
	for _, r := range s {
		if prev >= 0 {
			w += f.Kern(prev, r)
		}
		w += f.glyph(r, 0).advance
		prev = r
	}
	return float64(w) / 64 / c.scale
}

// Fit returns s, cut and ended by an ellipsis if it is wider than width.
func (c *Canvas) Fit(s string, st Style, width float64) string {
	if c.Width(s, st) <= width {
		return s
	}
	for s != "" {
		_, n := utf8.DecodeLastRuneInString(s)
		s = strings.TrimRight(s[:len(s)-n], " ")
		if t := s + "…"; c.Width(t, st) <= width {
			return t
		}
	}
	return ""
}

// Wrap breaks s at spaces into lines no wider than width, at most n of them;
// what is left over is cut.
func (c *Canvas) Wrap(s string, st Style, width float64, n int) []string {
	var lines []string
	words := strings.Fields(s)
	for len(words) > 0 {
		k := 1
		for k < len(words) && c.Width(strings.Join(words[:k+1], " "), st) <= width {
			k++
		}
		if len(lines) == n-1 {
			k = len(words)
		}
		lines = append(lines, c.Fit(strings.Join(words[:k], " "), st, width))
		words = words[k:]
	}
	return lines
}

// face is a font at one size in pixels, with its glyphs drawn once.
type face struct {
	font.Face
	glyphs map[glyphKey]glyph
}

type glyphKey struct {
	r   rune
	sub fixed.Int26_6 // horizontal position within a pixel, in quarters
}

type glyph struct {
	mask    *image.Alpha // nil for a blank
	offset  image.Point
	advance fixed.Int26_6
}

type faceKey struct {
	font Font
	px   float64
}

func (c *Canvas) face(st Style) *face {
	key := faceKey{st.Font, st.Size * c.scale}
	if f := c.cache.faces[key]; f != nil {
		return f
	}
	parsed, err := opentype.Parse([numFonts][]byte{goregular.TTF, gobold.TTF, gomono.TTF}[st.Font])
	if err != nil {
		panic("ui: the built-in font is broken: " + err.Error())
	}
	f, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: key.px, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		panic("ui: the built-in font has no face: " + err.Error())
	}
	c.cache.faces[key] = &face{f, map[glyphKey]glyph{}}
	return c.cache.faces[key]
}

func (f *face) glyph(r rune, sub fixed.Int26_6) glyph {
	key := glyphKey{r, sub &^ 15}
	if g, ok := f.glyphs[key]; ok {
		return g
	}
	var g glyph
	box, mask, at, advance, ok := f.Glyph(fixed.Point26_6{X: key.sub}, r)
	if ok {
		g.advance, g.offset = advance, box.Min
		if !box.Empty() {
			// The face reuses its mask for the next glyph.
			g.mask = image.NewAlpha(image.Rectangle{Max: box.Size()})
			draw.Draw(g.mask, g.mask.Rect, mask, at, draw.Src)
		}
	}
	f.glyphs[key] = g
	return g
}
