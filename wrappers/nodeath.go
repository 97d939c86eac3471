package wrappers

import (
	"math"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

// NoDeath lets the episode go on where the agent would have died: where a step
// that would end it moved forward against a cell of one of the types, or left
// the agent on one. cost, a negative number, is added to the reward of that step.
func NoDeath(env miniflow.Env, types []minigrid.Type, cost float64) (*Wrapper, error) {
	w := newWrapper(env, "no_death")
	if err := w.worlds(); err != nil {
		return nil, err
	}
	var deadly [256]bool
	for _, t := range types {
		if t == minigrid.TypeGoal || t > minigrid.TypeAgent {
			return nil, w.fail("%v cannot be a deadly cell: %w", t, miniflow.ErrParam)
		}
		deadly[t] = true
	}
	if len(types) == 0 || math.IsNaN(cost) || math.IsInf(cost, 0) {
		return nil, w.fail("%d deadly types at a cost of %v: want at least one, and a number: %w", len(types), cost, miniflow.ErrParam)
	}
	w.grid.AddReferee(func() minigrid.Referee { return &noDeath{deadly: &deadly, cost: cost} })
	w.spec.Reward[0] += min(0, cost)
	w.spec.Reward[1] += max(0, cost)
	return w.build(), nil
}

// noDeath is the referee of one lane. What lies ahead is noted before the step:
// moving obstacles may have left when it is over.
type noDeath struct {
	deadly  *[256]bool
	cost    float64
	against bool // the agent is about to move against a deadly cell
}

func (d *noDeath) at(w *minigrid.World, p minigrid.Point) bool {
	c := w.At(p)
	return c.Type() != minigrid.TypeEmpty && d.deadly[c.Type()]
}

func (d *noDeath) Before(w *minigrid.World, a minigrid.Action) {
	d.against = a == minigrid.Forward && d.at(w, w.Front())
}

func (d *noDeath) After(w *minigrid.World, _ minigrid.Action, o *minigrid.Outcome) {
	p, _ := w.Agent()
	if o.Terminated && (d.against || d.at(w, p)) {
		o.Terminated = false
		o.Reward += d.cost
	}
}
