package player

import (
	"context"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// Policy chooses actions. It is what agents' policies are, so that any of them
// can be watched.
type Policy interface {
	// Begin tells that a lane has just started a new episode, or that somebody
	// else has acted in it.
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
	// Slow says that Begin may take long: it is then called beside the game. It
	// may read the environment, which stands still meanwhile.
	Slow bool
	// Fresh returns a policy that is to take the place of Policy, nil if there is
	// none: that of a newer checkpoint. It is asked every two seconds. The default
	// (nil) is that the policy stays the same.
	Fresh func() (Policy, error)

	rng   [1]miniflow.Rand
	begun bool // Begin has been called for what the world is now
}

// thought is a call of Begin beside the game.
type thought struct {
	stop context.CancelFunc
	done chan error
}

// ready reports whether the agent can act. If it has to begin first, it does so,
// or goes on with it.
func (a *App) ready() bool {
	if a.agent.begun {
		return true
	}
	if !a.agent.Slow {
		return a.begun(a.agent.Policy.Begin(context.Background(), 0))
	}
	if a.thinking == nil {
		ctx, stop := context.WithCancel(context.Background())
		t, policy := &thought{stop, make(chan error, 1)}, a.agent.Policy
		go func() { t.done <- policy.Begin(ctx, 0) }()
		a.thinking, a.changed = t, true
	}
	select {
	case err := <-a.thinking.done:
		a.thinking.stop()
		a.thinking, a.changed = nil, true
		return a.begun(err)
	default:
		return false
	}
}

// begun notes how Begin ended; an agent that cannot act pauses the game.
func (a *App) begun(err error) bool {
	a.agent.begun = err == nil
	if err != nil {
		a.paused, a.due = true, 0
		a.report(err)
	}
	return err == nil
}

// forget stops the agent's thoughts, before the world changes otherwise than by
// its action.
func (a *App) forget() {
	if a.thinking != nil {
		a.thinking.stop()
		<-a.thinking.done
		a.thinking = nil
	}
	if a.agent != nil {
		a.agent.begun = false
	}
}

// freshen takes over newer policies.
func (a *App) freshen() error {
	if a.age++; a.age%(2*TicksPerSecond) != 0 || a.agent.Fresh == nil || a.thinking != nil {
		return nil
	}
	p, err := a.agent.Fresh()
	if p == nil || err != nil {
		return err
	}
	a.agent.Policy, a.agent.begun, a.filler = p, false, nil
	if a.samples != nil {
		a.samples.Clear()
	}
	if a.cells != nil {
		a.cells.Clear()
	}
	a.say(ui.Good, "a newer checkpoint of %s", a.agent.Name)
	return nil
}

// watch lets the agent take the steps that are due.
func (a *App) watch() {
	if a.agent == nil {
		return
	}
	a.report(a.freshen())
	if err := a.fill(); err != nil {
		a.paused = true
		a.report(err)
	}
	if a.session.Ended() {
		a.due = 0
		if a.watching && !a.paused {
			if a.wait--; a.wait <= 0 {
				a.report(a.restart())
			}
		}
		return
	}
	if a.watching && !a.paused {
		a.due += speeds[min(a.speed, len(speeds)-1)]
	}
	for a.due >= TicksPerSecond && !a.session.Ended() {
		if !a.ready() {
			a.due = min(a.due, TicksPerSecond)
			return
		}
		a.due -= TicksPerSecond
		if err := a.session.Follow(a.agent); err != nil {
			a.paused, a.due = true, 0
			a.report(err)
		}
		a.ended()
	}
}
