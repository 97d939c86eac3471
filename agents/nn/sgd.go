package nn

import (
	"fmt"

	"github.com/miniflow-rl/miniflow/internal/simd"
)

// RMSPropConfig holds the settings of RMSProp; start from DefaultRMSProp.
type RMSPropConfig struct {
	Group
	Alpha, Epsilon float64
}

// DefaultRMSProp returns the defaults of PyTorch: learning rate 1e-2, alpha 0.99, epsilon 1e-8.
func DefaultRMSProp() RMSPropConfig {
	return RMSPropConfig{Group: Group{LR: 1e-2}, Alpha: 0.99, Epsilon: 1e-8}
}

// RMSProp optimises float32 parameters; see [RMSPropOf].
type RMSProp = RMSPropOf[float32]

// RMSPropOf divides gradients by their running root mean square (Hinton, 2012), as PyTorch does:
//
//	v = alpha v + (1-alpha) g^2;  w -= LR g / (sqrt(v) + epsilon)
type RMSPropOf[T Float] struct {
	stepper[T]
	c RMSPropConfig
	h simd.RMSPropStep[T]
}

// NewRMSProp returns an optimiser of p. It returns an error for a block that does not exist or a setting out of range.
func NewRMSProp[T Float](p *ParamsOf[T], c RMSPropConfig) (*RMSPropOf[T], error) {
	if err := inUnit("RMSProp: alpha", c.Alpha); err != nil {
		return nil, err
	}
	s, err := newStepper(p, c.Group, 1)
	if err != nil {
		return nil, err
	}
	return &RMSPropOf[T]{stepper: s, c: c}, nil
}

// Step implements Optimiser.
func (r *RMSPropOf[T]) Step() {
	r.each(func(off, end int, rate float64, _ int64) {
		r.h = simd.RMSPropStep[T]{Decay: 1, L2: T(r.c.WeightDecay), Size: T(rate), Alpha: T(r.c.Alpha), OneMinusAlpha: T(1 - r.c.Alpha), Epsilon: T(r.c.Epsilon)}
		r.k.RMSProp(r.set.data[off:end], r.set.grad[off:end], r.state[0][off:end], &r.h)
	})
}

// SGDConfig holds the settings of SGD.
type SGDConfig struct {
	Group
	// Momentum is the share of the last direction that is kept. The default (zero) value is plain gradient descent.
	Momentum float64
	// Dampening takes its share off the gradient before it enters the direction, except on the first step.
	Dampening float64
	// Nesterov looks one step ahead.
	Nesterov bool
}

// SGD optimises float32 parameters; see [SGDOf].
type SGD = SGDOf[float32]

// SGDOf is gradient descent with momentum, as PyTorch does it:
//
//	m = g on the first step, then momentum m + (1-dampening) g;  w -= LR m, with Nesterov LR (g + momentum m)
type SGDOf[T Float] struct {
	stepper[T]
	c SGDConfig
	h simd.SGDStep[T]
}

// NewSGD returns an optimiser of p. It returns an error for a block that does not exist or a setting out of range.
func NewSGD[T Float](p *ParamsOf[T], c SGDConfig) (*SGDOf[T], error) {
	if err := inUnit("SGD: momentum", c.Momentum); err != nil {
		return nil, err
	}
	s, err := newStepper(p, c.Group, 1)
	if err != nil {
		return nil, err
	}
	return &SGDOf[T]{stepper: s, c: c}, nil
}

// Step implements Optimiser.
func (s *SGDOf[T]) Step() {
	s.each(func(off, end int, rate float64, step int64) {
		s.h = simd.SGDStep[T]{Decay: 1, L2: T(s.c.WeightDecay), Size: T(rate), Momentum: T(s.c.Momentum), OneMinusDampening: T(1 - s.c.Dampening), Buffer: 1}
		if step == 1 {
			s.h.OneMinusDampening = 1
		}
		if s.c.Nesterov {
			s.h.Gradient, s.h.Buffer = 1, T(s.c.Momentum)
		}
		s.k.SGD(s.set.data[off:end], s.set.grad[off:end], s.state[0][off:end], &s.h)
	})
}

func inUnit(name string, x float64) error {
	if !(x >= 0 && x < 1) {
		return fmt.Errorf("nn: %s is %v; want a number in [0,1)", name, x)
	}
	return nil
}
