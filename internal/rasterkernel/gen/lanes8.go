package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The AVX2 kernels hold eight pixels a register. There are sixteen registers
// and no mask registers, so masks and what changes once a row live on the stack,
// and constants are operands in memory.

// bcast returns eight copies of a number of 32 bits.
func bcast(m Mem) reg.VecVirtual {
	y := YMM()
	VBROADCASTSS(m, y)
	return y
}

// load returns the eight numbers at m.
func load(m Mem) reg.VecVirtual {
	y := YMM()
	VMOVDQU(m, y)
	return y
}

// splat returns eight copies of x.
func splat(x reg.GPVirtual) reg.VecVirtual {
	lane, y := XMM(), YMM()
	VMOVD(x.As32(), lane)
	VPBROADCASTD(lane, y)
	return y
}

// count returns x, x+1, ... x+7.
func count(x reg.GPVirtual) reg.VecVirtual {
	y := splat(x)
	VPADDD(eight(0, 1, 2, 3, 4, 5, 6, 7), y, y)
	return y
}

// write replaces the numbers at m by those of y where the mask k is set.
func write(y, k reg.VecVirtual, m Mem) {
	old := load(m)
	VBLENDVPS(k, y, old, old)
	VMOVDQU(old, m)
}

// inside returns the mask of the numbers that are at least lo, which is
// overwritten, and less than hi.
func inside(x, lo, hi reg.VecVirtual) reg.VecVirtual {
	k := YMM()
	VPCMPGTD(x, lo, lo)
	VPCMPGTD(x, hi, k)
	VPANDN(k, lo, k)
	return k
}

// eight is a constant in memory; of one value, eight copies.
func eight(v ...uint32) Mem {
	key := fmt.Sprint(v)
	if m, ok := eights[key]; ok {
		return m
	}
	m := GLOBL(fmt.Sprintf("eight%d", len(eights)), 8|16)
	for i := range 8 {
		DATA(4*i, U32(v[i%len(v)]))
	}
	eights[key] = m
	return m
}

var eights = map[string]Mem{}
