package wfc

import (
	"fmt"
	"image"
	_ "image/png" // Load reads PNG files
	"os"
)

// RGB is a colour.
type RGB [3]uint8

// The colours that Minigrid worlds are made of.
var (
	Black = RGB{0, 0, 0}       // a wall
	White = RGB{255, 255, 255} // free
)

// Picture is a small bitmap, row by row.
type Picture struct {
	Width, Height int
	Pix           []RGB
}

// At returns the pixel in row r and column c.
func (p *Picture) At(r, c int) RGB { return p.Pix[r*p.Width+c] }

// maxSide bounds the pictures that Load takes: patterns are learned from all of
// their pixels, in time that grows with the square of their number.
const maxSide = 128

// Load reads a PNG file.
func Load(path string) (*Picture, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("wfc: %w", err)
	}
	defer f.Close()
	img, _, err := image.Decode(f)
	if err != nil {
		return nil, fmt.Errorf("wfc: %s is no PNG picture: %w", path, err)
	}
	size := img.Bounds().Size()
	if size.X > maxSide || size.Y > maxSide {
		return nil, fmt.Errorf("wfc: %s has %dx%d pixels: want at most %d each way", path, size.X, size.Y, maxSide)
	}
	p := &Picture{Width: size.X, Height: size.Y}
	for y := range size.Y {
		for x := range size.X {
			r, g, b, _ := img.At(img.Bounds().Min.X+x, img.Bounds().Min.Y+y).RGBA()
			p.Pix = append(p.Pix, RGB{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8)})
		}
	}
	return p, nil
}

// draw makes a picture of text: # is a wall, anything else free.
func draw(rows ...string) *Picture {
	p := &Picture{Width: len(rows[0]), Height: len(rows)}
	for _, row := range rows {
		for _, c := range []byte(row) {
			if c == '#' {
				p.Pix = append(p.Pix, Black)
			} else {
				p.Pix = append(p.Pix, White)
			}
		}
	}
	return p
}
