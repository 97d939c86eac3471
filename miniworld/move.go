package miniworld

import "github.com/go-gl/mathgl/mgl64"

// Constants of the original, as variables so that products are rounded at every
// operation.
var (
	carryFactor  = 1.05
	pickupAhead  = 1.5
	pickupRadius = 1.2
	carryDrop    = 0.3
	radian       = pi / 180
)

// Mover is an [Entity] that moves by itself. It is called in every step after
// the agent has acted, in the order of creation.
type Mover interface {
	Entity
	Move(w *World)
}

// carryPos returns where b is held when the agent stands at p.
func (w *World) carryPos(p mgl64.Vec3, b *Body) mgl64.Vec3 {
	a := w.Agent
	dist := a.Radius + b.Radius + w.reach
	sin, cos := a.sincos()
	return mgl64.Vec3{
		p[0] + float64(float64(cos*carryFactor)*dist),
		p[1] + max(a.CamHeight-b.Height-carryDrop, 0),
		p[2] + float64(float64(-sin*carryFactor)*dist),
	}
}

// moveAgent moves the agent and what it carries, or neither.
func (w *World) moveAgent(forward, drift float64) {
	a := w.Agent
	sin, cos := a.sincos()
	next := mgl64.Vec3{
		a.Pos[0] + float64(cos*forward) + float64(sin*drift),
		a.Pos[1],
		a.Pos[2] + float64(-sin*forward) + float64(cos*drift),
	}
	if w.hits(&a.Body, next[0], next[2], a.Radius) {
		return
	}
	if a.Carrying != nil {
		c := a.Carrying.Base()
		p := w.carryPos(next, c)
		if w.hits(c, p[0], p[2], c.Radius) {
			return
		}
		c.Pos = p
	}
	a.Pos = next
}

// turnAgent turns the agent and what it carries by degrees, or neither.
func (w *World) turnAgent(degrees float64) {
	a := w.Agent
	old := a.Dir
	a.Dir += float64(degrees * radian)
	if a.Carrying != nil {
		c := a.Carrying.Base()
		p := w.carryPos(a.Pos, c)
		if w.hits(c, p[0], p[2], c.Radius) {
			a.Dir = old
			return
		}
		c.Pos, c.Dir = p, a.Dir
	}
}

// pickup takes what is right in front of the agent. A wall or a static thing
// that is found first is in the way, as in the original.
func (w *World) pickup() {
	if w.Agent.Carrying != nil {
		return
	}
	if i := w.felt(); i >= 0 && !w.bodies[i].Static {
		w.Agent.Carrying = w.entities[i]
	}
}

// felt returns the index of the entity right in front of the agent, -1 if there
// is none or a wall.
func (w *World) felt() int {
	a := w.Agent
	sin, cos := a.sincos()
	x := a.Pos[0] + float64(float64(cos*pickupAhead)*a.Radius)
	z := a.Pos[2] + float64(float64(-sin*pickupAhead)*a.Radius)
	r := float64(pickupRadius * a.Radius)
	if w.hitsWall(x, z, r) {
		return -1
	}
	return w.hit(&a.Body, x, z, r)
}

// inReach returns the body that would be picked up, nil if none would.
func (w *World) inReach() *Body {
	if i := w.felt(); i >= 0 && !w.bodies[i].Static {
		return w.bodies[i]
	}
	return nil
}

// act is the common part of a step.
func (w *World) act(action Action) {
	w.steps++
	forward := w.sampler.num(w.rng, ForwardStep)
	drift := w.sampler.num(w.rng, ForwardDrift)
	turn := w.sampler.num(w.rng, TurnStep)
	a := w.Agent
	switch action {
	case MoveForward:
		w.moveAgent(forward, drift)
	case MoveBack:
		w.moveAgent(-forward, drift)
	case TurnLeft:
		w.turnAgent(turn)
	case TurnRight:
		w.turnAgent(-turn)
	case Pickup:
		w.pickup()
	case Drop:
		if a.Carrying != nil {
			a.Carrying.Base().Pos[1] = 0
			a.Carrying = nil
		}
	}
	if a.Carrying != nil {
		c := a.Carrying.Base()
		c.Pos, c.Dir = w.carryPos(a.Pos, c), a.Dir
	}
	for _, m := range w.movers {
		m.Move(w)
	}
}
