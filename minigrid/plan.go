package minigrid

import (
	"context"
	"encoding"
	"fmt"
	"slices"

	"github.com/miniflow-rl/miniflow"
)

var _ miniflow.Planner = (*Env)(nil)

// The planner's defaults: the budget of states, and how much more than a step
// already taken Solve minds a step that is still to come.
const (
	planBudget  = 1 << 20
	solveWeight = 4
)

// Plan implements [miniflow.Planner]. It returns a shortest sequence of actions
// that ends the lane's episode with a positive reward, and what that earns. With
// the reward of every world of the original, which falls with each step, a
// shortest plan is also one of maximal return.
//
// The search is A* over complete states, stepped by the rules of the world
// itself, task included, on a copy of the lane: the lane is not disturbed, and no
// rule is known twice. Bounds on the length of what is still to come make it fast
// where the task is an [Aimer] or only the common rules count; elsewhere it is
// breadth-first. Where other things move by chance (Dynamic-Obstacles), the copy
// includes the lane's generator, so that the plan knows the future: it is the
// best that could have been done, not what an agent could have known to do.
// Wrappers with rules of their own are not known to the plan.
//
// Plan expands at most budget states, or about a million if budget is 0, and
// fails with an error that wraps [miniflow.ErrPlanUnknown] beyond that,
// [miniflow.ErrUnsolvable] if no plan fits into the steps that the episode has
// left, [miniflow.ErrNeedsReset] if the lane is not within an episode, or the
// error of ctx. It takes up to 200 bytes of memory a state. Plans may be made at
// once from several goroutines, but not while the environment is stepped.
func (e *Env) Plan(ctx context.Context, lane, budget int) (miniflow.Plan, error) {
	return e.plan(ctx, lane, budget, 1)
}

// Solve is Plan without the promise that the plan is short: it follows the bounds
// greedily and is fast where Plan runs out of budget. Plans of either have been
// replayed on another copy of the lane, so they prove that the level can be
// solved; [miniflow.ErrUnsolvable] is proof of the contrary here, too.
func (e *Env) Solve(ctx context.Context, lane, budget int) (miniflow.Plan, error) {
	return e.plan(ctx, lane, budget, solveWeight)
}

func (e *Env) plan(ctx context.Context, lane, budget, weight int) (miniflow.Plan, error) {
	fail := func(err error) (miniflow.Plan, error) {
		return miniflow.Plan{}, fmt.Errorf("minigrid: plan %s: lane %d: %w", e.Spec().ID, lane, err)
	}
	if lane < 0 || lane >= e.Len() {
		return fail(fmt.Errorf("there are %d lanes", e.Len()))
	}
	if !e.vector.Running(lane) {
		return fail(miniflow.ErrNeedsReset)
	}
	if budget <= 0 {
		budget = planBudget
	}
	live := e.vector.Sim(lane).(*sim)
	s, err := newSearch(live, e.Spec().NumActions(), weight)
	if err != nil {
		return fail(err)
	}
	actions, err := s.run(ctx, budget)
	if err != nil {
		return fail(err)
	}
	p, err := live.replay(actions)
	if err != nil {
		return fail(err)
	}
	return p, nil
}

// replay runs actions on a copy of s and adds up what they earn.
func (s *sim) replay(actions []int32) (miniflow.Plan, error) {
	c, err := s.clone()
	if err != nil {
		return miniflow.Plan{}, err
	}
	p := miniflow.Plan{Actions: actions}
	for k, a := range actions {
		o := c.advance(Action(a))
		p.Return += o.Reward
		last := k == len(actions)-1
		if (o.Terminated || o.Truncated) != last || last && !(o.Terminated && o.Reward > 0) {
			return miniflow.Plan{}, fmt.Errorf("step %d of the plan goes otherwise in the world: its task, a %T, hides state from encoding.BinaryAppender", k+1, s.task)
		}
	}
	return p, nil
}

// clone returns an independent copy of a world, its generator and its task.
func (s *sim) clone() (*sim, error) {
	w, rng := *s.World, *s.rng
	w.cells, w.tags, w.rng = slices.Clone(w.cells), slices.Clone(w.tags), &rng
	c := newSim(&w, s.newTask)
	old, ok := s.task.(statefulTask)
	if !ok {
		c.setTask(s.task)
		return c, nil
	}
	state, err := old.AppendBinary(nil)
	if err != nil {
		return nil, err
	}
	return c, c.task.(statefulTask).UnmarshalBinary(state)
}

// statefulTask is a task with state of its own. A task without is shared between
// a world and its clone.
type statefulTask interface {
	Task
	encoding.BinaryAppender
	encoding.BinaryUnmarshaler
}
