package gfnenvs

import (
	"fmt"
	"math"
	"slices"

	"github.com/miniflow-rl/miniflow"
)

// ActionMask implements miniflow.Masker. A lane that has exited, or was never
// reset, allows the exit only.
func (e *Env) ActionMask(dst []bool) {
	n := e.layout.Actions
	copy(dst, e.legal)
	for i, s := range e.lanes {
		if s != running {
			exitOnly(dst[i*n : (i+1)*n])
		}
	}
}

func exitOnly(row []bool) {
	clear(row)
	row[len(row)-1] = true
}

// LogReward implements miniflow.Flow. It is that of the built object in a lane
// that has exited.
func (e *Env) LogReward(dst []float64) {
	n := e.layout.Actions
	for i := range e.lanes {
		dst[i] = math.Inf(-1)
		if e.lanes[i] == exited || e.lanes[i] == running && e.legal[(i+1)*n-1] {
			dst[i] = e.logReward(i)
		}
	}
}

// BackwardMask implements miniflow.Reversible. In a lane that has exited only
// the exit can be undone; in the source state nothing can.
func (e *Env) BackwardMask(dst []bool) {
	n := e.layout.Actions
	clear(dst[:n*len(e.lanes)])
	for i := range e.lanes {
		e.backward(dst[i*n:(i+1)*n], i)
	}
}

// backward sets lane i's backward mask; row is all false on entry.
func (e *Env) backward(row []bool, i int) {
	switch e.lanes[i] {
	case running:
		e.rules.Backward(row, e.State(i))
	case exited:
		row[len(row)-1] = true
	}
}

// StepBack implements miniflow.Reversible: it undoes b.Action in every lane,
// with reward 0 and no flags. A lane in its source state stays there, whatever
// its action. An action that cannot have been the last one is an error that
// wraps miniflow.ErrAction; no lane has moved then.
func (e *Env) StepBack(b *miniflow.Batch) error {
	if err := e.checkBatch(b); err != nil {
		return err
	}
	for i := range e.lanes {
		if err := e.checkBack(i, int(b.Action.I32[i])); err != nil {
			return err
		}
	}
	for i := range e.lanes {
		b.Reward[i], b.Terminated[i], b.Truncated[i] = 0, false, false
		a := int(b.Action.I32[i])
		if e.lanes[i] == running && !atSource(e.State(i)) {
			e.rules.Undo(e.State(i), a)
		}
		if err := e.arrive(b, i, -1); err != nil {
			return err
		}
	}
	return nil
}

// checkBack says why lane i cannot undo action a. It uses the lane's action
// mask as scratch, which a lane that moves computes anew.
func (e *Env) checkBack(i, a int) error {
	if e.lanes[i] == fresh {
		return fmt.Errorf("gfnenvs: step back %s: lane %d: call Reset first: %w", e.spec.ID, i, miniflow.ErrNeedsReset)
	}
	if e.lanes[i] == running && atSource(e.State(i)) {
		return nil
	}
	mask := e.mask(i)
	clear(mask)
	e.backward(mask, i)
	ok := a >= 0 && a < len(mask) && mask[a]
	clear(mask)
	e.rules.Forward(mask, e.State(i))
	if !ok {
		return fmt.Errorf("gfnenvs: step back %s: lane %d: action %s cannot have led to state %v: %w", e.spec.ID, i, e.layout.ActionName(a), e.State(i), miniflow.ErrAction)
	}
	return nil
}

func atSource(s []int32) bool {
	for _, v := range s {
		if v != 0 {
			return false
		}
	}
	return true
}

// SelfCheck implements miniflow.SelfChecker by [CheckRules].
func (e *Env) SelfCheck() error { return CheckRules(e.rules, 5, 1) }

// SetState puts lane into state s, not exited, and observes it: backward
// sampling starts so from an object. It fails with an error that wraps
// [ErrState] if s is not in the state space or has no parent.
func (e *Env) SetState(b *miniflow.Batch, lane int, s []int32) error {
	if err := e.checkBatch(b); err != nil {
		return err
	}
	err := e.layout.CheckState(s)
	if err == nil && !atSource(s) {
		mask := e.mask(lane)
		clear(mask)
		e.rules.Backward(mask, s)
		if !slices.Contains(mask, true) {
			err = fmt.Errorf("state %v has no parent: %w", s, ErrState)
		}
	}
	if err != nil {
		if e.lanes[lane] == running {
			clear(e.mask(lane))
			e.rules.Forward(e.mask(lane), e.State(lane))
		}
		return fmt.Errorf("gfnenvs: set state %s: lane %d: %w", e.spec.ID, lane, err)
	}
	copy(e.State(lane), s)
	b.Reward[lane], b.Terminated[lane], b.Truncated[lane] = 0, false, false
	return e.arrive(b, lane, -1)
}

// SetCondition gives lane the condition c, which it keeps until its next reset.
func (e *Env) SetCondition(b *miniflow.Batch, lane int, c ...float64) error {
	if err := e.checkBatch(b); err != nil {
		return err
	}
	if e.cond == nil {
		return fmt.Errorf("gfnenvs: set condition %s: its rules have none", e.spec.ID)
	}
	if _, err := Given(e.cond, c...); err != nil {
		return fmt.Errorf("gfnenvs: set condition %s: lane %d: %w", e.spec.ID, lane, err)
	}
	copy(e.Condition(lane), c)
	copy(b.Obs[1].RowF64(lane), c)
	return nil
}
