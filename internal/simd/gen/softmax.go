package main

// softmax writes the masked softmax over rows and its gradient. It exists once, for AVX2: rows are short (one value per
// action), and one order of additions keeps results equal on all machines.
func softmax(a *asm) {
	if a.wide() {
		return
	}
	softmaxRows(a, "softmax", false)
	softmaxRows(a, "softmaxMasked", true)
	// dst += p (alpha + beta (x - lse)); h holds lse, alpha, beta.
	a.begin("categoricalGrad", true, param{"dst", "*float32", "DI"}, param{"p", "*float32", "SI"}, param{"x", "*float32", "DX"},
		param{"n", "int", "CX"}, param{"h", "unsafe.Pointer", "R9"})
	a.e("VBROADCASTSS 0(R9), V10\nVBROADCASTSS 4(R9), V11\nVBROADCASTSS 8(R9), V12")
	walk(a, func(masked bool) {
		a.load("(DX)(AX*1)", "V0", masked)
		a.load("(SI)(AX*1)", "V1", masked)
		a.load("(DI)(AX*1)", "V2", masked)
		a.e("VSUBPS V10, V0, V0\nVFMADD213PS V11, V12, V0\nVFMADD231PS V0, V1, V2")
		a.store("V2", "(DI)(AX*1)", masked)
	})
	a.end()
}

// softmaxRows writes the kernel for rows of cols logits: probabilities to prob, and for every row the largest logit, the sum
// s of e = exp(x - largest) and the sum of e (x - largest) / s. Illegal entries have probability 0; a row without legal
// entries has sum 0. The kernel reads up to seven mask bytes behind the last row.
func softmaxRows(a *asm, name string, masked bool) {
	a.begin(name, true, param{"prob", "*float32", "DI"}, param{"x", "*float32", "SI"}, param{"mask", "*bool", "DX"}, param{"rows", "int", "R8"},
		param{"cols", "int", "R9"}, param{"largest", "*float32", "R10"}, param{"sums", "*float32", "R11"}, param{"dots", "*float32", "R12"})
	row := a.label("row")
	legal := func(tail bool) bool { // leaves the legal lanes in K3; false if all are
		switch {
		case masked:
			a.e("MOVQ AX, R13\nSHRQ $2, R13\nVPMOVZXBD (DX)(R13*1), K3\nVXORPS V9, V9, V9\nVPCMPGTD V9, K3, K3")
			if tail {
				a.e("VANDPS V15, K3, K3")
			}
		case tail:
			a.e("VMOVAPS V15, K3")
		default:
			return false
		}
		return true
	}
	a.e("%s:\nVMOVUPS {neginf}, V7\nMOVQ R9, CX", row)
	walk(a, func(tail bool) {
		a.load("(SI)(AX*1)", "V0", tail)
		if legal(tail) {
			a.e("VMOVUPS {neginf}, V8")
			a.blend("K3", "V0", "V8")
			a.e("VMAXPS V8, V7, V7")
			return
		}
		a.e("VMAXPS V0, V7, V7")
	})
	a.across("VMAXPS", 7)
	a.e("VCMPPS $0x04, {neginf}, V7, V8\nVANDPS V8, V7, V7\nVBROADCASTSS X7, V7\nVMOVSS X7, (R10)")
	a.e("VXORPS V5, V5, V5\nVXORPS V6, V6, V6\nMOVQ R9, CX")
	walk(a, func(tail bool) {
		a.load("(SI)(AX*1)", "V0", tail)
		a.e("VSUBPS V7, V0, V0\nVMOVAPS V0, V8")
		exp(a)
		if legal(tail) {
			a.e("VANDPS K3, V0, V0\nVANDPS K3, V8, V8")
		}
		a.store("V0", "(DI)(AX*1)", tail)
		a.e("VADDPS V0, V5, V5\nVFMADD231PS V8, V0, V6")
	})
	a.across("VADDPS", 5)
	a.across("VADDPS", 6)
	a.e("VMOVSS X5, (R11)\nVMOVUPS {one}, V1\nVDIVSS X5, X1, X1") // 1/0 is cleared again: a row without legal entries stays 0
	a.e("VXORPS V0, V0, V0\nVCMPPS $0x04, V0, V5, V2\nVANDPS V2, V1, V1\nVMULSS X1, X6, X6\nVMOVSS X6, (R12)\nVBROADCASTSS X1, V1\nMOVQ R9, CX")
	walk(a, func(tail bool) {
		a.load("(DI)(AX*1)", "V0", tail)
		a.e("VMULPS V1, V0, V0")
		a.store("V0", "(DI)(AX*1)", tail)
	})
	a.e("LEAQ (SI)(R9*4), SI\nLEAQ (DI)(R9*4), DI\nADDQ R9, DX\nADDQ $4, R10\nADDQ $4, R11\nADDQ $4, R12\nDECQ R8\nJNZ %s", row)
	a.end()
}
