package miniflow

import (
	"fmt"
	"math"
	"runtime"
	"slices"
)

// checkSnapshot saves lane 0 halfway and plays the rest twice.
func (c *checker) checkSnapshot() {
	env, err := c.make(2)
	if err != nil {
		return
	}
	snap, ok := As[Snapshotter](env)
	if !ok {
		return
	}
	b := NewBatch(env)
	if err := env.Reset(b, 3); err != nil {
		c.fault("reset: %v", err)
		return
	}
	c.play(env, b, 20, 9)
	saved, err := snap.Snapshot(nil, b, 0)
	if err != nil {
		c.fault("snapshot: %v", err)
		return
	}
	at := snapshotBatch(b)
	first := c.play(env, b, 40, 10)
	if err := snap.Restore(b, 0, saved); err != nil {
		c.fault("restore: %v", err)
		return
	}
	if !at.equalLane(0, b, 0) {
		c.fault("restore does not bring back observation, reward and flags")
	}
	again, err := snap.Snapshot(nil, b, 0)
	if err != nil || string(again) != string(saved) {
		c.fault("a restored lane has another snapshot than the one it came from")
	}
	for t, f := range first {
		b.Action.CopyRow(0, &f.action[0], 0)
		b.Action.CopyRow(1, &f.action[0], 0)
		if a, ok := As[Autoresetter](env); ok && a.Autoreset() == Disabled {
			break
		}
		if m, ok := As[Masker](env); ok && env.Spec().NumActions() > 0 {
			legalise(env, m, b, 1)
		}
		if err := env.Step(b); err != nil {
			c.fault("step after restore: %v", err)
			return
		}
		if !f.equalLane(0, b, 0) {
			c.fault("%d steps after a restore the lane differs", t+1)
			return
		}
	}
	for _, n := range []int{0, 1, len(saved) / 2, len(saved) - 1} {
		before := snapshotBatch(b)
		c.want(snap.Restore(b, 0, saved[:n]), ErrSnapshot, fmt.Sprintf("restore from the first %d of %d bytes", n, len(saved)))
		if !before.equal(b) {
			c.fault("a refused snapshot changed the batch")
		}
	}
}

// legalise replaces lane i's action by its first legal one.
func legalise(env Env, m Masker, b *Batch, i int) {
	n := env.Spec().NumActions()
	mask := make([]bool, n*env.Len())
	m.ActionMask(mask)
	if a := slices.Index(mask[i*n:(i+1)*n], true); a >= 0 {
		b.Action.I32[i] = int32(a + env.Spec().Action.(Discrete).Start)
	}
}

// play makes random legal steps and returns them.
func (c *checker) play(env Env, b *Batch, steps int, seed uint64) []frame {
	rng := NewRand(seed)
	var out []frame
	for t := range steps {
		legalActions(env, b, rng)
		if err := env.Step(b); err != nil {
			c.fault("step: %v", err)
			return out
		}
		out = append(out, snapshotBatch(b))
		if a, ok := As[Autoresetter](env); ok && a.Autoreset() == Disabled {
			c.resetEnded(env, b, t)
		}
	}
	return out
}

// checkReversible walks forward and undoes every action.
func (c *checker) checkReversible() {
	env, err := c.make(1)
	if err != nil {
		return
	}
	r, ok := As[Reversible](env)
	n := env.Spec().NumActions()
	if !ok || n == 0 {
		return
	}
	b := NewBatch(env)
	if err := env.Reset(b, 4); err != nil {
		c.fault("reset: %v", err)
		return
	}
	rng := NewRand(6)
	back := make([]bool, n)
	for t := range 30 {
		parent := snapshotBatch(b)
		legalActions(env, b, rng)
		a := b.Action.I32[0]
		if int(a) == n-1 { // the exit action ends the episode
			break
		}
		if err := env.Step(b); err != nil {
			c.fault("step: %v", err)
			return
		}
		child := snapshotBatch(b)
		r.BackwardMask(back)
		if !back[a] {
			c.fault("step %d: action %d led here, but the backward mask forbids to undo it", t+1, a)
			return
		}
		b.Action.I32[0] = a
		if err := r.StepBack(b); err != nil {
			c.fault("step back: %v", err)
			return
		}
		for k := range parent.obs {
			if !parent.obs[k].EqualRow(0, &b.Obs[k], 0) {
				c.fault("step %d: undoing action %d does not lead back to the parent", t+1, a)
				return
			}
		}
		b.Action.I32[0] = a
		if err := env.Step(b); err != nil {
			c.fault("step: %v", err)
			return
		}
		for k := range child.obs {
			if !child.obs[k].EqualRow(0, &b.Obs[k], 0) {
				c.fault("step %d: action %d done again leads elsewhere", t+1, a)
				return
			}
		}
	}
}

// checkAllocs counts allocations of steps within episodes: resets are free to
// allocate. It takes the least of many steps, because a reset or a collection
// may fall into any of them.
func (c *checker) checkAllocs() {
	env, err := c.make(1)
	if err != nil {
		return
	}
	b := NewBatch(env)
	rng, least := NewRand(1), uint64(math.MaxUint64)
	for t := range 30 {
		if t == 0 || b.Ended(0) {
			if err := env.Reset(b, uint64(t)); err != nil {
				c.fault("reset: %v", err)
				return
			}
		}
		legalActions(env, b, rng)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := env.Step(b)
		runtime.ReadMemStats(&after)
		if err != nil {
			c.fault("step: %v", err)
			return
		}
		least = min(least, after.Mallocs-before.Mallocs)
	}
	if least > 0 {
		c.fault("every step allocates, at least %d times", least)
	}
}
