package player

import (
	"context"

	"github.com/miniflow-rl/miniflow"
)

// Policy chooses actions. It is what agents' policies are, so that any of them
// can be watched.
type Policy interface {
	// Begin tells that a lane has just started a new episode.
	Begin(ctx context.Context, lane int) error
	// Act writes an action for every lane to b.Action, drawing from rng[lane].
	// Greedy asks for the most likely action instead of a drawn one.
	Act(b *miniflow.Batch, rng []miniflow.Rand, greedy bool) error
}

// Agent is a policy that can be watched.
type Agent struct {
	Name   string // such as "random" or "runs/doorkey"
	Policy Policy
	Greedy bool

	rng   [1]miniflow.Rand
	begun bool
}
