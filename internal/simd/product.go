package simd

import "unsafe"

// Product describes C = start + op(A) op(B), followed by max(0, .) if ReLU is set. All matrices are row-major; op(A) is
// [M, K], op(B) [K, N] and C [M, N]. LDA, LDB and LDC are the distances between rows as stored.
type Product[T Float] struct {
	M, N, K       int
	A, B, C       []T
	LDA, LDB, LDC int
	// TransA says that A is stored [K, M], TransB that B is stored [N, K].
	TransA, TransB bool
	// Bias [N], if not nil, is what every row starts from. Otherwise it is C if Accumulate is set, and zero if not.
	Bias       []T
	Accumulate bool
	ReLU       bool
}

// tile holds the arguments of a micro-kernel; gen/products.go knows the offsets. Strides are in bytes.
type tile struct {
	a, b, c, bias unsafe.Pointer
	k             int
	rs, cs        uintptr // from one row, and one column, of A to the next
	ldb, ldc      uintptr
	tiles         int // how many tiles to compute, one below the other
	start         int // 0 zero, 1 C, 2 bias
	relu          int
	lanes         int     // used lanes of the last vector
	_             uintptr // scratch of the kernel: address of the current tile's rows of A
	step          uintptr // from the rows of A of one tile to those of the next
}

// product is the portable matrix product.
func product[T Float](_ *Work[T], p Product[T]) {
	for i := range p.M {
		c := p.C[i*p.LDC : i*p.LDC+p.N]
		switch {
		case p.Bias != nil:
			copy(c, p.Bias)
		case !p.Accumulate:
			clear(c)
		}
		for k := range p.K {
			at := i*p.LDA + k
			if p.TransA {
				at = k*p.LDA + i
			}
			a := p.A[at]
			if p.TransB {
				for j := range c {
					c[j] += a * p.B[j*p.LDB+k]
				}
			} else {
				axpy(c, p.B[k*p.LDB:k*p.LDB+p.N], a)
			}
		}
		if p.ReLU {
			relu(c, c)
		}
	}
}
