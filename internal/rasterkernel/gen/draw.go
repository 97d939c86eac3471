package main

import (
	"unsafe"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	rk "github.com/miniflow-rl/miniflow/internal/rasterkernel"
)

// draw is fastGo, or fullGo when full is set.
func draw(name string, full bool) {
	TEXT(name, NOSPLIT, "func(j *byte)")
	j := param("j")
	f := func(offset uintptr) Mem { return at(j, offset) }
	iota := lanes()
	one := broadcastI(0x3f800000)
	y, row := GP64(), GP64()
	MOVQ(f(unsafe.Offsetof(job.Y0)), y)
	MOVQ(f(unsafe.Offsetof(job.Stride)), row)
	IMULQ(y, row)
	light := ZMM()
	VPBROADCASTQ(f(unsafe.Offsetof(job.Light)), light)
	first, last := 0, 1
	if full {
		last = rk.Samples
	}
	bounds := AllocLocal(rk.Samples * 8) // the span of each sample on this row

	Label("row")
	xl, xr := GP64(), GP64()
	XORQ(xr, xr)
	MOVL(U32(0x7fffffff), xl.As32())
	p := GP64()
	for s := first; s < last; s++ {
		skip := ""
		if full && s == 0 {
			skip = "no_centre_span"
			CMPQ(f(unsafe.Offsetof(job.First)), Imm(0))
			JNE(LabelRef(skip))
		}
		for side, array := range []uintptr{unsafe.Offsetof(job.XL), unsafe.Offsetof(job.XR)} {
			g := GP32()
			MOVQ(f(elem(array, s, 8)), p)
			MOVL(Mem{Base: p, Index: y, Scale: 4}, g)
			MOVL(g, bounds.Offset(8*s+4*side))
			if side == 0 {
				CMPL(g, xl.As32())
				CMOVLLT(g, xl.As32())
			} else {
				CMPL(g, xr.As32())
				CMOVLGT(g, xr.As32())
			}
		}
		if skip != "" {
			Label(skip)
		}
	}
	CMPL(xl.As32(), xr.As32())
	JGE(LabelRef("next"))
	start := func(offset uintptr) reg.VecVirtual {
		x, z := XMM(), ZMM()
		VXORPS(x, x, x)
		VCVTSI2SDQ(y, x, x)
		VMULSD(f(elem(offset, 2, 8)), x, x)
		VADDSD(f(offset), x, x)
		VCVTSD2SS(x, x, x)
		VBROADCASTSS(x, z)
		return z
	}
	w0, u0, v0 := start(unsafe.Offsetof(job.W)), start(unsafe.Offsetof(job.U)), start(unsafe.Offsetof(job.V))
	ANDL(I32(-16), xl.As32())
	x, pixel := xl, GP64()
	LEAQ(Mem{Base: row, Index: x, Scale: 1}, pixel)

	Label("block")
	xi, fx, w := ZMM(), ZMM(), ZMM()
	VPBROADCASTD(x.As32(), xi)
	VPADDD(iota, xi, xi)
	VCVTDQ2PS(xi, fx)
	VMULPS_BCST(f(unsafe.Offsetof(job.WX)), fx, w)
	VADDPS(w, w0, w)
	var cover [rk.Samples]reg.OpmaskVirtual
	for s := first; s < last; s++ {
		k := K()
		cover[s] = k
		if full && s == 0 {
			CMPQ(f(unsafe.Offsetof(job.First)), Imm(0))
			JNE(LabelRef("no_centre"))
		}
		VPCMPD_BCST(Imm(intNotLt), bounds.Offset(8*s), xi, k)
		VPCMPD_BCST(Imm(intLess), bounds.Offset(8*s+4), xi, k, k)
		ws := w
		if s != 0 {
			ws = ZMM()
			VADDPS_BCST(f(elem(unsafe.Offsetof(job.DW), s, 4)), w, ws)
		}
		MOVQ(f(elem(unsafe.Offsetof(job.Z), s, 8)), p)
		VCMPPS(Imm(greater), Mem{Base: p, Index: pixel, Scale: 4}, ws, k, k)
		VMOVUPS(ws, k, Mem{Base: p, Index: pixel, Scale: 4})
		if s == 0 {
			MOVQ(f(unsafe.Offsetof(job.Ident)), p)
			TESTQ(p, p)
			JZ(LabelRef("no_ident"))
			id := ZMM()
			VPBROADCASTD(f(unsafe.Offsetof(job.ID)), id)
			VMOVDQU32(id, k, Mem{Base: p, Index: pixel, Scale: 4})
			Label("no_ident")
		}
		if full && s == 0 {
			Label("no_centre")
		}
	}
	any := cover[0]
	if full {
		any = K()
		k := K()
		KORW(cover[1], cover[2], any)
		KORW(cover[3], cover[4], k)
		KORW(k, any, any)
	}
	KORTESTW(any, any)
	JZ(LabelRef("skip"))
	tex := GP64()
	MOVQ(f(unsafe.Offsetof(job.Tex)), tex)
	color := ZMM()
	TESTQ(tex, tex)
	JNZ(LabelRef("textured"))
	VPBROADCASTD(f(unsafe.Offsetof(job.Plain)), color)
	JMP(LabelRef("paint"))

	Label("textured")
	inv, u, v := ZMM(), ZMM(), ZMM()
	VMAXPS_BCST(f(unsafe.Offsetof(job.WMin)), w, inv)
	VDIVPS(inv, one, inv)
	VMULPS_BCST(f(unsafe.Offsetof(job.UX)), fx, u)
	VADDPS(u, u0, u)
	VMULPS(inv, u, u)
	VMULPS_BCST(f(unsafe.Offsetof(job.VX)), fx, v)
	VADDPS(v, v0, v)
	VMULPS(inv, v, v)
	rho := footprint(f, u, v, inv)
	if full {
		trilinear(f, tex, any, rho, u, v, light, color)
	} else {
		nearest(f, tex, any, rho, u, v, light, color)
	}

	Label("paint")
	if full {
		for s := 1; s < rk.Samples; s++ {
			MOVQ(f(elem(unsafe.Offsetof(job.Color), s, 8)), p)
			VMOVDQU32(color, cover[s], Mem{Base: p, Index: pixel, Scale: 4})
		}
	} else {
		MOVQ(f(unsafe.Offsetof(job.Color)), p)
		VMOVDQU32(color, any, Mem{Base: p, Index: pixel, Scale: 4})
	}
	Label("skip")
	ADDQ(Imm(16), pixel)
	ADDL(Imm(16), x.As32())
	CMPL(x.As32(), xr.As32())
	JLT(LabelRef("block"))

	Label("next")
	ADDQ(f(unsafe.Offsetof(job.Stride)), row)
	INCQ(y)
	CMPQ(y, f(unsafe.Offsetof(job.Y1)))
	JLT(LabelRef("row"))
	VZEROUPPER()
	RET()
}
