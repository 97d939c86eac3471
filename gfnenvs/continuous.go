package gfnenvs

import (
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow"
)

// Domain is the set that the parameters of a continuous action come from, and so
// says which densities suit them.
type Domain uint8

const (
	// Unit parameters lie in [0,1]: beta densities suit them.
	Unit Domain = iota
	// Real parameters are any numbers: normal densities.
	Real
	// Circle parameters are angles in [-π,π): von Mises densities.
	Circle
)

var domainNames = [...]string{"unit", "real", "circle"}

// String returns the domain's name.
func (d Domain) String() string {
	if int(d) < len(domainNames) {
		return domainNames[d]
	}
	return fmt.Sprintf("Domain(%d)", uint8(d))
}

// Kind is one kind of action of [ContinuousRules].
type Kind struct {
	// Name says what it does.
	Name string
	// Params is the number of parameters of the action, Back that of undoing it: 0
	// where there is only one way back, as from a first step to the source.
	Params, Back int
	// Domain is where all its parameters come from.
	Domain Domain
}

// ContinuousLayout is the shape of the states and actions of [ContinuousRules].
type ContinuousLayout struct {
	// Source is the source state; its length is that of all states.
	Source []float64
	// Low and High bound the elements of states, infinities allowed.
	Low, High []float64
	// Kinds are the kinds of actions. The last is the exit, without parameters.
	Kinds []Kind
	// Steps is the number of actions of the longest construction, the exit
	// included; 0 if it is not known.
	Steps int
}

// Exit returns the number of the exit.
func (l ContinuousLayout) Exit() int { return len(l.Kinds) - 1 }

// Params returns the largest number of parameters of any kind of action.
func (l ContinuousLayout) Params() int {
	n := 0
	for _, k := range l.Kinds {
		n = max(n, k.Params, k.Back)
	}
	return n
}

// ContinuousRules say how an object is built by actions that are a kind and a
// vector of real parameters. Environments with several kinds are hybrids of
// discrete and continuous choices.
//
// A policy is a probability of the kinds and a density q of the parameters of
// each. Every action has a chart, a map from its parameters to the step that it
// makes, whose log volume element Apply and Undo return: with it,
//
//	log p_F(s'|s) = log P(kind|s)  + log q_F(u|s, kind)  - logVolume
//	log p_B(s|s') = log P(kind|s') + log q_B(v|s', kind) - logVolumeBack
//
// are densities with respect to one measure in both directions, so that they may
// be compared in the balance conditions (Lahlou et al. 2023, arXiv 2301.12594).
//
// Like [Rules], they hold no state of their own and are safe for concurrent use.
type ContinuousRules interface {
	// Layout returns the shape of states and actions. Its slices are shared.
	Layout() ContinuousLayout
	// Forward sets dst[k] for every kind that is legal in s, the exit included. dst
	// is all false on entry.
	Forward(dst []bool, s []float64)
	// Backward sets dst[k] for every kind but the exit that may have been the last.
	Backward(dst []bool, s []float64)
	// Apply does the action (kind, u) to s, and fills v with the parameters that
	// undo it.
	Apply(s []float64, kind int, u, v []float64) (logVolume, logVolumeBack float64)
	// Undo is the inverse of Apply: it undoes (kind, v) and fills u.
	Undo(s []float64, kind int, v, u []float64) (logVolumeBack, logVolume float64)
	// LogReward returns the log reward of s, in which the exit is legal.
	LogReward(s []float64) float64
}

// Masser is for [ContinuousRules] that know how much of the target distribution
// lies in a box of objects: the axis-parallel one from low to high.
type Masser interface {
	Mass(low, high []float64) float64
}

// Drawer is for [ContinuousRules] that can draw objects from the target
// distribution.
type Drawer interface {
	// Draw fills dst with the terminating state of an object. It reports false where
	// the rules cannot draw.
	Draw(dst []float64, rng *miniflow.Rand) bool
}

// Sloper is for [ContinuousRules] that know where the reward rises.
type Sloper interface {
	// Slope fills dst, one element a parameter of the step from s that is not the
	// first, with the gradient of the log reward that the object would have if s were
	// one, with respect to those parameters at 0. It reports false, for all states,
	// where the rules do not know it.
	Slope(dst, s []float64) bool
}

// Bridger is for [ContinuousRules] whose steps add up, so that a Brownian motion
// from the source that is pinned at a state says how one may have come there.
type Bridger interface {
	// Bridge fills mean with the mean of the parameters that undo the last step to s,
	// and returns their variance, that of a step of the free motion being 1. It
	// reports false, for all states, where the rules have no such motion.
	Bridge(mean, s []float64) (variance float64, ok bool)
}

// check says what is wrong with a layout.
func (l ContinuousLayout) check() error {
	n := len(l.Source)
	switch {
	case n == 0 || len(l.Low) != n || len(l.High) != n:
		return fmt.Errorf("states of %d elements with %d and %d bounds: %w", n, len(l.Low), len(l.High), ErrRules)
	case len(l.Kinds) < 1 || l.Kinds[l.Exit()].Params != 0 || l.Kinds[l.Exit()].Back != 0:
		return fmt.Errorf("the last kind of action is not an exit without parameters: %w", ErrRules)
	}
	return nil
}

// ContinuousEnv runs the lanes of one set of [ContinuousRules]. It is an ordinary
// miniflow.Env in which every action of the action space is legal:
//
//   - observation "state", float64 [len(Source)]: the state itself;
//   - action: float64 [1+params]. Element 0, in [0,1], chooses among the k kinds
//     that are legal now the one of number floor(k·element); the others are its
//     parameters. Where kinds have several domains, parameters outside [0,1] are
//     clamped for unit ones, and angles are taken modulo 2π;
//   - reward: exp(log reward), at most math.MaxFloat64, at the exit, which
//     terminates the episode; 0 before.
//
// Samplers of GFlowNets use the rules directly. Make it with
// [Builder.BuildContinuous].
type ContinuousEnv struct {
	*miniflow.VectorEnv
	rules ContinuousRules
}

var (
	_ miniflow.Env          = (*ContinuousEnv)(nil)
	_ miniflow.ChunkStepper = (*ContinuousEnv)(nil)
	_ miniflow.Snapshotter  = (*ContinuousEnv)(nil)
	_ miniflow.SelfChecker  = (*ContinuousEnv)(nil)
)

// BuildContinuous returns an environment of the given rules.
func (o Builder) BuildContinuous(rules ContinuousRules) (*ContinuousEnv, error) {
	l := rules.Layout()
	if err := l.check(); err != nil {
		return nil, fmt.Errorf("gfnenvs: build %s: %w", o.ID, err)
	}
	spec := &miniflow.Spec{
		ID: o.ID, Family: o.Family, Doc: o.Doc, Params: o.Params, MaxSteps: l.Steps, Reward: [2]float64{0, math.MaxFloat64},
		Observation: miniflow.Dict{{Name: "state", Space: miniflow.Box{Type: miniflow.Float64, Dims: []int{len(l.Source)}, Low: l.Low, High: l.High}}},
		Action:      l.actionSpace(),
	}
	v, err := miniflow.NewVector(spec, max(o.Lanes, 1), func() (miniflow.Sim, error) { return newContinuousSim(rules), nil })
	if err != nil {
		return nil, err
	}
	v.SetAutoreset(o.Autoreset)
	for i := range v.Len() {
		v.Rand(i).Seed(o.Seed + uint64(i))
	}
	return &ContinuousEnv{v, rules}, nil
}

func (l ContinuousLayout) actionSpace() miniflow.Box {
	n := l.Params()
	b := miniflow.Box{Type: miniflow.Float64, Dims: []int{1 + n}, Low: make([]float64, 1+n), High: make([]float64, 1+n)}
	b.High[0] = 1
	for _, k := range l.Kinds {
		low, high := 0.0, 1.0
		switch k.Domain {
		case Real:
			low, high = math.Inf(-1), math.Inf(1)
		case Circle:
			low, high = -math.Pi, math.Pi
		}
		for j := range k.Params {
			b.Low[1+j], b.High[1+j] = min(b.Low[1+j], low), max(b.High[1+j], high)
		}
	}
	return b
}

// Rules returns the rules.
func (e *ContinuousEnv) Rules() ContinuousRules { return e.rules }

// SelfCheck implements miniflow.SelfChecker by [CheckContinuous].
func (e *ContinuousEnv) SelfCheck() error { return CheckContinuous(e.rules, false, 5, 1) }

// State returns lane's state. It is valid until the next call and must not be
// changed.
func (e *ContinuousEnv) State(lane int) []float64 { return e.Sim(lane).(*continuousSim).s }

// LogReward fills dst, one entry a lane: the log reward of its state, -Inf where
// the exit is not legal.
func (e *ContinuousEnv) LogReward(dst []float64) {
	for i := range e.Len() {
		sim := e.Sim(i).(*continuousSim)
		dst[i] = math.Inf(-1)
		if sim.legal(); sim.mask[len(sim.mask)-1] {
			dst[i] = e.rules.LogReward(sim.s)
		}
	}
}

// Step implements miniflow.Env. It fails with an error that wraps [ErrReward] or
// [ErrDeadEnd] where the rules gave a bad reward or a state without actions.
func (e *ContinuousEnv) Step(b *miniflow.Batch) error {
	if err := e.CheckActions(b); err != nil {
		return err
	}
	return e.StepChunk(b, 0, e.Len())
}

// StepChunk implements miniflow.ChunkStepper.
func (e *ContinuousEnv) StepChunk(b *miniflow.Batch, lo, hi int) error {
	if err := e.VectorEnv.StepChunk(b, lo, hi); err != nil {
		return err
	}
	for i := lo; i < hi; i++ {
		if sim := e.Sim(i).(*continuousSim); sim.err != nil {
			err := sim.err
			sim.err = nil
			return fmt.Errorf("gfnenvs: step %s: lane %d: %w", e.Spec().ID, i, err)
		}
	}
	return nil
}
