package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// isa describes one instruction set: vl float32 values in a register whose name starts with reg.
type isa struct {
	name, file, reg string
	vl              int
}

var (
	avx2   = isa{"AVX2", "avx2", "Y", 8}
	avx512 = isa{"AVX512", "avx512", "Z", 16}
)

func (i isa) bytes() int { return 4 * i.vl }
func (i isa) wide() bool { return i.vl == 16 }

// asm collects the text of one assembly file and the Go declarations of its functions.
//
// Templates are written with V0, V1, ... for vector registers, {name} for a constant of the constant table, and K2 and K3 for
// the results of comparisons (mask registers with AVX-512, Y14 and Y13 with AVX2). K1 or Y15 holds the mask of the last,
// incomplete vector, so AVX2 templates may use V0 to V12.
type asm struct {
	isa
	text, decl bytes.Buffer
	fn         string
	flush      bool
	labels     int
}

var (
	vectorToken   = regexp.MustCompile(`\bV(\d+)\b`)
	constantToken = regexp.MustCompile(`\{(\w+)\}`)
	maskToken     = regexp.MustCompile(`\bK([23])\b`)
)

// e emits instructions, one a line, after replacing the template tokens.
func (a *asm) e(format string, args ...any) {
	for line := range strings.SplitSeq(fmt.Sprintf(format, args...), "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		line = vectorToken.ReplaceAllString(line, a.reg+"$1")
		line = constantToken.ReplaceAllStringFunc(line, func(s string) string {
			return fmt.Sprintf("consts<>+%d(SB)", constantOffset(s[1:len(s)-1]))
		})
		if !a.wide() {
			line = maskToken.ReplaceAllStringFunc(line, func(s string) string {
				return map[string]string{"K2": "Y14", "K3": "Y13"}[s]
			})
		}
		if !strings.HasSuffix(line, ":") {
			line = "\t" + line
		}
		a.text.WriteString(line + "\n")
	}
}

// label returns a name that no other label of the file has.
func (a *asm) label(s string) string {
	a.labels++
	return fmt.Sprintf("%s_%s%d", a.fn, s, a.labels)
}

// param is a parameter of a kernel and the general register that holds it.
type param struct{ name, typ, reg string }

// begin starts the function name+ISA and loads its parameters, all eight bytes wide, into their registers. With flush set,
// denormals count as zero until end restores the caller's MXCSR: gradients of dead units would otherwise decay into denormals,
// which cost a hundred cycles each.
func (a *asm) begin(name string, flush bool, params ...param) {
	a.fn, a.flush = name+a.name, flush
	var list []string
	for _, p := range params {
		list = append(list, p.name+" "+p.typ)
	}
	sig := fmt.Sprintf("func %s(%s)", a.fn, strings.Join(list, ", "))
	fmt.Fprintf(&a.decl, "//go:noescape\n%s\n\n", sig)
	frame := 0
	if flush {
		frame = 8
	}
	fmt.Fprintf(&a.text, "// %s\nTEXT ·%s(SB), NOSPLIT, $%d-%d\n", sig, a.fn, frame, 8*len(params))
	for i, p := range params {
		a.e("MOVQ %s+%d(FP), %s", p.name, 8*i, p.reg)
	}
	if flush {
		a.e("STMXCSR old-8(SP)\nMOVL old-8(SP), AX\nORL $0x8040, AX\nMOVL AX, new-4(SP)\nLDMXCSR new-4(SP)")
	}
}

// end closes the function.
func (a *asm) end() {
	if a.flush {
		a.e("LDMXCSR old-8(SP)")
	}
	a.e("VZEROUPPER\nRET")
	a.text.WriteString("\n")
}

// load and store move a vector; masked ones touch only the lanes of the tail mask and load zeros elsewhere.
func (a *asm) load(mem, reg string, masked bool) {
	switch {
	case !masked:
		a.e("VMOVUPS %s, %s", mem, reg)
	case a.wide():
		a.e("VMOVUPS.Z %s, K1, %s", mem, reg)
	default:
		a.e("VMASKMOVPS %s, Y15, %s", mem, reg)
	}
}

func (a *asm) store(reg, mem string, masked bool) {
	switch {
	case !masked:
		a.e("VMOVUPS %s, %s", reg, mem)
	case a.wide():
		a.e("VMOVUPS %s, K1, %s", reg, mem)
	default:
		a.e("VMASKMOVPS %s, Y15, %s", reg, mem)
	}
}

// tailMask sets the tail mask to the first CX lanes, CX in [0, vl]; it overwrites BX and CX.
func (a *asm) tailMask() {
	if a.wide() {
		a.e("MOVQ $1, BX\nSHLQ CX, BX\nDECQ BX\nKMOVW BX, K1")
		return
	}
	a.e("LEAQ tail<>+32(SB), BX\nSHLQ $2, CX\nSUBQ CX, BX\nVMOVDQU (BX), Y15")
}

// zero clears a register.
func (a *asm) zero(reg string) {
	if a.wide() {
		a.e("VPXORD %[1]s, %[1]s, %[1]s", reg)
		return
	}
	a.e("VXORPS %[1]s, %[1]s, %[1]s", reg)
}

// and and or are bitwise operations, src a register or a memory operand.
func (a *asm) and(src, x, dst string) { a.bitwise("VPAND", src, x, dst) }
func (a *asm) or(src, x, dst string)  { a.bitwise("VPOR", src, x, dst) }

func (a *asm) bitwise(op, src, x, dst string) {
	if a.wide() {
		op += "D"
	}
	a.e("%s %s, %s, %s", op, src, x, dst)
}

// blend writes src to dst in the lanes of mask k; keep clears dst in all other lanes.
func (a *asm) blend(k, src, dst string) {
	if a.wide() {
		a.e("VMOVAPS %s, %s, %s", src, k, dst)
		return
	}
	a.e("VBLENDVPS %s, %s, %s, %s", k, src, dst, dst)
}

func (a *asm) keep(k, src, dst string) {
	if a.wide() {
		a.e("VMOVAPS.Z %s, %s, %s", src, k, dst)
		return
	}
	a.e("VANDPS %s, %s, %s", k, src, dst)
}
