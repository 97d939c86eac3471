package main

import "fmt"

// reductions writes sums. Those along a vector exist once, for AVX2: they wait for memory, not for lanes, and one order of
// additions keeps results equal on all machines.
func reductions(a *asm) {
	columns(a, "columnSum", false)
	columns(a, "reluGradColumnSum", true)
	if a.wide() {
		return
	}
	sum(a, "sum", 1, func(acc, mem string, masked bool) {
		a.load(fmt.Sprintf(mem, "SI"), "V8", masked)
		a.e("VADDPS V8, %s, %s", acc, acc)
	})
	sum(a, "sumSquares", 1, func(acc, mem string, masked bool) {
		a.load(fmt.Sprintf(mem, "SI"), "V8", masked)
		a.e("VFMADD231PS V8, V8, %s", acc)
	})
	sum(a, "dot", 2, func(acc, mem string, masked bool) {
		a.load(fmt.Sprintf(mem, "SI"), "V8", masked)
		a.load(fmt.Sprintf(mem, "DX"), "V9", masked)
		a.e("VFMADD231PS V8, V9, %s", acc)
	})
}

// sum writes a reduction over n values in 32 running sums; body adds the vector at mem to the register acc.
func sum(a *asm, name string, inputs int, body func(acc, mem string, masked bool)) {
	ps := []param{{"out", "*float32", "DI"}, {"x", "*float32", "SI"}}
	if inputs == 2 {
		ps = append(ps, param{"y", "*float32", "DX"})
	}
	a.begin(name, true, append(ps, param{"n", "int", "CX"})...)
	for i := range 4 {
		a.zero(vec(i))
	}
	loop, rest := a.label("loop"), a.label("rest")
	a.e("CMPQ CX, $32\nJLT %s\n%s:", rest, loop)
	for i := range 4 {
		body(vec(i), fmt.Sprintf("%d(%%s)", 32*i), false)
	}
	a.e("ADDQ $128, SI")
	if inputs == 2 {
		a.e("ADDQ $128, DX")
	}
	a.e("SUBQ $32, CX\nCMPQ CX, $32\nJGE %s\n%s:", loop, rest)
	walk(a, func(masked bool) { body("V0", "(%s)(AX*1)", masked) })
	a.e("VADDPS V1, V0, V0\nVADDPS V3, V2, V2\nVADDPS V2, V0, V0")
	a.across("VADDPS", 0)
	a.e("VMOVSS X0, (DI)")
	a.end()
}

// across reduces the eight lanes of Y register i, leaving the result in lane 0; it overwrites V9.
func (a *asm) across(op string, i int) {
	a.e("VEXTRACTF128 $1, Y%[1]d, X9\n%[2]s X9, X%[1]d, X%[1]d", i, op)
	a.e("VPERMILPS $0x0e, X%[1]d, X9\n%[2]s X9, X%[1]d, X%[1]d", i, op)
	a.e("VPERMILPS $0x01, X%[1]d, X9\n%[2]s X9, X%[1]d, X%[1]d", i, op)
}

// columns writes the sum over rows of four vectors of columns, and of one, possibly incomplete, vector. With relu it first
// clears, in place, the values of x whose y is not positive.
func columns(a *asm, name string, relu bool) {
	for _, nv := range []int{4, 1} {
		ps := []param{{"dst", "*float32", "DI"}, {"x", "*float32", "SI"}, {"rows", "int", "R8"}, {"stride", "int", "R9"}, {"lanes", "int", "CX"}}
		if relu {
			ps = append(ps, param{"y", "*float32", "DX"})
		}
		a.begin(fmt.Sprint(name, nv), false, ps...)
		masked := nv == 1
		if masked {
			a.tailMask()
		}
		for i := range nv {
			a.load(fmt.Sprintf("%d(DI)", i*a.bytes()), vec(i), masked)
		}
		if relu {
			a.zero("V8")
		}
		loop := a.label("loop")
		a.e("%s:", loop)
		for i := range nv {
			mem := fmt.Sprintf("%d(SI)", i*a.bytes())
			a.load(mem, "V9", masked)
			if relu {
				a.load(fmt.Sprintf("%d(DX)", i*a.bytes()), "V10", masked)
				a.e("VCMPPS $0x1e, V8, V10, K2")
				a.keep("K2", "V9", "V9")
				a.store("V9", mem, masked)
			}
			a.e("VADDPS V9, %[1]s, %[1]s", vec(i))
		}
		a.e("ADDQ R9, SI")
		if relu {
			a.e("ADDQ R9, DX")
		}
		a.e("DECQ R8\nJNZ %s", loop)
		for i := range nv {
			a.store(vec(i), fmt.Sprintf("%d(DI)", i*a.bytes()), masked)
		}
		a.end()
	}
}
