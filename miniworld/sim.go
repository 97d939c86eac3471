package miniworld

import (
	"errors"

	"github.com/miniflow-rl/miniflow"
)

// Task is what the author of a world writes: how a level is generated. A Task
// that is also a [Judge] says what steps earn. A Task with state of its own that
// changes within an episode also implements encoding.BinaryAppender and
// encoding.BinaryUnmarshaler, or its worlds cannot be snapshotted exactly.
type Task interface {
	// Generate builds a level in w, which is empty: rooms, entities, and the agent.
	// It draws random numbers from w only and depends on nothing else that changes.
	Generate(w *World) error
}

// Outcome is what a step earns and whether it ends the episode.
type Outcome struct {
	Reward                float64
	Terminated, Truncated bool
}

// Judge is a [Task] with rewards and ends. It is called after everything has
// moved; o has no reward and is truncated if the steps are used up. Without a
// Judge episodes end by truncation only.
type Judge interface {
	Judge(w *World, a Action, o *Outcome)
}

// Informer is a [Task] with observations of its own, which its Layout lists in
// Extra: Inform writes them to the arrays of l from number first on.
type Informer interface {
	Inform(w *World, l miniflow.Lane, first int)
}

// Watcher is told whenever an observation of a lane has been written, with the
// world that it shows. Calls for different lanes may run at once.
type Watcher interface {
	// Watch is called after a reset (reset is true) or step of lane.
	Watch(w *World, lane int, reset bool)
}

// sim runs a Task as a miniflow.Sim.
type sim struct {
	*World
	newTask  func() Task
	task     Task
	judge    Judge    // nil if the task is none
	informer Informer // nil if the task is none
	limit    int      // MaxSteps unless the task sets its own
	eye      *eye     // writes observations
	start    miniflow.Rand
	out      Outcome
	watchers []Watcher
}

func newSim(w *World, newTask func() Task, e *eye) *sim {
	s := &sim{World: w, newTask: newTask, limit: w.MaxSteps, eye: e}
	s.setTask(newTask())
	return s
}

func (s *sim) setTask(t Task) {
	s.task = t
	s.judge, _ = t.(Judge)
	s.informer, _ = t.(Informer)
}

// levelTries is how often a level is generated afresh when something found no
// place in it.
const levelTries = 10

// Reset implements [miniflow.Sim].
func (s *sim) Reset(rng *miniflow.Rand, l miniflow.Lane) error {
	if err := s.generate(rng); err != nil {
		return err
	}
	if err := s.observe(l); err != nil {
		return err
	}
	for _, x := range s.watchers {
		x.Watch(s.World, l.Index(), true)
	}
	return nil
}

func (s *sim) generate(rng *miniflow.Rand) error {
	s.start = *rng
	for try := 1; ; try++ {
		s.clear(rng)
		s.MaxSteps = s.limit
		err := s.task.Generate(s.World)
		if err == nil {
			err = s.finish()
		}
		if err == nil || try == levelTries || !errors.Is(err, ErrPlacement) {
			return err
		}
	}
}

// Step implements [miniflow.Sim].
func (s *sim) Step(l miniflow.Lane) {
	o := s.advance(Action(l.Action()))
	if o.Reward != 0 {
		l.SetReward(o.Reward)
	}
	if o.Terminated {
		l.Terminate()
	}
	if o.Truncated {
		l.Truncate()
	}
	s.mustObserve(l)
	for _, x := range s.watchers {
		x.Watch(s.World, l.Index(), false)
	}
}

// advance is a step without its observation. The outcome is valid until the
// next call.
func (s *sim) advance(a Action) *Outcome {
	s.act(a)
	s.out = Outcome{Truncated: s.MaxSteps > 0 && s.steps >= s.MaxSteps}
	if s.judge != nil {
		s.judge.Judge(s.World, a, &s.out)
	}
	return &s.out
}

// GoalReward is the original's reward for reaching a goal: 1, less what the
// share of steps used costs, at most 0.2.
func (w *World) GoalReward() float64 {
	if w.MaxSteps == 0 {
		return 1
	}
	return 1 - float64(goalCost*(float64(w.steps)/float64(w.MaxSteps)))
}

var goalCost = 0.2

// reach terminates the episode with the goal's reward if the agent is near e.
func (o *Outcome) reach(w *World, e Entity) {
	if w.Near(w.Agent, e) {
		o.Reward += w.GoalReward()
		o.Terminated = true
	}
}
