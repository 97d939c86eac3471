package main

import (
	"fmt"
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
	var spread [2]reg.VecVirtual
	for h := range spread {
		spread[h] = ZMM()
		VMOVDQU64(spreadTable[h], spread[h])
	}
	a := bilinear(tex, active, spread, log, l, u, v)
	VPADDD_BCST(dword(1), l, l)
	VPMINSD(log, l, l)
	b := bilinear(tex, active, spread, log, l, u, v)
	for h := range 2 {
		blend(a[h], b[h], quad(frac, spread[h]))
		// shine
		VPADDW(a[h], a[h], a[h])
		VPMULHUW(light, a[h], a[h])
		VPADDW(words(0x40), a[h], a[h])
		VPSRLW(Imm(7), a[h], a[h])
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
// pixels 8*h..8*h+7; spread is the table of that h.
func quad(d, spread reg.VecVirtual) reg.VecVirtual {
	out := ZMM()
	VPERMW(d, spread, out)
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
func bilinear(tex reg.Register, active reg.OpmaskVirtual, spread [2]reg.VecVirtual, log, l, u, v reg.VecVirtual) (out [2]reg.VecVirtual) {
	k, ul, vl, fu, fv := ZMM(), ZMM(), ZMM(), ZMM(), ZMM()
	VPSUBD(l, log, k)
	VPSRAVD(l, u, ul)
	VPSRAVD(l, v, vl)
	VPSUBD_BCST(dword(128), ul, ul)
	VPSUBD_BCST(dword(128), vl, vl)
	// The weights of a texel, 127-f, and of its right neighbour, f, in a byte each.
	t := ZMM()
	VPSRLD(Imm(1), ul, fu)
	VPANDD_BCST(dword(127), fu, fu)
	VPSLLD(Imm(8), fu, t)
	VPTERNLOGD_BCST(Imm(orXor), dword(127), t, fu)
	VPANDD_BCST(dword(255), vl, fv)
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
	for h := range 2 {
		weights := quad(fu, spread[h])
		var row [2]reg.VecVirtual
		for r, idx := range []reg.VecVirtual{upper, lower} {
			m, t := K(), ZMM()
			if h == 0 {
				KMOVW(active, m)
			} else {
				KSHIFTRW(Imm(8), active, m)
			}
			VPXORD(t, t, t)
			VPGATHERDQ(Mem{Base: tex, Index: half(idx, h), Scale: 4}, m, t)
			VPSHUFB(pairs, t, t)
			VPMADDUBSW(weights, t, t)
			row[r] = t
		}
		blend(row[0], row[1], quad(fv, spread[h]))
		out[h] = row[0]
	}
	return out
}

// orXor is the table of (a|b)^c for VPTERNLOGD, of which a is the destination.
const orXor = 0x56

// spreadTable[h] takes word 0 of dword 8*h+i to the four words of qword i; pairs
// puts the channels of two texels side by side.
var (
	spreadTable [2]Mem
	pairs       Mem
)

func init() {
	for h := range spreadTable {
		spreadTable[h] = GLOBL(fmt.Sprintf("spread%d", h), 8|16)
		for i := range 32 {
			DATA(2*i, U16(2*(8*h+i/4)))
		}
	}
	pairs = GLOBL("pairs", 8|16)
	for i := range 64 {
		DATA(i, U8(i/8%2*8+i%8/2+i%2*4))
	}
}
