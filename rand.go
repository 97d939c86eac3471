package miniflow

import (
	"errors"
	"math/big"
	"math/bits"
)

// The multiplier of the 128-bit linear congruential generator in PCG64.
// O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good
// Algorithms for Random Number Generation", 2014.
const (
	pcgMulHi = 2549297995355413924
	pcgMulLo = 4865540595714422341
)

// ErrSeed is returned for a seed that is not a non-negative integer.
var ErrSeed = errors.New("miniflow: seed must be a non-negative integer")

// Rand is the random number generator of every environment and agent here. It
// draws exactly what NumPy's Generator(PCG64(seed)) draws, bit for bit and in
// the same order, so that a Python seed names the same level in Go.
//
// A Rand is a plain value of 48 bytes: it may be a field of a struct, assigning
// it copies the stream, and no method allocates unless it says so. The zero
// value is not seeded: call [Rand.Seed] first. A Rand is not safe for
// concurrent use.
type Rand struct {
	hi, lo       uint64 // the state of the generator, 128 bits
	incHi, incLo uint64 // the increment, odd once seeded
	half         uint32 // the upper half of the word that Uint32 split last
	hasHalf      bool   // half is still to be drawn
}

// NewRand returns a generator seeded with seed, the equal of NumPy's
// default_rng(seed).
func NewRand(seed uint64) *Rand {
	r := new(Rand)
	r.Seed(seed)
	return r
}

// Seed restarts the stream at seed and forgets a buffered half word. It does
// not allocate.
func (r *Rand) Seed(seed uint64) {
	pool := mixEntropy([]uint32{uint32(seed), uint32(seed >> 32), 0, 0})
	r.seedPool(&pool)
}

// SeedKey restarts the stream of the descendant of seed that key names: the
// equal of NumPy's SeedSequence(seed, spawn_key=key). Streams of one seed with
// different keys are independent, which is how the lanes, agents and data
// loaders of one run get their own. It does not allocate for up to 8 key words.
func (r *Rand) SeedKey(seed uint64, key ...uint32) {
	if len(key) == 0 {
		r.Seed(seed)
		return
	}
	var buf [poolSize + 8]uint32
	buf[0], buf[1] = uint32(seed), uint32(seed>>32)
	pool := mixEntropy(append(buf[:poolSize], key...))
	r.seedPool(&pool)
}

// SeedBig is [Rand.Seed] for the seeds beyond 64 bits that Python allows. It
// returns [ErrSeed] if seed is nil or negative, and leaves r alone then.
func (r *Rand) SeedBig(seed *big.Int) error {
	s, err := NewSeedSequenceBig(seed)
	if err != nil {
		return err
	}
	r.seedPool(&s.pool)
	return nil
}

// Seeded reports whether r was ever seeded.
func (r *Rand) Seeded() bool { return r.incLo != 0 }

// seedPool starts the generator from the four 64-bit words that a seed
// sequence's pool generates: initial state and stream, upper halves first.
func (r *Rand) seedPool(pool *[poolSize]uint32) {
	var w [8]uint32
	generateState(pool, w[:])
	word := func(i int) uint64 { return uint64(w[i]) | uint64(w[i+1])<<32 }
	stateHi, stateLo, seqHi, seqLo := word(0), word(2), word(4), word(6)

	r.incHi, r.incLo = seqHi<<1|seqLo>>63, seqLo<<1|1
	r.hi, r.lo = r.incHi, r.incLo // one step from state 0
	var carry uint64
	r.lo, carry = bits.Add64(r.lo, stateLo, 0)
	r.hi, _ = bits.Add64(r.hi, stateHi, carry)
	r.Uint64()
	r.half, r.hasHalf = 0, false
}

// Uint64 draws a uniform 64-bit word. It leaves a buffered half word alone.
func (r *Rand) Uint64() uint64 {
	// state = state*mul + inc modulo 2^128, then XSL-RR.
	hi, lo := bits.Mul64(r.lo, pcgMulLo)
	hi += r.hi*pcgMulLo + r.lo*pcgMulHi
	lo, carry := bits.Add64(lo, r.incLo, 0)
	hi, _ = bits.Add64(hi, r.incHi, carry)
	r.hi, r.lo = hi, lo
	return bits.RotateLeft64(hi^lo, -int(hi>>58))
}

// Uint32 draws a uniform 32-bit word. One 64-bit word serves two calls, its
// lower half first; the upper half waits through draws of other kinds.
func (r *Rand) Uint32() uint32 {
	if r.hasHalf {
		r.hasHalf = false
		return r.half
	}
	w := r.Uint64()
	r.half, r.hasHalf = uint32(w>>32), true
	return uint32(w)
}

// Random draws a float64 from [0,1), a multiple of 2^-53.
func (r *Rand) Random() float64 {
	return float64(r.Uint64()>>11) * 0x1p-53
}

// RandomN fills dst as that many calls of [Rand.Random] would.
func (r *Rand) RandomN(dst []float64) {
	for i := range dst {
		dst[i] = r.Random()
	}
}

// Uniform draws from [lo,hi), and from (hi,lo] if hi is the smaller. Rounding
// may return hi itself. It draws even if lo equals hi.
func (r *Rand) Uniform(lo, hi float64) float64 {
	// The conversion forbids a fused multiply-add, which NumPy does not use.
	return lo + float64((hi-lo)*r.Random())
}

// UniformN fills dst with one [Rand.Uniform] for each pair of lo and hi, in
// order. It panics if the three lengths differ.
func (r *Rand) UniformN(dst, lo, hi []float64) {
	if len(lo) != len(dst) || len(hi) != len(dst) {
		panic("miniflow: UniformN: dst, lo and hi must have equal lengths")
	}
	for i := range dst {
		dst[i] = r.Uniform(lo[i], hi[i])
	}
}
