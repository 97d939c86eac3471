package miniflow

import (
	"errors"
	"fmt"
	"math"
)

// CheckEnv proves what the author of an environment promised and returns all
// the faults it found, joined. It checks that
//
//   - the spec has an id, an action space and named, distinct observations, and
//     survives a round trip through JSON;
//   - every observation lies in its space and every reward in Spec.Reward;
//   - the same seed and actions give the same observations, rewards and flags,
//     also in a lane of another number;
//   - ended episodes are handled as the autoreset mode says;
//   - actions outside the space, a foreign batch, a wrong number of seeds and
//     stepping before a reset are errors, and wrap the errors they should;
//   - masks agree with the action space and allow something in every state;
//   - a restored snapshot continues exactly as the original did, and foreign
//     bytes are refused (where env is a [Snapshotter]);
//   - undoing an action leads back to the parent (where env is a [Reversible]);
//   - what it proves of itself (where env is a [SelfChecker]);
//   - stepping allocates nothing.
//
// makeEnv must return a new environment of the given number of lanes each time.
func CheckEnv(makeEnv func(lanes int) (Env, error)) error {
	c := &checker{make: makeEnv}
	c.run()
	return errors.Join(c.faults...)
}

// CheckID is [CheckEnv] of a registered environment made with the given options.
func CheckID(id string, options ...Option) error {
	return CheckEnv(func(lanes int) (Env, error) {
		return Make(id, append(options[:len(options):len(options)], WithLanes(lanes))...)
	})
}

const (
	checkLanes = 3
	checkSteps = 150
)

type checker struct {
	make   func(lanes int) (Env, error)
	faults []error
	id     string
}

// fault records a fault; it gives up recording after twenty.
func (c *checker) fault(format string, args ...any) {
	if len(c.faults) < 20 {
		c.faults = append(c.faults, fmt.Errorf("check "+c.id+": "+format, args...))
	}
}

func (c *checker) run() {
	env, err := c.make(checkLanes)
	if err != nil {
		c.fault("make: %v", err)
		return
	}
	if env.Spec() == nil || env.Spec().Action == nil {
		c.fault("the spec or its action space is nil")
		return
	}
	c.id = env.Spec().ID
	if env.Len() != checkLanes {
		c.fault("asked for %d lanes, got %d", checkLanes, env.Len())
		return
	}
	c.checkSpec(env.Spec())
	c.checkErrors(env)
	// From here on with new environments: a wrapper may remember what it has seen
	// over resets.
	if env, err = c.make(checkLanes); err != nil {
		c.fault("make again: %v", err)
		return
	}
	trace := c.record(env, []uint64{11, 12, 13})
	if len(c.faults) > 0 {
		return // what follows would only repeat it
	}
	c.checkDeterminism(trace)
	c.checkSnapshot()
	c.checkReversible()
	if p, ok := As[SelfChecker](env); ok {
		if err := p.SelfCheck(); err != nil {
			c.fault("%w", err)
		}
	}
	c.checkAllocs()
}

func (c *checker) checkSpec(s *Spec) {
	if s.ID == "" {
		c.fault("the spec has no id")
	}
	seen := map[string]bool{}
	for _, o := range s.Observation {
		if o.Name == "" || seen[o.Name] || o.Space == nil {
			c.fault("observation %q has no name of its own or no space", o.Name)
		}
		seen[o.Name] = true
	}
	if len(s.ActionNames) > 0 && len(s.ActionNames) != s.NumActions() {
		c.fault("%d action names for %d actions", len(s.ActionNames), s.NumActions())
	}
	data, err := s.MarshalJSON()
	if err != nil {
		c.fault("spec to JSON: %v", err)
		return
	}
	var back Spec
	if err := back.UnmarshalJSON(data); err != nil {
		c.fault("spec from JSON: %v", err)
		return
	}
	if again, err := back.MarshalJSON(); err != nil || string(again) != string(data) {
		c.fault("the spec changes in a round trip through JSON")
	}
}

// want faults unless err wraps target.
func (c *checker) want(err, target error, what string) {
	if !errors.Is(err, target) {
		c.fault("%s: the error is %v, want one that wraps %q", what, err, target)
	}
}

func (c *checker) checkErrors(env Env) {
	b := NewBatch(env)
	legalActions(env, b, NewRand(1))
	c.want(env.Step(b), ErrNeedsReset, "step before reset")
	c.want(env.Reset(b, 1, 2), ErrSeeds, "reset of 3 lanes with 2 seeds")
	c.want(env.Reset(nil), ErrBatch, "reset with a nil batch")
	if err := env.Reset(b, 1); err != nil {
		c.fault("reset with seed 1: %v", err)
		return
	}
	before := snapshotBatch(b)
	for _, bad := range badActions(env.Spec().Action) {
		legalActions(env, b, NewRand(1))
		last := env.Len() - 1
		for j := range b.Action.Size() {
			b.Action.SetAt(last, j, bad)
		}
		if env.Spec().Action.Check(&b.Action, last) == nil {
			continue // the space has no such gap
		}
		c.want(env.Step(b), ErrAction, fmt.Sprintf("action %v", bad))
		if !before.equal(b) {
			c.fault("a refused action changed the batch")
			return
		}
	}
}

func badActions(s Space) []float64 {
	switch s := s.(type) {
	case Discrete:
		return []float64{float64(s.Start - 1), float64(s.Start + s.N), math.MinInt32, math.MaxInt32}
	case Box:
		return []float64{math.NaN(), math.Inf(1), math.Inf(-1)}
	case MultiBinary:
		return []float64{2, 255}
	}
	return []float64{-1, math.MaxInt32}
}

// legalActions fills b.Action with random legal actions.
func legalActions(env Env, b *Batch, rng *Rand) {
	space := env.Spec().Action
	n := env.Spec().NumActions()
	var mask []bool
	if m, ok := As[Masker](env); ok && n > 0 {
		mask = make([]bool, n*env.Len())
		m.ActionMask(mask)
	}
	for i := range env.Len() {
		space.Sample(rng, &b.Action, i)
		if mask == nil {
			continue
		}
		var legal []int32
		for a, ok := range mask[i*n : (i+1)*n] {
			if ok {
				legal = append(legal, int32(a+space.(Discrete).Start))
			}
		}
		if len(legal) > 0 {
			b.Action.I32[i] = legal[rng.Intn(len(legal))]
		}
	}
}
