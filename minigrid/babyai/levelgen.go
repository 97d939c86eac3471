package babyai

import (
	"fmt"

	"github.com/miniflow-rl/miniflow/minigrid"
)

// The kinds of actions and instructions that a generator draws from.
const (
	kindGoTo    = "goto"
	kindPickup  = "pickup"
	kindOpen    = "open"
	kindPutNext = "putnext"

	kindAction = "action"
	kindAnd    = "and"
	kindSeq    = "seq"
)

// generator draws sentences of the whole language for a level of many rooms, one
// of which may be locked.
type generator struct {
	distractors    int
	lockedProb     float64 // probability of a locked room
	locations      bool    // describe things by place, too
	unblocking     bool    // things may be in the way of others
	implicitUnlock bool    // missions may need what is in the locked room
	actions        []string
	kinds          []string
}

var (
	allActions = []string{kindGoTo, kindPickup, kindOpen, kindPutNext}
	allKinds   = []string{kindAction, kindAnd, kindSeq}
	onlyAction = []string{kindAction}
	noSeq      = []string{kindAction, kindAnd}
)

// The types that a description may name, in the order of the draw.
var (
	anyTypes   = []minigrid.Type{minigrid.TypeBox, minigrid.TypeBall, minigrid.TypeKey, minigrid.TypeDoor}
	thingTypes = anyTypes[:3]
	doorTypes  = anyTypes[3:]
)

// draw is the levelSpec's draw.
func (g *generator) draw(s *Scene) (Instr, error) {
	var locked *minigrid.Room
	if s.RandFloat(0, 1) < g.lockedProb {
		var err error
		if locked, err = addLockedRoom(s); err != nil {
			return nil, err
		}
	}
	if _, err := s.ConnectAll(nil, nil); err != nil {
		return nil, err
	}
	if _, err := s.AddDistractors(s.objs, minigrid.AnyRoom, minigrid.AnyRoom, g.distractors, false); err != nil {
		return nil, err
	}
	if err := s.placeAgentOutside(locked); err != nil {
		return nil, err
	}
	if !g.unblocking {
		if err := s.needReachable(); err != nil {
			return nil, err
		}
	}
	return g.instr(s, locked, g.kinds)
}

// addLockedRoom locks a door of a random room and puts its key elsewhere.
func addLockedRoom(s *Scene) (*minigrid.Room, error) {
	for range maxLayouts {
		i := s.RandInt(0, s.Cols())
		j := s.RandInt(0, s.Rows())
		side := minigrid.Direction(s.RandInt(0, 4))
		room := s.Room(i, j)
		if room.Neighbors[side] == nil {
			continue
		}
		door, err := s.AddDoor(i, j, side, minigrid.AnyColor, minigrid.Locked)
		if err != nil {
			return nil, err
		}
		for range maxLayouts {
			i := s.RandInt(0, s.Cols())
			j := s.RandInt(0, s.Rows())
			if s.Room(i, j) == room {
				continue
			}
			_, err := s.AddObject(i, j, minigrid.TypeKey, door.Color())
			return room, err
		}
	}
	return nil, fmt.Errorf("babyai: there is no door to lock: %w", minigrid.ErrPlacement)
}

// instr draws an instruction of one of the kinds.
func (g *generator) instr(s *Scene, locked *minigrid.Room, kinds []string) (Instr, error) {
	switch minigrid.RandElem(s.World, kinds) {
	case kindAnd:
		a, err := g.instr(s, locked, onlyAction)
		if err != nil {
			return nil, err
		}
		b, err := g.instr(s, locked, onlyAction)
		return &And{A: a, B: b}, err
	case kindSeq:
		a, err := g.instr(s, locked, noSeq)
		if err != nil {
			return nil, err
		}
		b, err := g.instr(s, locked, noSeq)
		if err != nil {
			return nil, err
		}
		if s.RandBool() { // the original draws from "before", "after"
			return &Before{First: a, Then: b}, nil
		}
		return &After{Then: a, First: b}, nil
	}
	switch minigrid.RandElem(s.World, g.actions) {
	case kindGoTo:
		d, err := g.desc(s, locked, anyTypes)
		return &GoTo{d}, err
	case kindPickup:
		d, err := g.desc(s, locked, thingTypes)
		return &Pickup{Thing: d}, err
	case kindOpen:
		d, err := g.desc(s, locked, doorTypes)
		return &Open{Door: d}, err
	default:
		move, err := g.desc(s, locked, thingTypes)
		if err != nil {
			return nil, err
		}
		beside, err := g.desc(s, locked, anyTypes)
		return &PutNext{Move: move, Beside: beside}, err
	}
}

// desc draws descriptions until one fits something that may be asked for.
func (g *generator) desc(s *Scene, locked *minigrid.Room, types []minigrid.Type) (*Desc, error) {
	d := &Desc{}
	for range 101 {
		d.Color = minigrid.AnyColor
		if k := s.RandInt(0, 1+len(minigrid.Colors)); k > 0 {
			d.Color = minigrid.Colors[k-1]
		}
		d.Type = minigrid.RandElem(s.World, types)
		d.Loc = AnyLoc
		if g.locations && s.RandBool() {
			d.Loc = drawnLocs[s.RandInt(0, len(drawnLocs))]
		}
		d.find(s)
		if len(d.at) > 0 && (g.implicitUnlock || locked == nil || d.anyOutside(locked)) {
			return d, nil
		}
	}
	return nil, fmt.Errorf("babyai: no description fits anything: %w", minigrid.ErrPlacement)
}

// anyOutside reports whether something that fits lies outside the room.
func (d *Desc) anyOutside(r *minigrid.Room) bool {
	for _, p := range d.at {
		if !r.Contains(p) {
			return true
		}
	}
	return false
}
