package main

import (
	"unsafe"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"

	rk "github.com/miniflow-rl/miniflow/internal/rasterkernel"
)

// spans: rows sixteen at a time.
func spans() {
	TEXT("spansAVX512", NOSPLIT, "func(j *byte)")
	j := param("j")
	off := unsafe.Offsetof(job.Edge)
	step := unsafe.Sizeof(job.Edge[0])
	s := GP64()
	MOVQ(at(j, unsafe.Offsetof(job.First)), s)
	y, end := GP64(), GP64()
	iota := lanes()
	left, right := GP64(), GP64()
	MOVQ(at(j, unsafe.Offsetof(job.Left)), left)
	MOVQ(at(j, unsafe.Offsetof(job.Right)), right)
	MOVQ(at(j, unsafe.Offsetof(job.Y1)), end)
	IMUL3Q(U32(uint32(step)), left, left)
	IMUL3Q(U32(uint32(step)), right, right)

	Label("sample")
	xl, xr := GP64(), GP64()
	MOVQ(Mem{Base: j, Index: s, Scale: 8, Disp: int(unsafe.Offsetof(job.XL))}, xl)
	MOVQ(Mem{Base: j, Index: s, Scale: 8, Disp: int(unsafe.Offsetof(job.XR))}, xr)
	t := GP64() // &Edge[0].T[s]
	LEAQ(Mem{Base: j, Index: s, Scale: 4, Disp: int(off + 4)}, t)
	sl := GP64() // &Edge[0].S
	LEAQ(at(j, off), sl)
	MOVQ(at(j, unsafe.Offsetof(job.Y0)), y)

	Label("rows")
	fy, lo, hi := ZMM(), ZMM(), ZMM()
	VPBROADCASTD(y.As32(), fy)
	VPADDD(iota, fy, fy)
	VCVTDQ2PS(fy, fy)
	VBROADCASTSS(at(j, unsafe.Offsetof(job.X0)), lo)
	VBROADCASTSS(at(j, unsafe.Offsetof(job.X1)), hi)
	e := GP64()
	XORQ(e, e)
	Label("left")
	CMPQ(e, left)
	JGE(LabelRef("right"))
	b := ZMM()
	VMULPS_BCST(Mem{Base: sl, Index: e, Scale: 1}, fy, b)
	VADDPS_BCST(Mem{Base: t, Index: e, Scale: 1}, b, b)
	VMAXPS(b, lo, lo)
	ADDQ(U32(uint32(step)), e)
	JMP(LabelRef("left"))
	Label("right")
	MOVQ(right, e)
	Label("next")
	CMPQ(e, U32(uint32(step*rk.MaxEdges)))
	JGE(LabelRef("store"))
	b = ZMM()
	VMULPS_BCST(Mem{Base: sl, Index: e, Scale: 1}, fy, b)
	VADDPS_BCST(Mem{Base: t, Index: e, Scale: 1}, b, b)
	VMINPS(b, hi, hi)
	ADDQ(U32(uint32(step)), e)
	JMP(LabelRef("next"))
	Label("store")
	VMINPS_BCST(at(j, unsafe.Offsetof(job.X1)), lo, lo)
	VMAXPS_BCST(at(j, unsafe.Offsetof(job.X0)), hi, hi)
	VCVTPS2DQ_RU_SAE(lo, lo)
	VCVTPS2DQ_RU_SAE(hi, hi)
	VMOVDQU32(lo, Mem{Base: xl, Index: y, Scale: 4})
	VMOVDQU32(hi, Mem{Base: xr, Index: y, Scale: 4})
	ADDQ(Imm(16), y)
	CMPQ(y, end)
	JLT(LabelRef("rows"))
	INCQ(s)
	CMPQ(s, at(j, unsafe.Offsetof(job.Last)))
	JLT(LabelRef("sample"))
	VZEROUPPER()
	RET()
}
