package miniworld

import (
	"github.com/miniflow-rl/miniflow"
)

// Worlds gives access to the world of a lane, for wrappers, bots and viewers
// that look at more than the observation. miniflow.As finds it through wrappers.
type Worlds interface {
	World(lane int) *World
}

// Tasks gives access to the task of a lane, for those that know what it is.
type Tasks interface {
	Task(lane int) Task
}

// Env is a batch of Miniworld worlds. Next to [miniflow.Env] it has the
// abilities Worlds, Tasks, Viewer, Snapshotter, Hasher and Rander.
type Env struct {
	miniflow.Env // a VectorEnv, or a ParallelEnv around it
	vector       *miniflow.VectorEnv
	config       *miniflow.Config
	frames       frames
	seer         *Retina  // of Visible
	seen         []uint32 // scratch of Visible
}

// New returns an environment of a custom world under the name id, without
// registering it.
func New(id string, layout Layout, options ...miniflow.Option) (*Env, error) {
	c := &miniflow.Config{Spec: &miniflow.Spec{ID: id, Params: commonParams()}, Lanes: 1, Threads: 1}
	for _, o := range options {
		if err := o(c); err != nil {
			return nil, err
		}
	}
	cl := Class{Layout: func(*miniflow.Config) (Layout, error) { return layout, nil }}
	p, err := cl.prepare(c)
	if err != nil {
		return nil, err
	}
	return newEnv(c, p)
}

func newEnv(c *miniflow.Config, p *plan) (*Env, error) {
	p.complete(c.Spec)
	retina, err := NewRetina(p.width, p.height, p.quality)
	if err != nil {
		return nil, err
	}
	e := &Env{config: c}
	env, err := c.Vector(func() (miniflow.Sim, error) {
		w := &World{MaxSteps: p.MaxSteps, sampler: sampler{Domain: p.Domain, random: p.random}}
		return newSim(w, p.NewTask, &eye{kinds: p.kinds, things: p.Things, retina: retina.Clone()}), nil
	})
	if err != nil {
		return nil, err
	}
	e.Env = env
	e.vector, _ = miniflow.As[*miniflow.VectorEnv](env)
	return e, nil
}

// Unwrap returns the environment inside, which has the abilities that do not
// need to know about worlds.
func (e *Env) Unwrap() miniflow.Env { return e.Env }

// World implements [Worlds].
func (e *Env) World(lane int) *World { return e.sim(lane).World }

// Task implements [Tasks].
func (e *Env) Task(lane int) Task { return e.sim(lane).task }

func (e *Env) sim(lane int) *sim { return e.vector.Sim(lane).(*sim) }

// AddWatcher lets x watch all lanes. Watchers are called in the order in which
// they were added.
func (e *Env) AddWatcher(x Watcher) {
	for i := range e.Len() {
		s := e.sim(i)
		s.watchers = append(s.watchers, x)
	}
}

var _ miniflow.ChunkStepper = (*Env)(nil)

// StepChunk implements [miniflow.ChunkStepper].
func (e *Env) StepChunk(b *miniflow.Batch, lo, hi int) error { return e.vector.StepChunk(b, lo, hi) }

// CheckActions implements [miniflow.ChunkStepper].
func (e *Env) CheckActions(b *miniflow.Batch) error { return e.vector.CheckActions(b) }

// Sample generates the level of a seed in a world of its own and leaves the lanes
// alone: for those who must know what levels are like before the first reset.
func (e *Env) Sample(seed uint64) (*World, error) {
	s := e.sim(0)
	t := newSim(&World{MaxSteps: s.limit, sampler: s.sampler}, s.newTask, s.eye)
	if err := t.generate(miniflow.NewRand(seed)); err != nil {
		return nil, err
	}
	return t.World, nil
}
