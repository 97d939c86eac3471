package miniflow

import (
	"math"
	"slices"
)

// frame is a copy of what a step wrote.
type frame struct {
	action, obs, final []Array
	reward             []float64
	term, trunc        []bool
}

func snapshotBatch(b *Batch) frame {
	return frame{cloneArrays([]Array{b.Action}), cloneArrays(b.Obs), cloneArrays(b.FinalObs),
		slices.Clone(b.Reward), slices.Clone(b.Terminated), slices.Clone(b.Truncated)}
}

func cloneArrays(a []Array) []Array {
	out := slices.Clone(a)
	for k := range out {
		out[k].U8, out[k].I32, out[k].I64 = slices.Clone(a[k].U8), slices.Clone(a[k].I32), slices.Clone(a[k].I64)
		out[k].F32, out[k].F64, out[k].Text = slices.Clone(a[k].F32), slices.Clone(a[k].F64), slices.Clone(a[k].Text)
	}
	return out
}

func (f frame) equal(b *Batch) bool {
	for i := range b.Reward {
		if !f.equalLane(i, b, i) {
			return false
		}
	}
	return true
}

// equalLane compares lane i of f with lane j of b.
func (f frame) equalLane(i int, b *Batch, j int) bool {
	if math.Float64bits(f.reward[i]) != math.Float64bits(b.Reward[j]) || f.term[i] != b.Terminated[j] || f.trunc[i] != b.Truncated[j] {
		return false
	}
	for k := range f.obs {
		if !f.obs[k].EqualRow(i, &b.Obs[k], j) {
			return false
		}
	}
	return true
}

// record plays random legal actions, checks every batch, and returns all of it.
func (c *checker) record(env Env, seeds []uint64) []frame {
	b := NewBatch(env)
	if err := env.Reset(b, seeds...); err != nil {
		c.fault("reset: %v", err)
		return nil
	}
	mode := NextStep
	if a, ok := As[Autoresetter](env); ok {
		mode = a.Autoreset()
	}
	rng := NewRand(5)
	trace := []frame{snapshotBatch(b)}
	c.checkBatch(env, b)
	for t := range checkSteps {
		old := trace[len(trace)-1]
		legalActions(env, b, rng)
		c.checkMask(env)
		if err := env.Step(b); err != nil {
			c.fault("step %d: %v", t+1, err)
			return trace
		}
		c.checkBatch(env, b)
		for i := range env.Len() {
			ended := old.term[i] || old.trunc[i]
			if mode == NextStep && ended && (b.Reward[i] != 0 || b.Ended(i)) {
				c.fault("step %d: lane %d: the step that resets has a reward or an end", t+1, i)
			}
			if mode == SameStep && b.Ended(i) {
				for k, o := range env.Spec().Observation {
					if err := o.Space.Check(&b.FinalObs[k], i); err != nil {
						c.fault("step %d: lane %d: final observation %s: %v", t+1, i, o.Name, err)
					}
				}
			}
		}
		trace = append(trace, snapshotBatch(b))
		if mode == Disabled {
			c.resetEnded(env, b, t)
			trace[len(trace)-1] = snapshotBatch(b)
		}
		if len(c.faults) > 0 {
			break
		}
	}
	return trace
}

// resetEnded resets the lanes whose episode ended, by mask, and checks that the
// others stay as they are.
func (c *checker) resetEnded(env Env, b *Batch, t int) {
	if !slices.Contains(b.Terminated, true) && !slices.Contains(b.Truncated, true) {
		return
	}
	before := snapshotBatch(b)
	b.ResetMask = make([]bool, env.Len())
	for i := range b.ResetMask {
		b.ResetMask[i] = b.Ended(i)
	}
	if b.ResetMask[0] {
		c.want(env.Step(b), ErrNeedsReset, "step of an ended lane with autoreset disabled")
	}
	if err := env.Reset(b); err != nil {
		c.fault("step %d: reset by mask: %v", t+1, err)
	}
	for i, m := range b.ResetMask {
		if !m && !before.equalLane(i, b, i) {
			c.fault("step %d: a reset by mask changed lane %d, which is not in the mask", t+1, i)
		}
		if m && b.Ended(i) {
			c.fault("step %d: lane %d is still marked as ended after its reset", t+1, i)
		}
	}
	b.ResetMask = nil
}

func (c *checker) checkBatch(env Env, b *Batch) {
	s := env.Spec()
	for k, o := range s.Observation {
		if b.Obs[k].Type != o.Space.DType() || !slices.Equal(b.Obs[k].Shape, o.Space.Shape()) && len(o.Space.Shape()) > 0 {
			c.fault("observation %s is %v %v, its space says %v %v", o.Name, b.Obs[k].Type, b.Obs[k].Shape, o.Space.DType(), o.Space.Shape())
			return
		}
		for i := range env.Len() {
			if err := o.Space.Check(&b.Obs[k], i); err != nil {
				c.fault("lane %d: observation %s: %v", i, o.Name, err)
			}
		}
	}
	for i, r := range b.Reward {
		if !(r >= s.Reward[0] && r <= s.Reward[1]) {
			c.fault("lane %d: reward %v is not in [%v,%v]", i, r, s.Reward[0], s.Reward[1])
		}
	}
}

func (c *checker) checkMask(env Env) {
	m, ok := As[Masker](env)
	n := env.Spec().NumActions()
	if !ok || n == 0 {
		return
	}
	mask := make([]bool, n*env.Len())
	m.ActionMask(mask)
	for i := range env.Len() {
		if !slices.Contains(mask[i*n:(i+1)*n], true) {
			c.fault("lane %d: the mask allows no action", i)
		}
	}
}

// checkDeterminism replays lane 1 of the trace in lane 0 of a smaller env.
func (c *checker) checkDeterminism(trace []frame) {
	const lane = 1
	env, err := c.make(1)
	if err != nil {
		c.fault("make 1 lane: %v", err)
		return
	}
	if a, ok := As[Autoresetter](env); ok && a.Autoreset() == Disabled {
		return // the resets in between are not in the trace
	}
	b := NewBatch(env)
	if err := env.Reset(b, 12); err != nil {
		c.fault("reset: %v", err)
		return
	}
	for t, f := range trace {
		if t > 0 {
			b.Action.CopyRow(0, &f.action[0], lane)
			if err := env.Step(b); err != nil {
				c.fault("replay step %d: %v", t, err)
				return
			}
		}
		if !f.equalLane(lane, b, 0) {
			c.fault("step %d: the same seed and actions gave another result in an environment of one lane", t)
			return
		}
	}
}
