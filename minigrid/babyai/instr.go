package babyai

import "github.com/miniflow-rl/miniflow/minigrid"

// Status is what a verifier says after an action.
type Status uint8

// The verdicts.
const (
	Continue Status = iota
	Success
	Failure
)

var statusNames = [...]string{"continue", "success", "failure"}

// String returns the verdict's name.
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return "Status(?)"
}

// Instr is an instruction: one of [GoTo], [Open], [Pickup], [PutNext], [Before],
// [After] and [And].
type Instr interface {
	// Text returns the instruction in words, with the articles that fit the
	// level.
	Text(s *Scene) string
	// Navs returns how many walks the instruction needs at most; the step limit
	// of a level grows with it.
	Navs() int
	// Descs calls visit for every description in the order of the words.
	Descs(visit func(*Desc))

	// begin prepares for an episode whose level has been drawn.
	begin(s *Scene)
	// verify judges action a, after which the level is as s shows it.
	verify(s *Scene, a minigrid.Action) Status
	// state appends what changes as actions are verified, beside the
	// descriptions, for snapshots.
	state(dst []*int8) []*int8
}

// GoTo is done when the agent faces a thing that fits.
type GoTo struct{ To *Desc }

// Open is done when the agent opens a door that fits. If Strict, toggling
// another door fails.
type Open struct {
	Door   *Desc
	Strict bool
}

// Pickup is done when the agent picks up a thing that fits. If Strict, picking
// up another one fails.
type Pickup struct {
	Thing  *Desc
	Strict bool

	before carry
}

// PutNext is done when the agent drops a thing that fits Move beside one that
// fits Beside. If Strict, picking up anything fails.
type PutNext struct {
	Move, Beside *Desc
	Strict       bool

	before carry
}

// carry is the number of what the agent carried when the instruction was last
// verified, or noThing. It is two bytes for snapshots.
type carry struct{ lo, hi int8 }

func (c *carry) set(n int) { c.lo, c.hi = int8(n&0x7f), int8(n>>7) }
func (c *carry) get() int  { return int(c.hi)<<7 | int(c.lo) }

// Text implements [Instr].
func (g *GoTo) Text(s *Scene) string { return "go to " + g.To.surface(s) }

// Navs implements [Instr].
func (g *GoTo) Navs() int { return 1 }

// Descs implements [Instr].
func (g *GoTo) Descs(visit func(*Desc)) { visit(g.To) }

func (g *GoTo) begin(s *Scene)            { g.To.find(s) }
func (g *GoTo) state(dst []*int8) []*int8 { return dst }

func (g *GoTo) verify(s *Scene, _ minigrid.Action) Status {
	for _, p := range g.To.at {
		if p == s.front {
			return Success
		}
	}
	return Continue
}

// Text implements [Instr].
func (o *Open) Text(s *Scene) string { return "open " + o.Door.surface(s) }

// Navs implements [Instr].
func (o *Open) Navs() int { return 1 }

// Descs implements [Instr].
func (o *Open) Descs(visit func(*Desc)) { visit(o.Door) }

func (o *Open) begin(s *Scene)            { o.Door.find(s) }
func (o *Open) state(dst []*int8) []*int8 { return dst }

func (o *Open) verify(s *Scene, a minigrid.Action) Status {
	if a != minigrid.Toggle {
		return Continue
	}
	t := s.ThingAt(s.front)
	switch {
	case t.Type() != minigrid.TypeDoor:
		return Continue
	case t.State() == minigrid.Open && o.Door.ids.has(t.ID):
		return Success
	case o.Strict:
		return Failure
	}
	return Continue
}

// Text implements [Instr].
func (p *Pickup) Text(s *Scene) string { return "pick up " + p.Thing.surface(s) }

// Navs implements [Instr].
func (p *Pickup) Navs() int { return 1 }

// Descs implements [Instr].
func (p *Pickup) Descs(visit func(*Desc)) { visit(p.Thing) }

func (p *Pickup) begin(s *Scene) {
	p.before.set(noThing)
	p.Thing.find(s)
}

func (p *Pickup) state(dst []*int8) []*int8 { return append(dst, &p.before.lo, &p.before.hi) }

func (p *Pickup) verify(s *Scene, a minigrid.Action) Status {
	before, now := p.before.get(), s.carrying()
	p.before.set(now)
	switch {
	case a != minigrid.Pickup:
		return Continue
	case before == noThing && now > 0 && p.Thing.ids.has(uint8(now)):
		return Success
	case p.Strict && now != noThing:
		return Failure
	}
	return Continue
}

// Text implements [Instr].
func (p *PutNext) Text(s *Scene) string {
	return "put " + p.Move.surface(s) + " next to " + p.Beside.surface(s)
}

// Navs implements [Instr].
func (p *PutNext) Navs() int { return 2 }

// Descs implements [Instr].
func (p *PutNext) Descs(visit func(*Desc)) {
	visit(p.Move)
	visit(p.Beside)
}

func (p *PutNext) begin(s *Scene) {
	p.before.set(noThing)
	p.Move.find(s)
	p.Beside.find(s)
}

func (p *PutNext) state(dst []*int8) []*int8 { return append(dst, &p.before.lo, &p.before.hi) }

// alreadyNext reports whether something that fits Move lies beside something
// that fits Beside.
func (p *PutNext) alreadyNext() bool {
	for _, q := range p.Move.at {
		if p.Beside.isBeside(q) {
			return true
		}
	}
	return false
}

// isBeside reports whether p is next to one of the things, not diagonally.
func (d *Desc) isBeside(p minigrid.Point) bool {
	for _, q := range d.at {
		if dx, dy := p.X-q.X, p.Y-q.Y; dx*dx+dy*dy == 1 {
			return true
		}
	}
	return false
}

func (p *PutNext) verify(s *Scene, a minigrid.Action) Status {
	before, now := p.before.get(), s.carrying()
	p.before.set(now)
	switch {
	case p.Strict && a == minigrid.Pickup && now != noThing:
		return Failure
	case a != minigrid.Drop || now != noThing || before <= 0:
		return Continue
	case p.Move.ids.has(uint8(before)) && p.Beside.isBeside(s.front):
		return Success
	}
	return Continue
}
