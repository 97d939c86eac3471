package gfnenvs

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

// SetConfig says what sets are built.
type SetConfig struct {
	// Items is the number of items to choose from, Max the largest number chosen.
	// The default (zero) of Max is Items.
	Items, Max int
	// Fixed is whether only sets of Max items may exit.
	Fixed bool
	// Energy is the log reward of a set, given as 0 or 1 for every item. It is
	// defined for unfinished sets too. It must not change or keep its argument.
	Energy func(s []int32) float64
}

// Set builds sets item by item.
//
// The state is int32 [Items], 1 for a chosen item. Action i adds item i; action
// Items exits. A set of Max items can only exit.
type Set struct{ c SetConfig }

var (
	_ Rules     = (*Set)(nil)
	_ Potential = (*Set)(nil)
)

// NewSet returns the rules of c.
func NewSet(c SetConfig) (*Set, error) {
	if c.Max == 0 {
		c.Max = c.Items
	}
	if c.Items < 1 || c.Max < 1 || c.Max > c.Items {
		return nil, fmt.Errorf("gfnenvs: sets of at most %d of %d items: want 1 or more: %w", c.Max, c.Items, miniflow.ErrParam)
	}
	if c.Energy == nil {
		return nil, fmt.Errorf("gfnenvs: set: Energy is nil: %w", miniflow.ErrParam)
	}
	return &Set{c}, nil
}

// Layout implements [Rules].
func (r *Set) Layout() Layout {
	values := make([]int, r.c.Items)
	for i := range values {
		values[i] = 2
	}
	return Layout{Values: values, Actions: r.c.Items + 1, Steps: r.c.Max + 1}
}

// Forward implements [Rules].
func (r *Set) Forward(dst []bool, s []int32) {
	n := total(s)
	for i, v := range s {
		dst[i] = v == 0 && n < r.c.Max
	}
	dst[r.c.Items] = !r.c.Fixed || n == r.c.Max
}

func total(s []int32) int {
	n := 0
	for _, v := range s {
		n += int(v)
	}
	return n
}

// Backward implements [Rules].
func (r *Set) Backward(dst []bool, s []int32) {
	for i, v := range s {
		dst[i] = v == 1
	}
}

// Apply implements [Rules].
func (r *Set) Apply(s []int32, a int) { s[a] = 1 }

// Undo implements [Rules].
func (r *Set) Undo(s []int32, a int) { s[a] = 0 }

// LogReward implements [Rules].
func (r *Set) LogReward(s []int32) float64 { return r.c.Energy(s) }

// Potential implements [Potential].
func (r *Set) Potential(s []int32) float64 { return r.c.Energy(s) }

// ActionName implements [ActionNamer].
func (r *Set) ActionName(a int) string { return fmt.Sprintf("add item %d", a) }

// WhyNot implements [Explainer].
func (r *Set) WhyNot(s []int32, a int) string {
	switch {
	case a == r.c.Items:
		return fmt.Sprintf("it has %d of %d items", total(s), r.c.Max)
	case s[a] == 1:
		return fmt.Sprintf("item %d is in the set already", a)
	}
	return fmt.Sprintf("the set is full: it has %d items", r.c.Max)
}

// PairEnergy returns the energy Σ_i w_i s_i + Σ_{i<j} pair_ij s_i s_j; pair may
// be nil. It suits counts as well as sets.
func PairEnergy(w []float64, pair [][]float64) func(s []int32) float64 {
	return func(s []int32) float64 {
		e := 0.0
		for i, v := range s {
			if v == 0 {
				continue
			}
			e += w[i] * float64(v)
			for j := i + 1; pair != nil && j < len(s); j++ {
				if s[j] != 0 {
					e += pair[i][j] * float64(v) * float64(s[j])
				}
			}
		}
		return e
	}
}

// Multiset builds multisets item by item.
//
// The state is int32 [Items], how often each item was chosen. Action i adds one
// of item i; action Items exits.
type Multiset struct{ c SetConfig }

var (
	_ Rules     = (*Multiset)(nil)
	_ Potential = (*Multiset)(nil)
)

// NewMultiset returns the rules of multisets of at most (or, if c.Fixed, exactly)
// c.Max items, whose energy gets counts.
func NewMultiset(c SetConfig) (*Multiset, error) {
	if c.Items < 1 || c.Max < 1 {
		return nil, fmt.Errorf("gfnenvs: multisets of %d of %d kinds: want 1 or more: %w", c.Max, c.Items, miniflow.ErrParam)
	}
	if c.Energy == nil {
		return nil, fmt.Errorf("gfnenvs: multiset: Energy is nil: %w", miniflow.ErrParam)
	}
	return &Multiset{c}, nil
}

// Layout implements [Rules].
func (r *Multiset) Layout() Layout {
	values := make([]int, r.c.Items)
	for i := range values {
		values[i] = r.c.Max + 1
	}
	return Layout{Values: values, Actions: r.c.Items + 1, Steps: r.c.Max + 1}
}

// Forward implements [Rules].
func (r *Multiset) Forward(dst []bool, s []int32) {
	n := total(s)
	if n < r.c.Max {
		fill(dst[:r.c.Items])
	}
	dst[r.c.Items] = !r.c.Fixed || n == r.c.Max
}

// Backward implements [Rules].
func (r *Multiset) Backward(dst []bool, s []int32) {
	for i, v := range s {
		dst[i] = v > 0
	}
}

// Apply implements [Rules].
func (r *Multiset) Apply(s []int32, a int) { s[a]++ }

// Undo implements [Rules].
func (r *Multiset) Undo(s []int32, a int) { s[a]-- }

// LogReward implements [Rules].
func (r *Multiset) LogReward(s []int32) float64 { return r.c.Energy(s) }

// Potential implements [Potential].
func (r *Multiset) Potential(s []int32) float64 { return r.c.Energy(s) }

// ActionName implements [ActionNamer].
func (r *Multiset) ActionName(a int) string { return fmt.Sprintf("add item %d", a) }

// WhyNot implements [Explainer].
func (r *Multiset) WhyNot(s []int32, a int) string {
	if a == r.c.Items {
		return fmt.Sprintf("it has %d of %d items", total(s), r.c.Max)
	}
	return fmt.Sprintf("the multiset is full: it has %d items", r.c.Max)
}

// randomEnergy draws weights of standard deviation scale and pairs of half that.
func randomEnergy(n int, scale float64, seed uint64) func(s []int32) float64 {
	rng := miniflow.NewRand(seed)
	w, pair := make([]float64, n), make([][]float64, n)
	for i := range w {
		w[i] = rng.Normal(0, scale)
		pair[i] = make([]float64, n)
		for j := range pair[i] {
			pair[i][j] = rng.Normal(0, scale/2)
		}
	}
	return PairEnergy(w, pair)
}

var setParams = []miniflow.Param{
	{Name: "items", Doc: "items to choose from", Value: 16, Min: 1, Max: 4096},
	{Name: "max", Doc: "largest number of items chosen", Value: 8, Min: 1, Max: 4096},
	{Name: "fixed", Doc: "whether only sets of the largest size may exit", Value: false},
	{Name: "scale", Doc: "standard deviation of the weights of the items; half that for pairs of items", Value: 1.0, Min: 0, Max: 100},
	{Name: "energy_seed", Doc: "seed that draws the weights", Value: 0, Min: 0, Max: 1 << 31},
}

func setConfig(c *miniflow.Config) SetConfig {
	n := c.Int("items")
	return SetConfig{n, c.Int("max"), c.Bool("fixed"), randomEnergy(n, c.Float("scale"), uint64(c.Int("energy_seed")))}
}

var setFamily = Family{
	Name: "Set", Doc: "Choose a set of items, rewarded by weights of items and pairs.", Params: setParams,
	Rules: func(c *miniflow.Config) (Rules, error) { return NewSet(setConfig(c)) },
}

var multisetFamily = Family{
	Name: "Multiset", Doc: "Choose items any number of times, rewarded by weights of items and pairs.", Params: setParams,
	Rules: func(c *miniflow.Config) (Rules, error) { return NewMultiset(setConfig(c)) },
}

func init() {
	setFamily.mustRegister("Set-16x8", nil)
	setFamily.mustRegister("Set-Fixed-16x8", map[string]any{"fixed": true})
	multisetFamily.mustRegister("Multiset-6x8", map[string]any{"items": 6, "scale": 0.3})
}
