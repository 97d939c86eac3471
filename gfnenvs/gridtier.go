package gfnenvs

import (
	"errors"
	"fmt"
	"math"
	"math/bits"

	"github.com/miniflow-rl/miniflow/internal/mt19937"
)

// Rewards in tiers: R0 + Σ_t Weights[t] [tiers 0..t hold], as torchgfn has them.

// tiers returns the sum of r0 and the weights of the tiers that hold, up to the
// first one that does not.
func tiers(r0 float64, weights []float64, holds func(t int) bool) float64 {
	v := r0
	for t, w := range weights {
		if !holds(t) {
			break
		}
		v += w
	}
	return v
}

func sum(v []float64) float64 {
	s := 0.0
	for _, x := range v {
		s += x
	}
	return s
}

// firstDims returns dims, or all ndim dimensions if it is nil.
func firstDims(dims []int, ndim int) []int {
	if dims != nil {
		return dims
	}
	out := make([]int, ndim)
	for d := range out {
		out[d] = d
	}
	return out
}

func checkDims(dims []int, ndim int) error {
	for _, d := range dims {
		if d < 0 || d >= ndim {
			return fmt.Errorf("dimension %d is not in [0,%d)", d, ndim)
		}
	}
	return nil
}

// XORReward asks for even parity: tier t holds where, for every bit plane b in
// [Bits[t][0], Bits[t][1]], an even number of the coordinates Dims have bit b.
// The points of the last tier are modes.
type XORReward struct {
	R0      float64
	Weights []float64
	Dims    []int    // nil: all
	Bits    [][2]int // one closed range per tier
}

// planes returns the bits that tier t tests.
func (r XORReward) planes(t int) uint64 {
	lo, hi := r.Bits[t][0], r.Bits[t][1]
	return (uint64(1)<<(hi+1) - 1) &^ (uint64(1)<<lo - 1)
}

// Reward implements [GridReward].
func (r XORReward) Reward(x []int32, _ int) float64 {
	var parity int32
	if r.Dims == nil {
		for _, v := range x {
			parity ^= v
		}
	}
	for _, d := range r.Dims {
		parity ^= x[d]
	}
	return tiers(r.R0, r.Weights, func(t int) bool { return uint64(parity)&r.planes(t) == 0 })
}

func (r XORReward) check(ndim, _ int) error {
	if len(r.Bits) != len(r.Weights) {
		return fmt.Errorf("%d bit ranges for %d tiers", len(r.Bits), len(r.Weights))
	}
	for t, b := range r.Bits {
		if b[0] < 0 || b[1] < b[0] || b[1] > 30 {
			return fmt.Errorf("bit range %v of tier %d: want a range in [0,30]", b, t)
		}
	}
	return errors.Join(nonNegative(append([]float64{r.R0}, r.Weights...)...), checkDims(r.Dims, ndim))
}

func (r XORReward) modeThreshold(int) float64 { return r.R0 + sum(r.Weights) }

// total counts the points of each tier by characters of the group of bit
// vectors: with c(v) the number of coordinates v with tested bits v, the number
// of m coordinates whose tested bits add up to 0 is the mean over all characters
// w of ĉ(w)^m.
func (r XORReward) total(ndim, height int) float64 {
	m := len(firstDims(r.Dims, ndim))
	free := math.Pow(float64(height), float64(ndim-m))
	z := r.R0 * math.Pow(float64(height), float64(ndim))
	var tested uint64
	for t, w := range r.Weights {
		tested |= r.planes(t)
		low := tested & (uint64(1)<<bits.Len(uint(height-1)) - 1) // higher bits are never set
		n, count := 0.0, 0
		for chi := low; ; chi = (chi - 1) & low { // every subset of low
			c := 0
			for v := range height {
				c += 1 - 2*(bits.OnesCount64(uint64(v)&chi)&1)
			}
			n += math.Pow(float64(c), float64(m))
			count++
			if chi == 0 {
				break
			}
		}
		z += w * free * n / float64(count)
	}
	return z
}

// CoprimeReward asks for numbers of few small primes. No coordinate of Dims may
// be 0, and tier t holds where each of them is a product of Primes with exponents
// of at most Caps[t], no prime divides both members of a pair of Coprime (which
// are positions in Dims), and, if LCMs[t] is not 0, their least common multiple
// is LCMs[t]. The points of the last tier are modes.
type CoprimeReward struct {
	R0      float64
	Weights []float64
	Primes  []int
	Caps    []int
	Dims    []int    // nil: all
	Coprime [][2]int // nil: none
	LCMs    []int    // nil: none
}

// Reward implements [GridReward].
func (r CoprimeReward) Reward(x []int32, _ int) float64 {
	n := len(r.Dims)
	if r.Dims == nil {
		n = len(x)
	}
	at := func(i int) int {
		if r.Dims == nil {
			return int(x[i])
		}
		return int(x[r.Dims[i]])
	}
	for i := range n {
		if at(i) == 0 {
			return r.R0
		}
	}
	return tiers(r.R0, r.Weights, func(t int) bool {
		for i := range n {
			rest := at(i)
			for _, p := range r.Primes {
				rest /= pow(p, exponent(rest, p, r.Caps[t]))
			}
			if rest != 1 {
				return false
			}
		}
		for _, pair := range r.Coprime {
			if pair[0] >= n || pair[1] >= n {
				continue // pairs beyond Dims do not bind
			}
			for _, p := range r.Primes {
				if at(pair[0])%p == 0 && at(pair[1])%p == 0 {
					return false
				}
			}
		}
		if r.LCMs == nil || r.LCMs[t] == 0 {
			return true
		}
		want := r.LCMs[t]
		for _, p := range r.Primes {
			most := 0
			for i := range n {
				most = max(most, exponent(at(i), p, r.Caps[t]))
			}
			e := exponent(want, p, 63)
			if e != most {
				return false
			}
			want /= pow(p, e)
		}
		return want == 1
	})
}

// exponent returns how often p divides n, at most cap times.
func exponent(n, p, cap int) int {
	e := 0
	for e < cap && n%p == 0 {
		n /= p
		e++
	}
	return e
}

func pow(p, e int) int {
	v := 1
	for range e {
		v *= p
	}
	return v
}

func (r CoprimeReward) check(ndim, _ int) error {
	if len(r.Caps) != len(r.Weights) || r.LCMs != nil && len(r.LCMs) != len(r.Weights) {
		return fmt.Errorf("%d caps and %d least common multiples for %d tiers", len(r.Caps), len(r.LCMs), len(r.Weights))
	}
	for _, p := range r.Primes {
		if p < 2 {
			return fmt.Errorf("prime %d: want at least 2", p)
		}
	}
	for _, pair := range r.Coprime {
		if pair[0] < 0 || pair[1] < 0 {
			return fmt.Errorf("coprime pair %v has a negative position", pair)
		}
	}
	return errors.Join(nonNegative(append([]float64{r.R0}, r.Weights...)...), checkDims(r.Dims, ndim))
}

func (r CoprimeReward) modeThreshold(int) float64 { return r.R0 + sum(r.Weights) }

// MultiscaleReward tests the digits of the coordinates in base Base, the finest
// first: tier t holds where, in every coordinate of Dims,
//
//	(digit_t + Σ_{k<t} shift[t][k] · digit_k) mod Base < Width
//
// and, if Mods[t] is not 0, the sum of the digits t of all coordinates is a
// multiple of it. The height must be a power of Base. The shifts are drawn from
// Seed by MT19937, as torchgfn does; see [MultiscaleReward.Shifts].
type MultiscaleReward struct {
	R0      float64
	Weights []float64
	Base    int
	Width   int
	Seed    uint32
	Mods    []int // nil: none
	Dims    []int // nil: all

	shifts [][]int
}

// Shifts returns the coefficients shift[t][k].
func (r MultiscaleReward) Shifts() [][]int {
	if r.shifts != nil {
		return r.shifts
	}
	rng := mt19937.New(r.Seed)
	shifts := make([][]int, len(r.Weights))
	for t := range shifts {
		for range t {
			shifts[t] = append(shifts[t], int(rng.Uint32()%uint32(r.Base)))
		}
	}
	return shifts
}

// prepared returns r with its shifts drawn once and for all.
func (r MultiscaleReward) prepared() GridReward {
	r.shifts = r.Shifts()
	return r
}

// Reward implements [GridReward].
func (r MultiscaleReward) Reward(x []int32, _ int) float64 {
	shifts := r.Shifts()
	scale := 1
	n := len(r.Dims)
	if r.Dims == nil {
		n = len(x)
	}
	return tiers(r.R0, r.Weights, func(t int) bool {
		sum := 0
		for i := range n {
			v := int(x[i])
			if r.Dims != nil {
				v = int(x[r.Dims[i]])
			}
			digit := v / scale % r.Base
			sum += digit
			shift := digit
			for _, a := range shifts[t] {
				shift += a * (v % r.Base)
				v /= r.Base
			}
			if shift%r.Base >= r.Width {
				return false
			}
		}
		scale *= r.Base
		return r.Mods == nil || r.Mods[t] == 0 || sum%r.Mods[t] == 0
	})
}

func (r MultiscaleReward) check(ndim, height int) error {
	if r.Base < 2 {
		return fmt.Errorf("base %d: want at least 2", r.Base)
	}
	levels := 0
	for h := height; h > 1; h /= r.Base {
		if h%r.Base != 0 {
			return fmt.Errorf("the height is no power of base %d", r.Base)
		}
		levels++
	}
	if len(r.Weights) > levels {
		return fmt.Errorf("%d tiers for %d digits", len(r.Weights), levels)
	}
	if r.Width < 1 || r.Width > r.Base {
		return fmt.Errorf("width %d is not in [1,%d]", r.Width, r.Base)
	}
	if r.Mods != nil && len(r.Mods) != len(r.Weights) {
		return fmt.Errorf("%d moduli for %d tiers", len(r.Mods), len(r.Weights))
	}
	for _, m := range r.Mods {
		if m < 0 {
			return fmt.Errorf("modulus %d is negative", m)
		}
	}
	return errors.Join(nonNegative(append([]float64{r.R0}, r.Weights...)...), checkDims(r.Dims, ndim))
}

// modeThreshold is the reward of the lowest tier that less than a tenth of the
// points reach, so that modes are rare in any dimension.
func (r MultiscaleReward) modeThreshold(ndim int) float64 {
	d := len(firstDims(r.Dims, ndim))
	t := 1
	for t < len(r.Weights) && math.Pow(float64(r.Width)/float64(r.Base), float64(t*d)) >= 0.1 {
		t++
	}
	return r.R0 + sum(r.Weights[:min(t, len(r.Weights))])
}

// total counts the points of a tier as a Markov chain over digit sums: given
// the finer digits, the legal digits t of a coordinate are a window of Width
// values that starts anywhere, so that what the sum of all of them is modulo m
// depends on the shifts unless m divides Width. It therefore enumerates the
// distinct coordinates and convolves their digit sums.
func (r MultiscaleReward) total(ndim, height int) float64 {
	dims := firstDims(r.Dims, ndim)
	shifts := r.Shifts()
	z := r.R0 * math.Pow(float64(height), float64(ndim))
	for t, w := range r.Weights {
		z += w * r.count(t, len(dims), height, shifts) * math.Pow(float64(height), float64(ndim-len(dims)))
	}
	return z
}

// count returns the number of n-tuples of coordinates in which tiers 0..t hold.
func (r MultiscaleReward) count(t, n, height int, shifts [][]int) float64 {
	mods, states := make([]int, t+1), 1
	for k := range mods {
		mods[k] = 1
		if r.Mods != nil && r.Mods[k] > 0 {
			mods[k] = r.Mods[k]
		}
		states *= mods[k]
	}
	one := make([]float64, states) // by the residues of the digit sums
	for v := range height {
		if !r.digitsPass(v, t, shifts) {
			continue
		}
		at := 0
		for k, d := 0, v; k <= t; k, d = k+1, d/r.Base {
			at = at*mods[k] + d%r.Base%mods[k]
		}
		one[at]++
	}
	all := make([]float64, states)
	all[0] = 1
	for range n {
		next := make([]float64, states)
		for i, a := range all {
			for j, b := range one {
				next[addResidues(i, j, mods)] += a * b
			}
		}
		all = next
	}
	return all[0]
}

// digitsPass reports whether one coordinate passes the windows of tiers 0..t.
func (r MultiscaleReward) digitsPass(v, t int, shifts [][]int) bool {
	one := MultiscaleReward{Weights: r.Weights[:t+1], Base: r.Base, Width: r.Width, shifts: shifts}
	return one.Reward([]int32{int32(v)}, 0) == sum(r.Weights[:t+1])
}

// addResidues adds two vectors of residues, each coded as one number.
func addResidues(i, j int, mods []int) int {
	out, unit := 0, 1
	for k := len(mods) - 1; k >= 0; k-- {
		out += (i + j) % mods[k] * unit
		i, j, unit = i/mods[k], j/mods[k], unit*mods[k]
	}
	return out
}
