package babyai

import (
	"errors"
	"fmt"

	"github.com/miniflow-rl/miniflow/minigrid"
)

// errRejected says that a level was drawn but does not suit its mission: draw
// another one.
var errRejected = errors.New("level rejected")

// nowhere is where things are that are carried or gone.
var nowhere = minigrid.Point{X: -1, Y: -1}

// noThing is the number of what the agent carries if its hands are empty. A
// thing without a number, such as a key out of a box, has number 0.
const noThing = -1

// Scene is a level of rooms with its things numbered, so that an instruction can
// tell equal things apart.
type Scene struct {
	*minigrid.RoomGrid

	things   []minigrid.Placed // by column, then row; the number is index+1
	walls    []minigrid.Point  // in the same order
	where    []minigrid.Point  // by number; where things are now
	surveyed bool
	carried  int            // number of what the agent carried after the last step, or noThing
	front    minigrid.Point // the cell before the agent after the last step
	moved    bool           // something was moved since descriptions were last tracked

	objs  []minigrid.Placed // scratch for generators
	stack []minigrid.Point  // scratch for reachable
	seen  []bool            // scratch for reachable
}

func newScene(size, rows, cols int) *Scene {
	return &Scene{RoomGrid: minigrid.NewRoomGrid(size, rows, cols)}
}

// begin starts a new level on an empty map.
func (s *Scene) begin(w *minigrid.World) error {
	s.surveyed, s.carried, s.moved, s.objs = false, noThing, false, s.objs[:0]
	return s.Begin(w)
}

// survey numbers everything on the map. It does its work once a level, when the
// first description is looked up; nothing may be placed after that.
func (s *Scene) survey() {
	if s.surveyed {
		return
	}
	s.surveyed = true
	s.things, s.walls, s.where = s.things[:0], s.walls[:0], append(s.where[:0], nowhere)
	for x := range s.Width() {
		for y := range s.Height() {
			p := minigrid.Point{X: x, Y: y}
			t := s.ThingAt(p)
			switch t.Type() {
			case minigrid.TypeEmpty:
			case minigrid.TypeWall:
				s.walls = append(s.walls, p)
			default:
				t.ID = uint8(min(len(s.things)+1, 255)) // parameters allow no more
				s.SetThing(p, t)
				s.things = append(s.things, minigrid.Placed{Thing: t, At: p})
				s.where = append(s.where, p)
			}
		}
	}
}

// follow notes where things are after action a.
func (s *Scene) follow(a minigrid.Action) {
	carried := s.carrying()
	s.front = s.Front()
	switch a {
	case minigrid.Pickup:
		if carried > 0 && carried < len(s.where) && s.carried == noThing {
			s.where[carried], s.moved = nowhere, true
		}
	case minigrid.Drop:
		if carried == noThing && s.carried > 0 {
			s.where[s.carried], s.moved = s.front, true
		}
	case minigrid.Toggle:
		// A box that was opened is gone; what was in it has no number.
		if t := s.ThingAt(s.front); t.ID == 0 && t.Cell != minigrid.Wall {
			for id, p := range s.where {
				if p == s.front {
					s.where[id], s.moved = nowhere, true
				}
			}
		}
	}
	s.carried = carried
}

// carrying returns the number of what the agent carries, or noThing.
func (s *Scene) carrying() int {
	t := s.Carrying()
	if t.Cell == minigrid.Unseen {
		return noThing
	}
	return int(t.ID)
}

// reachable reports whether the agent can get next to every thing without moving
// another; it counts on every door to open, even locked ones.
func (s *Scene) reachable() bool {
	w, h := s.Width(), s.Height()
	if len(s.seen) != w*h {
		s.seen = make([]bool, w*h)
	}
	clear(s.seen)
	agent, _ := s.Agent()
	s.stack = append(s.stack[:0], agent)
	for len(s.stack) > 0 {
		p := s.stack[len(s.stack)-1]
		s.stack = s.stack[:len(s.stack)-1]
		if !s.Contains(p) || s.seen[p.X*h+p.Y] {
			continue
		}
		s.seen[p.X*h+p.Y] = true
		if c := s.At(p); c != minigrid.Empty && c.Type() != minigrid.TypeDoor {
			continue
		}
		for d := range minigrid.Direction(4) {
			s.stack = append(s.stack, p.Step(d))
		}
	}
	for x := range w {
		for y := range h {
			c := s.At(minigrid.Point{X: x, Y: y})
			if c != minigrid.Empty && c.Type() != minigrid.TypeWall && !s.seen[x*h+y] {
				return false
			}
		}
	}
	return true
}

// needReachable rejects levels in which something must be moved out of the way.
func (s *Scene) needReachable() error {
	if !s.reachable() {
		return fmt.Errorf("something is out of reach: %w", errRejected)
	}
	return nil
}

// placeAgentOutside puts the agent into any room but the given one, which may
// be nil.
func (s *Scene) placeAgentOutside(room *minigrid.Room) error {
	for range maxLayouts {
		if err := s.PlaceAgentInRoom(minigrid.AnyRoom, minigrid.AnyRoom, true); err != nil {
			return err
		}
		if p, _ := s.Agent(); s.RoomAt(p) != room {
			return nil
		}
	}
	return fmt.Errorf("babyai: the agent has no room but the locked one: %w", minigrid.ErrPlacement)
}

// doors calls visit for every door, once for each of its two rooms, in the order
// in which the original lists them.
func (s *Scene) doors(visit func(p minigrid.Point)) {
	for i := range s.Cols() {
		for j := range s.Rows() {
			r := s.Room(i, j)
			for side, l := range r.Links {
				if l == minigrid.LinkDoor {
					visit(r.DoorPos[side])
				}
			}
		}
	}
}
