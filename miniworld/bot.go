package miniworld

import (
	"fmt"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"
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
// things go as planned: with domain randomisation they may not, and it plans
// again. A Bot is not safe for concurrent use with its environment.
type Bot struct {
	env    *Env
	lane   int
	search search

	plan  []Action
	poses []pose // after each action of the plan
	last  pose   // where the last action should have led
	steps int    // World.Steps when Act was called last
	deed  Deed
	level uint64
	aim   Entity // what the plan leads to
	one   [1]Entity
}

// NewBot returns a bot for a lane. It fails if the task is no [Goaler].
func (e *Env) NewBot(lane int) (*Bot, error) {
	if _, ok := e.Task(lane).(Goaler); !ok {
		return nil, fmt.Errorf("miniworld: bot: %s has no goal to go to", e.Spec().ID)
	}
	return &Bot{env: e, lane: lane}, nil
}

// Act returns what to do now. It is [Done], or turning left where there is no
// such action, when there is nothing to do or no way is found.
func (b *Bot) Act() Action {
	w, task := b.env.World(b.lane), b.env.Task(b.lane)
	s := &b.search
	s.world, s.actions = w, b.env.Spec().NumActions()
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
		// A plan that went wrong is mended, not given up for another aim.
		if all := s.things; same {
			s.things = append(b.one[:0], b.aim)
			b.plan, b.poses = s.find(b.plan[:0], b.poses[:0])
			s.things = all
		}
		if len(b.plan) == 0 {
			b.plan, b.poses = s.find(b.plan[:0], b.poses[:0])
		}
		b.aim = s.found
	}
	if len(b.plan) == 0 {
		return b.idle()
	}
	a := b.plan[0]
	b.last = b.poses[0]
	b.plan, b.poses = b.plan[1:], b.poses[1:]
	return a
}

func (b *Bot) idle() Action {
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
