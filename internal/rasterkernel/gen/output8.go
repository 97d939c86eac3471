package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	rk "github.com/miniflow-rl/miniflow/internal/rasterkernel"
)

// loop8 calls body for every eight pixels of n, a multiple of eight.
func loop8(n reg.Register, body func()) {
	Label("block")
	TESTQ(n, n)
	JLE(LabelRef("end"))
	body()
	SUBQ(Imm(8), n)
	JMP(LabelRef("block"))
	Label("end")
	VZEROUPPER()
	RET()
}

// three8 squeezes eight 4-byte pixels to the 24 bytes at dst, those that order picks.
func three8(c reg.VecVirtual, order Mem, dst reg.Register) {
	dwords := load(eight(0, 1, 2, 4, 5, 6, 3, 7))
	VPSHUFB(order, c, c)
	VPERMD(c, dwords, c)
	VMOVDQU(c.AsX(), Mem{Base: dst})
	upper := XMM()
	VEXTRACTI128(Imm(1), c, upper)
	VMOVQ(upper, Mem{Base: dst, Disp: 16})
}

func pack8(name string, order *Mem) {
	TEXT(name, NOSPLIT, "func(dst *uint8, src *uint32, n int64)")
	dst, src, n := param("dst"), param("src"), param("n")
	loop8(n, func() {
		three8(load(Mem{Base: src}), *order, dst)
		ADDQ(Imm(32), src)
		ADDQ(Imm(24), dst)
	})
}

func resolve8() {
	TEXT("resolveAVX2", NOSPLIT, "func(dst *uint8, c *byte, offset int64, n int64)")
	dst, c, offset, n := param("dst"), param("c"), param("offset"), param("n")
	var planes [rk.Samples]reg.Register
	for s := 1; s < rk.Samples; s++ {
		g := GP64()
		MOVQ(Mem{Base: c, Disp: 8 * s}, g)
		planes[s] = g
	}
	loop8(n, func() {
		zero := YMM()
		VPXOR(zero, zero, zero)
		sums := [2]reg.VecVirtual{load(eight(0x00020002)), load(eight(0x00020002))}
		for s := 1; s < rk.Samples; s++ {
			v, t := load(Mem{Base: planes[s], Index: offset, Scale: 4}), YMM()
			VPUNPCKLBW(zero, v, t)
			VPADDW(t, sums[0], sums[0])
			VPUNPCKHBW(zero, v, t)
			VPADDW(t, sums[1], sums[1])
		}
		for _, sum := range sums {
			VPSRLW(Imm(2), sum, sum)
		}
		VPACKUSWB(sums[1], sums[0], sums[0])
		three8(sums[0], threeOrder, dst)
		ADDQ(Imm(8), offset)
		ADDQ(Imm(24), dst)
	})
}

func depth8() {
	TEXT("depthAVX2", NOSPLIT, "func(dst *float32, z *float32, n int64)")
	dst, z, n := param("dst"), param("z"), param("n")
	one := load(eight(float1))
	loop8(n, func() {
		v := YMM()
		VDIVPS(Mem{Base: z}, one, v)
		VMOVDQU(v, Mem{Base: dst})
		ADDQ(Imm(32), z)
		ADDQ(Imm(32), dst)
	})
}

func fill8() {
	TEXT("fillAVX2", NOSPLIT, "func(dst *uint32, v uint32, n int64)")
	dst, n := param("dst"), param("n")
	v, err := Param("v").Resolve()
	if err != nil {
		panic(err)
	}
	y := bcast(v.Addr)
	loop8(n, func() {
		VMOVDQU(y, Mem{Base: dst})
		ADDQ(Imm(32), dst)
	})
}
