package gfnenvs

import (
	"fmt"
	"iter"
	"math"

	"github.com/miniflow-rl/miniflow"
)

// EBM is a discrete energy-based model over spins: sites are set one by one, in
// any order, to -1 or +1, and
//
//	log R = alpha · cᵀJc,  c the vector of spins.
//
// The state is int32 [n]: 0 for an open site, 1 for spin -1, 2 for spin +1.
// Action i sets site i to -1, action n+i sets it to +1, and action 2n exits, once
// all are set. Zhang et al. 2022 (arXiv 2202.01361).
type EBM struct {
	n        int
	constant float64 // of the diagonal: c_i^2 is 1
	pairs    []pair  // the couplings that are not 0
}

// pair is the coupling of two sites, both directions and alpha included.
type pair struct {
	i, j int
	w    float64
}

var (
	_ Rules     = (*EBM)(nil)
	_ Potential = (*EBM)(nil)
)

// NewEBM returns the model with couplings J, a square matrix, which need not be
// symmetric.
func NewEBM(j [][]float64, alpha float64) (*EBM, error) {
	r := &EBM{n: len(j)}
	if r.n < 1 {
		return nil, fmt.Errorf("gfnenvs: ebm: J is empty: %w", miniflow.ErrParam)
	}
	for a, row := range j {
		if len(row) != r.n {
			return nil, fmt.Errorf("gfnenvs: ebm: row %d of J has %d elements, want %d: %w", a, len(row), r.n, miniflow.ErrParam)
		}
		for _, v := range row {
			if math.IsNaN(alpha*v) || math.IsInf(alpha*v, 0) {
				return nil, fmt.Errorf("gfnenvs: ebm: alpha %v times an element %v of row %d of J: %w", alpha, v, a, miniflow.ErrParam)
			}
		}
		r.constant += alpha * row[a]
		for b := range a {
			if w := alpha * (row[b] + j[b][a]); w != 0 {
				r.pairs = append(r.pairs, pair{a, b, w})
			}
		}
	}
	return r, nil
}

// Layout implements [Rules].
func (r *EBM) Layout() Layout {
	values := make([]int, r.n)
	for i := range values {
		values[i] = 3
	}
	return Layout{Values: values, Actions: 2*r.n + 1, Steps: r.n + 1}
}

// Forward implements [Rules].
func (r *EBM) Forward(dst []bool, s []int32) {
	full := true
	for i, v := range s {
		dst[i], dst[r.n+i] = v == 0, v == 0
		full = full && v != 0
	}
	dst[2*r.n] = full
}

// Backward implements [Rules].
func (r *EBM) Backward(dst []bool, s []int32) {
	for i, v := range s {
		dst[i], dst[r.n+i] = v == 1, v == 2
	}
}

// Apply implements [Rules].
func (r *EBM) Apply(s []int32, a int) { s[a%r.n] = int32(1 + a/r.n) }

// Undo implements [Rules].
func (r *EBM) Undo(s []int32, a int) { s[a%r.n] = 0 }

// LogReward implements [Rules].
func (r *EBM) LogReward(s []int32) float64 { return r.Potential(s) }

// spins maps an element of the state to its spin.
var spins = [3]float64{0, -1, 1}

// Potential implements [Potential]: open sites count as spin 0, up to the
// constant of the diagonal.
func (r *EBM) Potential(s []int32) float64 {
	e := r.constant
	for _, p := range r.pairs {
		e += p.w * spins[s[p.i]] * spins[s[p.j]]
	}
	return e
}

// Couplings returns the pairs of sites i>j that interact, each with the weight w of
// the term w·c_i·c_j of the log reward.
func (r *EBM) Couplings() iter.Seq2[[2]int, float64] {
	return func(yield func([2]int, float64) bool) {
		for _, p := range r.pairs {
			if !yield([2]int{p.i, p.j}, p.w) {
				return
			}
		}
	}
}

// ActionName implements [ActionNamer].
func (r *EBM) ActionName(a int) string {
	return fmt.Sprintf("site %d %s", a%r.n, [2]string{"down", "up"}[a/r.n])
}

// WhyNot implements [Explainer].
func (r *EBM) WhyNot(s []int32, a int) string {
	if a == 2*r.n {
		set := 0
		for _, v := range s {
			set += int(min(v, 1))
		}
		return fmt.Sprintf("%d of %d sites are set", set, r.n)
	}
	return fmt.Sprintf("site %d is set", a%r.n)
}

// TorusCouplings returns J of the Ising model on a side x side torus: sigma
// between neighbours, in both directions, 0 elsewhere. Site (x, y) has the number
// x*side+y.
func TorusCouplings(side int, sigma float64) [][]float64 {
	j := make([][]float64, side*side)
	for i := range j {
		j[i] = make([]float64, side*side)
	}
	for x := range side {
		for y := range side {
			i := x*side + y
			for _, k := range [2]int{(x+1)%side*side + y, x*side + (y+1)%side} {
				if k != i {
					j[i][k], j[k][i] = sigma, sigma
				}
			}
		}
	}
	return j
}

func init() {
	Family{
		Name: "Ising", Doc: "Set the spins of a torus in any order; the Ising model is the reward.",
		Params: []miniflow.Param{
			{Name: "side", Doc: "side of the torus", Value: 4, Min: 1, Max: 64},
			{Name: "sigma", Doc: "coupling of neighbours; below 0 for an antiferromagnet", Value: 0.2, Min: -10, Max: 10},
		},
		Rules: func(c *miniflow.Config) (Rules, error) {
			return NewEBM(TorusCouplings(c.Int("side"), c.Float("sigma")), 1)
		},
	}.mustRegister("Ising-4x4", nil)
	Family{
		Name: "DiscreteEBM", Doc: "Set spins in any order; couplings of all pairs are the reward.",
		Params: []miniflow.Param{
			{Name: "sites", Doc: "number of spins", Value: 8, Min: 1, Max: 512},
			{Name: "alpha", Doc: "factor of the log reward", Value: 1.0, Min: -100, Max: 100},
			{Name: "energy_seed", Doc: "seed that draws the couplings from a normal distribution", Value: 0, Min: 0, Max: 1 << 31},
		},
		Rules: func(c *miniflow.Config) (Rules, error) {
			rng, n := miniflow.NewRand(uint64(c.Int("energy_seed"))), c.Int("sites")
			j := make([][]float64, n)
			for a := range j {
				j[a] = make([]float64, n)
				for b := range j[a] {
					j[a][b] = rng.Normal(0, 1/math.Sqrt(float64(n)))
				}
			}
			return NewEBM(j, c.Float("alpha"))
		},
	}.mustRegister("DiscreteEBM-8", nil)
}
