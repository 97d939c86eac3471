package raster

import "math"

// canvas is a square picture that wraps around, in 0..1 and top row first.
type canvas struct {
	side int
	seed uint32
	px   [][3]float64
}

func newCanvas(log int, seed uint32) *canvas {
	return &canvas{side: 1 << log, seed: seed, px: make([][3]float64, 1<<(2*log))}
}

// each sets every pixel to f of its centre in [0,1)x[0,1), y down.
func (c *canvas) each(f func(x, y float64) [3]float64) {
	n := float64(c.side)
	for i := range c.px {
		c.px[i] = f((float64(i%c.side)+0.5)/n, (float64(i/c.side)+0.5)/n)
	}
}

// calm takes away a part of what varies over more than about an eighth of the
// picture: blotches that repeat every metre show more than they please.
func (c *canvas) calm(part float64) {
	n := c.side
	r := max(n/16, 1)
	soft, pass := make([][3]float64, len(c.px)), make([][3]float64, len(c.px))
	blur := func(dst, src [][3]float64, across, along int) {
		for line := range n {
			var sum [3]float64
			add := func(i int, sign float64) {
				p := &src[line*across+wrap(i, n)*along]
				for k := range sum {
					sum[k] += float64(sign * p[k])
				}
			}
			for i := -r; i <= r; i++ {
				add(i, 1)
			}
			for i := range n {
				for k := range sum {
					dst[line*across+i*along][k] = sum[k] / float64(2*r+1)
				}
				add(i+r+1, 1)
				add(i-r, -1)
			}
		}
	}
	blur(pass, c.px, n, 1)
	blur(soft, pass, 1, n)
	for i := range c.px {
		for k := range 3 {
			c.px[i][k] -= float64(part * soft[i][k])
		}
	}
}

// fit gives each channel a mean and standard deviation in 0..255. Clipping
// moves them, so it is done a few times.
func (c *canvas) fit(mean, std [3]float64) {
	n := float64(len(c.px))
	for range 6 {
		for k := range 3 {
			var sum, squares float64
			for i := range c.px {
				sum += c.px[i][k]
				squares += float64(c.px[i][k] * c.px[i][k])
			}
			m := sum / n
			d := math.Sqrt(max(squares/n-float64(m*m), 1e-12))
			gain := std[k] / d
			for i := range c.px {
				c.px[i][k] = min(max(mean[k]+float64((c.px[i][k]-m)*gain), 0), 255)
			}
		}
	}
}

// hash returns a number in [0,1) for cell (x,y) of channel n.
func (c *canvas) hash(x, y, n int) float64 {
	h := c.seed ^ uint32(x)*0x9e3779b1 ^ uint32(y)*0x85ebca77 ^ uint32(n)*0xc2b2ae3d
	h = (h ^ h>>15) * 0x2c1b3c6d
	h = (h ^ h>>12) * 0x297a2d39
	return float64((h^h>>15)>>8) / (1 << 24)
}

// noise is smooth value noise in [0,1), nx by ny cells over the picture.
func (c *canvas) noise(x, y float64, nx, ny, channel int) float64 {
	fx, fy := x*float64(nx), y*float64(ny)
	ix, iy := math.Floor(fx), math.Floor(fy)
	tx, ty := smooth(fx-ix), smooth(fy-iy)
	x0, y0 := wrap(int(ix), nx), wrap(int(iy), ny)
	x1, y1 := wrap(x0+1, nx), wrap(y0+1, ny)
	top := mix(c.hash(x0, y0, channel), c.hash(x1, y0, channel), tx)
	low := mix(c.hash(x0, y1, channel), c.hash(x1, y1, channel), tx)
	return mix(top, low, ty)
}

// clouds sums octaves of noise, each twice as fine and half as strong.
func (c *canvas) clouds(x, y float64, nx, ny, octaves, channel int) float64 {
	var sum, weight float64
	for o, w := 0, 1.0; o < octaves; o, w = o+1, w/2 {
		sum += float64(w * c.noise(x, y, nx<<o, ny<<o, channel+o))
		weight += w
	}
	return sum / weight
}

// cells returns the distances to the nearest and second nearest of n by n
// jittered points, in units of their pitch, and the number of the nearest.
func (c *canvas) cells(x, y float64, n, channel int) (first, second float64, id int) {
	fx, fy := x*float64(n), y*float64(n)
	ix, iy := int(fx), int(fy)
	first, second = 9, 9
	for dy := -1; dy <= 1; dy++ {
		for dx := -1; dx <= 1; dx++ {
			cx, cy := wrap(ix+dx, n), wrap(iy+dy, n)
			px := float64(ix+dx) + 0.15 + 0.7*c.hash(cx, cy, channel)
			py := float64(iy+dy) + 0.15 + 0.7*c.hash(cx, cy, channel+1)
			d := math.Hypot(px-fx, py-fy)
			if d < first {
				first, second, id = d, first, cy*n+cx
			} else {
				second = min(second, d)
			}
		}
	}
	return first, second, id
}

func wrap(i, n int) int { return (i%n + n) % n }

func mix(a, b, t float64) float64 { return a + float64((b-a)*t) }

func smooth(t float64) float64 { return t * t * (3 - 2*t) }

// step goes smoothly from 0 at a to 1 at b.
func step(a, b, x float64) float64 { return smooth(min(max((x-a)/(b-a), 0), 1)) }

// blendColor goes from a to b.
func blendColor(a, b [3]float64, t float64) [3]float64 {
	return [3]float64{mix(a[0], b[0], t), mix(a[1], b[1], t), mix(a[2], b[2], t)}
}

func grey(v float64) [3]float64 { return [3]float64{v, v, v} }

// brick returns where (x,y) is in a running bond of rows and columns: the
// number of the brick and the distance to its nearest border, in units of
// the height of a course; wide is the width of a brick in those units.
func brick(x, y float64, columns, rows int, wide float64) (id int, border float64) {
	fy := y * float64(rows)
	row := int(fy)
	fx := x*float64(columns) + 0.5*float64(row%2)
	column := int(fx)
	v, u := fy-float64(row), (fx-float64(column))*wide
	return row*columns + column%columns, min(v, 1-v, u, wide-u)
}
