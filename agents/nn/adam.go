package nn

import (
	"math"

	"github.com/miniflow-rl/miniflow/internal/simd"
)

// AdamConfig holds the settings of Adam; start from DefaultAdam.
type AdamConfig struct {
	Group
	Beta1, Beta2, Epsilon float64
	// Decoupled makes it AdamW: weights decay by LR WeightDecay directly, not through the gradient.
	Decoupled bool
}

// DefaultAdam returns the defaults of PyTorch: learning rate 1e-3, betas 0.9 and 0.999, epsilon 1e-8, no weight decay.
func DefaultAdam() AdamConfig {
	return AdamConfig{Group: Group{LR: 1e-3}, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}
}

// DefaultAdamW returns DefaultAdam with decoupled weight decay of 0.01, as in PyTorch.
func DefaultAdamW() AdamConfig {
	c := DefaultAdam()
	c.Decoupled, c.WeightDecay = true, 0.01
	return c
}

// Adam optimises float32 parameters; see [AdamOf].
type Adam = AdamOf[float32]

// AdamOf is Adam (Kingma and Ba, 2015, algorithm 1) or AdamW (Loshchilov and Hutter, 2019), with the order of operations of
// PyTorch:
//
//	m += (1-beta1) (g - m);  v = beta2 v + (1-beta2) g^2
//	w -= LR/(1-beta1^t) m / (sqrt(v) / sqrt(1-beta2^t) + epsilon)
type AdamOf[T Float] struct {
	stepper[T]
	c AdamConfig
	h simd.AdamStep[T]

	crew     Crew // nil for the caller alone
	members  int  // of the crew that take part, in [off,end)
	off, end int
	share    func(member int) // made once
}

// Crew is workers among whom large steps are shared out.
type Crew interface {
	// Members returns how many there are, at least 1.
	Members() int
	// Run calls work(k) for k in [0,n), n at most Members, at once, and returns when all are done.
	Run(n int, work func(member int))
}

// worthSharing is from how many parameters on a step takes longer than sharing it out.
const worthSharing = 8192

// Share has the steps from now on shared out among c, or done by the caller alone if it is nil. It changes no result.
func (a *AdamOf[T]) Share(c Crew) { a.crew = c }

// updateShare updates what member k of the crew does of the parameters [off,end).
func (a *AdamOf[T]) updateShare(k int) {
	n := (a.end - a.off + a.members - 1) / a.members
	n = (n + 15) &^ 15 // whole cache lines
	lo := min(a.off+k*n, a.end)
	a.update(lo, min(lo+n, a.end))
}

func (a *AdamOf[T]) update(lo, hi int) {
	a.k.Adam(a.set.data[lo:hi], a.set.grad[lo:hi], a.state[0][lo:hi], a.state[1][lo:hi], &a.h)
}

// NewAdam returns an optimiser of p. It returns an error for a block that does not exist or a setting out of range.
func NewAdam[T Float](p *ParamsOf[T], c AdamConfig) (*AdamOf[T], error) {
	if err := inUnit("Adam: beta1", c.Beta1); err != nil {
		return nil, err
	}
	if err := inUnit("Adam: beta2", c.Beta2); err != nil {
		return nil, err
	}
	s, err := newStepper(p, c.Group, 2)
	if err != nil {
		return nil, err
	}
	a := &AdamOf[T]{stepper: s, c: c}
	a.share = a.updateShare
	return a, nil
}

// Step implements Optimiser.
func (a *AdamOf[T]) Step() {
	a.each(func(off, end int, rate float64, step int64) {
		c1, c2 := 1-math.Pow(a.c.Beta1, float64(step)), 1-math.Pow(a.c.Beta2, float64(step))
		a.h = simd.AdamStep[T]{Decay: 1, L2: T(a.c.WeightDecay), Size: T(rate / c1), OneMinusBeta1: T(1 - a.c.Beta1), Beta2: T(a.c.Beta2),
			OneMinusBeta2: T(1 - a.c.Beta2), InvSqrtC2: T(1 / math.Sqrt(c2)), Epsilon: T(a.c.Epsilon)}
		if a.c.Decoupled {
			a.h.Decay, a.h.L2 = T(1-rate*a.c.WeightDecay), 0
		}
		if a.crew == nil || end-off < worthSharing {
			a.update(off, end)
			return
		}
		a.off, a.end, a.members = off, end, a.crew.Members()
		a.crew.Run(a.members, a.share)
	})
}
