package player

import (
	"context"
	"slices"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// samplesLimit is the number of states up to which all objects are enumerated to
// compare samples with the target: a fraction of a second.
const samplesLimit = 70_000

// fillLanes is the number of objects that a filler builds at once.
const fillLanes = 64

// filler lets an agent build many objects a second, beside the one on the screen,
// and counts them.
type filler struct {
	agent *Agent
	env   miniflow.Env
	batch *miniflow.Batch
	rng   []miniflow.Rand
	add   func(lane int) // counts the finished object of a lane
}

// newFiller returns a filler on an environment of fillLanes lanes with autoreset
// disabled. What it draws depends on the seed only.
func newFiller(env miniflow.Env, agent *Agent, add func(lane int), seed uint64) (*filler, error) {
	f := &filler{agent: agent, env: env, batch: miniflow.NewBatch(env), rng: make([]miniflow.Rand, env.Len()), add: add}
	for i := range f.rng {
		f.rng[i].SeedKey(seed, uint32(i))
	}
	f.batch.ResetMask = slices.Repeat([]bool{true}, env.Len())
	return f, f.begin(seed)
}

// begin starts new objects in the lanes that the reset mask names.
func (f *filler) begin(seeds ...uint64) error {
	if err := f.env.Reset(f.batch, seeds...); err != nil {
		return err
	}
	for i, m := range f.batch.ResetMask {
		if m {
			if err := f.agent.Policy.Begin(context.Background(), i); err != nil {
				return err
			}
		}
	}
	return nil
}

// steps takes n steps in every lane.
func (f *filler) steps(n int) error {
	for range n {
		if err := f.agent.Policy.Act(f.batch, f.rng, f.agent.Greedy); err != nil {
			return err
		}
		if err := f.env.Step(f.batch); err != nil {
			return err
		}
		some := false
		for i := range f.batch.ResetMask {
			ended := f.batch.Ended(i)
			if f.batch.ResetMask[i] = ended; ended {
				some = true
				f.add(i)
			}
		}
		if some {
			if err := f.begin(); err != nil {
				return err
			}
		}
	}
	return nil
}

// fillSteps are the steps that a filler takes in every lane a tick, at the speeds
// beyond those of one object.
var fillSteps = [...]int{1, 4, 16}

// fill lets the agent build many objects, if it is watched at such a speed.
func (a *App) fill() error {
	k := a.speed - len(speeds)
	if k < 0 || !a.watching || a.paused || !a.gathers() {
		return nil
	}
	if a.filler == nil {
		env, err := a.cfg.Make(a.session.Env().Spec().ID, miniflow.WithAutoreset(miniflow.Disabled), miniflow.WithLanes(fillLanes))
		if err != nil {
			return err
		}
		agent, err := a.cfg.Agent(env)
		if err != nil {
			return err
		}
		if a.filler, err = newFiller(env, agent, a.adder(env), a.cfg.Seed); err != nil {
			return err
		}
	}
	a.changed = true
	return a.filler.steps(fillSteps[k])
}

// fastest returns the largest index of a speed.
func (a *App) fastest() int {
	if a.gathers() && a.agent != nil && !a.agent.Slow {
		return len(speeds) + len(fillSteps) - 1
	}
	return len(speeds) - 1
}

// rate returns how many steps a second a watched agent takes.
func (a *App) rate() int {
	if k := a.speed - len(speeds); k >= 0 {
		return fillSteps[k] * fillLanes * TicksPerSecond
	}
	return speeds[a.speed]
}

// gathers reports whether finished objects are compared with the target.
func (a *App) gathers() bool { return a.samples != nil || a.cells != nil }

// adder returns what counts the finished objects of lanes of env.
func (a *App) adder(env miniflow.Env) func(lane int) {
	if e, ok := miniflow.As[*gfnenvs.ContinuousEnv](env); ok {
		cells := a.cells
		return func(lane int) { cells.Add(e.State(lane)) }
	}
	e, _ := miniflow.As[builder](env)
	samples := a.samples
	return func(lane int) { samples.Add(e.State(lane)) }
}

// counts reports whether the object on the screen counts among the samples: the
// agent's, or a person's where there is no agent.
func (a *App) counts() bool {
	return a.gathers() && (a.agent == nil || a.session.mode == a.agent.Name)
}

// gather counts the object on the screen, just finished, or takes that back.
func (a *App) gather(back bool) {
	switch {
	case !a.counts():
	case a.cells != nil && back:
		a.cells.Remove(a.session.shaped.env.State(0))
	case a.cells != nil:
		a.cells.Add(a.session.shaped.env.State(0))
	case back:
		a.samples.Remove(a.session.built.state())
	default:
		a.samples.Add(a.session.built.state())
	}
}
