package main

import "fmt"

// each writes a kernel that walks over n values: for every vector it loads the arguments ins into V0, V1, ..., runs body and
// stores V0, V1, ... to outs. scalar, if not empty, names an argument held in V12 throughout: the bits of a float32,
// because an address handed to a function value would escape to the heap.
func each(a *asm, name string, flush bool, outs, ins []string, scalar string, body func()) {
	regs := []string{"DI", "SI", "DX", "R8", "R9"}
	at := map[string]string{}
	var ps []param
	for _, n := range append(append([]string{}, outs...), ins...) {
		if at[n] == "" {
			at[n] = regs[len(ps)]
			ps = append(ps, param{n, "*float32", at[n]})
		}
	}
	ps = append(ps, param{"n", "int", "CX"})
	if scalar != "" {
		ps = append(ps, param{scalar, "uint64", "R10"})
	}
	a.begin(name, flush, ps...)
	if scalar != "" {
		a.e("MOVQ R10, X12\nVBROADCASTSS X12, V12")
	}
	walk(a, func(masked bool) {
		for i, n := range ins {
			a.load("("+at[n]+")(AX*1)", vec(i), masked)
		}
		body()
		for i, n := range outs {
			a.store(vec(i), "("+at[n]+")(AX*1)", masked)
		}
	})
	a.end()
}

func vec(i int) string { return fmt.Sprint("V", i) }

// walk emits a loop over CX values, AX being the offset in bytes, and once more the body with a tail mask.
func walk(a *asm, body func(masked bool)) {
	loop, tail, done := a.label("loop"), a.label("tail"), a.label("done")
	a.e("XORQ AX, AX\nCMPQ CX, $%d\nJLT %s\n%s:", a.vl, tail, loop)
	body(false)
	a.e("ADDQ $%d, AX\nSUBQ $%d, CX\nCMPQ CX, $%d\nJGE %s\n%s:\nTESTQ CX, CX\nJZ %s", a.bytes(), a.vl, a.vl, loop, tail, done)
	a.tailMask()
	body(true)
	a.e("%s:", done)
}

func elementwise(a *asm) {
	dst := []string{"dst"}
	unary := func(name string, body func()) { each(a, name, false, dst, []string{"x"}, "", body) }
	binary := func(name, op string, flush bool) {
		each(a, name, flush, dst, []string{"x", "y"}, "", func() { a.e("%s V1, V0, V0", op) })
	}
	unary("exp", func() { exp(a) })
	unary("log", func() { log(a) })
	unary("tanh", func() { tanh(a) })
	unary("sigmoid", func() { sigmoid(a) })
	unary("relu", func() {
		a.zero("V1")
		a.e("VMAXPS V0, V1, V0") // the second source, and so NaN, passes
	})
	binary("add", "VADDPS", false)
	binary("sub", "VSUBPS", false)
	binary("mul", "VMULPS", true)
	binary("div", "VDIVPS", true)
	binary("max", "VMAXPS", false)
	binary("min", "VMINPS", false)
	each(a, "mulAdd", true, dst, []string{"x", "y", "dst"}, "", func() { a.e("VFMADD213PS V2, V1, V0") })
	each(a, "axpy", true, dst, []string{"dst", "x"}, "alpha", func() { a.e("VFMADD231PS V12, V1, V0") })
	each(a, "scale", true, dst, []string{"x"}, "alpha", func() { a.e("VMULPS V12, V0, V0") })
	each(a, "addScalar", false, dst, []string{"x"}, "alpha", func() { a.e("VADDPS V12, V0, V0") })
	each(a, "reluGrad", false, dst, []string{"dst", "y"}, "", func() {
		a.zero("V2")
		a.e("VCMPPS $0x1e, V2, V1, K2") // y > 0
		a.keep("K2", "V0", "V0")
	})
	each(a, "tanhGrad", true, dst, []string{"dst", "y"}, "", func() {
		a.e("VMOVUPS {one}, V2\nVFNMADD231PS V1, V1, V2\nVMULPS V2, V0, V0")
	})
	each(a, "sigmoidGrad", true, dst, []string{"dst", "y"}, "", func() {
		a.e("VMOVUPS {one}, V2\nVSUBPS V1, V2, V2\nVMULPS V1, V2, V2\nVMULPS V2, V0, V0")
	})
	fromBytes(a)
}

// fromBytes converts uint8 to float32 and multiplies by a scale. It handles whole vectors only; its caller does the rest.
func fromBytes(a *asm) {
	a.begin("fromBytes", false, param{"dst", "*float32", "DI"}, param{"src", "*uint8", "SI"}, param{"vectors", "int", "CX"}, param{"alpha", "uint64", "R10"})
	loop := a.label("loop")
	a.e("MOVQ R10, X12\nVBROADCASTSS X12, V12\n%s:\nVPMOVZXBD (SI), V0\nVCVTDQ2PS V0, V0\nVMULPS V12, V0, V0\nVMOVUPS V0, (DI)", loop)
	a.e("ADDQ $%d, SI\nADDQ $%d, DI\nDECQ CX\nJNZ %s", a.vl, a.bytes(), loop)
	a.end()
}

// exp replaces V0 by its exponential: 2^n times a polynomial in r = x - n ln 2. Results below the smallest normal number are 0.
// It overwrites V1 to V4 and K2.
func exp(a *asm) {
	a.e("VMOVUPS {expmin}, V1\nVCMPPS $0x05, V1, V0, K2") // not less: NaN stays
	a.e("VMOVUPS {expmax}, V1\nVMINPS V0, V1, V0")        // the second source, and so NaN, passes
	a.e("VMULPS {log2e}, V0, V1")
	if a.wide() {
		a.e("VRNDSCALEPS $0, V1, V1")
	} else {
		a.e("VROUNDPS $0, V1, V1")
	}
	a.e("VFNMADD231PS {ln2hi}, V1, V0\nVFNMADD231PS {ln2lo}, V1, V0\nVMOVUPS {e0}, V3")
	for _, c := range []string{"e1", "e2", "e3", "e4", "e5"} {
		a.e("VFMADD213PS {%s}, V0, V3", c)
	}
	a.e("VMULPS V0, V0, V4\nVFMADD213PS V0, V4, V3\nVADDPS {one}, V3, V3")
	if a.wide() {
		a.e("VSCALEFPS V1, V3, V3")
	} else { // in two steps, so that 2^128 overflows only if the product does
		a.e("VCVTPS2DQ V1, V1\nVPSRAD $1, V1, V4\nVPSUBD V4, V1, V1")
		a.e("VPADDD {i127}, V1, V1\nVPSLLD $23, V1, V1\nVMULPS V1, V3, V3")
		a.e("VPADDD {i127}, V4, V4\nVPSLLD $23, V4, V4\nVMULPS V4, V3, V3")
	}
	a.keep("K2", "V3", "V0")
}

// log replaces V0 by its natural logarithm. Denormals count as the smallest normal number. It overwrites V1 to V5 and K2.
func log(a *asm) {
	a.e("VMOVAPS V0, V5\nVMAXPS {minnorm}, V0, V0\nVPSRLD $23, V0, V1\nVPSUBD {i126}, V1, V1\nVCVTDQ2PS V1, V1")
	a.and("{mantissa}", "V0", "V0")
	a.or("{half}", "V0", "V0")
	a.e("VMOVUPS {sqrthalf}, V2\nVCMPPS $0x11, V2, V0, K2") // mantissa below sqrt(1/2): use twice it and one exponent less
	a.keep("K2", "V0", "V3")
	a.e("VMOVUPS {one}, V4\nVSUBPS V4, V0, V0\nVADDPS V3, V0, V0")
	a.keep("K2", "V4", "V4")
	a.e("VSUBPS V4, V1, V1\nVMOVUPS {l0}, V2")
	for _, c := range []string{"l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8"} {
		a.e("VFMADD213PS {%s}, V0, V2", c)
	}
	a.e("VMULPS V0, V0, V3\nVMULPS V0, V2, V2\nVMULPS V3, V2, V2\nVFMADD231PS {ln2lo}, V1, V2\nVFNMADD231PS {half}, V3, V2")
	a.e("VADDPS V2, V0, V0\nVFMADD231PS {ln2hi}, V1, V0")
	a.zero("V2")
	a.e("VCMPPS $0x00, V2, V5, K2\nVMOVUPS {neginf}, V3")
	a.blend("K2", "V3", "V0")
	a.e("VCMPPS $0x09, V2, V5, K2\nVMOVUPS {nan}, V3") // negative or NaN: not greater or equal
	a.blend("K2", "V3", "V0")
	a.e("VMOVUPS {inf}, V3\nVCMPPS $0x00, V3, V5, K2")
	a.blend("K2", "V3", "V0")
}

// tanh replaces V0 by its hyperbolic tangent. It overwrites V1 to V3.
func tanh(a *asm) {
	a.e("VMOVUPS {tanhmax}, V1\nVMINPS V0, V1, V0\nVMOVUPS {tanhmin}, V1\nVMAXPS V0, V1, V0")
	a.e("VMULPS V0, V0, V1\nVMOVUPS {t13}, V2")
	for _, c := range []string{"t11", "t9", "t7", "t5", "t3", "t1"} {
		a.e("VFMADD213PS {%s}, V1, V2", c)
	}
	a.e("VMULPS V0, V2, V2\nVMOVUPS {u6}, V3")
	for _, c := range []string{"u4", "u2", "u0"} {
		a.e("VFMADD213PS {%s}, V1, V3", c)
	}
	a.e("VDIVPS V3, V2, V0")
}

// sigmoid replaces V0 by 1/(1+exp(-x)). It overwrites V1 to V4 and K2.
func sigmoid(a *asm) {
	a.zero("V1")
	a.e("VSUBPS V0, V1, V0")
	exp(a)
	a.e("VMOVUPS {one}, V1\nVADDPS V1, V0, V0\nVDIVPS V0, V1, V0")
}
