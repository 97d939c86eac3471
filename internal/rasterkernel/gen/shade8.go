package main

import (
	"fmt"
	"unsafe"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func footprint8(f func(uintptr) Mem, u, v, inv reg.VecVirtual) reg.VecVirtual {
	// part returns (d - c*w)^2.
	part := func(w, d uintptr, c reg.VecVirtual) reg.VecVirtual {
		a := bcast(f(w))
		VMULPS(a, c, a)
		VSUBPS(a, bcast(f(d)), a)
		VMULPS(a, a, a)
		return a
	}
	side := func(w, du, dv uintptr) reg.VecVirtual {
		a := part(w, du, u)
		VADDPS(part(w, dv, v), a, a)
		return a
	}
	a := side(unsafe.Offsetof(job.WX), unsafe.Offsetof(job.UX), unsafe.Offsetof(job.VX))
	b := side(unsafe.Offsetof(job.WY), unsafe.Offsetof(job.UY), unsafe.Offsetof(job.VY))
	VMAXPS(b, a, a)
	VMULPS(inv, a, a)
	VMULPS(inv, a, a)
	return a
}

// row8 returns the index of texel (0,0) of the level of side 1<<k, less 1, and
// minus the side.
func row8(k reg.VecVirtual) (base, side reg.VecVirtual) {
	// (4^k-1)/3 are the lowest k pairs of bits 01; 2^k-1 are added as -side-1.
	base, side = YMM(), YMM()
	VPCMPEQD(side, side, side)
	VPADDD(k, k, base)
	VPSLLVD(base, side, base)
	VPANDN(eight(0x55555555), base, base)
	VPSLLVD(k, side, side)
	VPSUBD(side, base, base)
	VPADDD(eight(^uint32(0)), base, base)
	return base, side
}

func nearest8(f func(uintptr) Mem, tex reg.Register, index Mem, rho, u, v, color reg.VecVirtual) {
	log := bcast(f(unsafe.Offsetof(job.Log)))
	zero, l := YMM(), YMM()
	VPXOR(zero, zero, zero)
	VPSRLD(Imm(23), rho, l)
	VPSUBD(eight(126), l, l)
	VPSRAD(Imm(1), l, l)
	VPMAXSD(zero, l, l)
	VPMINSD(log, l, l)
	VCVTTPS2DQ(u, u)
	VCVTTPS2DQ(v, v)
	VPSRAVD(l, u, u)
	VPSRAVD(l, v, v)
	VPSUBD(l, log, l)
	base, side := row8(l)
	VPANDN(u, side, u)
	VPANDN(v, side, v)
	VPADDD(base, u, u)
	VPADDD(v, u, u)
	VPSLLVD(l, v, v)
	VPADDD(v, u, u)
	VMOVDQU(u, index)
	texels(tex, index, color)
	light := YMM()
	VPBROADCASTQ(f(unsafe.Offsetof(job.Light)), light)
	lo, hi := YMM(), YMM()
	VPUNPCKLBW(color, zero, lo)
	VPUNPCKHBW(color, zero, hi)
	for _, c := range []reg.VecVirtual{lo, hi} {
		VPMULHUW(light, c, c)
		VPADDW(eight(0x00800080), c, c)
		VPSRLW(Imm(8), c, c)
	}
	VPACKUSWB(hi, lo, color)
}

// trilinear8 works on pixels 0, 1, 4 and 5 in one register and 2, 3, 6 and 7 in
// another, channels of 16 bits, so that no channel leaves its half of a register.
func trilinear8(f func(uintptr) Mem, tex reg.Register, index Mem, rho, u, v, color reg.VecVirtual) {
	log, zero, q := YMM(), YMM(), YMM()
	VPXOR(zero, zero, zero)
	VPBROADCASTD(f(unsafe.Offsetof(job.Log)), log)
	VPSUBD(eight(127<<23), rho, q)
	VPMAXSD(zero, q, q)
	t := YMM()
	VPSLLD(Imm(24), log, t)
	VPMINSD(t, q, q)
	l, frac := YMM(), YMM()
	VPSRAD(Imm(24), q, l)
	VPSRLD(Imm(9), q, frac)
	VPAND(eight(0x7fff), frac, frac)
	for _, c := range []reg.VecVirtual{u, v} {
		VMULPS(eight(float256), c, c)
		VCVTTPS2DQ(c, c)
	}
	a := bilinear8(tex, index, log, l, u, v)
	VPADDD(eight(1), l, l)
	VPMINSD(log, l, l)
	b := bilinear8(tex, index, log, l, u, v)
	for h := range 2 {
		blend8(a[h], b[h], quad8(frac, h))
		light := YMM()
		VPBROADCASTQ(f(unsafe.Offsetof(job.Light)), light)
		VPADDW(a[h], a[h], a[h])
		VPMULHUW(light, a[h], a[h])
		VPADDW(eight(0x00400040), a[h], a[h])
		VPSRLW(Imm(7), a[h], a[h])
	}
	VPACKUSWB(a[1], a[0], color)
}

// texel returns texel number i of eight whose indices are at index.
func texel(tex reg.Register, index Mem, i int) Mem {
	g := GP64()
	MOVL(index.Offset(4*i), g.As32())
	return Mem{Base: tex, Index: g, Scale: 4}
}

// texels loads eight texels. VPGATHERDD would do the same, no faster where we
// measured (Sapphire Rapids), and slow on AMD's Zen 2 and on Intel's Skylake to
// Tiger Lake with the remedy of CVE-2022-40982.
func texels(tex reg.Register, index Mem, out reg.VecVirtual) {
	upper := XMM()
	VPXOR(out, out, out) // whole, so that avo does not keep what it held before
	for h, x := range []reg.VecVirtual{out.AsX().(reg.VecVirtual), upper} {
		VMOVD(texel(tex, index, 4*h), x)
		for i := 1; i < 4; i++ {
			VPINSRD(Imm(uint64(i)), texel(tex, index, 4*h+i), x, x)
		}
	}
	VINSERTI128(Imm(1), upper, out, out)
}

// neighbours loads texels 2*h, 2*h+1, 2*h+4 and 2*h+5, each with the one right of it.
func neighbours(tex reg.Register, index Mem, h int) reg.VecVirtual {
	out, upper := YMM(), XMM()
	VPXOR(out, out, out)
	for i, x := range []reg.VecVirtual{out.AsX().(reg.VecVirtual), upper} {
		VMOVQ(texel(tex, index, 2*h+4*i), x)
		VMOVHPS(texel(tex, index, 2*h+4*i+1), x, x)
	}
	VINSERTI128(Imm(1), upper, out, out)
	return out
}

// quad8 spreads the low 16 bits of a number over the four channels of its pixel.
func quad8(d reg.VecVirtual, h int) reg.VecVirtual {
	out := YMM()
	VPSHUFB(spread8[h], d, out)
	return out
}

// blend8 is lerp: a += (b-a)*f/32768, rounded; b is overwritten.
func blend8(a, b, f reg.VecVirtual) {
	VPSUBW(a, b, b)
	VPMULHRSW(f, b, b)
	VPADDW(b, a, a)
}

// bilinear8 returns the colours of level l.
func bilinear8(tex reg.Register, index Mem, log, l, u, v reg.VecVirtual) (out [2]reg.VecVirtual) {
	k, ul, vl, fu, fv := YMM(), YMM(), YMM(), YMM(), YMM()
	VPSUBD(l, log, k)
	VPSRAVD(l, u, ul)
	VPSRAVD(l, v, vl)
	VPSUBD(eight(128), ul, ul)
	VPSUBD(eight(128), vl, vl)
	VPSRLD(Imm(1), ul, fu)
	VPAND(eight(127), fu, fu)
	VPAND(eight(255), vl, fv)
	VPSLLD(Imm(7), fv, fv)
	VPSRAD(Imm(8), ul, ul)
	VPSRAD(Imm(8), vl, vl)
	base, side := row8(k)
	vn := YMM()
	VPADDD(eight(1), vl, vn)
	VPANDN(ul, side, ul)
	VPANDN(vl, side, vl)
	VPANDN(vn, side, vn)
	VPADDD(base, ul, ul)
	for r, y := range []reg.VecVirtual{vl, vn} {
		i := YMM()
		VPSLLVD(k, y, i)
		VPADDD(y, i, i)
		VPADDD(ul, i, i)
		VMOVDQU(i, index)
		for h := range 2 {
			t, weights := neighbours(tex, index, h), YMM()
			VPSHUFB(pairs8, t, t)
			// The weights of a texel, 127-f, and of its right neighbour, f, in a byte each.
			VPSHUFB(weigh8[h], fu, weights)
			VPXOR(eight(0x007f007f), weights, weights)
			VPMADDUBSW(weights, t, t)
			if r == 0 {
				out[h] = t
			} else {
				blend8(out[h], t, quad8(fv, h))
			}
		}
	}
	return out
}

// spread8 takes the low word, and weigh8 twice the low byte, of numbers 2*h and
// 2*h+1 of each half of a register to four words each; pairs8 puts the channels
// of two texels side by side.
var (
	spread8, weigh8 [2]Mem
	pairs8          Mem
)

func init() {
	table := func(name string, of func(i int) int) Mem {
		m := GLOBL(name, 8|16)
		for i := range 32 {
			DATA(i, U8(of(i%16)))
		}
		return m
	}
	for h := range 2 {
		spread8[h] = table(fmt.Sprintf("spread8%d", h), func(i int) int { return 8*h + i/8*4 + i%2 })
		weigh8[h] = table(fmt.Sprintf("weigh8%d", h), func(i int) int { return 8*h + i/8*4 })
	}
	pairs8 = table("pairs8", func(i int) int { return i/8*8 + i%8/2 + i%2*4 })
}
