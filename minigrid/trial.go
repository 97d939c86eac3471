package minigrid

import (
	"fmt"
	"slices"

	"github.com/miniflow-rl/miniflow"
)

// Trial is an independent copy of a lane, its generator and its task, to try
// actions on without observations. Bots plan with it.
type Trial struct{ sim *sim }

// Trial returns a copy of a lane. It fails with an error that wraps
// [miniflow.ErrNeedsReset] if the lane is not within an episode. Referees and
// wrappers have no part in the copy.
func (e *Env) Trial(lane int) (*Trial, error) {
	if lane < 0 || lane >= e.Len() {
		return nil, fmt.Errorf("minigrid: trial of %s: lane %d: there are %d lanes", e.Spec().ID, lane, e.Len())
	}
	if !e.vector.Running(lane) {
		return nil, fmt.Errorf("minigrid: trial of %s: lane %d: %w", e.Spec().ID, lane, miniflow.ErrNeedsReset)
	}
	c, err := e.vector.Sim(lane).(*sim).clone()
	if err != nil {
		return nil, fmt.Errorf("minigrid: trial of %s: lane %d: %w", e.Spec().ID, lane, err)
	}
	return &Trial{c}, nil
}

// World returns the copied world.
func (t *Trial) World() *World { return t.sim.World }

// Task returns the copied task.
func (t *Trial) Task() Task { return t.sim.task }

// Step does an action by the rules of the world and its task. Nothing stops it
// from going on after the end of the episode.
func (t *Trial) Step(a Action) Outcome { return *t.sim.advance(a) }

// Clone returns a copy of the world that shares nothing with w but the
// generator.
func (w *World) Clone() *World {
	c := *w
	c.cells, c.tags, c.seen = slices.Clone(w.cells), slices.Clone(w.tags), nil
	return &c
}

// Act does an action by the rules that all worlds share, without those of the
// task: no Judge, Mover or Referee is asked.
func (w *World) Act(a Action) Outcome { return w.act(a) }
