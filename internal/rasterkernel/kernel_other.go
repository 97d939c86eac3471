//go:build !amd64 || purego

package rasterkernel

// Draw covers the polygon of j.
func Draw(j *Job) {
	if j.Y0 < j.Y1 && j.X0 < j.X1 {
		drawGo(j)
	}
}

// DrawSphere covers the sphere p.
func DrawSphere(p *Sphere) { sphereGo(p) }

// Pack writes n pixels from src as three bytes each.
func Pack(dst *uint8, src *uint32, n int64) { packGo(dst, src, n) }

// Labels writes bits 24 to 31, 8 to 15 and 0 to 7 of n identities from src.
func Labels(dst *uint8, src *uint32, n int64) { labelsGo(dst, src, n) }

// Resolve writes the mean of samples 1 to 4 of n pixels, from the offset-th
// on, as three bytes each.
func Resolve(dst *uint8, c *[Samples]*uint32, offset, n int64) { resolveGo(dst, c, offset, n) }

// Depth writes 1/z for n pixels.
func Depth(dst, z *float32, n int64) { depthGo(dst, z, n) }

// Fill sets n values, a multiple of Align.
func Fill(dst *uint32, v uint32, n int64) { fillGo(dst, v, n) }
