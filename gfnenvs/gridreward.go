package gfnenvs

import (
	"errors"
	"math"
)

// Rewards of a [HyperGrid]. With a_d = |x_d/(height-1) - 0.5|, the distance of
// coordinate d from the middle, they compare a_d with constants that a_d may hit
// exactly; gridEps makes such a hit count as outside, as torchgfn does.
const gridEps = 1e-12

func middle(x int32, height int) float64 {
	return math.Abs(float64(x)/float64(height-1) - 0.5)
}

func inBand(a float64) bool { return a > 0.3+gridEps && a < 0.4-gridEps }

// allOf reports whether every coordinate's distance from the middle satisfies ok.
func allOf(x []int32, height int, ok func(a float64) bool) bool {
	for _, v := range x {
		if !ok(middle(v, height)) {
			return false
		}
	}
	return true
}

// countOf returns how many of the height coordinates satisfy ok, to the power of
// ndim: the number of points for which allOf holds.
func countOf(ndim, height int, ok func(a float64) bool) float64 {
	n := 0
	for v := range height {
		if ok(middle(int32(v), height)) {
			n++
		}
	}
	return math.Pow(float64(n), float64(ndim))
}

func nonNegative(v ...float64) error {
	for _, r := range v {
		if !(r >= 0) || math.IsInf(r, 1) {
			return errors.New("the rewards must be numbers that are not negative")
		}
	}
	return nil
}

// OriginalReward is high in the 2^ndim corners and highest in a ring within:
//
//	R0 + R1 [all a_d > 0.25] + R2 [all 0.3 < a_d < 0.4]
//
// Bengio et al. 2021 (arXiv 2106.04399). A point of reward R0+R1+R2 is a mode.
type OriginalReward struct{ R0, R1, R2 float64 }

// DefaultOriginal returns the reward with R0 0.1, R1 0.5, R2 2.
func DefaultOriginal() OriginalReward { return OriginalReward{0.1, 0.5, 2} }

func isOuter(a float64) bool { return a > 0.25+gridEps }

// Reward implements [GridReward].
func (r OriginalReward) Reward(x []int32, height int) float64 {
	v := r.R0
	if allOf(x, height, isOuter) {
		v += r.R1
	}
	if allOf(x, height, inBand) {
		v += r.R2
	}
	return v
}

func (r OriginalReward) check(_, _ int) error { return nonNegative(r.R0, r.R1, r.R2) }

func (r OriginalReward) modeThreshold(int) float64 { return r.R0 + r.R1 + r.R2 }

func (r OriginalReward) total(ndim, height int) float64 {
	return r.R0*math.Pow(float64(height), float64(ndim)) + r.R1*countOf(ndim, height, isOuter) + r.R2*countOf(ndim, height, inBand)
}

// CosineReward oscillates, with φ the density of the standard normal:
//
//	R0 + R1 Π_d (cos(50 a_d) + 1) φ(5 a_d)
//
// Points whose product reaches (Gamma · 2/√(2π))^ndim are modes; a coarse grid
// may have none.
type CosineReward struct{ R0, R1, Gamma float64 }

// DefaultCosine returns the reward with R0 0.1, R1 0.5, Gamma 0.8.
func DefaultCosine() CosineReward { return CosineReward{0.1, 0.5, 0.8} }

func cosineFactor(a float64) float64 {
	return (math.Cos(a*50) + 1) * math.Exp(-(a*5)*(a*5)/2) / math.Sqrt(2*math.Pi)
}

// Reward implements [GridReward].
func (r CosineReward) Reward(x []int32, height int) float64 {
	p := 1.0
	for _, v := range x {
		p *= cosineFactor(middle(v, height))
	}
	return r.R0 + p*r.R1
}

func (r CosineReward) check(_, _ int) error { return nonNegative(r.R0, r.R1, r.Gamma) }

func (r CosineReward) modeThreshold(ndim int) float64 {
	return r.R0 + math.Pow(r.Gamma*2/math.Sqrt(2*math.Pi), float64(ndim))*r.R1
}

func (r CosineReward) total(ndim, height int) float64 {
	sum := 0.0
	for v := range height {
		sum += cosineFactor(middle(int32(v), height))
	}
	return r.R0*math.Pow(float64(height), float64(ndim)) + r.R1*math.Pow(sum, float64(ndim))
}

// SparseReward is 1 where every coordinate is 1 or height-2 and at least one is
// height-2, and 1e-12 elsewhere. Pan et al. 2022 (arXiv 2210.03308).
type SparseReward struct{}

// Reward implements [GridReward].
func (SparseReward) Reward(x []int32, height int) float64 {
	far := int32(height - 2)
	some := false
	for _, v := range x {
		if v != 1 && v != far {
			return gridEps
		}
		some = some || v == far
	}
	if !some {
		return gridEps
	}
	return 1 + gridEps
}

func (SparseReward) modeThreshold(int) float64 { return 0.5 }

func (SparseReward) total(ndim, height int) float64 {
	n := math.Pow(2, float64(ndim)) - 1
	if height == 3 { // 1 and height-2 are the same
		n = 1
	}
	return n + gridEps*math.Pow(float64(height), float64(ndim))
}

// DeceptiveReward leads away from its modes, which lie in the corners, by a
// reward of the middle:
//
//	R0 + R1 - R1 [all a_d > 0.1] + R2 [all 0.3 < a_d < 0.4]
//
// Kim et al. 2025, as their code has it; a point of reward R0+R2 is a mode.
type DeceptiveReward struct{ R0, R1, R2 float64 }

// DefaultDeceptive returns the reward with R0 1e-5, R1 0.1, R2 2.
func DefaultDeceptive() DeceptiveReward { return DeceptiveReward{1e-5, 0.1, 2} }

func isOffMiddle(a float64) bool { return a > 0.1+gridEps }

// Reward implements [GridReward].
func (r DeceptiveReward) Reward(x []int32, height int) float64 {
	v := r.R0 + r.R1
	if allOf(x, height, isOffMiddle) {
		v -= r.R1
	}
	if allOf(x, height, inBand) {
		v += r.R2
	}
	return v
}

func (r DeceptiveReward) check(_, _ int) error { return nonNegative(r.R0, r.R1, r.R2) }

func (r DeceptiveReward) modeThreshold(int) float64 { return r.R0 + r.R2 }

func (r DeceptiveReward) total(ndim, height int) float64 {
	return (r.R0+r.R1)*math.Pow(float64(height), float64(ndim)) - r.R1*countOf(ndim, height, isOffMiddle) + r.R2*countOf(ndim, height, inBand)
}
