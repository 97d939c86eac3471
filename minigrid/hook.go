package minigrid

import "github.com/miniflow-rl/miniflow"

// Watcher is told whenever an observation of a lane has been written, with the
// world that it shows. Wrappers that observe more than the agent sees are
// Watchers: they write their own observation then, while a world that is about
// to be reset within the same step is still there. Calls for different lanes may
// run at once.
type Watcher interface {
	// Watch is called after a reset (reset is true) or step of lane.
	Watch(w *World, lane int, reset bool)
}

// AddWatcher lets x watch all lanes. Watchers are called in the order in which
// they were added.
func (e *Env) AddWatcher(x Watcher) {
	for i := range e.Len() {
		s := e.vector.Sim(i).(*sim)
		s.watchers = append(s.watchers, x)
	}
}

// Referee has the last word on what a step earns, after the rules of the task.
type Referee interface {
	// Before is called before anything moves.
	Before(w *World, a Action)
	// After may change the outcome of the step.
	After(w *World, a Action, o *Outcome)
}

// AddReferee gives every lane a referee of its own. Referees are called in the
// order in which they were added. Plans do not know about them.
func (e *Env) AddReferee(newReferee func() Referee) {
	for i := range e.Len() {
		s := e.vector.Sim(i).(*sim)
		s.referees = append(s.referees, newReferee())
	}
}

var _ miniflow.ChunkStepper = (*Env)(nil)

// StepChunk implements [miniflow.ChunkStepper].
func (e *Env) StepChunk(b *miniflow.Batch, lo, hi int) error { return e.vector.StepChunk(b, lo, hi) }

// CheckActions implements [miniflow.ChunkStepper].
func (e *Env) CheckActions(b *miniflow.Batch) error { return e.vector.CheckActions(b) }
