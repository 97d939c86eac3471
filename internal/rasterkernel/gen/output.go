package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	rk "github.com/miniflow-rl/miniflow/internal/rasterkernel"
)

// tail leaves in k the lanes of the last n pixels.
func tail(n reg.Register, k reg.OpmaskVirtual, per uint32) {
	m, one := GP64(), GP64()
	MOVQ(n, m)
	if per != 1 {
		IMUL3Q(U32(per), m, m)
	}
	MOVQ(U64(^uint64(0)), one)
	BZHIQ(m, one, one)
	KMOVQ(one, k)
}

// three squeezes sixteen 4-byte pixels to 48 bytes, those that order picks.
func three(c reg.VecVirtual, order *Mem) {
	shuffle := ZMM()
	VMOVDQU8(*order, shuffle)
	VPSHUFB(shuffle, c, c)
	dwords := ZMM()
	VMOVDQU32(threeDwords, dwords)
	VPERMD(c, dwords, c)
}

// threeOrder picks the colours of a pixel, labelOrder the bytes 3, 1 and 0 of an identity.
var threeOrder, labelOrder, threeDwords Mem

func init() {
	pick := func(name string, bytes [3]int) Mem {
		m := GLOBL(name, 8|16)
		for i := range 64 {
			b := i % 16
			v := uint64(0x80)
			if b < 12 {
				v = uint64(b/3*4 + bytes[b%3])
			}
			DATA(i, U8(v))
		}
		return m
	}
	threeOrder = pick("threeOrder", [3]int{0, 1, 2})
	labelOrder = pick("labelOrder", [3]int{3, 1, 0})
	threeDwords = GLOBL("threeDwords", 8|16)
	for i := range 16 {
		DATA(4*i, U32(uint32(i/3*4+i%3)%16))
	}
}

// loop calls body for every sixteen pixels of n, with the lanes in use.
func loop(n reg.Register, per uint32, body func(k reg.OpmaskVirtual)) {
	k := K()
	full := GP64()
	MOVQ(U64(^uint64(0)), full)
	if per == 3 {
		MOVQ(U64(1<<48-1), full)
	}
	KMOVQ(full, k)
	Label("block")
	CMPQ(n, Imm(16))
	JGE(LabelRef("whole"))
	TESTQ(n, n)
	JLE(LabelRef("end"))
	tail(n, k, per)
	Label("whole")
	body(k)
	SUBQ(Imm(16), n)
	JMP(LabelRef("block"))
	Label("end")
	VZEROUPPER()
	RET()
}

func pack(name string, order *Mem) {
	TEXT(name, NOSPLIT, "func(dst *uint8, src *uint32, n int64)")
	dst, src, n := param("dst"), param("src"), param("n")
	loop(n, 3, func(k reg.OpmaskVirtual) {
		c := ZMM()
		VMOVDQU32(Mem{Base: src}, c)
		three(c, order)
		VMOVDQU8(c, k, Mem{Base: dst})
		ADDQ(Imm(64), src)
		ADDQ(Imm(48), dst)
	})
}

func resolve() {
	TEXT("resolveAVX512", NOSPLIT, "func(dst *uint8, c *byte, offset int64, n int64)")
	dst, c, offset, n := param("dst"), param("c"), param("offset"), param("n")
	var planes [rk.Samples]reg.Register
	for s := 1; s < rk.Samples; s++ {
		g := GP64()
		MOVQ(Mem{Base: c, Disp: 8 * s}, g)
		planes[s] = g
	}
	loop(n, 3, func(k reg.OpmaskVirtual) {
		zero := ZMM()
		VPXORD(zero, zero, zero)
		lo, hi := broadcastI(0x00020002), broadcastI(0x00020002)
		for s := 1; s < rk.Samples; s++ {
			v, t := ZMM(), ZMM()
			VMOVDQU32(Mem{Base: planes[s], Index: offset, Scale: 4}, v)
			VPUNPCKLBW(zero, v, t)
			VPADDW(t, lo, lo)
			VPUNPCKHBW(zero, v, t)
			VPADDW(t, hi, hi)
		}
		VPSRLW(Imm(2), lo, lo)
		VPSRLW(Imm(2), hi, hi)
		VPACKUSWB(hi, lo, lo)
		three(lo, &threeOrder)
		VMOVDQU8(lo, k, Mem{Base: dst})
		ADDQ(Imm(16), offset)
		ADDQ(Imm(48), dst)
	})
}

func depth() {
	TEXT("depthAVX512", NOSPLIT, "func(dst *float32, z *float32, n int64)")
	dst, z, n := param("dst"), param("z"), param("n")
	one := broadcastI(0x3f800000)
	loop(n, 1, func(k reg.OpmaskVirtual) {
		v := ZMM()
		VMOVUPS(Mem{Base: z}, v)
		VDIVPS(v, one, v)
		VMOVUPS(v, k, Mem{Base: dst})
		ADDQ(Imm(64), z)
		ADDQ(Imm(64), dst)
	})
}

func fill() {
	TEXT("fillAVX512", NOSPLIT, "func(dst *uint32, v uint32, n int64)")
	dst, n, v := param("dst"), param("n"), Load(Param("v"), GP32())
	z := ZMM()
	VPBROADCASTD(v, z)
	Label("block")
	VMOVDQU32(z, Mem{Base: dst})
	ADDQ(Imm(64), dst)
	SUBQ(Imm(16), n)
	JG(LabelRef("block"))
	VZEROUPPER()
	RET()
}
