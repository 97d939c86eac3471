package gfnenvs

import (
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow"
)

// Tempered makes the reward of any rules conditional on an exponent:
//
//	log R(x | β) = β log R(x)
//
// β is drawn uniformly from [Low, High] for every construction; LogReward is that
// of β = 1. A policy that is conditioned on β samples at any temperature.
type Tempered struct {
	Rules
	low, high float64
}

var _ Conditional = (*Tempered)(nil)

// NewTempered returns r with the exponent in [low, high].
func NewTempered(r Rules, low, high float64) (*Tempered, error) {
	if !(low >= 0 && low <= high) || math.IsInf(high, 1) {
		return nil, fmt.Errorf("gfnenvs: tempered: exponents in [%v,%v]: %w", low, high, miniflow.ErrParam)
	}
	return &Tempered{r, low, high}, nil
}

// Conditions implements [Conditional].
func (t *Tempered) Conditions() (low, high []float64) { return []float64{t.low}, []float64{t.high} }

// DrawCondition implements [Conditional].
func (t *Tempered) DrawCondition(dst []float64, rng *miniflow.Rand) {
	dst[0] = rng.Uniform(t.low, t.high)
}

// LogRewardGiven implements [Conditional]. No exponent makes a reward of 0 into
// another.
func (t *Tempered) LogRewardGiven(s []int32, c []float64) float64 {
	v := t.Rules.LogReward(s)
	if math.IsInf(v, -1) {
		return v
	}
	return c[0] * v
}

// Preferences makes a reward of several: the condition w is a point of the
// simplex, drawn uniformly, and
//
//	R(x | w) = Σ_k w_k R_k(x)
//
// LogReward is that of equal weights.
type Preferences struct {
	Rules
	objectives []func(s []int32) float64
}

var _ Conditional = (*Preferences)(nil)

// NewPreferences returns r with its reward replaced by the weighted sum of the
// objectives, which are rewards, not their logarithms.
func NewPreferences(r Rules, objectives ...func(s []int32) float64) (*Preferences, error) {
	if len(objectives) == 0 {
		return nil, fmt.Errorf("gfnenvs: preferences: there are no objectives: %w", miniflow.ErrParam)
	}
	return &Preferences{r, objectives}, nil
}

// Conditions implements [Conditional].
func (p *Preferences) Conditions() (low, high []float64) {
	low, high = make([]float64, len(p.objectives)), make([]float64, len(p.objectives))
	for k := range high {
		high[k] = 1
	}
	return low, high
}

// DrawCondition implements [Conditional].
func (p *Preferences) DrawCondition(dst []float64, rng *miniflow.Rand) {
	sum := 0.0
	for k := range dst {
		dst[k] = rng.StandardExponential()
		sum += dst[k]
	}
	for k := range dst {
		dst[k] /= sum
	}
}

// LogReward implements [Rules].
func (p *Preferences) LogReward(s []int32) float64 {
	r := 0.0
	for _, f := range p.objectives {
		r += f(s) / float64(len(p.objectives))
	}
	return math.Log(r)
}

// LogRewardGiven implements [Conditional].
func (p *Preferences) LogRewardGiven(s []int32, c []float64) float64 {
	r := 0.0
	for k, f := range p.objectives {
		r += c[k] * f(s)
	}
	return math.Log(r)
}

// Objectives fills dst with the values of the objectives in s.
func (p *Preferences) Objectives(dst []float64, s []int32) {
	for k, f := range p.objectives {
		dst[k] = f(s)
	}
}

func init() {
	Family{
		Name: "TemperedHyperGrid",
		Doc:  "A HyperGrid whose log reward is multiplied by an exponent that is drawn for every construction.",
		Params: []miniflow.Param{
			{Name: "ndim", Doc: "dimensions", Value: 2, Min: 1, Max: 64},
			{Name: "height", Doc: "points along each dimension", Value: 8, Min: 2, Max: 1 << 20},
			{Name: "low", Doc: "smallest exponent", Value: 0.5, Min: 0, Max: 1e3},
			{Name: "high", Doc: "largest exponent", Value: 4.0, Min: 0, Max: 1e3},
		},
		Rules: func(c *miniflow.Config) (Rules, error) {
			g, err := NewHyperGrid(c.Int("ndim"), c.Int("height"), nil)
			if err != nil {
				return nil, err
			}
			return NewTempered(g, c.Float("low"), c.Float("high"))
		},
	}.mustRegister("TemperedHyperGrid-2x8", nil)
}
