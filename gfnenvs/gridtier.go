package gfnenvs

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
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
