package main

import (
	"unsafe"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func footprint(f func(uintptr) Mem, u, v, inv reg.VecVirtual) reg.VecVirtual {
	side := func(w, du, dv uintptr) reg.VecVirtual {
		a, b, t := ZMM(), ZMM(), ZMM()
		VMULPS_BCST(f(w), u, a)
		VBROADCASTSS(f(du), t)
		VSUBPS(a, t, a)
		VMULPS_BCST(f(w), v, b)
		VBROADCASTSS(f(dv), t)
		VSUBPS(b, t, b)
		VMULPS(a, a, a)
		VMULPS(b, b, b)
		VADDPS(b, a, a)
		return a
	}
	a := side(unsafe.Offsetof(job.WX), unsafe.Offsetof(job.UX), unsafe.Offsetof(job.VX))
	b := side(unsafe.Offsetof(job.WY), unsafe.Offsetof(job.UY), unsafe.Offsetof(job.VY))
	VMAXPS(b, a, a)
	VMULPS(inv, a, a)
	VMULPS(inv, a, a)
	return a
}

func nearest(f func(uintptr) Mem, tex reg.Register, active reg.OpmaskVirtual, rho, u, v, light, color reg.VecVirtual) {
	log := ZMM()
	VPBROADCASTD(f(unsafe.Offsetof(job.Log)), log)
	l := ZMM()
	VPSRLD(Imm(23), rho, l)
	VPSUBD_BCST(dword(126), l, l)
	VPSRAD(Imm(1), l, l)
	zero := ZMM()
	VPXORD(zero, zero, zero)
	VPMAXSD(zero, l, l)
	VPMINSD(log, l, l)
	VCVTTPS2DQ(u, u)
	VCVTTPS2DQ(v, v)
	VPSRAVD(l, u, u)
	VPSRAVD(l, v, v)
	VPSUBD(l, log, l) // log2 of the side of the level
	mask, base := level(l)
	VPANDD(mask, u, u)
	VPANDD(mask, v, v)
	VPADDD(base, u, u)
	VPADDD(v, u, u)
	VPSLLVD(l, v, v)
	VPADDD(v, u, u)
	k := K()
	KMOVW(active, k)
	VPXORD(color, color, color)
	VPGATHERDD(Mem{Base: tex, Index: u, Scale: 4}, k, color)
	lo, hi := ZMM(), ZMM()
	VPUNPCKLBW(color, zero, lo)
	VPUNPCKHBW(color, zero, hi)
	lit(lo, light)
	lit(hi, light)
	VPACKUSWB(hi, lo, color)
}

// level returns the mask of coordinates of the level of side 1<<k, and its
// index in the pyramid.
func level(k reg.VecVirtual) (mask, base reg.VecVirtual) {
	mask, base = ZMM(), ZMM()
	VPERMD(maskTable, k, mask)
	VPERMD(baseTable, k, base)
	return mask, base
}

// lit multiplies 16-bit channels, 8 bits up, by the light and rounds to 8 bits.
func lit(c, light reg.VecVirtual) {
	VPMULHUW(light, c, c)
	VPADDW(words(0x80), c, c)
	VPSRLW(Imm(8), c, c)
}

func trilinear(f func(uintptr) Mem, tex reg.Register, active reg.OpmaskVirtual, rho, u, v, light, color reg.VecVirtual) {
	log, zero := ZMM(), ZMM()
	VPXORD(zero, zero, zero)
	VPBROADCASTD(f(unsafe.Offsetof(job.Log)), log)
	q, t := ZMM(), ZMM()
	VPSUBD_BCST(dword(127<<23), rho, q)
	VPMAXSD(zero, q, q)
	VPSLLD(Imm(24), log, t)
	VPMINSD(t, q, q)
	l, frac := ZMM(), ZMM()
	VPSRAD(Imm(24), q, l)
	VPSRLD(Imm(9), q, frac)
	VPANDD_BCST(dword(0x7fff), frac, frac)
	VMULPS_BCST(dword(0x43800000), u, u) // 256
	VMULPS_BCST(dword(0x43800000), v, v)
	VCVTTPS2DQ(u, u)
	VCVTTPS2DQ(v, v)
	a := bilinear(tex, active, log, l, u, v)
	VPADDD_BCST(dword(1), l, l)
	VPMINSD(log, l, l)
	b := bilinear(tex, active, log, l, u, v)
	for h := range 2 {
		blend(a[h], b[h], quad(frac, h))
		VPADDW(a[h], a[h], a[h])
		lit(a[h], light)
	}
	VPACKUSWB(a[1], a[0], color)
	// Pixels left the pack two by two: 0 1 8 9 2 3 10 11 ...
	order := GLOBL("order", 8|16)
	for i, p := range []uint64{0, 2, 4, 6, 1, 3, 5, 7} {
		DATA(8*i, U64(p))
	}
	idx := ZMM()
	VMOVDQU64(order, idx)
	VPERMQ(color, idx, color)
}

// quad spreads the low 16 bits of dwords 8*h..8*h+7 over the four channels of
// pixels 8*h..8*h+7.
func quad(d reg.VecVirtual, h int) reg.VecVirtual {
	z := half(d, h)
	out := ZMM()
	VPMOVZXDQ(z, out)
	VPSHUFD(Imm(0xa0), out, out)
	// Both halves of each dword.
	t := ZMM()
	VPSLLD(Imm(16), out, t)
	VPORD(t, out, out)
	return out
}

func half(d reg.VecVirtual, h int) reg.VecVirtual {
	if h == 0 {
		return d.AsY().(reg.VecVirtual)
	}
	z := YMM()
	VEXTRACTI64X4(Imm(1), d, z)
	return z
}

// blend is lerp: a += (b-a)*f/32768, rounded.
func blend(a, b, f reg.VecVirtual) {
	d := ZMM()
	VPSUBW(a, b, d)
	VPMULHRSW(f, d, d)
	VPADDW(d, a, a)
}

// bilinear returns the colours of level l, eight pixels a register, channels
// of 16 bits.
func bilinear(tex reg.Register, active reg.OpmaskVirtual, log, l, u, v reg.VecVirtual) (out [2]reg.VecVirtual) {
	k, ul, vl, fu, fv := ZMM(), ZMM(), ZMM(), ZMM(), ZMM()
	VPSUBD(l, log, k)
	VPSRAVD(l, u, ul)
	VPSRAVD(l, v, vl)
	VPSUBD_BCST(dword(128), ul, ul)
	VPSUBD_BCST(dword(128), vl, vl)
	VPANDD_BCST(dword(255), ul, fu)
	VPANDD_BCST(dword(255), vl, fv)
	VPSLLD(Imm(7), fu, fu)
	VPSLLD(Imm(7), fv, fv)
	VPSRAD(Imm(8), ul, ul)
	VPSRAD(Imm(8), vl, vl)
	mask, base := level(k)
	vn := ZMM()
	VPADDD_BCST(dword(1), vl, vn)
	VPANDD(mask, ul, ul)
	VPANDD(mask, vl, vl)
	VPANDD(mask, vn, vn)
	VPADDD(base, ul, ul)
	row := func(y reg.VecVirtual) reg.VecVirtual {
		i := ZMM()
		VPSLLVD(k, y, i)
		VPADDD(y, i, i)
		VPADDD(ul, i, i)
		return i
	}
	upper, lower := row(vl), row(vn)
	zero := ZMM()
	VPXORD(zero, zero, zero)
	for h := range 2 {
		var near, far [2]reg.VecVirtual // even and odd pixels: words of texel and right neighbour
		for r, idx := range []reg.VecVirtual{upper, lower} {
			m, t := K(), ZMM()
			if h == 0 {
				KMOVW(active, m)
			} else {
				KSHIFTRW(Imm(8), active, m)
			}
			VPXORD(t, t, t)
			VPGATHERDQ(Mem{Base: tex, Index: half(idx, h), Scale: 4}, m, t)
			e, o := ZMM(), ZMM()
			VPUNPCKLBW(zero, t, e)
			VPUNPCKHBW(zero, t, o)
			VPSLLW(Imm(7), e, e)
			VPSLLW(Imm(7), o, o)
			if r == 0 {
				near = [2]reg.VecVirtual{e, o}
			} else {
				far = [2]reg.VecVirtual{e, o}
			}
		}
		spread := quad(fv, h)
		fe, fo := ZMM(), ZMM()
		VPSHUFD(Imm(0x00), spread, fe)
		VPSHUFD(Imm(0xaa), spread, fo)
		blend(near[0], far[0], fe)
		blend(near[1], far[1], fo)
		left, right := ZMM(), ZMM()
		VPUNPCKLQDQ(near[1], near[0], left)
		VPUNPCKHQDQ(near[1], near[0], right)
		blend(left, right, quad(fu, h))
		out[h] = left
	}
	return out
}
