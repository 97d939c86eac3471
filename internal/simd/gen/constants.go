package main

import (
	"fmt"
	"math"
	"strings"
)

// table lists the constants of the kernels. Each is stored sixteen times so that it can be a memory operand of any width.
// The polynomials are those of Cephes (Moshier, 1992: expf, logf) and, for tanh, a rational minimax approximation of degree 13/6.
var table = []struct {
	name string
	bits uint32
}{
	f("one", 1), f("two", 2), f("half", 0.5),
	f("expmax", 100), f("expmin", -87.336544), f("log2e", 1.4426950408889634), f("ln2hi", 0.693359375), f("ln2lo", -2.12194440e-4),
	f("e0", 1.9875691500e-4), f("e1", 1.3981999507e-3), f("e2", 8.3334519073e-3), f("e3", 4.1665795894e-2), f("e4", 1.6666665459e-1), f("e5", 5.0000001201e-1),
	f("tanhmax", 7.90531110763549805), f("tanhmin", -7.90531110763549805),
	f("t1", 4.89352455891786e-03), f("t3", 6.37261928875436e-04), f("t5", 1.48572235717979e-05), f("t7", 5.12229709037114e-08),
	f("t9", -8.60467152213735e-11), f("t11", 2.00018790482477e-13), f("t13", -2.76076847742355e-16),
	f("u0", 4.89352518554385e-03), f("u2", 2.26843463243900e-03), f("u4", 1.18534705686654e-04), f("u6", 1.19825839466702e-06),
	f("minnorm", 0x1p-126), f("sqrthalf", 0.707106781186547524), f("inf", float32(math.Inf(1))), f("neginf", float32(math.Inf(-1))),
	{"nan", 0x7fc00000}, {"mantissa", 0x007fffff}, {"abs", 0x7fffffff}, {"recip", 0x7ef311c7}, {"i126", 126}, {"i127", 127}, f("masked", -1e9), f("lowest", -3e38),
	f("l0", 7.0376836292e-2), f("l1", -1.1514610310e-1), f("l2", 1.1676998740e-1), f("l3", -1.2420140846e-1), f("l4", 1.4249322787e-1),
	f("l5", -1.6668057665e-1), f("l6", 2.0000714765e-1), f("l7", -2.4999993993e-1), f("l8", 3.3333331174e-1),
}

func f(name string, x float32) struct {
	name string
	bits uint32
} {
	return struct {
		name string
		bits uint32
	}{name, math.Float32bits(x)}
}

func constantOffset(name string) int {
	for i, c := range table {
		if c.name == name {
			return 64 * i
		}
	}
	panic("gen: no constant " + name)
}

// constants returns the data sections: the constant table, and eight lanes of ones followed by eight of zeros, from which
// AVX2 tail masks are cut.
func constants() string {
	var b strings.Builder
	for i, c := range table {
		w := uint64(c.bits)<<32 | uint64(c.bits)
		for j := range 8 {
			fmt.Fprintf(&b, "DATA consts<>+%d(SB)/8, $%#016x\n", 64*i+8*j, w)
		}
	}
	fmt.Fprintf(&b, "GLOBL consts<>(SB), RODATA|NOPTR, $%d\n\n", 64*len(table))
	for j := range 8 {
		v := uint64(math.MaxUint64)
		if j >= 4 {
			v = 0
		}
		fmt.Fprintf(&b, "DATA tail<>+%d(SB)/8, $%#016x\n", 8*j, v)
	}
	b.WriteString("GLOBL tail<>(SB), RODATA|NOPTR, $64\n\n")
	return b.String()
}
