package main

import (
	"unsafe"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"

	rk "github.com/miniflow-rl/miniflow/internal/rasterkernel"
)

// up rounds towards +Inf, without an exception.
const up = 8 | 2

// spans8: rows eight at a time.
func spans8() {
	TEXT("spansAVX2", NOSPLIT, "func(j *byte)")
	j := param("j")
	off := unsafe.Offsetof(job.Edge)
	step := unsafe.Sizeof(job.Edge[0])
	s, y, left, right := GP64(), GP64(), GP64(), GP64()
	MOVQ(at(j, unsafe.Offsetof(job.First)), s)
	MOVQ(at(j, unsafe.Offsetof(job.Left)), left)
	MOVQ(at(j, unsafe.Offsetof(job.Right)), right)
	IMUL3Q(U32(uint32(step)), left, left)
	IMUL3Q(U32(uint32(step)), right, right)
	x0, x1 := bcast(at(j, unsafe.Offsetof(job.X0))), bcast(at(j, unsafe.Offsetof(job.X1)))

	Label("sample")
	xl, xr := GP64(), GP64()
	MOVQ(Mem{Base: j, Index: s, Scale: 8, Disp: int(unsafe.Offsetof(job.XL))}, xl)
	MOVQ(Mem{Base: j, Index: s, Scale: 8, Disp: int(unsafe.Offsetof(job.XR))}, xr)
	t, sl := GP64(), GP64() // &Edge[0].T[s], &Edge[0].S
	LEAQ(Mem{Base: j, Index: s, Scale: 4, Disp: int(off + 4)}, t)
	LEAQ(at(j, off), sl)
	MOVQ(at(j, unsafe.Offsetof(job.Y0)), y)

	Label("rows")
	fy := count(y)
	VCVTDQ2PS(fy, fy)
	lo, hi := YMM(), YMM()
	VMOVAPS(x0, lo)
	VMOVAPS(x1, hi)
	e := GP64()
	XORQ(e, e)
	Label("left")
	CMPQ(e, left)
	JGE(LabelRef("right"))
	b := bcast(Mem{Base: sl, Index: e, Scale: 1})
	VMULPS(b, fy, b)
	VADDPS(bcast(Mem{Base: t, Index: e, Scale: 1}), b, b)
	VMAXPS(b, lo, lo)
	ADDQ(U32(uint32(step)), e)
	JMP(LabelRef("left"))
	Label("right")
	MOVQ(right, e)
	Label("next")
	CMPQ(e, U32(uint32(step*rk.MaxEdges)))
	JGE(LabelRef("store"))
	b = bcast(Mem{Base: sl, Index: e, Scale: 1})
	VMULPS(b, fy, b)
	VADDPS(bcast(Mem{Base: t, Index: e, Scale: 1}), b, b)
	VMINPS(b, hi, hi)
	ADDQ(U32(uint32(step)), e)
	JMP(LabelRef("next"))
	Label("store")
	VMINPS(x1, lo, lo)
	VMAXPS(x0, hi, hi)
	VROUNDPS(Imm(up), lo, lo)
	VROUNDPS(Imm(up), hi, hi)
	VCVTTPS2DQ(lo, lo)
	VCVTTPS2DQ(hi, hi)
	VMOVDQU(lo, Mem{Base: xl, Index: y, Scale: 4})
	VMOVDQU(hi, Mem{Base: xr, Index: y, Scale: 4})
	ADDQ(Imm(8), y)
	CMPQ(y, at(j, unsafe.Offsetof(job.Y1)))
	JLT(LabelRef("rows"))
	INCQ(s)
	CMPQ(s, at(j, unsafe.Offsetof(job.Last)))
	JLT(LabelRef("sample"))
	VZEROUPPER()
	RET()
}
