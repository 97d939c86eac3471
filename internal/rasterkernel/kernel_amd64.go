//go:build !purego

package rasterkernel

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

// assembly returns the paths in assembly that this processor runs.
func assembly() (p []path) {
	x := &cpu.X86
	if x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL && x.HasBMI2 {
		p = append(p, path{"AVX-512", drawAVX512, sphereAVX512, packAVX512, labelsAVX512, resolveAVX512, depthAVX512, fillAVX512})
	}
	if x.HasAVX2 {
		p = append(p, path{"AVX2", drawAVX2, sphereAVX2, blocks(packAVX2, packGo), blocks(labelsAVX2, labelsGo),
			resolveBlocks, depthBlocks, fillAVX2})
	}
	return p
}

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

//go:noescape
func spansAVX2(j *Job)

//go:noescape
func fastAVX2(j *Job)

//go:noescape
func fullAVX2(j *Job)

//go:noescape
func sphereAVX2(p *Sphere)

//go:noescape
func packAVX2(dst *uint8, src *uint32, n int64)

//go:noescape
func labelsAVX2(dst *uint8, src *uint32, n int64)

//go:noescape
func resolveAVX2(dst *uint8, c *[Samples]*uint32, offset int64, n int64)

//go:noescape
func depthAVX2(dst *float32, z *float32, n int64)

//go:noescape
func fillAVX2(dst *uint32, v uint32, n int64)

func drawAVX512(j *Job) {
	spansAVX512(j)
	if j.Last == 1 {
		fastAVX512(j)
	} else {
		fullAVX512(j)
	}
}

func drawAVX2(j *Job) {
	spansAVX2(j)
	if j.Last == 1 {
		fastAVX2(j)
	} else {
		fullAVX2(j)
	}
}

// The output loops in AVX2 take whole blocks of eight pixels, portable Go the rest.

func blocks(eight, rest func(dst *uint8, src *uint32, n int64)) func(dst *uint8, src *uint32, n int64) {
	return func(dst *uint8, src *uint32, n int64) {
		whole := n &^ 7
		eight(dst, src, whole)
		if whole < n {
			rest(skip(dst, 3*whole), skip(src, whole), n-whole)
		}
	}
}

func resolveBlocks(dst *uint8, c *[Samples]*uint32, offset, n int64) {
	whole := n &^ 7
	resolveAVX2(dst, c, offset, whole)
	if whole < n {
		resolveGo(skip(dst, 3*whole), c, offset+whole, n-whole)
	}
}

func depthBlocks(dst, z *float32, n int64) {
	whole := n &^ 7
	depthAVX2(dst, z, whole)
	if whole < n {
		depthGo(skip(dst, whole), skip(z, whole), n-whole)
	}
}

// skip returns the n-th value from p on.
func skip[T any](p *T, n int64) *T {
	return (*T)(unsafe.Add(unsafe.Pointer(p), n*int64(unsafe.Sizeof(*p))))
}
