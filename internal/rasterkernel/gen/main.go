// Command gen writes the AVX-512 kernels of rasterkernel with avo. Each
// function here mirrors, operation by operation, the one of the same name in
// portable.go.
package main

import (
	"fmt"
	"unsafe"

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
	pack()
	resolve()
	depth()
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

// spans: rows sixteen at a time.
func spans() {
	TEXT("spansAVX512", NOSPLIT, "func(j *byte)")
	j := param("j")
	off := unsafe.Offsetof(job.Edge)
	step := unsafe.Sizeof(job.Edge[0])
	s := GP64()
	MOVQ(at(j, unsafe.Offsetof(job.First)), s)
	y, end := GP64(), GP64()
	iota := lanes()
	left, right := GP64(), GP64()
	MOVQ(at(j, unsafe.Offsetof(job.Left)), left)
	MOVQ(at(j, unsafe.Offsetof(job.Right)), right)
	MOVQ(at(j, unsafe.Offsetof(job.Y1)), end)
	IMUL3Q(U32(uint32(step)), left, left)
	IMUL3Q(U32(uint32(step)), right, right)

	Label("sample")
	xl, xr := GP64(), GP64()
	MOVQ(Mem{Base: j, Index: s, Scale: 8, Disp: int(unsafe.Offsetof(job.XL))}, xl)
	MOVQ(Mem{Base: j, Index: s, Scale: 8, Disp: int(unsafe.Offsetof(job.XR))}, xr)
	t := GP64() // &Edge[0].T[s]
	LEAQ(Mem{Base: j, Index: s, Scale: 4, Disp: int(off + 4)}, t)
	sl := GP64() // &Edge[0].S
	LEAQ(at(j, off), sl)
	MOVQ(at(j, unsafe.Offsetof(job.Y0)), y)

	Label("rows")
	fy, lo, hi := ZMM(), ZMM(), ZMM()
	VPBROADCASTD(y.As32(), fy)
	VPADDD(iota, fy, fy)
	VCVTDQ2PS(fy, fy)
	VBROADCASTSS(at(j, unsafe.Offsetof(job.X0)), lo)
	VBROADCASTSS(at(j, unsafe.Offsetof(job.X1)), hi)
	e := GP64()
	XORQ(e, e)
	Label("left")
	CMPQ(e, left)
	JGE(LabelRef("right"))
	b := ZMM()
	VMULPS_BCST(Mem{Base: sl, Index: e, Scale: 1}, fy, b)
	VADDPS_BCST(Mem{Base: t, Index: e, Scale: 1}, b, b)
	VMAXPS(b, lo, lo)
	ADDQ(U32(uint32(step)), e)
	JMP(LabelRef("left"))
	Label("right")
	MOVQ(right, e)
	Label("next")
	CMPQ(e, U32(uint32(step*rk.MaxEdges)))
	JGE(LabelRef("store"))
	b = ZMM()
	VMULPS_BCST(Mem{Base: sl, Index: e, Scale: 1}, fy, b)
	VADDPS_BCST(Mem{Base: t, Index: e, Scale: 1}, b, b)
	VMINPS(b, hi, hi)
	ADDQ(U32(uint32(step)), e)
	JMP(LabelRef("next"))
	Label("store")
	VMINPS_BCST(at(j, unsafe.Offsetof(job.X1)), lo, lo)
	VMAXPS_BCST(at(j, unsafe.Offsetof(job.X0)), hi, hi)
	VCVTPS2DQ_RU_SAE(lo, lo)
	VCVTPS2DQ_RU_SAE(hi, hi)
	VMOVDQU32(lo, Mem{Base: xl, Index: y, Scale: 4})
	VMOVDQU32(hi, Mem{Base: xr, Index: y, Scale: 4})
	ADDQ(Imm(16), y)
	CMPQ(y, end)
	JLT(LabelRef("rows"))
	INCQ(s)
	CMPQ(s, at(j, unsafe.Offsetof(job.Last)))
	JLT(LabelRef("sample"))
	VZEROUPPER()
	RET()
}

// draw is fastGo, or fullGo when full is set.
func draw(name string, full bool) {
	TEXT(name, NOSPLIT, "func(j *byte)")
	j := param("j")
	f := func(offset uintptr) Mem { return at(j, offset) }
	iota := lanes()
	one := broadcastI(0x3f800000)
	y, row := GP64(), GP64()
	MOVQ(f(unsafe.Offsetof(job.Y0)), y)
	MOVQ(f(unsafe.Offsetof(job.Stride)), row)
	IMULQ(y, row)
	light := ZMM()
	VPBROADCASTQ(f(unsafe.Offsetof(job.Light)), light)
	first, last := 0, 1
	if full {
		last = rk.Samples
	}
	bounds := AllocLocal(rk.Samples * 8) // the span of each sample on this row

	Label("row")
	xl, xr := GP64(), GP64()
	XORQ(xr, xr)
	MOVL(U32(0x7fffffff), xl.As32())
	p := GP64()
	for s := first; s < last; s++ {
		skip := ""
		if full && s == 0 {
			skip = "no_centre_span"
			CMPQ(f(unsafe.Offsetof(job.First)), Imm(0))
			JNE(LabelRef(skip))
		}
		for side, array := range []uintptr{unsafe.Offsetof(job.XL), unsafe.Offsetof(job.XR)} {
			g := GP32()
			MOVQ(f(elem(array, s, 8)), p)
			MOVL(Mem{Base: p, Index: y, Scale: 4}, g)
			MOVL(g, bounds.Offset(8*s+4*side))
			if side == 0 {
				CMPL(g, xl.As32())
				CMOVLLT(g, xl.As32())
			} else {
				CMPL(g, xr.As32())
				CMOVLGT(g, xr.As32())
			}
		}
		if skip != "" {
			Label(skip)
		}
	}
	CMPL(xl.As32(), xr.As32())
	JGE(LabelRef("next"))
	start := func(offset uintptr) reg.VecVirtual {
		x, z := XMM(), ZMM()
		VXORPS(x, x, x)
		VCVTSI2SDQ(y, x, x)
		VMULSD(f(elem(offset, 2, 8)), x, x)
		VADDSD(f(offset), x, x)
		VCVTSD2SS(x, x, x)
		VBROADCASTSS(x, z)
		return z
	}
	w0, u0, v0 := start(unsafe.Offsetof(job.W)), start(unsafe.Offsetof(job.U)), start(unsafe.Offsetof(job.V))
	ANDL(I32(-16), xl.As32())
	x, pixel := xl, GP64()
	LEAQ(Mem{Base: row, Index: x, Scale: 1}, pixel)

	Label("block")
	xi, fx, w := ZMM(), ZMM(), ZMM()
	VPBROADCASTD(x.As32(), xi)
	VPADDD(iota, xi, xi)
	VCVTDQ2PS(xi, fx)
	VMULPS_BCST(f(unsafe.Offsetof(job.WX)), fx, w)
	VADDPS(w, w0, w)
	var cover [rk.Samples]reg.OpmaskVirtual
	for s := first; s < last; s++ {
		k := K()
		cover[s] = k
		if full && s == 0 {
			CMPQ(f(unsafe.Offsetof(job.First)), Imm(0))
			JNE(LabelRef("no_centre"))
		}
		VPCMPD_BCST(Imm(intNotLt), bounds.Offset(8*s), xi, k)
		VPCMPD_BCST(Imm(intLess), bounds.Offset(8*s+4), xi, k, k)
		ws := w
		if s != 0 {
			ws = ZMM()
			VADDPS_BCST(f(elem(unsafe.Offsetof(job.DW), s, 4)), w, ws)
		}
		MOVQ(f(elem(unsafe.Offsetof(job.Z), s, 8)), p)
		VCMPPS(Imm(greater), Mem{Base: p, Index: pixel, Scale: 4}, ws, k, k)
		VMOVUPS(ws, k, Mem{Base: p, Index: pixel, Scale: 4})
		if s == 0 {
			MOVQ(f(unsafe.Offsetof(job.Ident)), p)
			TESTQ(p, p)
			JZ(LabelRef("no_ident"))
			id := ZMM()
			VPBROADCASTD(f(unsafe.Offsetof(job.ID)), id)
			VMOVDQU32(id, k, Mem{Base: p, Index: pixel, Scale: 4})
			Label("no_ident")
		}
		if full && s == 0 {
			Label("no_centre")
		}
	}
	any := cover[0]
	if full {
		any = K()
		k := K()
		KORW(cover[1], cover[2], any)
		KORW(cover[3], cover[4], k)
		KORW(k, any, any)
	}
	KORTESTW(any, any)
	JZ(LabelRef("skip"))
	tex := GP64()
	MOVQ(f(unsafe.Offsetof(job.Tex)), tex)
	color := ZMM()
	TESTQ(tex, tex)
	JNZ(LabelRef("textured"))
	VPBROADCASTD(f(unsafe.Offsetof(job.Plain)), color)
	JMP(LabelRef("paint"))

	Label("textured")
	inv, u, v := ZMM(), ZMM(), ZMM()
	VMAXPS_BCST(f(unsafe.Offsetof(job.WMin)), w, inv)
	VDIVPS(inv, one, inv)
	VMULPS_BCST(f(unsafe.Offsetof(job.UX)), fx, u)
	VADDPS(u, u0, u)
	VMULPS(inv, u, u)
	VMULPS_BCST(f(unsafe.Offsetof(job.VX)), fx, v)
	VADDPS(v, v0, v)
	VMULPS(inv, v, v)
	rho := footprint(f, u, v, inv)
	if full {
		trilinear(f, tex, any, rho, u, v, light, color)
	} else {
		nearest(f, tex, any, rho, u, v, light, color)
	}

	Label("paint")
	if full {
		for s := 1; s < rk.Samples; s++ {
			MOVQ(f(elem(unsafe.Offsetof(job.Color), s, 8)), p)
			VMOVDQU32(color, cover[s], Mem{Base: p, Index: pixel, Scale: 4})
		}
	} else {
		MOVQ(f(unsafe.Offsetof(job.Color)), p)
		VMOVDQU32(color, any, Mem{Base: p, Index: pixel, Scale: 4})
	}
	Label("skip")
	ADDQ(Imm(16), pixel)
	ADDL(Imm(16), x.As32())
	CMPL(x.As32(), xr.As32())
	JLT(LabelRef("block"))

	Label("next")
	ADDQ(f(unsafe.Offsetof(job.Stride)), row)
	INCQ(y)
	CMPQ(y, f(unsafe.Offsetof(job.Y1)))
	JLT(LabelRef("row"))
	VZEROUPPER()
	RET()
}

func footprint(f func(uintptr) Mem, u, v, inv reg.VecVirtual) reg.VecVirtual {
	side := func(w, du, dv uintptr) reg.VecVirtual {
		a, b, t := ZMM(), ZMM(), ZMM()
		VMULPS_BCST(f(w), u, a)
		VBROADCASTSS(f(du), t)
		VSUBPS(a, t, a)
		VMULPS_BCST(f(w), v, b)
		VBROADCASTSS(f(dv), t)
		VSUBPS(b, t, b)
		VMULPS(a, a, a)
		VMULPS(b, b, b)
		VADDPS(b, a, a)
		return a
	}
	a := side(unsafe.Offsetof(job.WX), unsafe.Offsetof(job.UX), unsafe.Offsetof(job.VX))
	b := side(unsafe.Offsetof(job.WY), unsafe.Offsetof(job.UY), unsafe.Offsetof(job.VY))
	VMAXPS(b, a, a)
	VMULPS(inv, a, a)
	VMULPS(inv, a, a)
	return a
}

func nearest(f func(uintptr) Mem, tex reg.Register, active reg.OpmaskVirtual, rho, u, v, light, color reg.VecVirtual) {
	log := ZMM()
	VPBROADCASTD(f(unsafe.Offsetof(job.Log)), log)
	l := ZMM()
	VPSRLD(Imm(23), rho, l)
	VPSUBD_BCST(dword(126), l, l)
	VPSRAD(Imm(1), l, l)
	zero := ZMM()
	VPXORD(zero, zero, zero)
	VPMAXSD(zero, l, l)
	VPMINSD(log, l, l)
	VCVTTPS2DQ(u, u)
	VCVTTPS2DQ(v, v)
	VPSRAVD(l, u, u)
	VPSRAVD(l, v, v)
	VPSUBD(l, log, l) // log2 of the side of the level
	mask, base := level(l)
	VPANDD(mask, u, u)
	VPANDD(mask, v, v)
	VPADDD(base, u, u)
	VPADDD(v, u, u)
	VPSLLVD(l, v, v)
	VPADDD(v, u, u)
	k := K()
	KMOVW(active, k)
	VPXORD(color, color, color)
	VPGATHERDD(Mem{Base: tex, Index: u, Scale: 4}, k, color)
	lo, hi := ZMM(), ZMM()
	VPUNPCKLBW(color, zero, lo)
	VPUNPCKHBW(color, zero, hi)
	lit(lo, light)
	lit(hi, light)
	VPACKUSWB(hi, lo, color)
}

// level returns the mask of coordinates of the level of side 1<<k, and its
// index in the pyramid.
func level(k reg.VecVirtual) (mask, base reg.VecVirtual) {
	mask, base = ZMM(), ZMM()
	VPERMD(maskTable, k, mask)
	VPERMD(baseTable, k, base)
	return mask, base
}

// lit multiplies 16-bit channels, 8 bits up, by the light and rounds to 8 bits.
func lit(c, light reg.VecVirtual) {
	VPMULHUW(light, c, c)
	VPADDW(words(0x80), c, c)
	VPSRLW(Imm(8), c, c)
}

func trilinear(f func(uintptr) Mem, tex reg.Register, active reg.OpmaskVirtual, rho, u, v, light, color reg.VecVirtual) {
	log, zero := ZMM(), ZMM()
	VPXORD(zero, zero, zero)
	VPBROADCASTD(f(unsafe.Offsetof(job.Log)), log)
	q, t := ZMM(), ZMM()
	VPSUBD_BCST(dword(127<<23), rho, q)
	VPMAXSD(zero, q, q)
	VPSLLD(Imm(24), log, t)
	VPMINSD(t, q, q)
	l, frac := ZMM(), ZMM()
	VPSRAD(Imm(24), q, l)
	VPSRLD(Imm(9), q, frac)
	VPANDD_BCST(dword(0x7fff), frac, frac)
	VMULPS_BCST(dword(0x43800000), u, u) // 256
	VMULPS_BCST(dword(0x43800000), v, v)
	VCVTTPS2DQ(u, u)
	VCVTTPS2DQ(v, v)
	a := bilinear(tex, active, log, l, u, v)
	VPADDD_BCST(dword(1), l, l)
	VPMINSD(log, l, l)
	b := bilinear(tex, active, log, l, u, v)
	for h := range 2 {
		blend(a[h], b[h], quad(frac, h))
		VPADDW(a[h], a[h], a[h])
		lit(a[h], light)
	}
	VPACKUSWB(a[1], a[0], color)
	// Pixels left the pack two by two: 0 1 8 9 2 3 10 11 ...
	order := GLOBL("order", 8|16)
	for i, p := range []uint64{0, 2, 4, 6, 1, 3, 5, 7} {
		DATA(8*i, U64(p))
	}
	idx := ZMM()
	VMOVDQU64(order, idx)
	VPERMQ(color, idx, color)
}

// quad spreads the low 16 bits of dwords 8*h..8*h+7 over the four channels of
// pixels 8*h..8*h+7.
func quad(d reg.VecVirtual, h int) reg.VecVirtual {
	z := half(d, h)
	out := ZMM()
	VPMOVZXDQ(z, out)
	VPSHUFD(Imm(0xa0), out, out)
	// Both halves of each dword.
	t := ZMM()
	VPSLLD(Imm(16), out, t)
	VPORD(t, out, out)
	return out
}

func half(d reg.VecVirtual, h int) reg.VecVirtual {
	if h == 0 {
		return d.AsY().(reg.VecVirtual)
	}
	z := YMM()
	VEXTRACTI64X4(Imm(1), d, z)
	return z
}

// blend is lerp: a += (b-a)*f/32768, rounded.
func blend(a, b, f reg.VecVirtual) {
	d := ZMM()
	VPSUBW(a, b, d)
	VPMULHRSW(f, d, d)
	VPADDW(d, a, a)
}

// bilinear returns the colours of level l, eight pixels a register, channels
// of 16 bits.
func bilinear(tex reg.Register, active reg.OpmaskVirtual, log, l, u, v reg.VecVirtual) (out [2]reg.VecVirtual) {
	k, ul, vl, fu, fv := ZMM(), ZMM(), ZMM(), ZMM(), ZMM()
	VPSUBD(l, log, k)
	VPSRAVD(l, u, ul)
	VPSRAVD(l, v, vl)
	VPSUBD_BCST(dword(128), ul, ul)
	VPSUBD_BCST(dword(128), vl, vl)
	VPANDD_BCST(dword(255), ul, fu)
	VPANDD_BCST(dword(255), vl, fv)
	VPSLLD(Imm(7), fu, fu)
	VPSLLD(Imm(7), fv, fv)
	VPSRAD(Imm(8), ul, ul)
	VPSRAD(Imm(8), vl, vl)
	mask, base := level(k)
	vn := ZMM()
	VPADDD_BCST(dword(1), vl, vn)
	VPANDD(mask, ul, ul)
	VPANDD(mask, vl, vl)
	VPANDD(mask, vn, vn)
	VPADDD(base, ul, ul)
	row := func(y reg.VecVirtual) reg.VecVirtual {
		i := ZMM()
		VPSLLVD(k, y, i)
		VPADDD(y, i, i)
		VPADDD(ul, i, i)
		return i
	}
	upper, lower := row(vl), row(vn)
	zero := ZMM()
	VPXORD(zero, zero, zero)
	for h := range 2 {
		var near, far [2]reg.VecVirtual // even and odd pixels: words of texel and right neighbour
		for r, idx := range []reg.VecVirtual{upper, lower} {
			m, t := K(), ZMM()
			if h == 0 {
				KMOVW(active, m)
			} else {
				KSHIFTRW(Imm(8), active, m)
			}
			VPXORD(t, t, t)
			VPGATHERDQ(Mem{Base: tex, Index: half(idx, h), Scale: 4}, m, t)
			e, o := ZMM(), ZMM()
			VPUNPCKLBW(zero, t, e)
			VPUNPCKHBW(zero, t, o)
			VPSLLW(Imm(7), e, e)
			VPSLLW(Imm(7), o, o)
			if r == 0 {
				near = [2]reg.VecVirtual{e, o}
			} else {
				far = [2]reg.VecVirtual{e, o}
			}
		}
		spread := quad(fv, h)
		fe, fo := ZMM(), ZMM()
		VPSHUFD(Imm(0x00), spread, fe)
		VPSHUFD(Imm(0xaa), spread, fo)
		blend(near[0], far[0], fe)
		blend(near[1], far[1], fo)
		left, right := ZMM(), ZMM()
		VPUNPCKLQDQ(near[1], near[0], left)
		VPUNPCKHQDQ(near[1], near[0], right)
		blend(left, right, quad(fu, h))
		out[h] = left
	}
	return out
}

// sphere is sphereGo.
func sphere() {
	TEXT("sphereAVX512", NOSPLIT, "func(p *byte)")
	p := param("p")
	f := func(offset uintptr) Mem { return at(p, offset) }
	iota := lanes()
	y, row, end := GP64(), GP64(), GP64()
	MOVQ(f(unsafe.Offsetof(sph.Y0)), y)
	MOVQ(f(unsafe.Offsetof(sph.Stride)), row)
	IMULQ(y, row)
	MOVQ(f(unsafe.Offsetof(sph.X1)), end)
	zero := ZMM()
	VPXORD(zero, zero, zero)
	center := [3]reg.VecVirtual{ZMM(), ZMM(), ZMM()}
	for i := range center {
		VBROADCASTSS(f(elem(unsafe.Offsetof(sph.Center), i, 4)), center[i])
	}
	one := broadcastI(0x3f800000)

	Label("row")
	dy := ZMM()
	VPBROADCASTD(y.As32(), dy)
	VCVTDQ2PS(dy, dy)
	VMULPS_BCST(f(elem(unsafe.Offsetof(sph.DY), 1, 4)), dy, dy)
	VADDPS_BCST(f(unsafe.Offsetof(sph.DY)), dy, dy)
	x, pixel := GP64(), GP64()
	MOVQ(f(unsafe.Offsetof(sph.X0)), x)
	inside := ZMM()
	VPBROADCASTD(x.As32(), inside)
	ANDQ(I32(-16), x)
	LEAQ(Mem{Base: row, Index: x, Scale: 1}, pixel)

	Label("block")
	xi, dx := ZMM(), ZMM()
	VPBROADCASTD(x.As32(), xi)
	VPADDD(iota, xi, xi)
	limit := ZMM()
	VPBROADCASTD(end.As32(), limit)
	box := K()
	VPCMPD(Imm(intNotLt), inside, xi, box)
	VPCMPD(Imm(intLess), limit, xi, box, box)
	VCVTDQ2PS(xi, dx)
	VMULPS_BCST(f(elem(unsafe.Offsetof(sph.DX), 1, 4)), dx, dx)
	VADDPS_BCST(f(unsafe.Offsetof(sph.DX)), dx, dx)
	solve := func(dx, dy reg.VecVirtual) (a, b, disc reg.VecVirtual) {
		a, b, disc = ZMM(), ZMM(), ZMM()
		t := ZMM()
		VMULPS(dx, dx, a)
		VMULPS(dy, dy, t)
		VADDPS(t, a, a)
		VADDPS(one, a, a)
		VMULPS(center[0], dx, b)
		VMULPS(center[1], dy, t)
		VADDPS(t, b, b)
		VADDPS(center[2], b, b)
		c := ZMM()
		VMULPS(center[2], dy, disc)
		VSUBPS(center[1], disc, disc)
		VMULPS(disc, disc, disc)
		VMULPS(center[2], dx, t)
		VSUBPS(t, center[0], t)
		VMULPS(t, t, t)
		VADDPS(t, disc, disc)
		VMULPS(center[1], dx, t)
		VMULPS(center[0], dy, c)
		VSUBPS(c, t, t)
		VMULPS(t, t, t)
		VADDPS(t, disc, disc)
		VMULPS_BCST(f(unsafe.Offsetof(sph.R2)), a, t)
		VSUBPS(disc, t, disc)
		return a, b, disc
	}
	plane := GP64()
	covers := unsafe.Offsetof(sph.Z)
	any := K()
	KXORW(any, any, any)
	cover := AllocLocal(rk.Samples * 8)
	s := GP64()
	MOVQ(f(unsafe.Offsetof(sph.First)), s)
	Label("sample")
	sx, sy := ZMM(), ZMM()
	VADDPS_BCST(Mem{Base: p, Index: s, Scale: 4, Disp: int(unsafe.Offsetof(sph.SX))}, dx, sx)
	VADDPS_BCST(Mem{Base: p, Index: s, Scale: 4, Disp: int(unsafe.Offsetof(sph.SY))}, dy, sy)
	_, b, disc := solve(sx, sy)
	k := K()
	VCMPPS(Imm(notLessEq), zero, disc, box, k)
	VCMPPS(Imm(greater), zero, b, k, k)
	VMAXPS(zero, disc, disc)
	VSQRTPS(disc, disc)
	VADDPS(disc, b, b)
	VMULPS_BCST(f(unsafe.Offsetof(sph.InvC)), b, b)
	MOVQ(Mem{Base: p, Index: s, Scale: 8, Disp: int(covers)}, plane)
	VCMPPS(Imm(greater), Mem{Base: plane, Index: pixel, Scale: 4}, b, k, k)
	VMOVUPS(b, k, Mem{Base: plane, Index: pixel, Scale: 4})
	kg := GP64()
	KMOVW(k, kg.As32())
	MOVQ(kg, Mem{Base: cover.Base, Disp: cover.Disp, Index: s, Scale: 8})
	CMPQ(s, Imm(0))
	JNE(LabelRef("not_centre"))
	MOVQ(f(unsafe.Offsetof(sph.Ident)), plane)
	TESTQ(plane, plane)
	JZ(LabelRef("no_ident"))
	id := ZMM()
	VPBROADCASTD(f(unsafe.Offsetof(sph.ID)), id)
	VMOVDQU32(id, k, Mem{Base: plane, Index: pixel, Scale: 4})
	Label("no_ident")
	CMPQ(f(unsafe.Offsetof(sph.Last)), Imm(1))
	JNE(LabelRef("samples_only"))
	Label("not_centre")
	KORW(k, any, any)
	Label("samples_only")
	INCQ(s)
	CMPQ(s, f(unsafe.Offsetof(sph.Last)))
	JLT(LabelRef("sample"))
	KORTESTW(any, any)
	JZ(LabelRef("skip"))

	a, b, disc := solve(dx, dy)
	VMAXPS(zero, disc, disc)
	VSQRTPS(disc, disc)
	VSUBPS(disc, b, b)
	VDIVPS(a, b, b) // t
	n, t := ZMM(), ZMM()
	VMULPS_BCST(f(unsafe.Offsetof(sph.Toward)), dx, n)
	VMULPS_BCST(f(elem(unsafe.Offsetof(sph.Toward), 1, 4)), dy, t)
	VADDPS(t, n, n)
	VADDPS_BCST(f(elem(unsafe.Offsetof(sph.Toward), 2, 4)), n, n)
	VMULPS(b, n, n)
	VADDPS_BCST(f(unsafe.Offsetof(sph.Shade)), n, n)
	VMAXPS(zero, n, n)
	color := ZMM()
	VPXORD(color, color, color)
	round := broadcastI(0x3f000000)
	for i := range 3 {
		l := ZMM()
		VMULPS_BCST(f(elem(unsafe.Offsetof(sph.Diffuse), i, 4)), n, l)
		VADDPS_BCST(f(elem(unsafe.Offsetof(sph.Ambient), i, 4)), l, l)
		VMINPS(one, l, l)
		VMULPS_BCST(f(elem(unsafe.Offsetof(sph.Paint), i, 4)), l, l)
		VADDPS(round, l, l)
		VCVTTPS2DQ(l, l)
		VPSLLD(Imm(uint64(8*i)), l, l)
		VPORD(l, color, color)
	}
	MOVQ(f(unsafe.Offsetof(sph.Last)), s)
	CMPQ(s, Imm(1))
	JNE(LabelRef("samples"))
	MOVQ(f(unsafe.Offsetof(sph.Color)), plane)
	VMOVDQU32(color, any, Mem{Base: plane, Index: pixel, Scale: 4})
	JMP(LabelRef("skip"))
	Label("samples")
	for i := 1; i < rk.Samples; i++ {
		m := K()
		MOVQ(f(elem(unsafe.Offsetof(sph.Color), i, 8)), plane)
		KMOVW(cover.Offset(8*i), m)
		VMOVDQU32(color, m, Mem{Base: plane, Index: pixel, Scale: 4})
	}
	Label("skip")
	ADDQ(Imm(16), x)
	ADDQ(Imm(16), pixel)
	CMPQ(x, end)
	JLT(LabelRef("block"))
	ADDQ(f(unsafe.Offsetof(sph.Stride)), row)
	INCQ(y)
	CMPQ(y, f(unsafe.Offsetof(sph.Y1)))
	JLT(LabelRef("row"))
	VZEROUPPER()
	RET()
}

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

// three squeezes sixteen 4-byte pixels to 48 bytes.
func three(c reg.VecVirtual) {
	shuffle := ZMM()
	VMOVDQU8(threeOrder, shuffle)
	VPSHUFB(shuffle, c, c)
	dwords := ZMM()
	VMOVDQU32(threeDwords, dwords)
	VPERMD(c, dwords, c)
}

var threeOrder, threeDwords Mem

func init() {
	threeOrder = GLOBL("threeOrder", 8|16)
	for i := range 64 {
		b := i % 16
		v := uint64(0x80)
		if b < 12 {
			v = uint64(b/3*4 + b%3)
		}
		DATA(i, U8(v))
	}
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

func pack() {
	TEXT("packAVX512", NOSPLIT, "func(dst *uint8, src *uint32, n int64)")
	dst, src, n := param("dst"), param("src"), param("n")
	loop(n, 3, func(k reg.OpmaskVirtual) {
		c := ZMM()
		VMOVDQU32(Mem{Base: src}, c)
		three(c)
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
		three(lo)
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
