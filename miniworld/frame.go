package miniworld

import (
	"fmt"
	"unicode/utf8"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// frameDepth is how far frames stand out from the wall, in metres.
const frameDepth = 0.05

// ImageFrame is a picture on a wall. Pos is its middle, on the wall; nothing
// collides with it.
type ImageFrame struct {
	Body
	Texture      string
	Width, Depth float64 // metres

	mesh *raster.Mesh
}

// NewImageFrame returns the picture of a texture that looks along dir. Its
// height follows from the width in metres and the shape of the texture.
func NewImageFrame(pos mgl64.Vec3, dir float64, texture string, width float64) *ImageFrame {
	f := &ImageFrame{Texture: texture, Width: width, Depth: frameDepth}
	f.Pos, f.Dir, f.Static = pos, dir, true
	if t, err := textureByName(texture, 1); err == nil {
		f.Height = t.Height / t.Width * width
	}
	return f
}

// Shape implements [Entity].
func (f *ImageFrame) Shape(e *raster.Entity) error {
	if f.mesh == nil {
		t, err := textureByName(f.Texture, 1)
		if err != nil {
			return fmt.Errorf("miniworld: image frame: %w", err)
		}
		if f.mesh, err = raster.NewFrame(f.Width, f.Height, f.Depth, t); err != nil {
			return fmt.Errorf("miniworld: image frame: %w", err)
		}
	}
	e.Mesh = f.mesh
	return nil
}

// TextFrame is a text on a wall, one picture a character. Pos is its middle, on
// the wall; nothing collides with it.
type TextFrame struct {
	Body
	Text         string
	Width, Depth float64 // metres
	// Variants are the fonts of the characters, from 1 on; 0 for a space.
	Variants []int

	mesh *raster.Mesh
}

// NewTextFrame returns a text that looks along dir, in letters of the given
// height and width in metres. Letters, digits and spaces can be drawn.
func NewTextFrame(pos mgl64.Vec3, dir float64, text string, height float64) *TextFrame {
	f := &TextFrame{Text: text, Width: float64(utf8.RuneCountInString(text)) * height, Depth: frameDepth}
	f.Pos, f.Dir, f.Height, f.Static = pos, dir, height, true
	return f
}

// Randomize implements [Randomizer]: it chooses a font for every character.
func (f *TextFrame) Randomize(w *World) error {
	f.Variants, f.mesh = f.Variants[:0], nil
	for _, c := range f.Text {
		v := 0
		if c != ' ' {
			var err error
			if v, err = pickVariant(w.rng, w.sampler.random, raster.Glyph(c)); err != nil {
				return fmt.Errorf("miniworld: text frame %q: %w", f.Text, err)
			}
		}
		f.Variants = append(f.Variants, v)
	}
	return nil
}

// Shape implements [Entity].
func (f *TextFrame) Shape(e *raster.Entity) error {
	if f.mesh == nil {
		panels := make([]*raster.Texture, 0, len(f.Text))
		for i, c := range []rune(f.Text) {
			var t *raster.Texture
			if c != ' ' {
				var err error
				if t, err = textureByName(raster.Glyph(c), f.Variants[i]); err != nil {
					return fmt.Errorf("miniworld: text frame %q: %w", f.Text, err)
				}
			}
			panels = append(panels, t)
		}
		var err error
		if f.mesh, err = raster.NewFrame(f.Width, f.Height, f.Depth, panels...); err != nil {
			return fmt.Errorf("miniworld: text frame %q: %w", f.Text, err)
		}
	}
	e.Mesh = f.mesh
	return nil
}
