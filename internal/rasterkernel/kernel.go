package rasterkernel

// path is one implementation of every loop.
type path struct {
	name         string
	draw         func(j *Job)
	sphere       func(p *Sphere)
	pack, labels func(dst *uint8, src *uint32, n int64)
	resolve      func(dst *uint8, c *[Samples]*uint32, offset, n int64)
	depth        func(dst, z *float32, n int64)
	fill         func(dst *uint32, v uint32, n int64)
}

// paths are those that this processor runs, the fastest first.
var paths = append(assembly(), path{"portable", drawGo, sphereGo, packGo, labelsGo, resolveGo, depthGo, fillGo})

// chosen is the path in use.
var chosen = paths[0]

// Draw covers the polygon of j.
func Draw(j *Job) {
	if j.Y0 < j.Y1 && j.X0 < j.X1 {
		chosen.draw(j)
	}
}

// DrawSphere covers the sphere p.
func DrawSphere(p *Sphere) {
	if p.Y0 < p.Y1 && p.X0 < p.X1 {
		chosen.sphere(p)
	}
}

// Pack writes n pixels from src as three bytes each.
func Pack(dst *uint8, src *uint32, n int64) { chosen.pack(dst, src, n) }

// Labels writes bits 24 to 31, 8 to 15 and 0 to 7 of n identities from src.
func Labels(dst *uint8, src *uint32, n int64) { chosen.labels(dst, src, n) }

// Resolve writes the mean of samples 1 to 4 of n pixels, from the offset-th
// on, as three bytes each.
func Resolve(dst *uint8, c *[Samples]*uint32, offset, n int64) { chosen.resolve(dst, c, offset, n) }

// Depth writes 1/z for n pixels.
func Depth(dst, z *float32, n int64) { chosen.depth(dst, z, n) }

// Fill sets n values, a multiple of Align.
func Fill(dst *uint32, v uint32, n int64) { chosen.fill(dst, v, n) }
