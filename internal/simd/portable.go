package simd

import "math"

// Portable returns the kernels written in Go alone: the fallback on other processors, the only ones for float64, and the
// reference the assembly is tested against.
func Portable[T Float]() *Set[T] {
	return &Set[T]{
		Name: "go",
		Exp:  unary[T](math.Exp), Log: unary[T](math.Log), Tanh: unary[T](math.Tanh),
		Sigmoid: unary[T](func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }),
		ReLU:    relu[T], Add: add[T], Sub: sub[T], Mul: mul[T], Div: div[T], Max: maximum[T], Min: minimum[T],
		MulAdd: mulAdd[T], Axpy: axpy[T], Scale: scale[T], AddScalar: addScalar[T],
		ReLUGrad: reluGrad[T], TanhGrad: tanhGrad[T], SigmoidGrad: sigmoidGrad[T],
		Sum: sum[T], SumSquares: func(x []T) T { return dot(x, x) }, Dot: dot[T],
		ColumnSum: columnSum[T], FromBytes: fromBytes[T], Transpose: transpose[T],
		ReLUGradColumnSum: func(dst, x, y []T, rows, cols int) { reluGrad(x, y); columnSum(dst, x, rows, cols) },
		Softmax:           softmax[T], CategoricalGrad: categoricalGrad[T], Product: product[T],
		Adam: adam[T], RMSProp: rmsprop[T], SGD: sgd[T],
	}
}

func unary[T Float](f func(float64) float64) func(dst, x []T) {
	return func(dst, x []T) {
		dst = dst[:len(x)]
		for i, v := range x {
			dst[i] = T(f(float64(v)))
		}
	}
}

func relu[T Float](dst, x []T) {
	dst = dst[:len(x)]
	for i, v := range x {
		if v < 0 {
			v = 0
		}
		dst[i] = v
	}
}

func add[T Float](dst, x, y []T) {
	dst, y = dst[:len(x)], y[:len(x)]
	for i, v := range x {
		dst[i] = v + y[i]
	}
}

func sub[T Float](dst, x, y []T) {
	dst, y = dst[:len(x)], y[:len(x)]
	for i, v := range x {
		dst[i] = v - y[i]
	}
}

func mul[T Float](dst, x, y []T) {
	dst, y = dst[:len(x)], y[:len(x)]
	for i, v := range x {
		dst[i] = v * y[i]
	}
}

func div[T Float](dst, x, y []T) {
	dst, y = dst[:len(x)], y[:len(x)]
	for i, v := range x {
		dst[i] = v / y[i]
	}
}

func maximum[T Float](dst, x, y []T) {
	dst, y = dst[:len(x)], y[:len(x)]
	for i, v := range x {
		dst[i] = max(v, y[i])
	}
}

func minimum[T Float](dst, x, y []T) {
	dst, y = dst[:len(x)], y[:len(x)]
	for i, v := range x {
		dst[i] = min(v, y[i])
	}
}

func mulAdd[T Float](dst, x, y []T) {
	dst, y = dst[:len(x)], y[:len(x)]
	for i, v := range x {
		dst[i] += v * y[i]
	}
}

func axpy[T Float](dst, x []T, alpha T) {
	dst = dst[:len(x)]
	for i, v := range x {
		dst[i] += alpha * v
	}
}

func scale[T Float](dst, x []T, alpha T) {
	dst = dst[:len(x)]
	for i, v := range x {
		dst[i] = alpha * v
	}
}

func addScalar[T Float](dst, x []T, alpha T) {
	dst = dst[:len(x)]
	for i, v := range x {
		dst[i] = v + alpha
	}
}

func reluGrad[T Float](dst, y []T) {
	dst = dst[:len(y)]
	for i, v := range y {
		if !(v > 0) {
			dst[i] = 0
		}
	}
}

func tanhGrad[T Float](dst, y []T) {
	dst = dst[:len(y)]
	for i, v := range y {
		dst[i] *= 1 - v*v
	}
}

func sigmoidGrad[T Float](dst, y []T) {
	dst = dst[:len(y)]
	for i, v := range y {
		dst[i] *= v * (1 - v)
	}
}

// sum and dot keep eight running sums, so that float32 loses no more digits than the assembly does.
func sum[T Float](x []T) T {
	var s [8]T
	for ; len(x) >= 8; x = x[8:] {
		for j := range s {
			s[j] += x[j]
		}
	}
	for j, v := range x {
		s[j] += v
	}
	return (s[0] + s[4]) + (s[2] + s[6]) + ((s[1] + s[5]) + (s[3] + s[7]))
}

func dot[T Float](x, y []T) T {
	var s [8]T
	y = y[:len(x)]
	for ; len(x) >= 8; x, y = x[8:], y[8:] {
		for j := range s {
			s[j] += x[j] * y[j]
		}
	}
	for j, v := range x {
		s[j] += v * y[j]
	}
	return (s[0] + s[4]) + (s[2] + s[6]) + ((s[1] + s[5]) + (s[3] + s[7]))
}

func columnSum[T Float](dst, x []T, rows, cols int) {
	for i := range rows {
		add(dst[:cols], dst[:cols], x[i*cols:(i+1)*cols])
	}
}

func fromBytes[T Float](dst []T, src []uint8, alpha T) {
	dst = dst[:len(src)]
	for i, v := range src {
		dst[i] = alpha * T(v)
	}
}

// transpose goes block by block, so that both sides stay in the cache.
func transpose[T Float](dst, x []T, rows, cols int) {
	const block = 16
	for i := 0; i < rows; i += block {
		for j := 0; j < cols; j += block {
			transposeBlock(dst[j*rows+i:], x[i*cols+j:], min(block, rows-i), min(block, cols-j), cols, rows)
		}
	}
}

// transposeBlock writes rows x cols values of x, rows stride apart, to dst, columns step apart.
func transposeBlock[T Float](dst, x []T, rows, cols, stride, step int) {
	for i := range rows {
		for j, v := range x[i*stride : i*stride+cols] {
			dst[j*step+i] = v
		}
	}
}

func softmax[T Float](_ *Work[T], prob, x []T, mask []bool, rows, cols int, largest, sums, dots []T) {
	for i := range rows {
		p, x := prob[i*cols:(i+1)*cols], x[i*cols:(i+1)*cols]
		legal := func(j int) bool { return mask == nil || mask[i*cols+j] }
		top := T(math.Inf(-1))
		for j, v := range x {
			if legal(j) {
				top = max(top, v)
			}
		}
		if math.IsInf(float64(top), -1) {
			top = 0
		}
		var s, u T
		for j, v := range x {
			p[j] = 0
			if legal(j) {
				p[j] = flush(T(math.Exp(float64(v - top))))
				s += p[j]
				u += p[j] * (v - top)
			}
		}
		inverse := T(0)
		if s != 0 {
			inverse = 1 / s
		}
		scale(p, p, inverse)
		largest[i], sums[i], dots[i] = top, s, u*inverse
	}
}

func categoricalGrad[T Float](dst, p, x []T, h *[3]T) {
	p, x = p[:len(dst)], x[:len(dst)]
	for j := range dst {
		dst[j] += p[j] * (h[1] + h[2]*(x[j]-h[0]))
	}
}
