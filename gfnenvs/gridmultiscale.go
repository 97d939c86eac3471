package gfnenvs

import (
	"errors"
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow/internal/mt19937"
)

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
