package gfnenvs

import (
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow"
)

// Layout is the shape of an environment's states and actions.
type Layout struct {
	// Values bounds the state: element j lies in [0, Values[j]). The source
	// state s0 is all zeros.
	Values []int
	// Actions is the number of actions. The last one is the exit action.
	Actions int
	// Steps is the number of actions of the longest construction, the exit
	// included. The default (zero) is unknown.
	Steps int
	// Names are the names of the actions, the exit included; nil for none.
	Names []string
}

// Exit returns the number of the exit action.
func (l Layout) Exit() int { return l.Actions - 1 }

// Rules say how an object is built, on one state. The states and the actions
// other than the exit form a directed acyclic graph, with several edges between
// two states where several actions do the same.
//
// Rules hold no state of their own: the result of a method depends on its
// arguments only, and all may be called from several goroutines at once. They
// allocate nothing.
type Rules interface {
	// Layout returns the shape of states and actions, the same on every call. Its
	// slices are shared.
	Layout() Layout
	// Forward sets dst[a] for every action a that is legal in s, the exit
	// included. dst has Layout().Actions entries, all false on entry.
	Forward(dst []bool, s []int32)
	// Backward sets dst[a] for every action a but the exit that may have been the
	// last one that led to s. dst is as for Forward.
	Backward(dst []bool, s []int32)
	// Apply does action a, which is legal in s and not the exit, to s.
	Apply(s []int32, a int)
	// Undo undoes action a, which Backward allows in s: s becomes a parent.
	Undo(s []int32, a int)
	// LogReward returns the natural logarithm of the reward of s, -Inf for a
	// reward of 0. It is called for states in which the exit is legal.
	LogReward(s []int32) float64
}

// Potential is for [Rules] that know a log reward of unfinished states too, as
// forward-looking and modified detailed balance use it. It equals LogReward
// where the exit is legal.
type Potential interface {
	Potential(s []int32) float64
}

// Partitioner is for [Rules] that know log Z, the logarithm of the sum of the
// rewards of all terminating states, without enumerating them. It reports false
// where they do not.
type Partitioner interface {
	LogZ() (float64, bool)
}

// Moded is for [Rules] that say which terminating states count as modes.
type Moded interface {
	IsMode(s []int32) bool
}

// Conditional is for [Rules] whose reward depends on a condition, a vector that
// is drawn for every construction and observed from its start.
type Conditional interface {
	Rules
	// Conditions returns the closed range of each element of a condition.
	Conditions() (low, high []float64)
	// DrawCondition draws a condition into dst.
	DrawCondition(dst []float64, rng *miniflow.Rand)
	// LogRewardGiven is LogReward under the condition c. LogReward itself is that
	// under a condition of the rules' choice.
	LogRewardGiven(s []int32, c []float64) float64
}

// Given returns r with the condition fixed to c, so that it has one reward.
func Given(r Conditional, c ...float64) (Rules, error) {
	low, high := r.Conditions()
	if len(c) != len(low) {
		return nil, fmt.Errorf("gfnenvs: a condition of %d elements: want %d", len(c), len(low))
	}
	for j, v := range c {
		if !(v >= low[j] && v <= high[j]) {
			return nil, fmt.Errorf("gfnenvs: element %d of the condition is %v, not in [%v,%v]", j, v, low[j], high[j])
		}
	}
	return given{r, append([]float64{}, c...)}, nil
}

type given struct {
	Rules
	c []float64
}

func (g given) LogReward(s []int32) float64 { return g.Rules.(Conditional).LogRewardGiven(s, g.c) }

// CheckLogReward returns an error that names the state if v is no log reward,
// which is a number or -Inf.
func CheckLogReward(v float64, s []int32) error {
	if math.IsNaN(v) || math.IsInf(v, 1) {
		return fmt.Errorf("the log reward of state %v is %v: want a number, or -Inf for a reward of 0: %w", s, v, ErrReward)
	}
	return nil
}

// check says what is wrong with a layout.
func (l Layout) check() error {
	if len(l.Values) == 0 {
		return fmt.Errorf("the state has no elements: %w", ErrRules)
	}
	for j, v := range l.Values {
		if v < 1 || v > math.MaxInt32 {
			return fmt.Errorf("element %d of the state takes %d values: want a number in [1,%d]: %w", j, v, math.MaxInt32, ErrRules)
		}
	}
	if l.Actions < 1 {
		return fmt.Errorf("%d actions: want at least 1, the exit: %w", l.Actions, ErrRules)
	}
	if len(l.Names) > 0 && len(l.Names) != l.Actions {
		return fmt.Errorf("%d action names for %d actions: %w", len(l.Names), l.Actions, ErrRules)
	}
	return nil
}

// CheckState returns an error that wraps [ErrState] if s is no state of the layout.
func (l Layout) CheckState(s []int32) error {
	if len(s) != len(l.Values) {
		return fmt.Errorf("state %v has %d elements: want %d: %w", s, len(s), len(l.Values), ErrState)
	}
	for j, v := range s {
		if v < 0 || int(v) >= l.Values[j] {
			return fmt.Errorf("state %v: element %d is %d, not in [0,%d): %w", s, j, v, l.Values[j], ErrState)
		}
	}
	return nil
}

// ActionName returns the number of action a and its name, if the layout has one,
// as errors name it: "0 (raise 0)".
func (l Layout) ActionName(a int) string {
	if a >= 0 && a < len(l.Names) {
		return fmt.Sprintf("%d (%s)", a, l.Names[a])
	}
	if a == l.Exit() {
		return fmt.Sprintf("%d (exit)", a)
	}
	return fmt.Sprint(a)
}
