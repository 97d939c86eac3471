package gfnenvs

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/miniflow-rl/miniflow"
)

// CheckRules proves on random constructions what the author of rules promised,
// and returns all the faults it found, joined. Every fault names a state and an
// action. It checks that
//
//   - the layout makes sense and the source state has no parent;
//   - every state allows an action or the exit, and every construction exits,
//     after at most Layout().Steps actions where that is given;
//   - an action that Forward allows leads to a state of the state space in which
//     Backward allows it, and Undo leads back exactly;
//   - an action that Backward allows leads, by Undo, to a state in which Forward
//     allows it, and Apply leads back exactly;
//   - undoing actions at random leads from every state to the source;
//   - log rewards are numbers or -Inf, and the [Potential] equals them;
//   - the methods give the same result twice.
//
// walks is the number of constructions to try; seed starts the generator that
// chooses them. Package exact proves the same of whole state spaces, and that
// there are no cycles, where they are small enough.
func CheckRules(r Rules, walks int, seed uint64) error {
	c := &rulesChecker{r: r, l: r.Layout(), rng: miniflow.NewRand(seed)}
	if err := c.l.check(); err != nil {
		return fmt.Errorf("gfnenvs: check %T: %w", r, err)
	}
	for range walks {
		c.walk()
	}
	return errors.Join(c.faults...)
}

// checkSteps bounds a construction whose layout does not.
const checkSteps = 100_000

type rulesChecker struct {
	r      Rules
	l      Layout
	rng    *miniflow.Rand
	faults []error
}

// fault records a fault; it gives up recording after twenty.
func (c *rulesChecker) fault(format string, args ...any) {
	if len(c.faults) < 20 {
		c.faults = append(c.faults, fmt.Errorf("gfnenvs: check %T: "+format, append([]any{c.r}, args...)...))
	}
}

// walk builds one object, checking every state on the way, and takes it apart.
func (c *rulesChecker) walk() {
	s := make([]int32, len(c.l.Values))
	limit := c.l.Steps
	if limit == 0 {
		limit = checkSteps
	}
	for step := 1; ; step++ {
		legal := c.state(s)
		if len(legal) == 0 || len(c.faults) > 0 {
			return
		}
		a := legal[c.rng.Intn(len(legal))]
		if a == c.l.Exit() {
			break
		}
		if step >= limit {
			c.fault("a construction has reached state %v, where action %d is legal, after %d steps: the layout promises at most %d", s, a, step-1, limit)
			return
		}
		c.r.Apply(s, a)
	}
	for range limit {
		if atSource(s) {
			return
		}
		back := c.mask(s, c.r.Backward)
		if len(back) == 0 {
			c.fault("state %v is not the source and has no parent", s)
			return
		}
		c.r.Undo(s, back[c.rng.Intn(len(back))])
		c.state(s)
	}
	if !atSource(s) {
		c.fault("undoing %d actions leads to state %v and not to the source", limit, s)
	}
}

// mask returns the actions that one of the two masks allows.
func (c *rulesChecker) mask(s []int32, fill func([]bool, []int32)) []int {
	dst, again := make([]bool, c.l.Actions), make([]bool, c.l.Actions)
	before := slices.Clone(s)
	fill(dst, s)
	fill(again, s)
	if !slices.Equal(s, before) {
		c.fault("state %v: asking for a mask changes it to %v", before, s)
	}
	var out []int
	for a, ok := range dst {
		if ok != again[a] {
			c.fault("state %v: action %d: two calls give two masks", s, a)
		}
		if ok {
			out = append(out, a)
		}
	}
	return out
}

// state checks everything about s and returns its legal actions.
func (c *rulesChecker) state(s []int32) []int {
	forward, backward := c.mask(s, c.r.Forward), c.mask(s, c.r.Backward)
	if len(forward) == 0 {
		c.fault("state %v: %w", s, ErrDeadEnd)
	}
	if atSource(s) && len(backward) > 0 {
		c.fault("the source state has a parent by action %d", backward[0])
	}
	for _, a := range forward {
		if a != c.l.Exit() {
			c.edge(s, a, "action", "undoing it", c.r.Apply, c.r.Undo, c.r.Backward)
		} else {
			c.reward(s)
		}
	}
	for _, a := range backward {
		if a == c.l.Exit() {
			c.fault("state %v: Backward allows the exit", s)
			continue
		}
		c.edge(s, a, "undoing action", "doing it again", c.r.Undo, c.r.Apply, c.r.Forward)
	}
	return forward
}

// edge goes from s by do to a neighbour and back by undo.
func (c *rulesChecker) edge(s []int32, a int, name, reverse string, do, undo func([]int32, int), mask func([]bool, []int32)) {
	t := slices.Clone(s)
	do(t, a)
	if err := c.l.CheckState(t); err != nil {
		c.fault("state %v: %s %d: %w: %w", s, name, a, err, ErrRules)
		return
	}
	if slices.Equal(s, t) {
		c.fault("state %v: %s %d changes nothing: %w", s, name, a, ErrRules)
	}
	if !slices.Contains(c.mask(t, mask), a) {
		c.fault("state %v: %s %d leads to %v, where the other mask forbids %s: %w", s, name, a, t, reverse, ErrRules)
		return
	}
	u := slices.Clone(t)
	undo(u, a)
	if !slices.Equal(u, s) {
		c.fault("state %v: %s %d leads to %v, and %s leads to %v: %w", s, name, a, t, reverse, u, ErrRules)
	}
}

func (c *rulesChecker) reward(s []int32) {
	v := c.r.LogReward(s)
	if err := CheckLogReward(v, s); err != nil {
		c.fault("action %d: %w", c.l.Exit(), err)
		return
	}
	if again := c.r.LogReward(s); again != v {
		c.fault("state %v: two log rewards: %v and %v", s, v, again)
	}
	if p, ok := c.r.(Potential); ok {
		if got := p.Potential(s); got != v && !(math.Abs(got-v) <= 1e-9*max(1, math.Abs(v))) {
			c.fault("state %v: the potential is %v, the log reward %v", s, got, v)
		}
	}
}
