package gfnenvs

import (
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow"
)

// DropoutConfig says what masks are drawn.
type DropoutConfig struct {
	// Widths are the numbers of units of the layers.
	Widths []int
	// Keep is the prior probability that a unit is kept, in (0,1). The default
	// (zero) is 0.5.
	Keep float64
	// LogLikelihood is log p(data | mask), times whatever temperature the user
	// wants. It gets a finished state, in which the units of layer l are the
	// elements [Start(l), Start(l+1)), and must be safe for concurrent use. The
	// default (nil) is 0: the masks then follow the prior.
	LogLikelihood func(s []int32) float64
}

// Dropout builds the dropout masks of a network, layer by layer and unit by
// unit, so that masks are drawn from their posterior: GFlowOut, Liu et al. 2023
// (arXiv 2210.12928).
//
//	log R(mask) = log p(data | mask) + log prior(mask)
//
// The state is int32 [units]: 0 for a unit that is not decided yet, [Dropped] or
// [Kept]. Action 0 drops the next unit, action 1 keeps it; action 2 exits, once
// all are decided. The states form a tree.
type Dropout struct {
	c     DropoutConfig
	start []int
}

// The elements of a state of [Dropout]; 0 is a unit that is not decided yet.
const (
	Dropped int32 = 1
	Kept    int32 = 2
)

var _ Rules = (*Dropout)(nil)

// NewDropout returns the rules of c.
func NewDropout(c DropoutConfig) (*Dropout, error) {
	if c.Keep == 0 {
		c.Keep = 0.5
	}
	if !(c.Keep > 0 && c.Keep < 1) {
		return nil, fmt.Errorf("gfnenvs: dropout: units are kept with probability %v: want a number in (0,1): %w", c.Keep, miniflow.ErrParam)
	}
	r := &Dropout{c: c, start: []int{0}}
	for l, w := range c.Widths {
		if w < 1 {
			return nil, fmt.Errorf("gfnenvs: dropout: layer %d has %d units: %w", l, w, miniflow.ErrParam)
		}
		r.start = append(r.start, r.start[l]+w)
	}
	if len(c.Widths) == 0 {
		return nil, fmt.Errorf("gfnenvs: dropout: there are no layers: %w", miniflow.ErrParam)
	}
	return r, nil
}

// Start returns the element of the state at which layer l starts; l may be the
// number of layers.
func (r *Dropout) Start(l int) int { return r.start[l] }

// Layout implements [Rules].
func (r *Dropout) Layout() Layout {
	n := r.start[len(r.start)-1]
	values := make([]int, n)
	for i := range values {
		values[i] = 3
	}
	return Layout{Values: values, Actions: 3, Steps: n + 1, Names: []string{"drop", "keep", "exit"}}
}

// decided returns how many units are decided.
func decided(s []int32) int {
	n := 0
	for n < len(s) && s[n] != 0 {
		n++
	}
	return n
}

// Forward implements [Rules].
func (r *Dropout) Forward(dst []bool, s []int32) {
	open := s[len(s)-1] == 0
	dst[0], dst[1], dst[2] = open, open, !open
}

// Backward implements [Rules].
func (r *Dropout) Backward(dst []bool, s []int32) {
	if n := decided(s); n > 0 {
		dst[s[n-1]-1] = true
	}
}

// Apply implements [Rules].
func (r *Dropout) Apply(s []int32, a int) { s[decided(s)] = int32(a) + 1 }

// Undo implements [Rules].
func (r *Dropout) Undo(s []int32, _ int) { s[decided(s)-1] = 0 }

// LogReward implements [Rules].
func (r *Dropout) LogReward(s []int32) float64 {
	kept := 0
	for _, v := range s {
		if v == Kept {
			kept++
		}
	}
	v := float64(kept)*math.Log(r.c.Keep) + float64(len(s)-kept)*math.Log1p(-r.c.Keep)
	if r.c.LogLikelihood != nil {
		v += r.c.LogLikelihood(s)
	}
	return v
}

// Layers returns the number of layers.
func (r *Dropout) Layers() int { return len(r.c.Widths) }

// WhyNot implements [Explainer].
func (r *Dropout) WhyNot(s []int32, a int) string {
	if a == 2 {
		return fmt.Sprintf("%d of %d units are decided", decided(s), len(s))
	}
	return "all units are decided"
}

func init() {
	Family{
		Name: "Dropout", Doc: "Draw a dropout mask unit by unit, from its posterior: a bimodal one here, which keeps the first half of each layer or the second.",
		Params: []miniflow.Param{
			{Name: "layers", Doc: "number of layers", Value: 2, Min: 1, Max: 64},
			{Name: "width", Doc: "units of a layer", Value: 5, Min: 1, Max: 4096},
			{Name: "keep", Doc: "prior probability that a unit is kept", Value: 0.5, Min: 0.001, Max: 0.999},
			{Name: "strength", Doc: "log likelihood of a unit that is as it should be", Value: 1.0, Min: 0, Max: 100},
		},
		Rules: func(c *miniflow.Config) (Rules, error) {
			width, strength := c.Int("width"), c.Float("strength")
			widths := make([]int, c.Int("layers"))
			for l := range widths {
				widths[l] = width
			}
			return NewDropout(DropoutConfig{Widths: widths, Keep: c.Float("keep"), LogLikelihood: func(s []int32) float64 {
				v := 0.0
				for at := 0; at < len(s); at += width {
					right := 0 // units that are as they should be if the first half is kept
					for i, u := range s[at : at+width] {
						if (u == Kept) == (i < width/2) {
							right++
						}
					}
					v += strength * float64(max(right, width-right))
				}
				return v
			}})
		},
	}.mustRegister("Dropout-2x5", nil)
}
