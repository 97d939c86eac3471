package player

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// builder is an environment in which objects are built: gfnenvs.Env.
type builder interface {
	miniflow.Reversible
	Rules() gfnenvs.Rules
	State(lane int) []int32
	Condition(lane int) []float64
	Exited(lane int) bool
}

// construction is what a session knows of the object that is being built.
type construction struct {
	env      builder
	rules    gfnenvs.Rules
	forward  []bool    // the legal actions
	backward []bool    // the actions that can be undone
	path     [][]int32 // the states from the source on
	best     float64   // largest log reward of a finished object, -Inf before the first
}

// newConstruction returns nil if env builds no objects.
func newConstruction(env miniflow.Env) *construction {
	b, ok := miniflow.As[builder](env)
	if !ok {
		return nil
	}
	n := env.Spec().NumActions()
	return &construction{env: b, rules: b.Rules(), forward: make([]bool, n), backward: make([]bool, n), best: math.Inf(-1)}
}

// exit returns the number of the exit action.
func (k *construction) exit() int { return len(k.forward) - 1 }

// state returns the object as it is.
func (k *construction) state() []int32 { return k.env.State(0) }

// look finds out what can be done now.
func (k *construction) look() {
	k.env.ActionMask(k.forward)
	k.env.BackwardMask(k.backward)
}

// start begins the path anew.
func (k *construction) start() {
	k.path = append(k.path[:0], slices.Clone(k.state()))
	k.look()
}

// moved notes a step.
func (k *construction) moved() {
	if k.env.Exited(0) {
		k.best = max(k.best, k.logReward())
	} else {
		k.path = append(k.path, slices.Clone(k.state()))
	}
	k.look()
}

// logReward is that of the present state, -Inf where the exit is not legal.
func (k *construction) logReward() float64 {
	var v [1]float64
	k.env.LogReward(v[:])
	return v[0]
}

// name is the name of an action in words.
func (k *construction) name(a int) string { return gfnenvs.ActionName(k.rules, a) }

// whyNot says why an action is not legal now.
func (k *construction) whyNot(a int) string {
	if k.env.Exited(0) {
		return "the object is finished"
	}
	return gfnenvs.WhyNot(k.rules, k.state(), a)
}

// errSource says that nothing can be undone.
var errSource = errors.New("this is the beginning: there is nothing to undo")

// UndoLast takes the last action back.
func (s *Session) UndoLast() error {
	if s.shaped != nil {
		return s.undoShape()
	}
	n := len(s.rec.Episode().Actions)
	if s.built == nil || n == 0 {
		return errSource
	}
	return s.Undo(int(s.rec.Episode().Actions[n-1]))
}

// Undo takes action a back, which need not have been the last one: any that the
// backward mask allows. The episode then is one that leads to the parent.
func (s *Session) Undo(a int) error {
	k := s.built
	switch {
	case k == nil:
		return fmt.Errorf("%s cannot be walked backwards", s.env.Spec().ID)
	case len(k.path) == 1 && !k.env.Exited(0):
		return errSource
	case a < 0 || a >= len(k.backward) || !k.backward[a]:
		return fmt.Errorf("%s cannot have been the last action", k.name(a))
	}
	actions := s.rec.Episode().Actions
	if n := len(actions); int(actions[n-1]) != a {
		return s.reach(k.before(a, actions))
	}
	wasExited := k.env.Exited(0)
	s.batch.Action.I32[0] = int32(a)
	if err := k.env.StepBack(s.batch); err != nil {
		return err
	}
	s.rec.Undo()
	s.step--
	s.reward, s.total, s.action, s.recorded = 0, 0, -1, false
	if n := len(s.rec.Episode().Actions); n > 0 {
		s.action = int(s.rec.Episode().Actions[n-1])
	}
	if wasExited {
		s.episodes--
	} else {
		k.path = k.path[:len(k.path)-1]
	}
	k.look()
	return nil
}

// before returns actions that lead to the state before action a: those of the
// past as far as they can be kept.
func (k *construction) before(a int, past []int32) []int32 {
	state := slices.Clone(k.state())
	k.rules.Undo(state, a)
	left := slices.Clone(past)
	var reversed []int32
	mask := make([]bool, len(k.backward))
	for {
		clear(mask)
		k.rules.Backward(mask, state)
		b := slices.Index(mask, true)
		if b < 0 {
			slices.Reverse(reversed)
			return reversed
		}
		for i := len(left) - 1; i >= 0; i-- {
			if mask[left[i]] {
				b = int(left[i])
				left = slices.Delete(left, i, i+1)
				break
			}
		}
		k.rules.Undo(state, b)
		reversed = append(reversed, int32(b))
	}
}

// reach builds the object of the given actions from the source.
func (s *Session) reach(actions []int32) error {
	mode := s.mode
	if err := s.Again(); err != nil {
		return err
	}
	for _, a := range actions {
		if err := s.Act(int(a)); err != nil {
			return err
		}
	}
	s.mode = mode
	return nil
}
