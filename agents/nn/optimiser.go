package nn

import (
	"fmt"
	"math"
	"slices"

	"github.com/miniflow-rl/miniflow/internal/simd"
)

// Optimiser changes parameters along their gradients.
type Optimiser interface {
	// Step makes one step. Parameters that are frozen, or that no backward pass reached since ZeroGrad, stay as they are.
	Step()
	// SetFactor multiplies all learning rates from now on; schedules give the factor. It starts at 1. A factor that is not
	// finite or below 0 is an error and changes nothing: one step with it would destroy all parameters.
	SetFactor(f float64) error
	// Export adds the state to f under the given prefix, and Import reads it back, exactly.
	Export(f *File, prefix string)
	Import(f *File, prefix string) error
}

var (
	_ Optimiser = (*Adam)(nil)
	_ Optimiser = (*RMSProp)(nil)
	_ Optimiser = (*SGD)(nil)
)

// Group is what the optimisers' configurations share.
type Group struct {
	// LR is the learning rate.
	LR float64
	// Rates gives single blocks a learning rate of their own, such as log Z of a GFlowNet.
	Rates map[string]float64
	// WarmUp is the number of steps over which the learning rates of all blocks but those of Warm rise from 0 in a straight
	// line. The default (zero) value is none: they start as they are.
	WarmUp int
	Warm   []string
	// Only limits the optimiser to the named blocks. The default (nil) value means all blocks.
	Only []string
	// WeightDecay is added to gradients times the value, as an L2 penalty is.
	WeightDecay float64
}

// stepper is the common part of the optimisers: which parameters, how many steps each has seen, and their state vectors.
type stepper[T Float] struct {
	set    *ParamsOf[T]
	k      *simd.Set[T]
	group  Group
	factor float64
	steps  []int64 // by parameter
	state  [][]T   // flat vectors as long as the network's
}

func newStepper[T Float](p *ParamsOf[T], g Group, vectors int) (stepper[T], error) {
	names := slices.Clone(g.Only)
	for b := range g.Rates {
		names = append(names, b)
	}
	slices.Sort(names)
	if err := p.checkBlocks(names); err != nil {
		return stepper[T]{}, err
	}
	if !isRate(g.LR) {
		return stepper[T]{}, fmt.Errorf("nn: learning rate %v; want a finite number of 0 or more", g.LR)
	}
	for _, b := range names {
		if r, ok := g.Rates[b]; ok && !isRate(r) {
			return stepper[T]{}, fmt.Errorf("nn: learning rate %v of block %s; want a finite number of 0 or more", r, b)
		}
	}
	s := stepper[T]{set: p, k: simd.For[T](), group: g, factor: 1, state: make([][]T, vectors)}
	s.resize()
	return s, nil
}

// resize makes room for parameters that were added after the optimiser.
func (s *stepper[T]) resize() {
	for i := range s.state {
		s.state[i] = extend(s.state[i], len(s.set.data))
	}
	for len(s.steps) < len(s.set.tensors) {
		s.steps = append(s.steps, 0)
	}
}

// SetFactor implements Optimiser.
func (s *stepper[T]) SetFactor(f float64) error {
	if !isRate(f) {
		return fmt.Errorf("nn: the factor of the learning rate is %v; want a finite number of 0 or more", f)
	}
	s.factor = f
	return nil
}

func isRate(v float64) bool { return v >= 0 && !math.IsInf(v, 1) }

// rate returns the learning rate of parameter i, and whether it takes part in this step.
func (s *stepper[T]) rate(i int) (float64, bool) {
	p := &s.set.tensors[i]
	if p.frozen || !p.touched {
		return 0, false
	}
	factor := s.factor
	if s.group.Only == nil && s.group.Rates == nil && s.group.WarmUp == 0 {
		return s.group.LR * factor, true
	}
	b := blockOf(p.name)
	if n := int64(s.group.WarmUp); s.steps[i] < n && !slices.Contains(s.group.Warm, b) {
		factor *= float64(s.steps[i]+1) / float64(n)
	}
	if s.group.Only != nil && !slices.Contains(s.group.Only, b) {
		return 0, false
	}
	if r, ok := s.group.Rates[b]; ok {
		return r * factor, true
	}
	return s.group.LR * factor, true
}

// each counts a step for every parameter that takes part, and calls f for every stretch of the flat vector with the same
// learning rate and step number: usually one.
func (s *stepper[T]) each(f func(off, end int, rate float64, step int64)) {
	s.resize()
	for i := 0; i < len(s.steps); {
		rate, ok := s.rate(i)
		first := i
		if i++; !ok {
			continue
		}
		s.steps[first]++
		for i < len(s.steps) && s.steps[i]+1 == s.steps[first] {
			if r, ok := s.rate(i); !ok || r != rate {
				break
			}
			s.steps[i]++
			i++
		}
		last := &s.set.tensors[i-1]
		f(s.set.tensors[first].off, last.off+last.size(), rate, s.steps[first])
	}
}

// Export implements Optimiser.
func (s *stepper[T]) Export(f *File, prefix string) {
	s.resize()
	for i, p := range s.set.All() {
		t := &s.set.tensors[i]
		f.AddInts(prefix+"."+p.Name()+".step", s.steps[i:i+1])
		for j, v := range s.state {
			addFloats(f, fmt.Sprintf("%s.%s.state%d", prefix, p.Name(), j), []int{p.Rows, p.Cols}, v[t.off:t.off+t.size()])
		}
	}
}

// Import implements Optimiser. It changes nothing if it returns an error.
func (s *stepper[T]) Import(f *File, prefix string) error {
	s.resize()
	steps := make([]int64, len(s.steps))
	state := make([][]T, len(s.state))
	for j := range state {
		state[j] = aligned[T](len(s.set.data))
	}
	for i, p := range s.set.All() {
		t := &s.set.tensors[i]
		if err := f.ints(prefix+"."+p.Name()+".step", steps[i:i+1]); err != nil {
			return err
		}
		for j, v := range state {
			if err := readFloats(f, fmt.Sprintf("%s.%s.state%d", prefix, p.Name(), j), []int{p.Rows, p.Cols}, v[t.off:t.off+t.size()]); err != nil {
				return err
			}
		}
	}
	s.steps, s.state = steps, state
	return nil
}
