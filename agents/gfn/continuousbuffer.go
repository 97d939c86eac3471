package gfn

import (
	"errors"
	"fmt"
	"slices"

	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// replay adds n constructions from the buffer: those that it keeps actions of as
// they were, and to the objects of [ReplayStates] by the backward policy. What they
// are learned with, the log probabilities, is computed anew by the networks.
func (a *ContinuousAgent) replay(n int) error {
	if n == 0 {
		return nil
	}
	w, lo := a.walker, a.walker.n
	a.replayed = append(a.replayed[:0], make([]int, n)...)
	a.buffer.Draw(a.replayed, &a.rng, a.config.ReplayByReward)
	if a.config.Replay == ReplayStates {
		a.objects = a.objects[:0]
		for _, k := range a.replayed {
			a.objects = append(a.objects, a.buffer.Item(k).Point...)
		}
		return w.undo(a.objects)
	}
	for _, k := range a.replayed {
		if err := w.repeat(a.buffer.Item(k)); err != nil {
			return fmt.Errorf("replay: %w", err)
		}
	}
	w.evaluate(lo, w.n, false)
	return nil
}

// repeat adds the construction of a buffer's item. Its rows are yet to be evaluated.
func (w *walker) repeat(x *Item) error {
	i, params := w.start(), x.Params
	row := w.visit(i, w.layout.Source)
	for _, kind := range x.Actions[:len(x.Actions)-1] {
		if !w.mask[row*w.kinds()+int(kind)] {
			return fmt.Errorf("state %v: action %s is not legal: %w", w.stateOf(row), w.layout.Kinds[kind].Name, agents.ErrCheckpoint)
		}
		w.kind[row] = kind
		n := copy(w.parameters(row, false), params)
		params = params[n:]
		var err error
		if row, err = w.apply(i, row); err != nil {
			return err
		}
	}
	w.all[i].reward = x.LogReward
	return nil
}

// remember puts the first n constructions into the buffer.
func (a *ContinuousAgent) remember(n int) {
	w := a.walker
	items := make([]Item, n)
	for i := range items {
		x := &items[i]
		x.Point, x.LogReward = slices.Clone(w.object(i)), w.all[i].reward
		if a.config.Replay == ReplayStates {
			continue
		}
		for _, row := range w.all[i].rows {
			x.Actions = append(x.Actions, w.kind[row])
			x.Params = append(x.Params, w.parameters(int(row), false)...)
		}
	}
	a.buffer.Add(items)
}

// savePoints puts what only continuous rules have into a checkpoint: the objects and
// the parameters of actions, row after row.
func (b *Buffer) savePoints(s *agents.State) {
	var points, params []float64
	for i := range b.items {
		points, params = append(points, b.items[i].Point...), append(params, b.items[i].Params...)
	}
	s.PutFloats(stateBuffer+"points", points)
	s.PutFloats(stateBuffer+"params", params)
}

// loadPoints adds to the items, which have their actions, what savePoints put.
func (b *Buffer) loadPoints(s *agents.State, l *gfnenvs.ContinuousLayout) error {
	total := 0
	for i := range b.items {
		for k, kind := range b.items[i].Actions {
			last := k == len(b.items[i].Actions)-1
			if kind < 0 || int(kind) > l.Exit() || last != (int(kind) == l.Exit()) {
				return fmt.Errorf("action %d of item %d is of kind %d: want the exit, %d, at the end and smaller ones before: %w", k, i, kind, l.Exit(), agents.ErrCheckpoint)
			}
			total += l.Kinds[kind].Params
		}
	}
	width := len(l.Source)
	points, params := make([]float64, len(b.items)*width), make([]float64, total)
	s.Floats(stateBuffer+"points", points)
	s.Floats(stateBuffer+"params", params)
	for i := range b.items {
		x, n := &b.items[i], 0
		for _, kind := range x.Actions {
			n += l.Kinds[kind].Params
		}
		x.Point, x.Params = points[i*width:(i+1)*width:(i+1)*width], params[:n:n]
		params = params[n:]
	}
	return s.Err()
}

// loadObjects reads the buffer of an older checkpoint, when continuous rules had no
// buffer but a ring of objects.
func (b *Buffer) loadObjects(s *agents.State, width int) error {
	var size [2]int64 // how many there are, and the oldest
	s.Ints(stateBuffer+"size", size[:])
	n, oldest := size[0], size[1]
	if s.Err() != nil || n < 0 || n > int64(b.Capacity) || oldest < 0 || oldest > n {
		return errors.Join(s.Err(), fmt.Errorf("gfn: replay buffer: %d objects, the oldest number %d, do not fit into a capacity of %d: %w", n, oldest, b.Capacity, agents.ErrCheckpoint))
	}
	points, rewards := make([]float64, int(n)*width), make([]float64, n)
	s.Floats(stateBuffer+"states", points)
	s.Floats(stateBuffer+"log_rewards", rewards)
	b.items = nil
	for k := range int(n) {
		i := (k + int(oldest)) % int(n)
		b.items = append(b.items, Item{Point: points[i*width : (i+1)*width : (i+1)*width], LogReward: rewards[i]})
	}
	return s.Err()
}
