package babyai

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

// Bot plans for any Minigrid world, at once and with all of the map before its
// eyes. Instructions it carries out goal by goal: it walks, opens doors, fetches
// the keys of locked ones, out of boxes and from behind other doors if need be,
// and clears away what blocks it. Single actions, worlds without instructions,
// and what goes wrong are for the planner of [minigrid.Env].
//
// Every plan has been tried on a copy of the lane to its end. Bots are
// deterministic and draw no random numbers.
type Bot struct{ env *minigrid.Env }

var _ miniflow.Planner = (*Bot)(nil)

// How many states the bot lets the planner expand in search of a shortest plan,
// before it takes on a single action itself, or takes any plan.
const (
	actionBudget = 1 << 10
	exactBudget  = 1 << 14
)

// NewBot returns a bot for the lanes of env. It fails if env is no Minigrid
// world.
func NewBot(env miniflow.Env) (*Bot, error) {
	e, ok := miniflow.As[*minigrid.Env](env)
	if !ok {
		return nil, fmt.Errorf("babyai: the bot does not know its way in %s: it needs a MiniGrid or BabyAI id", env.Spec().ID)
	}
	return &Bot{e}, nil
}

// Plan implements [miniflow.Planner], but for that its plans need not be
// shortest ones; they are near that. The budget is that of the planner where it
// has to help. Errors are those of [minigrid.Env.Plan]: an episode of which the
// bot says that it is unsolvable is so.
func (b *Bot) Plan(ctx context.Context, lane, budget int) (miniflow.Plan, error) {
	trial, err := b.env.Trial(lane)
	if err != nil {
		return miniflow.Plan{}, err
	}
	if m, ok := trial.Task().(Mission); ok && m.Instr() != nil && !strict(m.Instr()) {
		if isAction(m.Instr()) {
			plan, err := b.env.Plan(ctx, lane, actionBudget)
			if !errors.Is(err, miniflow.ErrPlanUnknown) {
				return plan, err
			}
		}
		plan, err := carryOut(ctx, func() (*minigrid.Trial, error) { return b.env.Trial(lane) })
		if err == nil || ctx.Err() != nil {
			return plan, err
		}
	}
	plan, err := b.env.Plan(ctx, lane, exactBudget)
	if errors.Is(err, miniflow.ErrPlanUnknown) {
		return b.env.Solve(ctx, lane, budget)
	}
	return plan, err
}

// strict reports whether an instruction can fail. The bot leaves those to the
// planner.
func strict(i Instr) bool {
	return slices.ContainsFunc(Strict(i), func(strict *bool) bool { return *strict })
}

// isAction reports whether an instruction is a single action.
func isAction(i Instr) bool {
	switch i.(type) {
	case *Before, *After, *And:
		return false
	}
	return true
}
