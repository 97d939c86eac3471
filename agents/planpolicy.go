package agents

import (
	"context"
	"errors"

	"github.com/miniflow-rl/miniflow"
)

// PlanPolicy follows the plans of any [miniflow.Planner], such as a bot, one for
// each episode. Where there is no plan it does the first action until the
// episode ends, and counts the episode. Make it with [NewPlanPolicy].
type PlanPolicy struct {
	OptimalPolicy
	// Unsolvable and Unknown count the episodes that were proved to have no
	// solution, and those for which none was found.
	Unsolvable, Unknown int
}

var _ Policy = (*PlanPolicy)(nil)

// NewPlanPolicy returns a policy that follows planner in env.
func NewPlanPolicy(env miniflow.Env, planner miniflow.Planner) *PlanPolicy {
	return &PlanPolicy{OptimalPolicy: OptimalPolicy{planner: planner, plan: make([][]int32, env.Len())}}
}

// Begin implements [Policy]: it plans, and fails only where the planner could
// not work at all.
func (p *PlanPolicy) Begin(ctx context.Context, lane int) error {
	err := p.OptimalPolicy.Begin(ctx, lane)
	switch {
	case errors.Is(err, miniflow.ErrUnsolvable):
		p.Unsolvable++
	case errors.Is(err, miniflow.ErrPlanUnknown):
		p.Unknown++
	default:
		return err
	}
	return nil
}
