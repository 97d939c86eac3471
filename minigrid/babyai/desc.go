package babyai

import (
	"strings"

	"github.com/miniflow-rl/miniflow/minigrid"
)

// Loc restricts a description to one side of the agent's first pose.
type Loc uint8

// The places, AnyLoc for none.
const (
	AnyLoc Loc = iota
	OnLeft
	OnRight
	InFront
	Behind
	numLocs
)

var locTexts = [numLocs]string{"", " on your left", " on your right", " in front of you", " behind you"}

// String returns the words that end a description, with a leading space.
func (l Loc) String() string {
	if l < numLocs {
		return locTexts[l]
	}
	return "Loc(?)"
}

// drawnLocs lists the places in the order that draws index.
var drawnLocs = [4]Loc{OnLeft, OnRight, InFront, Behind}

// Desc describes things: all that have this type, colour and place. Type may be
// [minigrid.AnyType] and Color [minigrid.AnyColor].
type Desc struct {
	Type  minigrid.Type
	Color minigrid.Color
	Loc   Loc

	ids   idSet            // the things that fitted when the episode began
	count int              // how many those were, walls included
	at    []minigrid.Point // where they were when last looked for
}

// NewDesc returns a description of all things of a type and colour.
func NewDesc(t minigrid.Type, c minigrid.Color) *Desc { return &Desc{Type: t, Color: c} }

// String returns the description without its article.
func (d *Desc) String() string {
	var sb strings.Builder
	if d.Color != minigrid.AnyColor {
		sb.WriteString(d.Color.String())
		sb.WriteByte(' ')
	}
	if d.Type == minigrid.AnyType {
		sb.WriteString("object")
	} else {
		sb.WriteString(d.Type.String())
	}
	sb.WriteString(d.Loc.String())
	return sb.String()
}

// surface finds what fits and returns the description with its article.
func (d *Desc) surface(s *Scene) string {
	if d.find(s); d.count > 1 {
		return "a " + d.String()
	}
	return "the " + d.String()
}

// fits reports whether type and colour fit.
func (d *Desc) fits(c minigrid.Cell) bool {
	return (d.Type == minigrid.AnyType || d.Type == c.Type()) && (d.Color == minigrid.AnyColor || d.Color == c.Color())
}

// find looks for everything that fits, from the agent's present pose.
func (d *Desc) find(s *Scene) {
	s.survey()
	d.ids, d.count, d.at = idSet{}, 0, d.at[:0]
	agent, dir := s.Agent()
	room := s.RoomAt(agent)
	for k := range s.things {
		t := &s.things[k]
		if !d.fits(t.Cell) || !d.Loc.holds(agent, dir, room, t.At) {
			continue
		}
		d.ids.add(t.ID)
		d.count++
		d.at = append(d.at, t.At)
	}
	// Walls are things without a number: they cannot be moved.
	if d.fits(minigrid.Wall) {
		for _, p := range s.walls {
			if d.Loc.holds(agent, dir, room, p) {
				d.count++
				d.at = append(d.at, p)
			}
		}
	}
}

// holds reports whether p is at place l for an agent in a room.
func (l Loc) holds(agent minigrid.Point, dir minigrid.Direction, room *minigrid.Room, p minigrid.Point) bool {
	if l == AnyLoc {
		return true
	}
	if room == nil || !room.Contains(p) {
		return false
	}
	fx, fy := dir.Vec()
	x, y := p.X-agent.X, p.Y-agent.Y
	ahead, right := x*fx+y*fy, y*fx-x*fy
	switch l {
	case OnLeft:
		return right < 0
	case OnRight:
		return right > 0
	case InFront:
		return ahead > 0
	default:
		return ahead < 0
	}
}

// track looks where the things that fitted at first are now.
func (d *Desc) track(s *Scene) {
	walls := d.at[:0]
	if d.fits(minigrid.Wall) {
		for _, p := range d.at {
			if s.At(p).Type() == minigrid.TypeWall {
				walls = append(walls, p)
			}
		}
	}
	d.at = walls
	for id := range s.where {
		if p := s.where[id]; d.ids.has(uint8(id)) && p != nowhere {
			d.at = append(d.at, p)
		}
	}
}

// idSet is a set of the numbers that tell things apart.
type idSet [4]uint64

func (s *idSet) add(id uint8)      { s[id>>6] |= 1 << (id & 63) }
func (s *idSet) has(id uint8) bool { return s[id>>6]>>(id&63)&1 == 1 }

func (s *idSet) meets(o *idSet) bool {
	return s[0]&o[0]|s[1]&o[1]|s[2]&o[2]|s[3]&o[3] != 0
}
