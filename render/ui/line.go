package ui

import (
	"image"
	"image/color"
	"math"
)

// Line draws a straight line with round ends, width points wide.
func (c *Canvas) Line(x0, y0, x1, y1, width float64, col color.NRGBA) {
	x0, y0, x1, y1 = x0*c.scale, y0*c.scale, x1*c.scale, y1*c.scale
	half := max(0.5, width*c.scale/2)
	box := image.Rect(int(min(x0, x1)-half-1), int(min(y0, y1)-half-1), int(max(x0, x1)+half+2), int(max(y0, y1)+half+2)).Intersect(c.img.Rect)
	dx, dy := x1-x0, y1-y0
	length := dx*dx + dy*dy
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			px, py := float64(x)+0.5-x0, float64(y)+0.5-y0
			t := 0.0
			if length > 0 {
				t = max(0, min(1, (px*dx+py*dy)/length))
			}
			if cover := half + 0.5 - math.Hypot(px-t*dx, py-t*dy); cover > 0 {
				c.blend(x, y, col, min(1, cover))
			}
		}
	}
}

// Arrow draws a line with a head at its second end.
func (c *Canvas) Arrow(x0, y0, x1, y1, width float64, col color.NRGBA) {
	c.Line(x0, y0, x1, y1, width, col)
	angle, head := math.Atan2(y1-y0, x1-x0), 4+2*width
	for _, turn := range [2]float64{-0.5, 0.5} {
		c.Line(x1, y1, x1-head*math.Cos(angle+turn), y1-head*math.Sin(angle+turn), width, col)
	}
}

// Ring draws a circle's edge, width points wide, inside the radius.
func (c *Canvas) Ring(x, y, radius, width float64, col color.NRGBA) {
	x, y, outer := x*c.scale, y*c.scale, radius*c.scale
	inner := outer - max(1, width*c.scale)
	box := image.Rect(int(x-outer-1), int(y-outer-1), int(x+outer+2), int(y+outer+2)).Intersect(c.img.Rect)
	for py := box.Min.Y; py < box.Max.Y; py++ {
		for px := box.Min.X; px < box.Max.X; px++ {
			d := math.Hypot(float64(px)+0.5-x, float64(py)+0.5-y)
			if cover := min(outer-d, d-inner) + 0.5; cover > 0 {
				c.blend(px, py, col, min(1, cover))
			}
		}
	}
}

// blend mixes a colour into an opaque pixel.
func (c *Canvas) blend(x, y int, col color.NRGBA, cover float64) {
	p := c.img.Pix[c.img.PixOffset(x, y):]
	a := cover * float64(col.A) / 255
	for k, v := range [3]uint8{col.R, col.G, col.B} {
		p[k] = uint8(float64(p[k])*(1-a) + float64(v)*a + 0.5)
	}
	p[3] = 255
}
