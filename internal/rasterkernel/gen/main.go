// Command gen writes the AVX-512 and AVX2 kernels of rasterkernel with avo;
// functions of the latter have an 8 in their names, the pixels of a register.
// Each function here mirrors, operation by operation, the one of the same name in
// portable.go.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	rk "github.com/miniflow-rl/miniflow/internal/rasterkernel"
)

// Comparison predicates of VCMPPS and VPCMPD.
const (
	greater   = 0x1e // ordered, quiet
	notLessEq = 0x1d // >=, ordered, quiet
	intLess   = 1
	intNotLt  = 5
)

var (
	job rk.Job
	sph rk.Sphere
)

func main() {
	ConstraintExpr("amd64,!purego")
	spans()
	draw("fastAVX512", false)
	draw("fullAVX512", true)
	sphere()
	pack("packAVX512", &threeOrder)
	pack("labelsAVX512", &labelOrder)
	resolve()
	depth()
	fill()
	spans8()
	draw8("fastAVX2", false)
	draw8("fullAVX2", true)
	sphere8()
	pack8("packAVX2", &threeOrder)
	pack8("labelsAVX2", &labelOrder)
	resolve8()
	depth8()
	fill8()
	Generate()
}

func param(name string) reg.Register { return Load(Param(name), GP64()) }

// at is the field at an offset of the structure p points to.
func at(p reg.Register, offset uintptr) Mem { return Mem{Base: p, Disp: int(offset)} }

func elem(offset uintptr, i, size int) uintptr { return offset + uintptr(i*size) }

func broadcastI(v int32) reg.VecVirtual {
	g, z := GP32(), ZMM()
	MOVL(U32(uint32(v)), g)
	VPBROADCASTD(g, z)
	return z
}

// dword is a constant in memory for operands that are broadcast.
func dword(v int32) Mem {
	if m, ok := dwords[v]; ok {
		return m
	}
	m := GLOBL(fmt.Sprintf("dword%d", len(dwords)), 8|16)
	DATA(0, U32(uint32(v)))
	dwords[v] = m
	return m
}

// words is a constant in memory, sixteen bits in each of 32 lanes.
func words(v uint16) Mem {
	if m, ok := wideWords[v]; ok {
		return m
	}
	m := GLOBL(fmt.Sprintf("words%d", len(wideWords)), 8|16)
	for i := range 32 {
		DATA(2*i, U16(v))
	}
	wideWords[v] = m
	return m
}

var (
	dwords    = map[int32]Mem{}
	wideWords = map[uint16]Mem{}
)

func lanes() reg.VecVirtual {
	z := ZMM()
	VMOVDQU32(iota16, z)
	return z
}

var iota16, maskTable, baseTable Mem

func init() {
	maskTable = GLOBL("maskTable", 8|16)
	for k := range 16 {
		DATA(4*k, U32(uint32(1)<<k-1))
	}
	baseTable = GLOBL("baseTable", 8|16)
	for k := range 16 {
		DATA(4*k, U32(uint32(rk.Base(k))))
	}
	iota16 = GLOBL("iota16", 8|16)
	for i := range 16 {
		DATA(4*i, U32(uint32(i)))
	}
}
