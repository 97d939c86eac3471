package main

import (
	"unsafe"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	rk "github.com/miniflow-rl/miniflow/internal/rasterkernel"
)

// sphere8 is sphereGo.
func sphere8() {
	TEXT("sphereAVX2", NOSPLIT, "func(p *byte)")
	p := param("p")
	f := func(offset uintptr) Mem { return at(p, offset) }
	y, row := GP64(), GP64()
	MOVQ(f(unsafe.Offsetof(sph.Y0)), y)
	MOVQ(f(unsafe.Offsetof(sph.Stride)), row)
	IMULQ(y, row)
	zero := YMM()
	VPXOR(zero, zero, zero)
	var center [3]reg.VecVirtual
	for i := range center {
		center[i] = bcast(f(elem(unsafe.Offsetof(sph.Center), i, 4)))
	}
	box := AllocLocal(32) // the pixels of the block that are in [X0,X1)
	cover := AllocLocal(rk.Samples * 32)

	// ray returns d[0] + d[1]*i.
	ray := func(i reg.VecVirtual, d uintptr) reg.VecVirtual {
		out := YMM()
		VCVTDQ2PS(i, out)
		VMULPS(bcast(f(d+4)), out, out)
		VADDPS(bcast(f(d)), out, out)
		return out
	}

	Label("row")
	dy := ray(splat(y), unsafe.Offsetof(sph.DY))
	x, pixel := GP64(), GP64()
	MOVQ(f(unsafe.Offsetof(sph.X0)), x)
	ANDQ(I32(-8), x)
	LEAQ(Mem{Base: row, Index: x, Scale: 1}, pixel)

	Label("block")
	xi := count(x)
	VMOVDQU(inside(xi, bcast(f(unsafe.Offsetof(sph.X0))), bcast(f(unsafe.Offsetof(sph.X1)))), box)
	dx := ray(xi, unsafe.Offsetof(sph.DX))
	solve := func(dx, dy reg.VecVirtual) (a, b, disc reg.VecVirtual) {
		a, b, disc = YMM(), YMM(), YMM()
		t, c := YMM(), YMM()
		VMULPS(dx, dx, a)
		VMULPS(dy, dy, t)
		VADDPS(t, a, a)
		VADDPS(eight(float1), a, a)
		VMULPS(center[0], dx, b)
		VMULPS(center[1], dy, t)
		VADDPS(t, b, b)
		VADDPS(center[2], b, b)
		VMULPS(center[2], dy, disc)
		VSUBPS(center[1], disc, disc)
		VMULPS(disc, disc, disc)
		VMULPS(center[2], dx, t)
		VSUBPS(t, center[0], t)
		VMULPS(t, t, t)
		VADDPS(t, disc, disc)
		VMULPS(center[1], dx, t)
		VMULPS(center[0], dy, c)
		VSUBPS(c, t, t)
		VMULPS(t, t, t)
		VADDPS(t, disc, disc)
		VMULPS(bcast(f(unsafe.Offsetof(sph.R2))), a, t)
		VSUBPS(disc, t, disc)
		return a, b, disc
	}
	any, plane, s, slot := YMM(), GP64(), GP64(), GP64()
	VPXOR(any, any, any)
	MOVQ(f(unsafe.Offsetof(sph.First)), s)

	Label("sample")
	// moved returns the ray of sample s.
	moved := func(d reg.VecVirtual, by uintptr) reg.VecVirtual {
		out := bcast(Mem{Base: p, Index: s, Scale: 4, Disp: int(by)})
		VADDPS(out, d, out)
		return out
	}
	_, b, disc := solve(moved(dx, unsafe.Offsetof(sph.SX)), moved(dy, unsafe.Offsetof(sph.SY)))
	k, t := YMM(), YMM()
	VCMPPS(Imm(notLessEq), zero, disc, k)
	VPAND(box, k, k)
	VCMPPS(Imm(greater), zero, b, t)
	VPAND(t, k, k)
	VMAXPS(zero, disc, disc)
	VSQRTPS(disc, disc)
	VADDPS(disc, b, b)
	VMULPS(bcast(f(unsafe.Offsetof(sph.InvC))), b, b)
	MOVQ(Mem{Base: p, Index: s, Scale: 8, Disp: int(unsafe.Offsetof(sph.Z))}, plane)
	VCMPPS(Imm(greater), Mem{Base: plane, Index: pixel, Scale: 4}, b, t)
	VPAND(t, k, k)
	write(b, k, Mem{Base: plane, Index: pixel, Scale: 4})
	MOVQ(s, slot)
	SHLQ(Imm(5), slot)
	VMOVDQU(k, Mem{Base: cover.Base, Disp: cover.Disp, Index: slot, Scale: 1})
	TESTQ(s, s)
	JNZ(LabelRef("seen"))
	MOVQ(f(unsafe.Offsetof(sph.Ident)), plane)
	TESTQ(plane, plane)
	JZ(LabelRef("no_ident"))
	write(bcast(f(unsafe.Offsetof(sph.ID))), k, Mem{Base: plane, Index: pixel, Scale: 4})
	Label("no_ident")
	CMPQ(f(unsafe.Offsetof(sph.Last)), Imm(1))
	JNE(LabelRef("unseen"))
	Label("seen")
	VPOR(k, any, any)
	Label("unseen")
	INCQ(s)
	CMPQ(s, f(unsafe.Offsetof(sph.Last)))
	JLT(LabelRef("sample"))
	VPTEST(any, any)
	JZ(LabelRef("skip"))

	a, b, disc := solve(dx, dy)
	VMAXPS(zero, disc, disc)
	VSQRTPS(disc, disc)
	VSUBPS(disc, b, b)
	VDIVPS(a, b, b) // t
	n, t := bcast(f(unsafe.Offsetof(sph.Toward))), bcast(f(elem(unsafe.Offsetof(sph.Toward), 1, 4)))
	VMULPS(n, dx, n)
	VMULPS(t, dy, t)
	VADDPS(t, n, n)
	VADDPS(bcast(f(elem(unsafe.Offsetof(sph.Toward), 2, 4))), n, n)
	VMULPS(b, n, n)
	VADDPS(bcast(f(unsafe.Offsetof(sph.Shade))), n, n)
	VMAXPS(zero, n, n)
	color := YMM()
	VPXOR(color, color, color)
	for i := range 3 {
		l := bcast(f(elem(unsafe.Offsetof(sph.Diffuse), i, 4)))
		VMULPS(l, n, l)
		VADDPS(bcast(f(elem(unsafe.Offsetof(sph.Ambient), i, 4))), l, l)
		VMINPS(eight(float1), l, l)
		VMULPS(bcast(f(elem(unsafe.Offsetof(sph.Paint), i, 4))), l, l)
		VADDPS(eight(floatHalf), l, l)
		VCVTTPS2DQ(l, l)
		VPSLLD(Imm(uint64(8*i)), l, l)
		VPOR(l, color, color)
	}
	CMPQ(f(unsafe.Offsetof(sph.Last)), Imm(1))
	JNE(LabelRef("samples"))
	MOVQ(f(unsafe.Offsetof(sph.Color)), plane)
	write(color, any, Mem{Base: plane, Index: pixel, Scale: 4})
	JMP(LabelRef("skip"))
	Label("samples")
	for i := 1; i < rk.Samples; i++ {
		MOVQ(f(elem(unsafe.Offsetof(sph.Color), i, 8)), plane)
		write(color, load(cover.Offset(32*i)), Mem{Base: plane, Index: pixel, Scale: 4})
	}
	Label("skip")
	ADDQ(Imm(8), x)
	ADDQ(Imm(8), pixel)
	CMPQ(x, f(unsafe.Offsetof(sph.X1)))
	JLT(LabelRef("block"))
	ADDQ(f(unsafe.Offsetof(sph.Stride)), row)
	INCQ(y)
	CMPQ(y, f(unsafe.Offsetof(sph.Y1)))
	JLT(LabelRef("row"))
	VZEROUPPER()
	RET()
}
