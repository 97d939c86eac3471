package ui

import (
	"image"
	"image/color"
	"image/draw"
	"math"
)

// Canvas draws on a picture. Its methods take points; a point is Scale device
// pixels. Edges are rounded to whole pixels, so that lines stay sharp.
// A canvas is not safe for concurrent use.
type Canvas struct {
	img   *image.RGBA
	scale float64
	cache *cache
}

// cache holds shapes and glyphs that have been drawn once.
type cache struct {
	discs map[int]*image.Alpha // by radius in pixels
	faces map[faceKey]*face
}

// NewCanvas returns a canvas on img of scale device pixels to the point.
func NewCanvas(img *image.RGBA, scale float64) *Canvas {
	return &Canvas{img, scale, &cache{map[int]*image.Alpha{}, map[faceKey]*face{}}}
}

// On returns a canvas on another picture that shares c's glyphs.
func (c *Canvas) On(img *image.RGBA, scale float64) *Canvas { return &Canvas{img, scale, c.cache} }

// Scale returns the device pixels to the point.
func (c *Canvas) Scale() float64 { return c.scale }

// Bounds returns the canvas in points.
func (c *Canvas) Bounds() Rect {
	b := c.img.Bounds()
	return Rect{float64(b.Min.X) / c.scale, float64(b.Min.Y) / c.scale, float64(b.Dx()) / c.scale, float64(b.Dy()) / c.scale}
}

// Clip returns a canvas that draws inside r only.
func (c *Canvas) Clip(r Rect) *Canvas {
	return c.On(c.img.SubImage(c.Pixels(r)).(*image.RGBA), c.scale)
}

// Pixels returns r in device pixels.
func (c *Canvas) Pixels(r Rect) image.Rectangle {
	return image.Rect(c.px(r.X), c.px(r.Y), c.px(r.X+r.W), c.px(r.Y+r.H))
}

func (c *Canvas) px(v float64) int { return int(math.Round(v * c.scale)) }

// Fill paints a rectangle.
func (c *Canvas) Fill(r Rect, col color.NRGBA) { c.fill(c.Pixels(r), col) }

func (c *Canvas) fill(r image.Rectangle, col color.NRGBA) {
	draw.Draw(c.img, r, image.NewUniform(col), image.Point{}, draw.Over)
}

// Round paints a rectangle with rounded corners of the given radius.
func (c *Canvas) Round(r Rect, radius float64, col color.NRGBA) {
	p := c.Pixels(r)
	n := min(c.px(radius), p.Dx()/2, p.Dy()/2)
	if n < 1 {
		c.fill(p, col)
		return
	}
	c.fill(image.Rect(p.Min.X+n, p.Min.Y, p.Max.X-n, p.Max.Y), col)
	c.fill(image.Rect(p.Min.X, p.Min.Y+n, p.Min.X+n, p.Max.Y-n), col)
	c.fill(image.Rect(p.Max.X-n, p.Min.Y+n, p.Max.X, p.Max.Y-n), col)
	disc, src := c.discMask(n), image.NewUniform(col)
	for _, corner := range [4]struct{ x, y, mx, my int }{
		{p.Min.X, p.Min.Y, 0, 0}, {p.Max.X - n, p.Min.Y, n, 0},
		{p.Min.X, p.Max.Y - n, 0, n}, {p.Max.X - n, p.Max.Y - n, n, n},
	} {
		draw.DrawMask(c.img, image.Rect(corner.x, corner.y, corner.x+n, corner.y+n),
			src, image.Point{}, disc, image.Pt(corner.mx, corner.my), draw.Over)
	}
}

// Box paints a rounded rectangle with an edge of one point.
func (c *Canvas) Box(r Rect, radius float64, fill, edge color.NRGBA) {
	c.Round(r, radius, edge)
	c.Round(r.Inset(1, 1), radius-1, fill)
}

// Disc paints a circle.
func (c *Canvas) Disc(x, y, radius float64, col color.NRGBA) {
	c.Round(Rect{x - radius, y - radius, 2 * radius, 2 * radius}, radius, col)
}

// Place copies img, pixel by pixel, to the device pixel at.
func (c *Canvas) Place(at image.Point, img *image.RGBA) {
	draw.Draw(c.img, image.Rectangle{at, at.Add(img.Bounds().Size())}, img, img.Bounds().Min, draw.Src)
}

// discMask returns a disc of radius n that fills a square of 2n pixels, with
// the coverage of each pixel estimated on 8x8 points.
func (c *Canvas) discMask(n int) *image.Alpha {
	if m := c.cache.discs[n]; m != nil {
		return m
	}
	m := image.NewAlpha(image.Rect(0, 0, 2*n, 2*n))
	const sub = 8
	for y := range 2 * n {
		for x := range 2 * n {
			inside := 0
			for k := range sub * sub {
				dx := float64(x) + (float64(k%sub)+0.5)/sub - float64(n)
				dy := float64(y) + (float64(k/sub)+0.5)/sub - float64(n)
				if dx*dx+dy*dy <= float64(n*n) {
					inside++
				}
			}
			m.Pix[y*m.Stride+x] = uint8(inside * 255 / (sub * sub))
		}
	}
	c.cache.discs[n] = m
	return m
}
