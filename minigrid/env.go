package minigrid

import "github.com/miniflow-rl/miniflow"

// Worlds gives access to the world of a lane, for wrappers, planners and
// viewers that look at more than the observation. miniflow.As finds it through
// wrappers.
type Worlds interface {
	World(lane int) *World
}

// Env is a batch of Minigrid worlds. Next to [miniflow.Env] it has the
// abilities Worlds, Viewer, Snapshotter, Hasher, Planner and Rander.
type Env struct {
	miniflow.Env // a VectorEnv, or a ParallelEnv around it
	vector       *miniflow.VectorEnv
	config       *miniflow.Config
	frame        []uint8 // where Frame draws
}

// New returns an environment of n lanes of a custom world under the name id,
// without registering it.
func New(id string, layout Layout, options ...miniflow.Option) (*Env, error) {
	c := &miniflow.Config{Spec: &miniflow.Spec{ID: id, Params: commonParams(layout.SeeThrough)}, Lanes: 1, Threads: 1}
	for _, o := range options {
		if err := o(c); err != nil {
			return nil, err
		}
	}
	cl := Class{Layout: func(*miniflow.Config) (Layout, error) { return layout, nil }}
	l, err := cl.layout(c)
	if err != nil {
		return nil, err
	}
	return newEnv(c, l)
}

func newEnv(c *miniflow.Config, l Layout) (*Env, error) {
	view := c.Int("agent_view_size")
	complete(c.Spec, l, view)
	e := &Env{config: c}
	env, err := c.Vector(func() (miniflow.Sim, error) {
		w, err := NewWorld(l.Width, l.Height, view)
		if err != nil {
			return nil, err
		}
		w.MaxSteps, w.SeeThrough = l.MaxSteps, l.SeeThrough
		return newSim(w, l.NewTask), nil
	})
	if err != nil {
		return nil, err
	}
	e.Env = env
	e.vector, _ = miniflow.As[*miniflow.VectorEnv](env)
	return e, nil
}

// Unwrap returns the environment inside, which has the abilities that do not
// need to know about grids.
func (e *Env) Unwrap() miniflow.Env { return e.Env }

// Tasks gives access to the task of a lane, for bots that know what it asks for.
type Tasks interface {
	Task(lane int) Task
}

// Task implements [Tasks].
func (e *Env) Task(lane int) Task { return e.vector.Sim(lane).(*sim).task }

// World implements [Worlds].
func (e *Env) World(lane int) *World { return e.vector.Sim(lane).(*sim).World }
