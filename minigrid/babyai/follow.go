package babyai

import (
	"errors"
	"fmt"
	"slices"

	"github.com/miniflow-rl/miniflow/minigrid"
)

// Rooms says how a map is divided into rooms, for descriptions such as "on your
// left", which mean the room where the agent starts. The zero value is one room,
// the whole map.
type Rooms struct {
	Size int `json:"size"` // cells a side, walls included
	Rows int `json:"rows"`
	Cols int `json:"cols"`
}

// maxThings is how many things on a map an instruction can tell apart.
const maxThings = 254

// Follow is the task of carrying out an instruction on a map that something else
// draws: a level from a file, or a world of one's own. It judges as the levels of
// this package do. The zero value is ready for [Follow.Begin].
type Follow struct{ Level }

var (
	_ minigrid.Task  = (*Follow)(nil)
	_ minigrid.Judge = (*Follow)(nil)
	_ Mission        = (*Follow)(nil)
)

// NewFollow returns the task for one lane.
func NewFollow() *Follow { return &Follow{Level{scene: newScene(3, 1, 1)}} }

// Generate implements [minigrid.Task]; it draws nothing. Embed a Follow in a task
// that draws the map and then calls Begin.
func (f *Follow) Generate(*minigrid.World) error {
	return errors.New("babyai: a Follow draws no map: embed it in a task that does and calls Begin")
}

// Begin starts an episode on the map as it is now, with whatever the agent
// carries. It fails if there is nothing on the map that a description fits, or
// more than 254 things.
func (f *Follow) Begin(w *minigrid.World, instr Instr, rooms Rooms) error {
	if rooms == (Rooms{}) {
		rooms = Rooms{max(w.Width(), w.Height()) + 1, 1, 1}
	}
	if rooms.Size < 3 || rooms.Rows < 1 || rooms.Cols < 1 || rooms.Rows*rooms.Cols > 1<<16 {
		return fmt.Errorf("babyai: %dx%d rooms of %d cells: want rooms of 3 or more", rooms.Cols, rooms.Rows, rooms.Size)
	}
	if s := f.scene; s.RoomSize() != rooms.Size || s.Rows() != rooms.Rows || s.Cols() != rooms.Cols {
		f.scene = newScene(rooms.Size, rooms.Rows, rooms.Cols)
	}
	s := f.scene
	s.World = w
	s.surveyed, s.carried, s.moved = false, noThing, false
	s.survey()
	if n := len(s.things); n > maxThings {
		return fmt.Errorf("babyai: %d things on the map: an instruction can tell at most %d apart", n, maxThings)
	}
	if t := w.Carrying(); t.Cell != minigrid.Unseen {
		t.ID = uint8(len(s.where))
		w.SetCarrying(t)
		s.things = append(s.things, minigrid.Placed{Thing: t, At: nowhere})
		s.where = append(s.where, nowhere)
		s.carried = int(t.ID)
	}
	f.instr = instr
	instr.begin(s)
	var err error
	instr.Descs(func(d *Desc) {
		if d.count == 0 && err == nil {
			err = fmt.Errorf("babyai: there is no %v on the map", d)
		}
		d.at = slices.DeleteFunc(d.at, func(p minigrid.Point) bool { return p == nowhere }) // what is carried
	})
	return err
}

// Strict returns a pointer to the strictness of every action of an instruction
// that has one, in the order of the words.
func Strict(i Instr) []*bool {
	switch i := i.(type) {
	case *Open:
		return []*bool{&i.Strict}
	case *Pickup:
		return []*bool{&i.Strict}
	case *PutNext:
		return []*bool{&i.Strict}
	case *And:
		return append(Strict(i.A), Strict(i.B)...)
	case *Before:
		return append(append(Strict(i.First), Strict(i.Then)...), &i.Strict)
	case *After:
		return append(append(Strict(i.Then), Strict(i.First)...), &i.Strict)
	}
	return nil
}
