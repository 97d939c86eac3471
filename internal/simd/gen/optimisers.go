package main

// optimisers writes one fused kernel per optimiser. Each reads and writes every value once; scalars come from the float32
// fields of a struct whose address is the last argument (see optimise.go of package simd).
func optimisers(a *asm) {
	step := func(name string, state []string, body func()) {
		ps := []param{{"w", "*float32", "DI"}, {"grad", "*float32", "SI"}}
		at := []string{"DI", "SI", "DX", "R8"}
		for i, s := range state {
			ps = append(ps, param{s, "*float32", at[2+i]})
		}
		ps = append(ps, param{"n", "int", "CX"}, param{"h", "unsafe.Pointer", "R9"})
		a.begin(name, true, ps...)
		walk(a, func(masked bool) {
			for i := range 2 + len(state) {
				a.load("("+at[i]+")(AX*1)", vec(i), masked)
			}
			body()
			for i := range 2 + len(state) {
				if i != 1 {
					a.store(vec(i), "("+at[i]+")(AX*1)", masked)
				}
			}
		})
		a.end()
	}
	scalar := func(i int, reg string) { a.e("VBROADCASTSS %d(R9), %s", 4*i, reg) }
	// Fields shared by all three: 0 decay (w is multiplied by it), 1 l2 (g += l2 w), 2 step size.
	decay := func() {
		scalar(1, "V5")
		a.e("VFMADD231PS V5, V0, V1")
		scalar(0, "V5")
		a.e("VMULPS V5, V0, V0")
	}
	// Adam: 3 1-beta1, 4 beta2, 5 1-beta2, 6 1/sqrt(1-beta2^t), 7 epsilon.
	step("adam", []string{"m", "v"}, func() {
		decay()
		scalar(3, "V5")
		a.e("VSUBPS V2, V1, V6\nVFMADD231PS V5, V6, V2")
		scalar(4, "V5")
		a.e("VMULPS V5, V3, V3\nVMULPS V1, V1, V6")
		scalar(5, "V5")
		a.e("VFMADD231PS V5, V6, V3\nVSQRTPS V3, V6")
		scalar(6, "V5")
		scalar(7, "V7")
		a.e("VFMADD213PS V7, V5, V6")
		reciprocal(a, "V6", "V7", "V5")
		a.e("VMULPS V7, V2, V6")
		scalar(2, "V5")
		a.e("VFNMADD231PS V5, V6, V0")
	})
	// RMSProp: 3 alpha, 4 1-alpha, 5 epsilon.
	step("rmsprop", []string{"v"}, func() {
		decay()
		scalar(3, "V5")
		a.e("VMULPS V5, V2, V2\nVMULPS V1, V1, V6")
		scalar(4, "V5")
		a.e("VFMADD231PS V5, V6, V2\nVSQRTPS V2, V6")
		scalar(5, "V5")
		a.e("VADDPS V5, V6, V6\nVDIVPS V6, V1, V6")
		scalar(2, "V5")
		a.e("VFNMADD231PS V5, V6, V0")
	})
	// SGD with momentum buffer m: 3 momentum, 4 1-dampening, 5 share of the gradient in the step, 6 share of the buffer.
	step("sgd", []string{"m"}, func() {
		decay()
		scalar(3, "V5")
		a.e("VMULPS V5, V2, V2")
		scalar(4, "V5")
		a.e("VFMADD231PS V5, V1, V2")
		scalar(5, "V5")
		a.e("VMULPS V5, V1, V6")
		scalar(6, "V5")
		a.e("VFMADD231PS V5, V2, V6")
		scalar(2, "V5")
		a.e("VFNMADD231PS V5, V6, V0")
	})
}

// reciprocal writes 1/d to y: an estimate from the bits of d (error below 13 %) and three Newton steps y += y (1 - d y), which
// leave the last bit in doubt. It runs beside the square root, which keeps the divider busy, and unlike the processors' own
// estimates gives the same bits everywhere.
func reciprocal(a *asm, d, y, tmp string) {
	a.e("VMOVUPS {recip}, %[2]s\nVPSUBD %[1]s, %[2]s, %[2]s", d, y)
	for range 3 {
		a.e("VMOVUPS {one}, %[3]s\nVFNMADD231PS %[1]s, %[2]s, %[3]s\nVFMADD231PS %[3]s, %[2]s, %[2]s", d, y, tmp)
	}
}
