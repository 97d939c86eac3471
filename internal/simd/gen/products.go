package main

import "fmt"

// products writes the micro-kernels of the matrix product, the packing of panels and the transposition of blocks.
func products(a *asm) {
	rows := 6
	if a.wide() {
		rows = 12
	}
	fmt.Fprintf(&a.decl, "var tiles%s = [3][%d][2]func(*tile){\n", a.name, rows+1)
	for nv := 1; nv <= 2; nv++ {
		fmt.Fprintf(&a.decl, "%d: {\n", nv)
		for mr := 1; mr <= rows; mr++ {
			n := fmt.Sprintf("tile%dx%d", mr, nv)
			if a.wide() { // masks cost nothing
				fmt.Fprintf(&a.decl, "%d: {%s%s, %[2]s%[3]s},\n", mr, n, a.name)
			} else {
				fmt.Fprintf(&a.decl, "%d: {%s%s, %[2]sm%[3]s},\n", mr, n, a.name)
			}
		}
		a.decl.WriteString("},\n")
	}
	a.decl.WriteString("}\n\n")
	for nv := 1; nv <= 2; nv++ {
		for mr := 1; mr <= rows; mr++ {
			if a.wide() {
				tile(a, mr, nv, "", true)
			} else {
				tile(a, mr, nv, "", false)
				tile(a, mr, nv, "m", true)
			}
		}
		pack(a, nv)
	}
	if !a.wide() {
		transpose(a)
	}
}

// tile writes the kernel that computes mr rows and nv vectors of C at a time and walks down t.tiles such tiles. One running
// sum per element of C goes through k in order, so results do not depend on the tile an element falls into.
//
// Three rows of A share a pointer: AX, BX, R12 and R14 with offsets 0, R8 and 2 R8.
func tile(a *asm, mr, nv int, suffix string, masked bool) {
	a.begin(fmt.Sprintf("tile%dx%d%s", mr, nv, suffix), true, param{"t", "*tile", "DI"})
	acc := func(i, j int) string { return vec(i*nv + j) }
	bv := func(j int) string { return vec(mr*nv + j) }
	av := vec(mr*nv + nv)
	last := func(j int) bool { return masked && j == nv-1 }
	at := func(reg string, j int) string { return fmt.Sprintf("%d(%s)", j*a.bytes(), reg) }
	pointers := []string{"AX", "BX", "R12", "R14"}[:(mr+2)/3]
	if masked {
		a.e("MOVQ 96(DI), CX")
		a.tailMask()
	}
	a.e("MOVQ 40(DI), R8\nMOVQ 48(DI), R9\nMOVQ 56(DI), R10\nMOVQ 64(DI), R11\nMOVQ 16(DI), DX\nMOVQ 0(DI), AX\nMOVQ AX, 104(DI)")
	next, fromC, fromBias, start, loop, store := a.label("next"), a.label("c"), a.label("bias"), a.label("start"), a.label("loop"), a.label("store")
	a.e("%s:\nMOVQ 8(DI), SI\nMOVQ 32(DI), CX\nMOVQ 80(DI), R13\nCMPQ R13, $1\nJEQ %s\nJGT %s", next, fromC, fromBias)
	for i := range mr * nv {
		a.zero(vec(i))
	}
	a.e("JMP %s\n%s:\nMOVQ 24(DI), R13", start, fromBias)
	for j := range nv {
		a.load(at("R13", j), acc(0, j), last(j))
	}
	for i := 1; i < mr; i++ {
		for j := range nv {
			a.e("VMOVAPS %s, %s", acc(0, j), acc(i, j))
		}
	}
	a.e("JMP %s\n%s:\nMOVQ DX, R13", start, fromC)
	for i := range mr {
		for j := range nv {
			a.load(at("R13", j), acc(i, j), last(j))
		}
		a.e("ADDQ R11, R13")
	}
	a.e("%s:\nMOVQ 104(DI), AX\nLEAQ (R8)(R8*2), R13", start)
	for g := 1; g < len(pointers); g++ {
		a.e("LEAQ (%s)(R13*1), %s", pointers[g-1], pointers[g])
	}
	a.e("PCALIGN $32\n%s:", loop)
	for j := range nv {
		a.load(at("SI", j), bv(j), last(j))
	}
	for i := range mr {
		a.e("VBROADCASTSS (%s)%s, %s", pointers[i/3], []string{"", "(R8*1)", "(R8*2)"}[i%3], av)
		for j := range nv {
			a.e("VFMADD231PS %s, %s, %s", bv(j), av, acc(i, j))
		}
	}
	for _, p := range pointers {
		a.e("ADDQ R9, %s", p)
	}
	a.e("ADDQ R10, SI\nDECQ CX\nJNZ %s\nCMPQ 88(DI), $0\nJEQ %s", loop, store)
	a.zero(av)
	for i := range mr * nv {
		a.e("VMAXPS %[1]s, %[2]s, %[1]s", vec(i), av)
	}
	a.e("%s:", store)
	for i := range mr {
		for j := range nv {
			a.store(acc(i, j), at("DX", j), last(j))
		}
		a.e("ADDQ R11, DX")
	}
	a.e("MOVQ 112(DI), R13\nADDQ R13, 104(DI)\nDECQ 72(DI)\nJNZ %s", next)
	a.end()
}

// pack writes the copy of rows of nv vectors, the last one incomplete and filled up with zeros, to rows step bytes apart.
func pack(a *asm, nv int) {
	a.begin(fmt.Sprint("pack", nv), false, param{"dst", "*float32", "DI"}, param{"src", "*float32", "SI"}, param{"rows", "int", "R8"},
		param{"stride", "int", "R9"}, param{"step", "int", "R10"}, param{"lanes", "int", "CX"})
	a.tailMask()
	loop := a.label("loop")
	a.e("%s:", loop)
	for j := range nv {
		a.load(fmt.Sprintf("%d(SI)", j*a.bytes()), vec(j), j == nv-1)
		a.store(vec(j), fmt.Sprintf("%d(DI)", j*a.bytes()), false)
	}
	a.e("ADDQ R9, SI\nADDQ R10, DI\nDECQ R8\nJNZ %s", loop)
	a.end()
}

// transpose writes the transposition of blocks of eight rows and columns; from one block to the next x moves by hop bytes and
// dst by leap. Both instruction sets use it.
func transpose(a *asm) {
	a.begin("transpose8", false, param{"dst", "*float32", "DI"}, param{"src", "*float32", "SI"}, param{"blocks", "int", "CX"},
		param{"stride", "int", "R9"}, param{"step", "int", "R10"}, param{"hop", "int", "R8"}, param{"leap", "int", "R13"})
	a.e("LEAQ (R9)(R9*2), R11\nLEAQ (R10)(R10*2), R12")
	loop := a.label("loop")
	a.e("%s:\nLEAQ (SI)(R9*4), DX\nLEAQ (DI)(R10*4), BX", loop)
	offsets := []string{"", "(R9*1)", "(R9*2)", "(R11*1)"}
	for half := range 2 {
		for i, o := range offsets {
			a.e("VMOVUPS %d(SI)%s, X%d\nVINSERTF128 $1, %[1]d(DX)%[2]s, Y%[3]d, Y%[3]d", 16*half, o, i)
		}
		a.e("VUNPCKLPS V1, V0, V4\nVUNPCKHPS V1, V0, V5\nVUNPCKLPS V3, V2, V6\nVUNPCKHPS V3, V2, V7")
		a.e("VSHUFPS $0x44, V6, V4, V0\nVSHUFPS $0xee, V6, V4, V1\nVSHUFPS $0x44, V7, V5, V2\nVSHUFPS $0xee, V7, V5, V3")
		dst := []string{"DI", "BX"}[half]
		for i, o := range []string{"", "(R10*1)", "(R10*2)", "(R12*1)"} {
			a.e("VMOVUPS V%d, (%s)%s", i, dst, o)
		}
	}
	a.e("ADDQ R8, SI\nADDQ R13, DI\nDECQ CX\nJNZ %s", loop)
	a.end()
}
