package raster

import (
	"fmt"
	"image"
	"image/draw"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gobolditalic"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/gomedium"
	"golang.org/x/image/font/gofont/gomediumitalic"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/gomonoitalic"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// fonts are the variants of characters: nine, as the original picks from.
var fonts = [][]byte{
	goregular.TTF, gobold.TTF, goitalic.TTF, gomono.TTF, gobolditalic.TTF,
	gomedium.TTF, gomonobold.TTF, gomonoitalic.TTF, gomediumitalic.TTF,
}

var parsed [9]struct {
	sync.Once
	font *opentype.Font
	err  error
}

// Glyph returns the name of the texture of a character.
func Glyph(r rune) string { return glyphs + strconv.Itoa(int(r)) }

// glyphCode returns the character whose texture has this name.
func glyphCode(name string) (rune, bool) {
	digits, ok := strings.CutPrefix(name, glyphs)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	return rune(n), err == nil
}

func drawable(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
}

// face returns a font at a size in pixels.
func fontFace(variant int, size float64) (font.Face, error) {
	p := &parsed[variant-1]
	p.Do(func() { p.font, p.err = opentype.Parse(fonts[variant-1]) })
	if p.err != nil {
		return nil, fmt.Errorf("raster: font %d: %w", variant, p.err)
	}
	return opentype.NewFace(p.font, &opentype.FaceOptions{Size: size, DPI: 72})
}

// paintGlyph returns a black character on white, 128 pixels square.
func paintGlyph(r rune, variant int) (*Texture, error) {
	img := image.NewGray(image.Rect(0, 0, 128, 128))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	if err := write(img, string(r), variant, 96, 64, 96); err != nil {
		return nil, err
	}
	return NewTexture(img)
}

// write draws black text centred on x with its baseline at y.
func write(img draw.Image, text string, variant int, size float64, x, y int) error {
	face, err := fontFace(variant, size)
	if err != nil {
		return err
	}
	defer face.Close()
	d := font.Drawer{Dst: img, Src: image.Black, Face: face}
	d.Dot = fixed.P(x, y)
	d.Dot.X -= d.MeasureString(text) / 2
	d.DrawString(text)
	return nil
}

// logo stands in for the original's sign: a disc with a notch, and a word.
func logo(c *canvas, _ int) {
	img := image.NewGray(image.Rect(0, 0, c.side, c.side/2))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	n := float64(c.side)
	// The fonts are part of the program: they parse.
	if err := write(img, "Mila", 2, n/4.5, c.side*63/100, c.side*32/100); err != nil {
		panic(err)
	}
	c.each(func(x, y float64) [3]float64 {
		dx, dy := x-0.2, (y-0.5)/2
		r := dx*dx + dy*dy
		if r < 0.018 && (r > 0.006 || dx > 0) {
			return grey(0)
		}
		return grey(float64(img.GrayAt(int(x*n), int(y*n/2)).Y) / 255)
	})
}
