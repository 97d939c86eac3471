package simd

import (
	"math"
	"unsafe"

	"golang.org/x/sys/cpu"
)

// assembly returns the sets this processor can run, fastest first.
func assembly() []*Set[float32] {
	var sets []*Set[float32]
	x := cpu.X86
	if !x.HasAVX2 || !x.HasFMA {
		return nil
	}
	if x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL {
		sets = append(sets, newAVX512())
	}
	return append(sets, newAVX2())
}

func newAVX512() *Set[float32] {
	e := &engine{vl: 16, rows: 12, depth: 256, pack: [3]func(*float32, *float32, int, int, int, int){1: pack1AVX512, 2: pack2AVX512},
		tile: func(rows, vectors int, _ bool) func(*tile) { return tilesAVX512[vectors][rows][1] }}
	return &Set[float32]{
		Name: "avx512",
		Exp:  unaryASM(expAVX512), Log: unaryASM(logAVX512), Tanh: unaryASM(tanhAVX512), Sigmoid: unaryASM(sigmoidAVX512), ReLU: unaryASM(reluAVX512),
		Add: binaryASM(addAVX512), Sub: binaryASM(subAVX512), Mul: binaryASM(mulAVX512), Div: binaryASM(divAVX512),
		Max: binaryASM(maxAVX512), Min: binaryASM(minAVX512), MulAdd: binaryASM(mulAddAVX512),
		Axpy: scalarASM(axpyAVX512), Scale: scalarASM(scaleAVX512), AddScalar: scalarASM(addScalarAVX512),
		ReLUGrad: unaryASM(reluGradAVX512), TanhGrad: unaryASM(tanhGradAVX512), SigmoidGrad: unaryASM(sigmoidGradAVX512),
		Sum: sumASM, SumSquares: sumSquaresASM, Dot: dotASM,
		ColumnSum:         columnSumASM(16, columnSum4AVX512, columnSum1AVX512),
		ReLUGradColumnSum: reluGradColumnSumASM(16, reluGradColumnSum4AVX512, reluGradColumnSum1AVX512),
		FromBytes:         fromBytesASM(16, fromBytesAVX512), Transpose: transposeASM,
		Softmax: softmaxASM, CategoricalGrad: categoricalGradASM, Product: e.product,
		Adam:    adamASM(adamAVX512),
		RMSProp: rmspropASM(rmspropAVX512),
		SGD:     sgdASM(sgdAVX512),
	}
}

func newAVX2() *Set[float32] {
	e := &engine{vl: 8, rows: 6, depth: 384, pack: [3]func(*float32, *float32, int, int, int, int){1: pack1AVX2, 2: pack2AVX2},
		tile: func(rows, vectors int, masked bool) func(*tile) {
			if masked {
				return tilesAVX2[vectors][rows][1]
			}
			return tilesAVX2[vectors][rows][0]
		}}
	return &Set[float32]{
		Name: "avx2",
		Exp:  unaryASM(expAVX2), Log: unaryASM(logAVX2), Tanh: unaryASM(tanhAVX2), Sigmoid: unaryASM(sigmoidAVX2), ReLU: unaryASM(reluAVX2),
		Add: binaryASM(addAVX2), Sub: binaryASM(subAVX2), Mul: binaryASM(mulAVX2), Div: binaryASM(divAVX2),
		Max: binaryASM(maxAVX2), Min: binaryASM(minAVX2), MulAdd: binaryASM(mulAddAVX2),
		Axpy: scalarASM(axpyAVX2), Scale: scalarASM(scaleAVX2), AddScalar: scalarASM(addScalarAVX2),
		ReLUGrad: unaryASM(reluGradAVX2), TanhGrad: unaryASM(tanhGradAVX2), SigmoidGrad: unaryASM(sigmoidGradAVX2),
		Sum: sumASM, SumSquares: sumSquaresASM, Dot: dotASM,
		ColumnSum:         columnSumASM(8, columnSum4AVX2, columnSum1AVX2),
		ReLUGradColumnSum: reluGradColumnSumASM(8, reluGradColumnSum4AVX2, reluGradColumnSum1AVX2),
		FromBytes:         fromBytesASM(8, fromBytesAVX2), Transpose: transposeASM,
		Softmax: softmaxASM, CategoricalGrad: categoricalGradASM, Product: e.product,
		Adam:    adamASM(adamAVX2),
		RMSProp: rmspropASM(rmspropAVX2),
		SGD:     sgdASM(sgdAVX2),
	}
}

// The functions below turn slices into the addresses and counts the assembly takes. The conversions s[:n] are the bounds checks.

func unaryASM(f func(dst, x *float32, n int)) func(dst, x []float32) {
	return func(dst, x []float32) {
		if n := len(dst); n > 0 {
			f(&dst[0], &x[:n][0], n)
		}
	}
}

func binaryASM(f func(dst, x, y *float32, n int)) func(dst, x, y []float32) {
	return func(dst, x, y []float32) {
		if n := len(dst); n > 0 {
			f(&dst[0], &x[:n][0], &y[:n][0], n)
		}
	}
}

func scalarASM(f func(dst, x *float32, n int, alpha uint64)) func(dst, x []float32, alpha float32) {
	return func(dst, x []float32, alpha float32) {
		if n := len(dst); n > 0 {
			f(&dst[0], &x[:n][0], n, uint64(math.Float32bits(alpha)))
		}
	}
}

func sumASM(x []float32) (out float32) {
	if len(x) > 0 {
		sumAVX2(&out, &x[0], len(x))
	}
	return out
}

func sumSquaresASM(x []float32) (out float32) {
	if len(x) > 0 {
		sumSquaresAVX2(&out, &x[0], len(x))
	}
	return out
}

func dotASM(x, y []float32) (out float32) {
	if n := len(x); n > 0 {
		dotAVX2(&out, &x[0], &y[:n][0], n)
	}
	return out
}

func columnSumASM(vl int, four, one func(dst, x *float32, rows, stride, lanes int)) func(dst, x []float32, rows, cols int) {
	return func(dst, x []float32, rows, cols int) {
		if rows == 0 {
			return
		}
		dst, x = dst[:cols], x[:rows*cols]
		j := 0
		for ; j+4*vl <= cols; j += 4 * vl {
			four(&dst[j], &x[j], rows, 4*cols, vl)
		}
		for ; j < cols; j += vl {
			one(&dst[j], &x[j], rows, 4*cols, min(vl, cols-j))
		}
	}
}

func reluGradColumnSumASM(vl int, four, one func(dst, x *float32, rows, stride, lanes int, y *float32)) func(dst, x, y []float32, rows, cols int) {
	return func(dst, x, y []float32, rows, cols int) {
		if rows == 0 {
			return
		}
		dst, x, y = dst[:cols], x[:rows*cols], y[:rows*cols]
		j := 0
		for ; j+4*vl <= cols; j += 4 * vl {
			four(&dst[j], &x[j], rows, 4*cols, vl, &y[j])
		}
		for ; j < cols; j += vl {
			one(&dst[j], &x[j], rows, 4*cols, min(vl, cols-j), &y[j])
		}
	}
}

func fromBytesASM(vl int, f func(dst *float32, src *uint8, vectors int, alpha uint64)) func(dst []float32, src []uint8, alpha float32) {
	return func(dst []float32, src []uint8, alpha float32) {
		n := len(src) &^ (vl - 1)
		dst = dst[:len(src)]
		if n > 0 {
			f(&dst[0], &src[0], n/vl, uint64(math.Float32bits(alpha)))
		}
		fromBytes(dst[n:], src[n:], alpha)
	}
}

func transposeASM(dst, x []float32, rows, cols int) { transposePanel(dst, x, rows, cols, cols, rows) }

// softmaxASM copies the mask of the last rows, because the assembly reads up to seven bytes behind the row it works on.
func softmaxASM(w *Work[float32], prob, x []float32, mask []bool, rows, cols int, largest, sums, dots []float32) {
	if rows == 0 || cols == 0 {
		return
	}
	prob, x, largest, sums, dots = prob[:rows*cols], x[:rows*cols], largest[:rows], sums[:rows], dots[:rows]
	if mask == nil {
		softmaxAVX2(&prob[0], &x[0], nil, rows, cols, &largest[0], &sums[0], &dots[0])
		return
	}
	last := min(rows, 7/cols+1)
	r := rows - last
	if r > 0 {
		softmaxMaskedAVX2(&prob[0], &x[0], &mask[:rows*cols][0], r, cols, &largest[0], &sums[0], &dots[0])
	}
	w.mask = grow(w.mask, last*cols+8)
	copy(w.mask, mask[r*cols:rows*cols])
	softmaxMaskedAVX2(&prob[r*cols], &x[r*cols], &w.mask[0], last, cols, &largest[r], &sums[r], &dots[r])
}

func categoricalGradASM(dst, p, x []float32, h *[3]float32) {
	if n := len(dst); n > 0 {
		categoricalGradAVX2(&dst[0], &p[:n][0], &x[:n][0], n, unsafe.Pointer(h))
	}
}

func adamASM(f func(w, g, m, v *float32, n int, h unsafe.Pointer)) func(w, g, m, v []float32, h *AdamStep[float32]) {
	return func(w, g, m, v []float32, h *AdamStep[float32]) {
		if n := len(w); n > 0 {
			f(&w[0], &g[:n][0], &m[:n][0], &v[:n][0], n, unsafe.Pointer(h))
		}
	}
}

func rmspropASM(f func(w, g, v *float32, n int, h unsafe.Pointer)) func(w, g, v []float32, h *RMSPropStep[float32]) {
	return func(w, g, v []float32, h *RMSPropStep[float32]) {
		if n := len(w); n > 0 {
			f(&w[0], &g[:n][0], &v[:n][0], n, unsafe.Pointer(h))
		}
	}
}

func sgdASM(f func(w, g, m *float32, n int, h unsafe.Pointer)) func(w, g, m []float32, h *SGDStep[float32]) {
	return func(w, g, m []float32, h *SGDStep[float32]) {
		if n := len(w); n > 0 {
			f(&w[0], &g[:n][0], &m[:n][0], n, unsafe.Pointer(h))
		}
	}
}
