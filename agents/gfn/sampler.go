package gfn

import (
	"context"
	"fmt"
	"slices"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// trajectory is a construction as rows of a table: actions[k] is done in rows[k].
// While it is being built it has a row more than actions.
type trajectory struct {
	rows, actions []int32
	reward        float64 // log reward of the last row
}

// sampler draws trajectories on a table.
type sampler struct {
	table     *table
	passes    *passes
	ctx       context.Context // of the update; it ends the drawing
	rng       miniflow.Rand
	behaviour Behaviour
	chance    []float64 // [rows,actions] of the behaviour policy, up to ready
	ready     int
	active    []int32
	back      func(dst []float64, row int32) error // probabilities of the backward policy
	backs     []float64                            // of one row

	all []trajectory
	n   int // in use

	current []int // of a local search: the trajectory that each lane holds
	cuts    []cut
}

// reset forgets all trajectories.
func (s *sampler) reset() { s.n, s.ready = 0, 0 }

// next returns a new, empty trajectory.
func (s *sampler) next() *trajectory {
	if s.n == len(s.all) {
		s.all = append(s.all, trajectory{})
	}
	t := &s.all[s.n]
	t.rows, t.actions, t.reward = t.rows[:0], t.actions[:0], 0
	s.n++
	return t
}

// forward finishes trajectories [lo,s.n) with the behaviour policy, all a step at
// a time.
func (s *sampler) forward(lo int) error {
	s.active = s.active[:0]
	for i := lo; i < s.n; i++ {
		s.active = append(s.active, int32(i))
	}
	exit := int32(s.table.a - 1)
	for len(s.active) > 0 {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		if err := s.prepare(); err != nil {
			return err
		}
		going := s.active[:0]
		for _, i := range s.active {
			t := &s.all[i]
			row := t.rows[len(t.rows)-1]
			a := draw(s.chance[int(row)*s.table.a:int(row+1)*s.table.a], s.rng.Random())
			t.actions = append(t.actions, a)
			if a == exit {
				var err error
				if t.reward, err = s.table.logReward(row); err != nil {
					return err
				}
				continue
			}
			to, err := s.table.step(row, a)
			if err != nil {
				return err
			}
			if err := s.tooLong(t); err != nil {
				return err
			}
			t.rows = append(t.rows, to)
			going = append(going, i)
		}
		s.active = going
	}
	return nil
}

// maxSteps bounds a construction whose layout does not.
const maxSteps = 100_000

// tooLong says that a construction goes on beyond what its layout promises, as on
// a cycle.
func (s *sampler) tooLong(t *trajectory) error {
	limit := s.table.layout.Steps
	if limit == 0 {
		limit = maxSteps
	}
	if k := len(t.actions); k > limit {
		return fmt.Errorf("state %v: action %s: a construction of %d actions, which should end after %d: %w",
			s.table.row(t.rows[len(t.rows)-1]), s.table.layout.ActionName(int(t.actions[k-1])), k, limit, gfnenvs.ErrRules)
	}
	return nil
}

// prepare computes the behaviour policy of new rows.
func (s *sampler) prepare() error {
	s.passes.evaluate(s.table)
	n := s.table.a
	s.chance = extend(s.chance, s.table.n*n)
	for ; s.ready < s.table.n; s.ready++ {
		i := int32(s.ready)
		if !s.behaviour.Probabilities(s.chance[s.ready*n:(s.ready+1)*n], s.passes.logits(i), s.table.forwardMask(i)) {
			return fmt.Errorf("state %v: no action is legal, or the policy is no number: mask %v, logits %v", s.table.row(i), s.table.forwardMask(i), s.passes.logits(i))
		}
	}
	return nil
}

// backward makes a trajectory that ends in the given row, drawn by the backward
// policy.
func (s *sampler) backward(row int32) (*trajectory, error) {
	t := s.next()
	t.rows, t.actions = append(t.rows, row), append(t.actions, int32(s.table.a-1))
	s.backs = extend(s.backs, s.table.a-1)
	p := s.backs[:s.table.a-1]
	for slices.Contains(s.table.backwardMask(row), true) {
		s.passes.evaluate(s.table)
		if err := s.back(p, row); err != nil {
			return nil, err
		}
		a := draw(p, s.rng.Random())
		var err error
		if row, err = s.table.stepBack(row, a); err != nil {
			return nil, err
		}
		t.rows, t.actions = append(t.rows, row), append(t.actions, a)
		if err := s.tooLong(t); err != nil {
			return nil, err
		}
	}
	slices.Reverse(t.rows)
	slices.Reverse(t.actions)
	var err error
	t.reward, err = s.table.logReward(t.rows[len(t.rows)-1])
	return t, err
}

// replay makes the trajectory of a buffer's item.
func (s *sampler) replay(x *Item, source int32) error {
	if x.Actions == nil {
		row, err := s.table.add(x.State, x.Condition)
		if err == nil {
			_, err = s.backward(row)
		}
		return err
	}
	t := s.next()
	t.rows = append(t.rows, source)
	for _, a := range x.Actions[:len(x.Actions)-1] {
		row, err := s.table.step(t.rows[len(t.rows)-1], a)
		if err != nil {
			return err
		}
		t.rows = append(t.rows, row)
	}
	t.actions = append(t.actions, x.Actions...)
	var err error
	t.reward, err = s.table.logReward(t.rows[len(t.rows)-1])
	return err
}
