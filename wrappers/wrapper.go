package wrappers

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/miniworld"
)

// Wrapper is an environment that changes the one inside it. The functions of
// this package make them.
type Wrapper struct {
	miniflow.Env // the environment inside

	name  string
	spec  *miniflow.Spec
	mode  miniflow.Autoreset
	chunk miniflow.ChunkStepper // steps part of Env's lanes; nil if nothing can
	grid  *minigrid.Env         // nil unless the wrapper looks into worlds
	// worldOf returns the world that look looks at.
	worldOf func(lane int) *minigrid.World
	repeat  int // steps inside for each step outside

	in        miniflow.Batch  // what Env is stepped with
	pass      []int           // observation of ours that Env writes its k-th to, -1 for one of in's own
	changed   map[string]bool // observations whose rows the wrapper writes
	written   []int           // the same, by number
	ownAction bool            // whether in.Action is not the caller's
	out       *miniflow.Batch // what the wrapper was last called with
	sizes     []int           // elements of a row of each observation
	idle      bool            // whether there is nothing to do before and after a step
	ended     []bool          // with NextStep: the lane's next step resets it
	stepped   []bool          // what Watch wrote last into a lane's row came from a step

	hooks
}

// hooks are what makes a wrapper what it is. All are about lane i and may run
// for different lanes at once; nil ones do nothing. b is the caller's batch; its
// rewards and flags are those of Env.
type hooks struct {
	// before is called before Env steps. With ownAction it sets the row of
	// in.Action.
	before func(i int, b *miniflow.Batch)
	// step is called when Env has stepped, but not when that step was a reset. It
	// may change the reward, and set a flag to end the episode.
	step func(i int, b *miniflow.Batch)
	// begin is called when an episode has begun, with its first observation in
	// in.Obs.
	begin func(i int) error
	// push is called with every observation of Env, once and in order.
	push func(i int, src []miniflow.Array)
	// write turns an observation of Env into one of ours. It is called after push
	// and when a lane was restored.
	write func(i int, dst, src []miniflow.Array)
	// look is like push and write for what is read off a world.
	look func(w *minigrid.World, i int, dst []miniflow.Array, reset bool)
	// save appends the lane's state, load reads it back; if load fails it is
	// called again with the state before.
	save func(i int, dst []byte) []byte
	load func(i int, src []byte) error
}

var (
	_ miniflow.Env          = (*Wrapper)(nil)
	_ miniflow.ChunkStepper = (*Wrapper)(nil)
	_ miniflow.Snapshotter  = (*Wrapper)(nil)
	_ miniflow.Ender        = (*Wrapper)(nil)
	_ minigrid.Watcher      = (*Wrapper)(nil)
)

// newWrapper returns a wrapper without hooks. Its maker changes the spec, sets
// hooks and calls build.
func newWrapper(env miniflow.Env, name string) *Wrapper {
	w := &Wrapper{Env: env, name: name, spec: env.Spec().Clone(), repeat: 1, changed: map[string]bool{}}
	if p, ok := env.(*miniflow.ParallelEnv); ok {
		env = p.Unwrap() // which takes the same batches
	}
	w.chunk, _ = env.(miniflow.ChunkStepper)
	if a, ok := miniflow.As[miniflow.Autoresetter](env); ok {
		w.mode = a.Autoreset()
	}
	return w
}

// fail returns an error that names the wrapper and the environment.
func (w *Wrapper) fail(format string, args ...any) error {
	return fmt.Errorf("wrappers: %s of %s: %w", w.name, w.spec.ID, fmt.Errorf(format, args...))
}

// obs returns the number and space of an observation of Env.
func (w *Wrapper) obs(name string) (int, miniflow.Space, error) {
	in := w.Env.Spec().Observation
	k := in.Index(name)
	if k < 0 {
		return 0, nil, w.fail("it has no observation %q", name)
	}
	return k, in[k].Space, nil
}

// set gives an observation a space and makes the wrapper write its rows; a new
// name is added at the end. It returns the observation's number.
func (w *Wrapper) set(name string, s miniflow.Space) int {
	k := w.spec.Observation.Index(name)
	if k < 0 {
		k = len(w.spec.Observation)
		w.spec.Observation = append(w.spec.Observation, miniflow.Named{Name: name})
	}
	w.spec.Observation[k].Space = s
	w.changed[name] = true
	return k
}

// worlds finds the Minigrid environment inside.
func (w *Wrapper) worlds() error {
	grid, ok := miniflow.As[*minigrid.Env](w.Env)
	if _, world := miniflow.As[*miniworld.Env](w.Env); world && w.name == "first_person" {
		return w.fail("it is 3D and seen in first person already: leave the wrapper out")
	}
	if !ok {
		return w.fail("it is no Minigrid environment")
	}
	w.grid, w.worldOf = grid, grid.World
	return nil
}

// build makes the inner batch for the spec as it is now and puts the hooks in
// place.
func (w *Wrapper) build() *Wrapper {
	n := w.Env.Len()
	inner := w.Env.Spec()
	w.ended, w.stepped = make([]bool, n), make([]bool, n)
	w.pass = make([]int, len(inner.Observation))
	w.in.Obs = make([]miniflow.Array, len(w.pass))
	if w.mode == miniflow.SameStep {
		w.in.FinalObs = make([]miniflow.Array, len(w.pass))
	}
	for k, o := range inner.Observation {
		w.pass[k] = w.spec.Observation.Index(o.Name)
		if w.pass[k] >= 0 && !w.changed[o.Name] {
			continue
		}
		w.pass[k] = -1
		w.in.Obs[k] = miniflow.NewArray(o.Space.DType(), n, o.Space.Shape()...)
		if w.in.FinalObs != nil {
			w.in.FinalObs[k] = miniflow.NewArray(o.Space.DType(), n, o.Space.Shape()...)
		}
	}
	for k, o := range w.spec.Observation {
		size := 1
		for _, d := range o.Space.Shape() {
			size *= d
		}
		w.sizes = append(w.sizes, size)
		if w.changed[o.Name] {
			w.written = append(w.written, k)
		}
	}
	w.idle = w.before == nil && w.step == nil && w.begin == nil && w.push == nil && w.write == nil && w.repeat == 1
	if w.ownAction {
		w.in.Action = someActions(inner.Action, n)
	}
	if w.look != nil && w.grid != nil {
		w.grid.AddWatcher(w)
	}
	return w
}

// someActions returns n rows that lie in the action space.
func someActions(s miniflow.Space, n int) miniflow.Array {
	a := miniflow.NewArray(s.DType(), n, s.Shape()...)
	rng := miniflow.NewRand(0)
	for i := range n {
		if s.Check(&a, i) != nil {
			s.Sample(rng, &a, i)
		}
	}
	return a
}

// Unwrap returns the environment inside.
func (w *Wrapper) Unwrap() miniflow.Env { return w.Env }

// Spec implements [miniflow.Env].
func (w *Wrapper) Spec() *miniflow.Spec { return w.spec }

// Name returns the wrapper's name, as in [Names].
func (w *Wrapper) Name() string { return w.name }

// open checks the caller's batch and lets the inner one share its arrays.
func (w *Wrapper) open(b *miniflow.Batch) error {
	n := w.Env.Len()
	ok := b != nil && len(b.Obs) == len(w.spec.Observation) &&
		b.Action.Len() == n && b.Action.Type == w.spec.Action.DType() &&
		len(b.Reward) == n && len(b.Terminated) == n && len(b.Truncated) == n &&
		(w.mode != miniflow.SameStep || len(b.FinalObs) == len(b.Obs))
	for k := 0; ok && k < len(b.Obs); k++ {
		o := &b.Obs[k]
		ok = o.Len() == n && o.Size() == w.sizes[k] && o.Type == w.spec.Observation[k].Space.DType()
	}
	if !ok {
		return w.fail("the batch was made for another environment: make one with NewBatch: %w", miniflow.ErrBatch)
	}
	w.out = b
	w.in.Reward, w.in.Terminated, w.in.Truncated, w.in.ResetMask = b.Reward, b.Terminated, b.Truncated, b.ResetMask
	if !w.ownAction {
		w.in.Action = b.Action
	}
	for k, o := range w.pass {
		if o < 0 {
			continue
		}
		w.in.Obs[k] = b.Obs[o]
		if w.in.FinalObs != nil {
			w.in.FinalObs[k] = b.FinalObs[o]
		}
	}
	return nil
}

// Reset implements [miniflow.Env].
func (w *Wrapper) Reset(b *miniflow.Batch, seeds ...uint64) error {
	if err := w.open(b); err != nil {
		return err
	}
	if err := w.Env.Reset(&w.in, seeds...); err != nil {
		return err
	}
	for i := range w.ended {
		if b.ResetMask != nil && !b.ResetMask[i] {
			continue
		}
		w.ended[i] = false
		if err := w.opened(i, b); err != nil {
			return err
		}
	}
	return nil
}

// opened tells the hooks that an episode has begun.
func (w *Wrapper) opened(i int, b *miniflow.Batch) error {
	if w.begin != nil {
		if err := w.begin(i); err != nil {
			return err
		}
	}
	w.pushed(i, b.Obs, w.in.Obs)
	return nil
}

// pushed hands an observation of Env to the hooks.
func (w *Wrapper) pushed(i int, dst, src []miniflow.Array) {
	if w.push != nil {
		w.push(i, src)
	}
	if w.write != nil {
		w.write(i, dst, src)
	}
}

// Step implements [miniflow.Env].
func (w *Wrapper) Step(b *miniflow.Batch) error {
	if w.before != nil || w.repeat > 1 {
		if err := w.CheckActions(b); err != nil {
			return err
		}
		if w.repeat > 1 {
			return w.StepChunk(b, 0, len(w.ended))
		}
		w.prepare(b, 0, len(w.ended))
	} else if err := w.open(b); err != nil {
		return err
	}
	if err := w.Env.Step(&w.in); err != nil {
		return err
	}
	return w.finish(b, 0, len(w.ended))
}

// CheckActions implements [miniflow.ChunkStepper].
func (w *Wrapper) CheckActions(b *miniflow.Batch) error {
	if err := w.open(b); err != nil {
		return err
	}
	if w.ownAction {
		for i, ended := range w.ended {
			if ended {
				continue // the action is ignored
			}
			if err := w.spec.Action.Check(&b.Action, i); err != nil {
				return w.fail("lane %d: action %w: %w", i, err, miniflow.ErrAction)
			}
		}
	}
	if w.chunk == nil {
		return nil
	}
	return w.chunk.CheckActions(&w.in)
}

// StepChunk implements [miniflow.ChunkStepper]. It fails if the environment
// inside is none.
func (w *Wrapper) StepChunk(b *miniflow.Batch, lo, hi int) error {
	if w.chunk == nil {
		return w.fail("%T cannot step part of its lanes: wrap first and make the parallel environment of the wrapper", w.Env)
	}
	w.prepare(b, lo, hi)
	if w.repeat == 1 {
		if err := w.chunk.StepChunk(&w.in, lo, hi); err != nil {
			return err
		}
		return w.finish(b, lo, hi)
	}
	for i := lo; i < hi; i++ {
		if err := w.stepRepeatedly(i); err != nil {
			return err
		}
	}
	return w.finish(b, lo, hi)
}

// stepRepeatedly makes repeat steps of one lane, or fewer if its episode ends.
func (w *Wrapper) stepRepeatedly(i int) error {
	var sum float64
	for range w.repeat {
		if err := w.chunk.StepChunk(&w.in, i, i+1); err != nil {
			return err
		}
		sum += w.in.Reward[i]
		if w.in.Ended(i) || w.ended[i] {
			break
		}
	}
	w.in.Reward[i] = sum
	return nil
}

func (w *Wrapper) prepare(b *miniflow.Batch, lo, hi int) {
	if w.before == nil {
		return
	}
	for i := lo; i < hi; i++ {
		if !w.ended[i] {
			w.before(i, b)
		}
	}
}

// finish calls the hooks of lanes [lo,hi) after Env has stepped.
func (w *Wrapper) finish(b *miniflow.Batch, lo, hi int) error {
	if w.idle {
		return nil
	}
	for i := lo; i < hi; i++ {
		if w.ended[i] { // this step was a reset
			w.ended[i] = false
			if err := w.opened(i, b); err != nil {
				return err
			}
			continue
		}
		over := b.Ended(i)
		if w.step != nil {
			w.step(i, b)
			if !over && b.Ended(i) {
				w.pushed(i, b.Obs, w.in.Obs)
				if err := w.End(b, i); err != nil {
					return err
				}
				continue
			}
		}
		if over && w.mode == miniflow.SameStep {
			w.pushed(i, b.FinalObs, w.in.FinalObs)
			if err := w.opened(i, b); err != nil {
				return err
			}
			continue
		}
		w.pushed(i, b.Obs, w.in.Obs)
		w.ended[i] = over && w.mode == miniflow.NextStep
	}
	return nil
}

// End implements [miniflow.Ender].
func (w *Wrapper) End(b *miniflow.Batch, lane int) error {
	if w.out != b { // not within a step of the wrapper around this one
		if err := w.open(b); err != nil {
			return err
		}
	}
	e, ok := miniflow.As[miniflow.Ender](w.Env)
	if !ok {
		return w.fail("%T cannot end an episode before its time", w.Env)
	}
	if w.mode != miniflow.SameStep {
		w.ended[lane] = w.mode == miniflow.NextStep && !w.idle
		return e.End(&w.in, lane)
	}
	for k := range b.Obs {
		b.FinalObs[k].CopyRow(lane, &b.Obs[k], lane)
	}
	if err := e.End(&w.in, lane); err != nil {
		return err
	}
	return w.opened(lane, b)
}

// Watch implements [minigrid.Watcher] for wrappers that look into worlds. With
// autoreset within the step, the row that the last step wrote is the final
// observation of the episode when the reset comes.
func (w *Wrapper) Watch(world *minigrid.World, lane int, reset bool) {
	b := w.out
	if b == nil {
		return // the environment inside is used without its wrapper
	}
	if reset && w.stepped[lane] && w.mode == miniflow.SameStep {
		for _, k := range w.written {
			b.FinalObs[k].CopyRow(lane, &b.Obs[k], lane)
		}
	}
	w.stepped[lane] = !reset
	w.look(world, lane, b.Obs, reset)
}
