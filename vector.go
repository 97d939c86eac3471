package miniflow

import (
	"context"
	"fmt"
)

// VectorEnv runs independent [Sim] values as the lanes of one [Env]. Make it
// with [NewVector] or, in a [Factory], with [Config.Vector].
type VectorEnv struct {
	spec  *Spec
	mode  Autoreset
	sims  []Sim
	rng   []Rand
	state []laneState
	sizes []int                 // elements in a row of each observation
	seed  func(lane int) uint64 // nil unless SetSeeder was called
	ctx   context.Context       // ends resets early; nil without WithContext
	print uint64                // the spec's fingerprint
}

var (
	_ Env          = (*VectorEnv)(nil)
	_ Autoresetter = (*VectorEnv)(nil)
	_ Snapshotter  = (*VectorEnv)(nil)
	_ Masker       = (*VectorEnv)(nil)
	_ Hasher       = (*VectorEnv)(nil)
	_ ChunkStepper = (*VectorEnv)(nil)
	_ Ender        = (*VectorEnv)(nil)
	_ Reseeder     = (*VectorEnv)(nil)
)

type laneState uint8

const (
	fresh   laneState = iota // never reset
	running                  // within an episode
	ended                    // the last step ended the episode
)

// NewVector returns an environment of n lanes in autoreset mode [NextStep],
// lane i seeded with i. newSim is called n times.
func NewVector(spec *Spec, n int, newSim func() (Sim, error)) (*VectorEnv, error) {
	if n < 1 {
		return nil, fmt.Errorf("miniflow: %s: %d lanes: want at least 1", spec.ID, n)
	}
	v := &VectorEnv{spec: spec, sims: make([]Sim, n), rng: make([]Rand, n), state: make([]laneState, n), print: spec.Fingerprint()}
	for i := range n {
		sim, err := newSim()
		if err != nil {
			return nil, err
		}
		v.sims[i] = sim
		v.rng[i].Seed(uint64(i))
	}
	return v, nil
}

// SetAutoreset changes the autoreset mode; batches must be made anew.
func (v *VectorEnv) SetAutoreset(mode Autoreset) { v.mode = mode }

// Spec implements [Env].
func (v *VectorEnv) Spec() *Spec { return v.spec }

// Len implements [Env].
func (v *VectorEnv) Len() int { return len(v.sims) }

// Autoreset implements [Autoresetter].
func (v *VectorEnv) Autoreset() Autoreset { return v.mode }

// Sim returns the simulation of a lane, for wrappers that look inside.
func (v *VectorEnv) Sim(lane int) Sim { return v.sims[lane] }

// Running reports whether the lane is within an episode: it was reset and has
// not ended since.
func (v *VectorEnv) Running(lane int) bool { return v.state[lane] == running }

// Rand implements [Rander].
func (v *VectorEnv) Rand(lane int) *Rand { return &v.rng[lane] }

// Reset implements [Env].
func (v *VectorEnv) Reset(b *Batch, seeds ...uint64) error {
	if err := v.checkBatch(b); err != nil {
		return err
	}
	if n := len(seeds); n > 1 && n != len(v.sims) {
		return fmt.Errorf("miniflow: reset %s: %d seeds for %d lanes: give none, one or one a lane: %w", v.spec.ID, n, len(v.sims), ErrSeeds)
	}
	for i := range v.sims {
		if b.ResetMask != nil && !b.ResetMask[i] {
			continue
		}
		if v.ctx != nil && v.ctx.Err() != nil {
			return fmt.Errorf("miniflow: reset %s: lane %d of %d: %w", v.spec.ID, i, len(v.sims), v.ctx.Err())
		}
		switch {
		case len(seeds) == 1:
			v.rng[i].Seed(seeds[0] + uint64(i))
		case len(seeds) > 1:
			v.rng[i].Seed(seeds[i])
		}
		b.Reward[i], b.Terminated[i], b.Truncated[i] = 0, false, false
		if err := v.resetLane(b, i); err != nil {
			if len(seeds) > 0 {
				return fmt.Errorf("%w (seed %d)", err, seeds[min(i, len(seeds)-1)]+uint64(i)*uint64(boolInt(len(seeds) == 1)))
			}
			return err
		}
	}
	return nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (v *VectorEnv) resetLane(b *Batch, i int) error {
	v.state[i] = fresh
	if v.seed != nil {
		v.rng[i].Seed(v.seed(i))
	}
	if err := v.sims[i].Reset(&v.rng[i], Lane{b, i}); err != nil {
		return fmt.Errorf("reset %s: lane %d: %w", v.spec.ID, i, err)
	}
	v.state[i] = running
	return nil
}

// Step implements [Env].
func (v *VectorEnv) Step(b *Batch) error {
	if err := v.CheckActions(b); err != nil {
		return err
	}
	return v.StepChunk(b, 0, len(v.sims))
}

// CheckActions implements [ChunkStepper]: it finds everything that makes a step
// fail before any lane has moved.
func (v *VectorEnv) CheckActions(b *Batch) error {
	if err := v.checkBatch(b); err != nil {
		return err
	}
	if d, ok := v.spec.Action.(Discrete); ok {
		lo, n := int32(d.Start), uint32(d.N)
		for i, a := range b.Action.I32[:len(v.state)] {
			if uint32(a-lo) >= n || v.state[i] != running {
				if err := v.checkLane(b, i); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for i := range v.state {
		if err := v.checkLane(b, i); err != nil {
			return err
		}
	}
	return nil
}

func (v *VectorEnv) checkLane(b *Batch, i int) error {
	switch v.state[i] {
	case fresh:
		return fmt.Errorf("miniflow: step %s: lane %d: call Reset first: %w", v.spec.ID, i, ErrNeedsReset)
	case ended:
		if v.mode == Disabled {
			return fmt.Errorf("miniflow: step %s: lane %d: the episode has ended: reset the lane with Batch.ResetMask: %w", v.spec.ID, i, ErrNeedsReset)
		}
		return nil // the action is ignored
	}
	if err := v.spec.Action.Check(&b.Action, i); err != nil {
		return fmt.Errorf("miniflow: step %s: lane %d: action %w: %w", v.spec.ID, i, err, ErrAction)
	}
	return nil
}

// StepChunk implements [ChunkStepper]. The caller has checked the actions.
func (v *VectorEnv) StepChunk(b *Batch, lo, hi int) error {
	for i := lo; i < hi; i++ {
		b.Reward[i], b.Terminated[i], b.Truncated[i] = 0, false, false
		if v.state[i] == ended {
			if err := v.resetLane(b, i); err != nil {
				return err
			}
			continue
		}
		v.sims[i].Step(Lane{b, i})
		if b.Terminated[i] || b.Truncated[i] {
			v.state[i] = ended
			if v.mode == SameStep {
				for k := range b.Obs {
					b.FinalObs[k].CopyRow(i, &b.Obs[k], i)
				}
				if err := v.resetLane(b, i); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// End implements [Ender].
func (v *VectorEnv) End(b *Batch, lane int) error {
	if err := v.checkBatch(b); err != nil {
		return err
	}
	if v.state[lane] != running {
		return fmt.Errorf("miniflow: end %s: lane %d is in no episode: %w", v.spec.ID, lane, ErrNeedsReset)
	}
	if v.mode != SameStep {
		v.state[lane] = ended
		return nil
	}
	for k := range b.Obs {
		b.FinalObs[k].CopyRow(lane, &b.Obs[k], lane)
	}
	return v.resetLane(b, lane)
}

// SetSeeder implements [Reseeder].
func (v *VectorEnv) SetSeeder(seed func(lane int) uint64) { v.seed = seed }

func (v *VectorEnv) checkBatch(b *Batch) error {
	if b == nil {
		return fmt.Errorf("miniflow: %s: the batch is nil: make one with NewBatch: %w", v.spec.ID, ErrBatch)
	}
	n := len(v.sims)
	ok := b.Action.Len() == n && b.Action.Type == v.spec.Action.DType() && v.fits(b.Obs) &&
		len(b.Reward) == n && len(b.Terminated) == n && len(b.Truncated) == n &&
		(b.ResetMask == nil || len(b.ResetMask) == n) &&
		(v.mode != SameStep || v.fits(b.FinalObs))
	if !ok {
		return fmt.Errorf("miniflow: %s: the batch was made for another environment: make one with NewBatch: %w", v.spec.ID, ErrBatch)
	}
	return nil
}

// fits reports whether obs can hold the observations.
func (v *VectorEnv) fits(obs []Array) bool {
	if len(v.sizes) != len(v.spec.Observation) { // the first call
		for _, o := range v.spec.Observation {
			row := NewArray(o.Space.DType(), 1, o.Space.Shape()...)
			v.sizes = append(v.sizes, row.Size())
		}
	}
	if len(obs) != len(v.sizes) {
		return false
	}
	for k := range obs {
		if obs[k].Len() != len(v.sims) || obs[k].Size() != v.sizes[k] || obs[k].Type != v.spec.Observation[k].Space.DType() {
			return false
		}
	}
	return true
}

// ActionMask implements [Masker]. Every action is legal where the Sim is no
// [SimMasker].
func (v *VectorEnv) ActionMask(dst []bool) {
	n := v.spec.NumActions()
	for i, s := range v.sims {
		row := dst[i*n : (i+1)*n]
		if m, ok := s.(SimMasker); ok {
			m.ActionMask(row)
			continue
		}
		for a := range row {
			row[a] = true
		}
	}
}

// StateHash implements [Hasher] where the Sim is a [SimHasher], and returns 0
// elsewhere.
func (v *VectorEnv) StateHash(lane int) uint64 {
	if h, ok := v.sims[lane].(SimHasher); ok {
		return h.StateHash()
	}
	return 0
}
