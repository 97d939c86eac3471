package agents

import (
	"context"
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

// Policy chooses actions in one environment. It is bound to that environment's
// lanes and not safe for concurrent use.
type Policy interface {
	// Begin tells that a lane has just started a new episode. It is called
	// before the first Act of every episode.
	Begin(ctx context.Context, lane int) error
	// Act writes an action for every lane to b.Action. What it draws for lane i
	// comes from rng[i], so that what happens in a lane does not depend on the
	// others. Greedy asks for the most likely action instead of a drawn one.
	Act(b *miniflow.Batch, rng []miniflow.Rand, greedy bool) error
}

// RandomPolicy draws uniformly from the action space, or from the legal actions
// where the environment is a [miniflow.Masker]. Make it with [NewRandomPolicy].
type RandomPolicy struct {
	action miniflow.Space
	masker miniflow.Masker
	mask   []bool
	n      int
}

var _ Policy = (*RandomPolicy)(nil)

// NewRandomPolicy returns a random policy in env.
func NewRandomPolicy(env miniflow.Env) *RandomPolicy {
	p := &RandomPolicy{action: env.Spec().Action, n: env.Spec().NumActions()}
	if m, ok := miniflow.As[miniflow.Masker](env); ok && p.n > 0 {
		p.masker, p.mask = m, make([]bool, p.n*env.Len())
	}
	return p
}

// Begin implements [Policy].
func (p *RandomPolicy) Begin(context.Context, int) error { return nil }

// Act implements [Policy]. There is no most likely action: greedy is ignored.
func (p *RandomPolicy) Act(b *miniflow.Batch, rng []miniflow.Rand, _ bool) error {
	if p.masker == nil {
		for i := range rng {
			p.action.Sample(&rng[i], &b.Action, i)
		}
		return nil
	}
	p.masker.ActionMask(p.mask)
	start := p.action.(miniflow.Discrete).Start
	for i := range rng {
		mask, legal := p.mask[i*p.n:(i+1)*p.n], 0
		for _, ok := range mask {
			if ok {
				legal++
			}
		}
		if legal == 0 {
			return fmt.Errorf("agents: random policy: lane %d has no legal action", i)
		}
		k := rng[i].Intn(legal)
		for a, ok := range mask {
			if !ok {
				continue
			}
			if k == 0 {
				b.Action.I32[i] = int32(start + a)
				break
			}
			k--
		}
	}
	return nil
}

// OptimalPolicy follows the plans of the environment's [miniflow.Planner]. Make
// it with [NewOptimalPolicy].
type OptimalPolicy struct {
	planner miniflow.Planner
	plan    [][]int32 // what is left of each lane's plan
}

var _ Policy = (*OptimalPolicy)(nil)

// NewOptimalPolicy returns a policy that plans each episode at its start. It
// fails if env cannot plan.
func NewOptimalPolicy(env miniflow.Env) (*OptimalPolicy, error) {
	planner, ok := miniflow.As[miniflow.Planner](env)
	if !ok {
		return nil, fmt.Errorf("agents: optimal policy: %s has no planner: try a MiniGrid id, or another agent", env.Spec().ID)
	}
	return &OptimalPolicy{planner: planner, plan: make([][]int32, env.Len())}, nil
}

// Begin implements [Policy]: it plans. It fails where there is no plan or the
// planner's budget did not suffice.
func (p *OptimalPolicy) Begin(ctx context.Context, lane int) error {
	plan, err := p.planner.Plan(ctx, lane, 0)
	p.plan[lane] = plan.Actions
	return err
}

// Act implements [Policy]. A lane whose plan is used up gets the first action.
func (p *OptimalPolicy) Act(b *miniflow.Batch, _ []miniflow.Rand, _ bool) error {
	for i, plan := range p.plan {
		b.Action.I32[i] = 0
		if len(plan) > 0 {
			b.Action.I32[i], p.plan[i] = plan[0], plan[1:]
		}
	}
	return nil
}
