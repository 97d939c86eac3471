package miniflow

import (
	"math"
	"math/bits"
	"unsafe"
)

// Integers draws an integer from [lo,hi), each with equal probability. It draws
// nothing from the stream if only one value is possible. It panics if the
// interval is empty.
//
// The method is Lemire's, "Fast Random Integer Generation in an Interval",
// ACM TOMACS 29(1), 2019, on 32-bit words while the interval allows it.
func (r *Rand) Integers(lo, hi int64) int64 {
	if lo >= hi {
		panic("miniflow: Integers: empty interval, want lo < hi")
	}
	return lo + int64(r.bounded(uint64(hi)-uint64(lo)-1))
}

// IntegersClosed draws an integer from [lo,hi]. It panics if lo > hi.
func (r *Rand) IntegersClosed(lo, hi int64) int64 {
	if lo > hi {
		panic("miniflow: IntegersClosed: empty interval, want lo <= hi")
	}
	return lo + int64(r.bounded(uint64(hi)-uint64(lo)))
}

// Intn draws an int from [0,n). It panics if n < 1.
func (r *Rand) Intn(n int) int {
	if n < 1 {
		panic("miniflow: Intn: empty interval, want n > 0")
	}
	return int(r.bounded(uint64(n - 1)))
}

// IntegersN fills dst as that many calls of [Rand.Integers] would. It panics if
// the interval is empty.
func (r *Rand) IntegersN(dst []int64, lo, hi int64) {
	for i := range dst {
		dst[i] = r.Integers(lo, hi)
	}
}

// bounded draws from [0,max].
func (r *Rand) bounded(max uint64) uint64 {
	// One comparison for 0 < max < 2^32-1, which is all that worlds ask for.
	if max-1 < math.MaxUint32-1 {
		// The body of Uint32, which is too large to be inlined.
		var w uint32
		if r.hasHalf {
			w, r.hasHalf = r.half, false
		} else {
			x := r.Uint64()
			w, r.half, r.hasHalf = uint32(x), uint32(x>>32), true
		}
		m := uint64(w) * (max + 1)
		if uint32(m) <= uint32(max) {
			return r.lemire32(m, uint32(max)+1)
		}
		return m >> 32
	}
	return r.boundedWide(max)
}

// lemire32 goes on from the first product m of a draw from [0,n) that may have
// to be rejected.
func (r *Rand) lemire32(m uint64, n uint32) uint64 {
	for threshold := -n % n; uint32(m) < threshold; {
		if !r.Seeded() {
			panic("miniflow: Rand is not seeded: call Seed or use NewRand")
		}
		m = uint64(r.Uint32()) * uint64(n)
	}
	return m >> 32
}

// boundedWide is bounded for the ranges that 32-bit Lemire does not serve.
func (r *Rand) boundedWide(max uint64) uint64 {
	switch max {
	case 0:
		return 0
	case math.MaxUint32:
		return uint64(r.Uint32())
	case math.MaxUint64:
		return r.Uint64()
	}
	n := max + 1
	v, low := bits.Mul64(r.Uint64(), n)
	if low < n {
		for threshold := -n % n; low < threshold; {
			if !r.Seeded() {
				panic("miniflow: Rand is not seeded: call Seed or use NewRand")
			}
			v, low = bits.Mul64(r.Uint64(), n)
		}
	}
	return v
}

// masked draws from [0,max] by masking words until one fits. NumPy does so in
// shuffle and permutation, and there only, so the two must not be exchanged.
func (r *Rand) masked(max uint64) uint64 {
	if max == 0 {
		return 0
	}
	mask := uint64(1)<<bits.Len64(max) - 1
	for {
		var v uint64
		if max <= math.MaxUint32 {
			v = uint64(r.Uint32()) & mask
		} else {
			v = r.Uint64() & mask
		}
		if v <= max {
			return v
		}
	}
}

// IntegersOf fills dst with integers from [lo,hi), as NumPy's
// integers(lo, hi, size, dtype) does for the dtype of T. The streams differ by
// width: 8- and 16-bit types cut each 32-bit word into pieces, least
// significant first, and throw away the pieces left when dst is full. Types of
// 32 and 64 bits draw as [Rand.Integers] does. It panics if the interval is
// empty or T cannot hold it.
func IntegersOf[T ~int8 | ~uint8 | ~int16 | ~uint16 | ~int32 | ~uint32 | ~int64 | ~uint64](r *Rand, dst []T, lo, hi int64) {
	if lo >= hi {
		panic("miniflow: IntegersOf: empty interval, want lo < hi")
	}
	if int64(T(lo)) != lo || int64(T(hi-1)) != hi-1 || (lo < 0) != (T(lo) < 0) {
		panic("miniflow: IntegersOf: the interval does not fit the type")
	}
	max := uint64(hi) - uint64(lo) - 1
	width := 8 * uint(unsafe.Sizeof(T(0)))
	if width > 16 {
		for i := range dst {
			dst[i] = T(lo + int64(r.bounded(max)))
		}
		return
	}
	p := pieces{r: r, width: width}
	for i := range dst {
		dst[i] = T(lo + int64(p.bounded(uint32(max))))
	}
}

// pieces cuts 32-bit words into pieces of 8 or 16 bits for one call.
type pieces struct {
	r     *Rand
	width uint
	word  uint32
	left  uint
}

func (p *pieces) next() uint32 {
	if p.left == 0 {
		p.word, p.left = p.r.Uint32(), 32
	} else {
		p.word >>= p.width
	}
	p.left -= p.width
	return p.word & (1<<p.width - 1)
}

// bounded is Lemire's method on pieces.
func (p *pieces) bounded(max uint32) uint32 {
	all := uint32(1)<<p.width - 1
	switch max {
	case 0:
		return 0
	case all:
		return p.next()
	}
	n := max + 1
	m := p.next() * n
	if m&all < n {
		for threshold := (all - max) % n; m&all < threshold; {
			if !p.r.Seeded() {
				panic("miniflow: Rand is not seeded: call Seed or use NewRand")
			}
			m = p.next() * n
		}
	}
	return m >> p.width
}
