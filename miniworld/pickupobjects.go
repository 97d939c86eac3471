package miniworld

import (
	"encoding/binary"
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

// openAir is how worlds without a roof look.
var openAir = Look{Walls: "brick_wall", Floor: "asphalt", Open: true}

// pickupObjects asks to pick up everything; what is picked up disappears.
type pickupObjects struct {
	size   float64
	count  int
	picked int
}

// Generate implements [Task].
func (t *pickupObjects) Generate(w *World) error {
	w.Mission = "pick up all the objects"
	w.AddRectRoom(0, t.size, 0, t.size, openAir)
	for range t.count {
		kind := w.rng.Choice(3)
		color := Color(w.rng.Choice(int(NumColors)))
		switch kind {
		case 0:
			w.Place(NewBall(color, 0.9), Spot{})
		case 1:
			w.Place(NewBox(color, 0.9), Spot{})
		default:
			w.Place(NewKey(color), Spot{})
		}
	}
	w.PlaceAgent(Spot{})
	t.picked = 0
	return nil
}

// Judge implements [Judge].
func (t *pickupObjects) Judge(w *World, _ Action, o *Outcome) {
	if w.Agent.Carrying == nil {
		return
	}
	w.Remove(w.Agent.Carrying)
	w.Agent.Carrying = nil
	t.picked++
	o.Reward = 1
	if t.picked == t.count {
		o.Terminated = true
	}
}

// Goal implements [Goaler].
func (t *pickupObjects) Goal(w *World, things []Entity) (Deed, []Entity) {
	for _, e := range w.entities {
		if e != Entity(w.Agent) {
			things = append(things, e)
		}
	}
	return Take, things
}

// AppendBinary implements encoding.BinaryAppender.
func (t *pickupObjects) AppendBinary(dst []byte) ([]byte, error) {
	return binary.LittleEndian.AppendUint32(dst, uint32(t.picked)), nil
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler.
func (t *pickupObjects) UnmarshalBinary(src []byte) error {
	if len(src) != 4 {
		return fmt.Errorf("miniworld: the task's state has %d bytes, want 4", len(src))
	}
	t.picked = int(binary.LittleEndian.Uint32(src))
	return nil
}

func init() {
	Class{
		Name:    "PickupObjects",
		Doc:     "Pick up all the objects in a large open room.",
		Mission: "pick up all the objects",
		Params: []miniflow.Param{sizeParam(12),
			{Name: "num_objs", Doc: "number of objects", Value: 5, Min: 1, Max: 1000}},
		Layout: func(c *miniflow.Config) (Layout, error) {
			size, count := c.Float("size"), c.Int("num_objs")
			return Layout{MaxSteps: 400, Actions: int(Pickup) + 1, Things: count,
				NewTask: func() Task { return &pickupObjects{size: size, count: count} }}, nil
		},
	}.registerAll([]row{{"MiniWorld-PickupObjects-v0", nil}})
}
