package simd

import "unsafe"

// engine computes matrix products with the micro-kernels of one instruction set, after the scheme of Goto and van de Geijn
// (Anatomy of high-performance matrix multiplication, 2008): B in panels of two vectors that stay in the first cache, A in
// blocks that stay in the second. Small products skip the packing.
type engine struct {
	vl, rows int // values in a vector, rows in a tile
	depth    int // of a panel: two vectors of it and a strip of A fill the first cache
	tile     func(rows, vectors int, masked bool) func(*tile)
	pack     [3]func(dst, src *float32, rows, stride, step, lanes int)
}

const (
	align       = 16  // values in a cache line
	blockRows   = 512 // rows of A taken at a time
	packRows    = 100 // from how many rows on packing B pays
	packColumns = 64  // from how many columns on packing A pays
	farRows     = 512 // how far apart rows of A compete for the same cache lines
	flipRatio   = 4   // how many more columns than rows make flipped pay
	slack       = 64  // pack writes whole vectors
)

func (e *engine) product(w *Work[float32], p Product[float32]) {
	if p.M == 0 || p.N == 0 {
		return
	}
	if p.K == 0 {
		product(w, p)
		return
	}
	if p.TransB && !p.TransA && p.Bias == nil && !p.Accumulate && !p.ReLU && flipRatio*p.M <= p.N {
		e.flipped(w, p)
		return
	}
	t := &w.tile
	t.ldc = uintptr(4 * p.LDC)
	width := 2 * e.vl
	blocks := (p.K + e.depth - 1) / e.depth
	depth := (p.K + blocks - 1) / blocks
	packB := p.TransB || p.M >= packRows && p.N > width
	packA := p.N >= packColumns && (p.TransA || p.LDA >= farRows)
	for k := 0; k < p.K; k += depth {
		kc := min(depth, p.K-k)
		t.k = kc
		if packB {
			e.packB(w, &p, k, kc)
		}
		for i := 0; i < p.M; i += blockRows {
			mc := min(blockRows, p.M-i)
			if packA {
				e.packA(w, &p, i, mc, k, kc)
			}
			for j := 0; j < p.N; j += width {
				nc := min(width, p.N-j)
				if packB {
					t.b, t.ldb = unsafe.Pointer(&w.b[j*kc]), uintptr(4*width)
				} else {
					t.b, t.ldb = unsafe.Pointer(&p.B[k*p.LDB+j]), uintptr(4*p.LDB)
				}
				t.start = 0
				switch {
				case k > 0 || p.Bias == nil && p.Accumulate:
					t.start = 1
				case p.Bias != nil:
					t.start, t.bias = 2, unsafe.Pointer(&p.Bias[j])
				}
				t.relu = 0
				if p.ReLU && k+kc == p.K {
					t.relu = 1
				}
				e.strip(w, &p, packA, i, mc, j, nc, k, kc)
			}
		}
	}
}

// strip computes rows i to i+mc of one panel. Of the last two tiles one would often be nearly empty, so they share their rows.
func (e *engine) strip(w *Work[float32], p *Product[float32], packed bool, i, mc, j, nc, k, kc int) {
	t := &w.tile
	vectors := 1
	if nc > e.vl {
		vectors = 2
	}
	t.lanes = nc - (vectors-1)*e.vl
	masked := t.lanes < e.vl
	for r := 0; r < mc; {
		rows, tiles := e.group(mc - r)
		t.tiles = tiles
		t.c = unsafe.Pointer(&p.C[(i+r)*p.LDC+j])
		switch {
		case packed && !p.TransA:
			ld := kc + align
			t.a, t.rs, t.cs, t.step = unsafe.Pointer(&w.a[r*ld]), uintptr(4*ld), 4, uintptr(4*rows*ld)
		case packed:
			t.a, t.rs, t.cs, t.step = unsafe.Pointer(&w.a[r*kc]), 4, uintptr(4*rows), uintptr(4*rows*kc)
		case p.TransA:
			t.a, t.rs, t.cs, t.step = unsafe.Pointer(&p.A[k*p.LDA+i+r]), 4, uintptr(4*p.LDA), uintptr(4*rows)
		default:
			t.a, t.rs, t.cs, t.step = unsafe.Pointer(&p.A[(i+r)*p.LDA+k]), uintptr(4*p.LDA), 4, uintptr(4*rows*p.LDA)
		}
		e.tile(rows, vectors, masked)(t)
		r += rows * tiles
	}
}

// group returns how many rows the next tiles have, and how many such tiles follow each other, when n rows are left.
func (e *engine) group(n int) (rows, tiles int) {
	switch {
	case n%e.rows == 0:
		return e.rows, n / e.rows
	case n > 2*e.rows:
		return e.rows, n/e.rows - 1
	case n > e.rows:
		return (n + 1) / 2, 1
	}
	return n, 1
}

// packB copies rows k to k+kc of op(B) to w.b: panels of two vectors, one after the other, filled up with zeros.
func (e *engine) packB(w *Work[float32], p *Product[float32], k, kc int) {
	width := 2 * e.vl
	panels := (p.N + width - 1) / width
	w.b = grow(w.b, panels*width*kc+slack)
	for j := 0; j < p.N; j += width {
		dst, nc := w.b[j*kc:], min(width, p.N-j)
		if p.TransB {
			if nc < width {
				clear(dst[:width*kc])
			}
			transposePanel(dst, p.B[j*p.LDB+k:], nc, kc, p.LDB, width)
			continue
		}
		src := &p.B[k*p.LDB+j]
		if nc > e.vl {
			e.pack[2](&dst[0], src, kc, 4*p.LDB, 4*width, nc-e.vl)
		} else {
			e.pack[1](&dst[0], src, kc, 4*p.LDB, 4*width, nc)
		}
	}
}

// packA copies columns k to k+kc of rows i to i+mc of op(A) to w.a: from a transposed A, strips of as many rows as a tile
// has; else rows, set apart so that those of a tile do not compete for the same lines of the first cache.
func (e *engine) packA(w *Work[float32], p *Product[float32], i, mc, k, kc int) {
	if !p.TransA {
		ld := kc + align
		w.a = grow(w.a, mc*ld)
		for r := range mc {
			copy(w.a[r*ld:r*ld+kc], p.A[(i+r)*p.LDA+k:])
		}
		return
	}
	w.a = grow(w.a, mc*kc+slack)
	for r := 0; r < mc; {
		rows, tiles := e.group(mc - r)
		for range tiles {
			e.pack[1](&w.a[r*kc], &p.A[k*p.LDA+i+r], kc, 4*p.LDA, 4*rows, rows)
			r += rows
		}
	}
}

// flipped computes C = A Bᵀ for few rows as Cᵀ = B Aᵀ, which transposes the two small matrices instead of B.
func (e *engine) flipped(w *Work[float32], p Product[float32]) {
	w.flip = grow(w.flip, p.M*p.N)
	ct := w.flip
	e.product(w, Product[float32]{M: p.N, N: p.M, K: p.K, A: p.B, LDA: p.LDB, B: p.A, LDB: p.LDA, TransB: true, C: ct, LDC: p.M})
	transposePanel(p.C, ct, p.N, p.M, p.M, p.LDC)
}

// transposePanel writes x [rows, cols], rows stride apart, to dst [cols, rows], rows step apart. It goes along the rows of
// whichever side has them further apart, so that a cache line is used up before it has to go.
func transposePanel(dst, x []float32, rows, cols, stride, step int) {
	r8, c8 := rows&^7, cols&^7
	switch {
	case r8 == 0 || c8 == 0:
	case step > stride:
		for j := 0; j < c8; j += 8 {
			transpose8AVX2(&dst[j*step], &x[j], r8/8, 4*stride, 4*step, 32*stride, 32)
		}
	default:
		for i := 0; i < r8; i += 8 {
			transpose8AVX2(&dst[i], &x[i*stride], c8/8, 4*stride, 4*step, 32, 32*step)
		}
	}
	if c8 < cols && r8 > 0 {
		transposeBlock(dst[c8*step:], x[c8:], r8, cols-c8, stride, step)
	}
	if r8 < rows {
		transposeBlock(dst[r8:], x[r8*stride:], rows-r8, cols, stride, step)
	}
}
