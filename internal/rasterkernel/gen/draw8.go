package main

import (
	"unsafe"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	rk "github.com/miniflow-rl/miniflow/internal/rasterkernel"
)

// float1, float256 and half are bits of floats.
const (
	float1    = 0x3f800000
	float256  = 0x43800000
	floatHalf = 0x3f000000
)

// draw8 is fastGo, or fullGo when full is set.
func draw8(name string, full bool) {
	TEXT(name, NOSPLIT, "func(j *byte)")
	j := param("j")
	f := func(offset uintptr) Mem { return at(j, offset) }
	y, row := GP64(), GP64()
	MOVQ(f(unsafe.Offsetof(job.Y0)), y)
	MOVQ(f(unsafe.Offsetof(job.Stride)), row)
	IMULQ(y, row)
	first, last := 0, 1
	if full {
		last = rk.Samples
	}
	bounds := AllocLocal(rk.Samples * 8) // the span of each sample on this row
	starts := AllocLocal(16)             // 1/depth, u/depth and v/depth at its left end
	cover := AllocLocal(rk.Samples * 32) // the masks of the samples of a block
	index := AllocLocal(32)              // of its texels

	Label("row")
	xl, xr, p := GP64(), GP64(), GP64()
	XORQ(xr, xr)
	MOVL(U32(0x7fffffff), xl.As32())
	for s := first; s < last; s++ {
		if full && s == 0 {
			CMPQ(f(unsafe.Offsetof(job.First)), Imm(0))
			JNE(LabelRef("no_centre_span"))
		}
		g := GP32()
		MOVQ(f(elem(unsafe.Offsetof(job.XL), s, 8)), p)
		MOVL(Mem{Base: p, Index: y, Scale: 4}, g)
		MOVL(g, bounds.Offset(8*s))
		CMPL(g, xl.As32())
		CMOVLLT(g, xl.As32())
		MOVQ(f(elem(unsafe.Offsetof(job.XR), s, 8)), p)
		MOVL(Mem{Base: p, Index: y, Scale: 4}, g)
		MOVL(g, bounds.Offset(8*s+4))
		CMPL(g, xr.As32())
		CMOVLGT(g, xr.As32())
		if full && s == 0 {
			Label("no_centre_span")
		}
	}
	CMPL(xl.As32(), xr.As32())
	JGE(LabelRef("next"))
	for i, offset := range []uintptr{unsafe.Offsetof(job.W), unsafe.Offsetof(job.U), unsafe.Offsetof(job.V)} {
		x := XMM()
		VXORPS(x, x, x)
		VCVTSI2SDQ(y, x, x)
		VMULSD(f(elem(offset, 2, 8)), x, x)
		VADDSD(f(offset), x, x)
		VCVTSD2SS(x, x, x)
		VMOVSS(x, starts.Offset(4*i))
	}
	ANDL(I32(-8), xl.As32())
	x, pixel := xl, GP64()
	LEAQ(Mem{Base: row, Index: x, Scale: 1}, pixel)

	Label("block")
	xi, fx := count(x), YMM()
	VCVTDQ2PS(xi, fx)
	// plane returns start + slope*x.
	plane := func(i int, slope uintptr) reg.VecVirtual {
		v := bcast(f(slope))
		VMULPS(v, fx, v)
		VADDPS(bcast(starts.Offset(4*i)), v, v)
		return v
	}
	w := plane(0, unsafe.Offsetof(job.WX))
	any := YMM()
	VPXOR(any, any, any)
	for s := first; s < last; s++ {
		if full && s == 0 {
			CMPQ(f(unsafe.Offsetof(job.First)), Imm(0))
			JNE(LabelRef("no_centre"))
		}
		k := inside(xi, bcast(bounds.Offset(8*s)), bcast(bounds.Offset(8*s+4)))
		ws := w
		if s != 0 {
			ws = bcast(f(elem(unsafe.Offsetof(job.DW), s, 4)))
			VADDPS(ws, w, ws)
		}
		MOVQ(f(elem(unsafe.Offsetof(job.Z), s, 8)), p)
		z, nearer := load(Mem{Base: p, Index: pixel, Scale: 4}), YMM()
		VCMPPS(Imm(greater), z, ws, nearer)
		VPAND(nearer, k, k)
		VBLENDVPS(k, ws, z, z)
		VMOVDQU(z, Mem{Base: p, Index: pixel, Scale: 4})
		VMOVDQU(k, cover.Offset(32*s))
		if s == 0 {
			MOVQ(f(unsafe.Offsetof(job.Ident)), p)
			TESTQ(p, p)
			JZ(LabelRef("no_ident"))
			write(bcast(f(unsafe.Offsetof(job.ID))), k, Mem{Base: p, Index: pixel, Scale: 4})
			Label("no_ident")
		}
		if full && s == 0 {
			Label("no_centre")
		} else {
			VPOR(k, any, any)
		}
	}
	VPTEST(any, any)
	JZ(LabelRef("skip"))
	tex := GP64()
	MOVQ(f(unsafe.Offsetof(job.Tex)), tex)
	color := YMM()
	TESTQ(tex, tex)
	JNZ(LabelRef("textured"))
	VBROADCASTSS(f(unsafe.Offsetof(job.Plain)), color)
	JMP(LabelRef("paint"))

	Label("textured")
	inv, one := bcast(f(unsafe.Offsetof(job.WMin))), load(eight(float1))
	VMAXPS(inv, w, inv)
	VDIVPS(inv, one, inv)
	u, v := plane(1, unsafe.Offsetof(job.UX)), plane(2, unsafe.Offsetof(job.VX))
	VMULPS(inv, u, u)
	VMULPS(inv, v, v)
	rho := footprint8(f, u, v, inv)
	if full {
		trilinear8(f, tex, index, rho, u, v, color)
	} else {
		nearest8(f, tex, index, rho, u, v, color)
	}

	Label("paint")
	for s := last - 1; s >= 0 && (s > 0 || !full); s-- {
		MOVQ(f(elem(unsafe.Offsetof(job.Color), s, 8)), p)
		write(color, load(cover.Offset(32*s)), Mem{Base: p, Index: pixel, Scale: 4})
	}
	Label("skip")
	ADDQ(Imm(8), pixel)
	ADDL(Imm(8), x.As32())
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
