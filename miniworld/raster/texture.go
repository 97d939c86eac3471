package raster

import (
	"errors"
	"fmt"
	"image"
	"math/bits"

	"github.com/miniflow-rl/miniflow/internal/rasterkernel"
)

// ErrTexture is wrapped by every error about a picture that cannot be a texture.
var ErrTexture = errors.New("raster: bad texture")

// maxSide is the largest side of a texture, in texels.
const maxSide = 2048

// Texture is a picture that repeats over a surface, with its mip levels. It
// is square with a side that is a power of two; pictures of other shapes are
// stretched to it, and Width and Height remember the shape. A Texture is
// never written after it is made: share it freely.
type Texture struct {
	// Width and Height are the metres one repeat covers where the maker of a
	// surface leaves that to the texture: 1 m for 512 pixels of the original.
	Width, Height float64

	log    int
	texels []uint32 // rasterkernel.Base tells the layout; row 0 is the bottom
	mean   [3]float64
}

// NewTexture makes a texture of a picture, alpha dropped. Width and Height
// are its pixels over 512. It fails with ErrTexture if the picture is empty
// or larger than 16384 pixels on a side.
func NewTexture(img image.Image) (*Texture, error) {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if w < 1 || h < 1 || w > 1<<14 || h > 1<<14 {
		return nil, fmt.Errorf("%w: %d x %d pixels; each side must be 1 to 16384", ErrTexture, w, h)
	}
	log := min(bits.Len(uint(max(w, h)-1)), bits.Len(maxSide)-1)
	side := 1 << log
	px := make([][3]float64, side*side)
	for y := range side {
		y0, y1 := span(y, side, h)
		for x := range side {
			x0, x1 := span(x, side, w)
			var sum [3]float64
			for sy := y0; sy < y1; sy++ {
				for sx := x0; sx < x1; sx++ {
					r, g, bl, _ := img.At(b.Min.X+sx, b.Min.Y+sy).RGBA()
					sum[0] += float64(r)
					sum[1] += float64(g)
					sum[2] += float64(bl)
				}
			}
			n := float64((y1-y0)*(x1-x0)) * 257
			px[y*side+x] = [3]float64{sum[0] / n, sum[1] / n, sum[2] / n}
		}
	}
	return build(px, log, float64(w)/512, float64(h)/512), nil
}

// span returns the source pixels [from,to) that target pixel i of n covers.
func span(i, n, source int) (from, to int) {
	from = i * source / n
	return from, max((i+1)*source/n, from+1)
}

// build makes a texture of 4^log colours in 0..255, top row first.
func build(px [][3]float64, log int, width, height float64) *Texture {
	t := &Texture{Width: width, Height: height, log: log, texels: make([]uint32, rasterkernel.Base(log+1))}
	side := 1 << log
	top := t.level(log)
	for y := range side {
		for x := range side {
			p := px[(side-1-y)*side+x]
			c := uint32(0)
			for i := range 3 {
				v := uint32(min(max(p[i], 0), 255) + 0.5)
				t.mean[i] += float64(v)
				c |= v << (8 * i)
			}
			top[y*(side+1)+x] = c
		}
		top[y*(side+1)+side] = top[y*(side+1)]
	}
	for i := range 3 {
		t.mean[i] /= float64(side * side)
	}
	for k := log - 1; k >= 0; k-- {
		t.shrink(k)
	}
	return t
}

// level returns the texels of the level of side 1<<k, rows of side+1.
func (t *Texture) level(k int) []uint32 {
	return t.texels[rasterkernel.Base(k):rasterkernel.Base(k+1)]
}

// shrink makes level k of level k+1. Means are rounded up: the mip chain of
// the original's driver brightens by about as much.
func (t *Texture) shrink(k int) {
	dst, src := t.level(k), t.level(k+1)
	side := 1 << k
	wide := 2*side + 1
	for y := range side {
		for x := range side {
			i := 2*y*wide + 2*x
			a, b, c, d := src[i], src[i+1], src[i+wide], src[i+wide+1]
			rb := a&0xff00ff + b&0xff00ff + c&0xff00ff + d&0xff00ff + 0x30003
			g := a>>8&255 + b>>8&255 + c>>8&255 + d>>8&255 + 3
			dst[y*(side+1)+x] = rb>>2&0xff00ff | g>>2<<8
		}
		dst[y*(side+1)+side] = dst[y*(side+1)]
	}
}

// Side returns the texels along each side of the largest level.
func (t *Texture) Side() int { return 1 << t.log }

// Mean returns the mean colour, 0..255.
func (t *Texture) Mean() [3]float64 { return t.mean }

// Image returns the largest level as a picture.
func (t *Texture) Image() *image.NRGBA {
	side := t.Side()
	img := image.NewNRGBA(image.Rect(0, 0, side, side))
	top := t.level(t.log)
	for y := range side {
		for x := range side {
			c := top[(side-1-y)*(side+1)+x]
			i := img.PixOffset(x, y)
			img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = uint8(c), uint8(c>>8), uint8(c>>16), 255
		}
	}
	return img
}
