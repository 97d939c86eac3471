package gfnenvs

import (
	"fmt"
	"math"
	"slices"

	"github.com/miniflow-rl/miniflow"
)

// Builder makes a batched environment from [Rules].
type Builder struct {
	// ID names the environment in its Spec and in errors.
	ID string
	// Family groups ids in lists; Doc says in a sentence what is built.
	Family, Doc string
	// Params are the parameters that the rules were made with, for the record.
	Params []miniflow.Param
	// Lanes is the number of lanes. The default (zero) is 1.
	Lanes int
	// Autoreset is the mode. The default (zero) is miniflow.NextStep.
	Autoreset miniflow.Autoreset
	// Seed is what lane i's generator starts from, as Seed+i. Only conditions
	// are drawn from it.
	Seed uint64
}

// Env runs the lanes of one set of [Rules]. It is an ordinary miniflow.Env:
//
//   - observation "state", int32 [len(Values)], element j in [0, Values[j]): the
//     state itself; its meaning is told by the rules' type;
//   - observation "condition", float64 [k], for [Conditional] rules only;
//   - action: Discrete{Actions}, the last of which exits. An action that is not
//     legal in the lane's state is an error that wraps miniflow.ErrAction;
//   - reward: exp(log reward), at most math.MaxFloat64, at the exit, which
//     terminates the episode; 0 before.
//
// It allocates nothing after it was built. Make it with [Builder.Build].
type Env struct {
	spec   *miniflow.Spec
	rules  Rules
	cond   Conditional // rules, if they are conditional
	layout Layout
	mode   miniflow.Autoreset
	print  uint64 // the spec's fingerprint

	rows  []int32 // the states, one row a lane
	legal []bool  // the action masks of running lanes
	conds []float64
	lanes []laneState
	rng   []miniflow.Rand
}

var (
	_ miniflow.Env          = (*Env)(nil)
	_ miniflow.Reversible   = (*Env)(nil)
	_ miniflow.Autoresetter = (*Env)(nil)
	_ miniflow.Snapshotter  = (*Env)(nil)
	_ miniflow.Hasher       = (*Env)(nil)
	_ miniflow.Rander       = (*Env)(nil)
	_ miniflow.ChunkStepper = (*Env)(nil)
	_ miniflow.SelfChecker  = (*Env)(nil)
)

type laneState uint8

const (
	fresh   laneState = iota // never reset
	running                  // under construction
	exited                   // the exit action was the last
)

// Build returns an environment of the given rules.
func (o Builder) Build(rules Rules) (*Env, error) {
	layout := rules.Layout()
	n, k := max(o.Lanes, 1), len(layout.Values)
	if err := layout.check(); err != nil {
		return nil, fmt.Errorf("gfnenvs: build %s: %w", o.ID, err)
	}
	e := &Env{rules: rules, layout: layout, mode: o.Autoreset,
		rows: make([]int32, n*k), legal: make([]bool, n*layout.Actions), lanes: make([]laneState, n), rng: make([]miniflow.Rand, n)}
	e.spec = &miniflow.Spec{
		ID: o.ID, Family: o.Family, Doc: o.Doc, Params: o.Params,
		Observation: miniflow.Dict{{Name: "state", Space: miniflow.MultiDiscrete{NVec: layout.Values}}},
		Action:      miniflow.Discrete{N: layout.Actions}, ActionNames: layout.Names,
		MaxSteps: layout.Steps, Reward: [2]float64{0, math.MaxFloat64},
	}
	for i := range e.rng {
		e.rng[i].Seed(o.Seed + uint64(i))
	}
	if c, ok := rules.(Conditional); ok {
		low, high := c.Conditions()
		e.cond, e.conds = c, make([]float64, n*len(low))
		e.spec.Observation = append(e.spec.Observation,
			miniflow.Named{Name: "condition", Space: miniflow.Box{Type: miniflow.Float64, Dims: []int{len(low)}, Low: low, High: high}})
	}
	e.print = e.spec.Fingerprint()
	return e, nil
}

// Spec implements miniflow.Env.
func (e *Env) Spec() *miniflow.Spec { return e.spec }

// Len implements miniflow.Env.
func (e *Env) Len() int { return len(e.lanes) }

// Autoreset implements miniflow.Autoresetter.
func (e *Env) Autoreset() miniflow.Autoreset { return e.mode }

// Rand implements miniflow.Rander.
func (e *Env) Rand(lane int) *miniflow.Rand { return &e.rng[lane] }

// Rules returns the rules. A sampler that needs more speed than stepping gives
// may apply them to rows of its own.
func (e *Env) Rules() Rules { return e.rules }

// State returns lane's state. It is valid until the next call and must not be
// changed.
func (e *Env) State(lane int) []int32 {
	k := len(e.layout.Values)
	return e.rows[lane*k : (lane+1)*k : (lane+1)*k]
}

// Condition returns lane's condition, empty where the rules are not
// [Conditional]. It is valid until the next call and must not be changed.
func (e *Env) Condition(lane int) []float64 {
	k := len(e.conds) / len(e.lanes)
	return e.conds[lane*k : (lane+1)*k : (lane+1)*k]
}

// Exited reports whether the exit action was the last one of the lane.
func (e *Env) Exited(lane int) bool { return e.lanes[lane] == exited }

// Reset implements miniflow.Env.
func (e *Env) Reset(b *miniflow.Batch, seeds ...uint64) error {
	if err := e.checkBatch(b); err != nil {
		return err
	}
	if n := len(seeds); n > 1 && n != len(e.lanes) {
		return fmt.Errorf("gfnenvs: reset %s: %d seeds for %d lanes: give none, one or one a lane: %w", e.spec.ID, n, len(e.lanes), miniflow.ErrSeeds)
	}
	for i := range e.lanes {
		if b.ResetMask != nil && !b.ResetMask[i] {
			continue
		}
		switch {
		case len(seeds) == 1:
			e.rng[i].Seed(seeds[0] + uint64(i))
		case len(seeds) > 1:
			e.rng[i].Seed(seeds[i])
		}
		b.Reward[i], b.Terminated[i], b.Truncated[i] = 0, false, false
		if err := e.start(b, i); err != nil {
			return err
		}
	}
	return nil
}

// start brings lane i to the source state.
func (e *Env) start(b *miniflow.Batch, i int) error {
	clear(e.State(i))
	if e.cond != nil {
		e.cond.DrawCondition(e.Condition(i), &e.rng[i])
	}
	return e.arrive(b, i, -1)
}

// arrive makes lane i a running one in its present state, which action a led
// to, and observes it.
func (e *Env) arrive(b *miniflow.Batch, i, a int) error {
	s, mask := e.State(i), e.mask(i)
	for j, v := range s {
		if uint(v) >= uint(e.layout.Values[j]) {
			e.lanes[i] = fresh
			return fmt.Errorf("gfnenvs: %s: lane %d: action %s leads from state %v out of the state space: %w", e.spec.ID, i, e.layout.ActionName(a), b.Obs[0].RowI32(i), e.layout.CheckState(s))
		}
	}
	clear(mask)
	e.rules.Forward(mask, s)
	e.lanes[i] = running
	copy(b.Obs[0].RowI32(i), s)
	if e.cond != nil {
		copy(b.Obs[1].RowF64(i), e.Condition(i))
	}
	if !mask[len(mask)-1] && !slices.Contains(mask, true) {
		how := ""
		if a >= 0 {
			how = ", reached by action " + e.layout.ActionName(a)
		}
		return fmt.Errorf("gfnenvs: %s: lane %d: state %v%s: %w: let the rules allow an action or the exit", e.spec.ID, i, s, how, ErrDeadEnd)
	}
	return nil
}

func (e *Env) mask(i int) []bool {
	n := e.layout.Actions
	return e.legal[i*n : (i+1)*n : (i+1)*n]
}

// Step implements miniflow.Env. It fails with an error that wraps [ErrReward],
// [ErrDeadEnd] or [ErrState] where the rules gave a bad reward, a state without
// actions or a row that is no state.
func (e *Env) Step(b *miniflow.Batch) error {
	if err := e.CheckActions(b); err != nil {
		return err
	}
	return e.StepChunk(b, 0, len(e.lanes))
}

// CheckActions implements miniflow.ChunkStepper.
func (e *Env) CheckActions(b *miniflow.Batch) error {
	if err := e.checkBatch(b); err != nil {
		return err
	}
	n := e.layout.Actions
	for i, a := range b.Action.I32[:len(e.lanes)] {
		if e.lanes[i] != running || uint(a) >= uint(n) || !e.legal[i*n+int(a)] {
			if err := e.checkAction(i, int(a)); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkAction says why lane i cannot do action a.
func (e *Env) checkAction(i, a int) error {
	switch {
	case e.lanes[i] == fresh:
		return fmt.Errorf("gfnenvs: step %s: lane %d: call Reset first: %w", e.spec.ID, i, miniflow.ErrNeedsReset)
	case e.lanes[i] == exited && e.mode == miniflow.Disabled:
		return fmt.Errorf("gfnenvs: step %s: lane %d: the construction has ended: reset the lane with Batch.ResetMask: %w", e.spec.ID, i, miniflow.ErrNeedsReset)
	case e.lanes[i] == exited:
		return nil // the action is ignored
	case a < 0 || a >= e.layout.Actions:
		return fmt.Errorf("gfnenvs: step %s: lane %d: action %d is not in [0,%d): %w", e.spec.ID, i, a, e.layout.Actions, miniflow.ErrAction)
	}
	return fmt.Errorf("gfnenvs: step %s: lane %d: action %s is not legal in state %v: %w", e.spec.ID, i, e.layout.ActionName(a), e.State(i), miniflow.ErrAction)
}

// StepChunk implements miniflow.ChunkStepper. The caller has checked the actions.
func (e *Env) StepChunk(b *miniflow.Batch, lo, hi int) error {
	exit := e.layout.Exit()
	for i := lo; i < hi; i++ {
		b.Reward[i], b.Terminated[i], b.Truncated[i] = 0, false, false
		if e.lanes[i] == exited {
			if err := e.start(b, i); err != nil {
				return err
			}
			continue
		}
		a := int(b.Action.I32[i])
		if a != exit {
			e.rules.Apply(e.State(i), a)
			if err := e.arrive(b, i, a); err != nil {
				return err
			}
			continue
		}
		if err := e.finish(b, i); err != nil {
			return err
		}
	}
	return nil
}

// finish exits lane i.
func (e *Env) finish(b *miniflow.Batch, i int) error {
	v := e.logReward(i)
	if err := CheckLogReward(v, e.State(i)); err != nil {
		return fmt.Errorf("gfnenvs: step %s: lane %d: action %s: %w", e.spec.ID, i, e.layout.ActionName(e.layout.Exit()), err)
	}
	b.Reward[i], b.Terminated[i] = min(math.Exp(v), math.MaxFloat64), true
	e.lanes[i] = exited
	if e.mode == miniflow.SameStep {
		for k := range b.Obs {
			b.FinalObs[k].CopyRow(i, &b.Obs[k], i)
		}
		return e.start(b, i)
	}
	return nil
}

func (e *Env) logReward(i int) float64 {
	if e.cond != nil {
		return e.cond.LogRewardGiven(e.State(i), e.Condition(i))
	}
	return e.rules.LogReward(e.State(i))
}

func (e *Env) checkBatch(b *miniflow.Batch) error {
	if b == nil {
		return fmt.Errorf("gfnenvs: %s: the batch is nil: make one with miniflow.NewBatch: %w", e.spec.ID, miniflow.ErrBatch)
	}
	n := len(e.lanes)
	ok := len(b.Obs) == len(e.spec.Observation) && b.Action.Len() == n && b.Action.Type == miniflow.Int32 &&
		len(b.Reward) == n && len(b.Terminated) == n && len(b.Truncated) == n &&
		(b.ResetMask == nil || len(b.ResetMask) == n) &&
		(e.mode != miniflow.SameStep || len(b.FinalObs) == len(b.Obs))
	if ok {
		o := &b.Obs[0]
		ok = o.Len() == n && o.Type == miniflow.Int32 && o.Size() == len(e.layout.Values)
	}
	if !ok {
		return fmt.Errorf("gfnenvs: %s: the batch was made for another environment: make one with miniflow.NewBatch: %w", e.spec.ID, miniflow.ErrBatch)
	}
	return nil
}
