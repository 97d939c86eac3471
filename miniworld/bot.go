package miniworld

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/miniflow-rl/miniflow"
)

// Deed is what a task wants done with a thing.
type Deed uint8

// The deeds.
const (
	GoTo      Deed = iota // be near it, see World.Near
	Take                  // pick it up
	PutNextTo             // drop what is carried near it
)

var deedNames = [...]string{"go to", "take", "put next to"}

// String returns the deed in words.
func (d Deed) String() string {
	if int(d) < len(deedNames) {
		return deedNames[d]
	}
	return "Deed(?)"
}

// Goaler is a [Task] that can tell a [Bot] what to do next: the deed, with any one
// of the things; none if there is nothing left to do. things may be appended to.
type Goaler interface {
	Goal(w *World, things []Entity) (Deed, []Entity)
}

// Avoider is a [Task] that can tell a [Bot] where it must not go.
type Avoider interface {
	Avoid(w *World, p mgl64.Vec3) bool
}

// Bot solves worlds whose task is a [Goaler]. It knows all of the world, plans a
// way by trying steps with the world's own physics, and follows it as long as
// things go as planned: with domain randomisation they may not, and it mends the
// plan. Every episode of 100 seeds each is solved, with and without domain
// randomisation; its mean return is 0.963 in OneRoom, 0.975 in Hallway, 0.951 in
// FourRooms, 0.957 in MazeS3, 0.966 in Maze, 0.95 in PutNext and WallGap, and 1756
// of 2000 in CollectHealth, where all one can do is live. It draws no random
// numbers. A Bot is not safe for concurrent use with its
// environment.
type Bot struct {
	env     *Env
	walkers []walker
}

var _ miniflow.Planner = (*Bot)(nil)

// NewBot returns a bot for the lanes of env. It fails if env is no Miniworld
// world or has no goal.
func NewBot(env miniflow.Env) (*Bot, error) {
	e, ok := miniflow.As[*Env](env)
	if !ok {
		return nil, fmt.Errorf("miniworld: the bot does not know its way in %s: it needs a MiniWorld id", env.Spec().ID)
	}
	if _, ok := e.Task(0).(Goaler); !ok {
		return nil, fmt.Errorf("miniworld: the bot has nothing to do in %s: it has no goal", e.Spec().ID)
	}
	return &Bot{env: e, walkers: make([]walker, e.Len())}, nil
}

// Act returns what to do now. It is [Done], or turning left where there is no
// such action, when there is nothing to do or no way is found.
func (b *Bot) Act(lane int) Action {
	s := b.env.sim(lane)
	return b.walkers[lane].act(s.World, s.task, b.env.Spec().NumActions())
}

// planSteps is the longest plan where an episode has no limit.
const planSteps = 10000

// Plan implements [miniflow.Planner], but for that its plans need not be shortest
// ones; they are near that. It plays the episode to its end on a copy of the lane,
// future random draws included, so its plan is exact with domain randomisation,
// too. The budget is the number of steps, 0 for the rest of the episode. It fails
// with an error that wraps miniflow.ErrPlanUnknown if the last step earned nothing.
func (b *Bot) Plan(ctx context.Context, lane, budget int) (miniflow.Plan, error) {
	trial, err := b.env.sim(lane).trial()
	if err != nil {
		return miniflow.Plan{}, err
	}
	if budget == 0 {
		budget = planSteps
	}
	var plan miniflow.Plan
	var w walker
	for range budget {
		if err := ctx.Err(); err != nil {
			return miniflow.Plan{}, err
		}
		a := w.act(trial.World, trial.task, b.env.Spec().NumActions())
		o := trial.advance(a)
		plan.Actions = append(plan.Actions, int32(a))
		plan.Return += o.Reward
		if o.Terminated && o.Reward > 0 || o.Truncated && plan.Return > 0 {
			return plan, nil
		}
		if o.Terminated || o.Truncated {
			break
		}
	}
	return miniflow.Plan{}, fmt.Errorf("miniworld: bot: %s: lane %d: %w", b.env.Spec().ID, lane, miniflow.ErrPlanUnknown)
}

// walker does the work of a [Bot] for one lane.
type walker struct {
	search search

	plan  []Action
	poses []pose // after each action of the plan
	last  pose   // where the last action should have led
	steps int    // World.Steps when act was called last
	deed  Deed
	level uint64
	aim   Entity // what the plan leads to
	one   [1]Entity
}

func (b *walker) act(w *World, task Task, actions int) Action {
	s := &b.search
	s.world, s.actions = w, actions
	s.avoider, _ = task.(Avoider)
	s.deed, s.things = task.(Goaler).Goal(w, s.things[:0])
	same := b.level == w.level && b.steps+1 == w.steps && b.deed == s.deed && slices.Contains(s.things, b.aim)
	on := same && b.last.close(w.pose())
	b.level, b.steps, b.deed = w.level, w.steps, s.deed
	if len(s.things) == 0 {
		b.plan = nil
		return b.idle()
	}
	if s.there() {
		b.plan, b.aim = nil, nil
		switch s.deed {
		case Take:
			return Pickup
		case PutNextTo:
			return Drop
		}
		return b.idle()
	}
	if !on || len(b.plan) == 0 {
		b.replan(same)
	}
	if len(b.plan) == 0 {
		return b.idle()
	}
	a := b.plan[0]
	b.last = b.poses[0]
	b.plan, b.poses = b.plan[1:], b.poses[1:]
	return a
}

// replan looks for a way: to the same thing as before, if the last plan went
// wrong, and else to any.
func (b *walker) replan(same bool) {
	s := &b.search
	b.plan, b.poses = b.plan[:0], b.poses[:0]
	if all := s.things; same {
		s.things = append(b.one[:0], b.aim)
		b.plan, b.poses = s.find(b.plan, b.poses)
		s.things = all
	}
	if len(b.plan) == 0 {
		b.plan, b.poses = s.find(b.plan, b.poses)
	}
	b.aim = s.found
}

func (b *walker) idle() Action {
	if b.search.actions > int(Done) {
		return Done
	}
	return TurnLeft
}

// pose is where an agent stands and looks.
type pose struct{ x, z, dir float64 }

func (w *World) pose() pose {
	a := w.Agent
	return pose{a.Pos[0], a.Pos[2], a.Dir}
}

// close reports whether two poses are close enough to go on with a plan.
func (p pose) close(q pose) bool {
	return math.Abs(p.x-q.x) < 0.06 && math.Abs(p.z-q.z) < 0.06 && math.Abs(p.dir-q.dir) < 0.14
}
