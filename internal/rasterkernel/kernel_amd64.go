//go:build !purego

package rasterkernel

import "golang.org/x/sys/cpu"

// wide reports whether the AVX-512 kernels are used.
var wide = cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL && cpu.X86.HasBMI2

//go:noescape
func spansAVX512(j *Job)

//go:noescape
func fastAVX512(j *Job)

//go:noescape
func fullAVX512(j *Job)

//go:noescape
func sphereAVX512(p *Sphere)

//go:noescape
func packAVX512(dst *uint8, src *uint32, n int64)

//go:noescape
func labelsAVX512(dst *uint8, src *uint32, n int64)

//go:noescape
func resolveAVX512(dst *uint8, c *[Samples]*uint32, offset int64, n int64)

//go:noescape
func depthAVX512(dst *float32, z *float32, n int64)

//go:noescape
func fillAVX512(dst *uint32, v uint32, n int64)

// Draw covers the polygon of j.
func Draw(j *Job) {
	if j.Y0 >= j.Y1 || j.X0 >= j.X1 {
		return
	}
	switch {
	case !wide:
		drawGo(j)
	case j.Last == 1:
		spansAVX512(j)
		fastAVX512(j)
	default:
		spansAVX512(j)
		fullAVX512(j)
	}
}

// DrawSphere covers the sphere p.
func DrawSphere(p *Sphere) {
	switch {
	case p.Y0 >= p.Y1 || p.X0 >= p.X1:
	case wide:
		sphereAVX512(p)
	default:
		sphereGo(p)
	}
}

// Pack writes n pixels from src as three bytes each.
func Pack(dst *uint8, src *uint32, n int64) {
	if wide {
		packAVX512(dst, src, n)
	} else {
		packGo(dst, src, n)
	}
}

// Labels writes bits 24 to 31, 8 to 15 and 0 to 7 of n identities from src.
func Labels(dst *uint8, src *uint32, n int64) {
	if wide {
		labelsAVX512(dst, src, n)
	} else {
		labelsGo(dst, src, n)
	}
}

// Resolve writes the mean of samples 1 to 4 of n pixels, from the offset-th
// on, as three bytes each.
func Resolve(dst *uint8, c *[Samples]*uint32, offset, n int64) {
	if wide {
		resolveAVX512(dst, c, offset, n)
	} else {
		resolveGo(dst, c, offset, n)
	}
}

// Depth writes 1/z for n pixels.
func Depth(dst, z *float32, n int64) {
	if wide {
		depthAVX512(dst, z, n)
	} else {
		depthGo(dst, z, n)
	}
}

// Fill sets n values, a multiple of Align.
func Fill(dst *uint32, v uint32, n int64) {
	if wide {
		fillAVX512(dst, v, n)
	} else {
		fillGo(dst, v, n)
	}
}
