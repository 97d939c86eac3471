package minigrid

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

func init() {
	Class{
		Name:       "PutNear",
		Doc:        "Carry one named object next to another and drop it there.",
		Mission:    "put the {color} {type} near the {color} {type}",
		SeeThrough: true,
		Params:     []miniflow.Param{sizeParam(6, 5), kindsParam(2, 2)},
		Layout: func(c *miniflow.Config) (Layout, error) {
			n, objects := c.Int("size"), c.Int("numObjs")
			// No two objects may touch: at best one in each square of four cells.
			if half := (n - 1) / 2; objects > half*half {
				return Layout{}, fmt.Errorf("parameter numObjs is %d: no more than %d fit in size %d without touching: %w", objects, half*half, n, miniflow.ErrParam)
			}
			return Layout{Width: n, Height: n, MaxSteps: 5 * n, NewTask: func() Task {
				return &putNear{things: things{n: objects}}
			}}, nil
		},
	}.registerAll([]row{
		{"MiniGrid-PutNear-6x6-N2-v0", nil},
		{"MiniGrid-PutNear-8x8-N3-v0", defaults{"size": 8, "numObjs": 3}},
	})
}

// putNearTexts is indexed by the object to move and the one to put it near.
var putNearTexts = func() (texts [numCells]*thingTexts) {
	for cell, text := range newThingTexts("put the") {
		if text != "" {
			texts[cell] = newThingTexts(text + " near the")
		}
	}
	return texts
}()

type putNear struct {
	things
	moved  Cell
	target Point
	hands  Cell // what the agent carried before this step
}

// Generate implements [Task].
func (t *putNear) Generate(w *World) error {
	w.Border()
	touches := func(p Point) bool {
		for _, q := range t.placed {
			if abs(p.X-q.At.X) <= 1 && abs(p.Y-q.At.Y) <= 1 {
				return true
			}
		}
		return false
	}
	if err := t.place(w, touches); err != nil {
		return err
	}
	if _, err := w.PlaceAgent(Area{}, true, 0); err != nil {
		return err
	}
	moved := w.RandInt(0, t.n)
	target := moved
	for target == moved {
		target = w.RandInt(0, t.n)
	}
	t.moved, t.target = t.placed[moved].Cell, t.placed[target].At
	w.Mission = putNearTexts[t.moved][t.placed[target].Cell]
	return nil
}

// Move implements [Mover].
func (t *putNear) Move(w *World, a Action) Action {
	t.hands = w.carrying
	return a
}

// Judge implements [Judge]. Near is where the target was at first: it may have
// been picked up and dropped elsewhere, which ends the episode anyway.
func (t *putNear) Judge(w *World, a Action, o *Outcome) {
	switch a {
	case Pickup:
		if w.carrying != Unseen && w.carrying != t.moved {
			o.Terminated = true
		}
	case Drop:
		if t.hands == Unseen {
			return
		}
		o.Terminated = true
		if f := w.Front(); w.carrying == Unseen && abs(f.X-t.target.X) <= 1 && abs(f.Y-t.target.Y) <= 1 {
			o.Reward = w.SuccessReward()
		}
	}
}

// AppendBinary implements encoding.BinaryAppender.
func (t *putNear) AppendBinary(dst []byte) ([]byte, error) {
	return appendPoints(append(dst, byte(t.moved)), t.target), nil
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler.
func (t *putNear) UnmarshalBinary(src []byte) error {
	if len(src) == 0 {
		return fmt.Errorf("minigrid: the task's state is missing")
	}
	if err := readPoints(src[1:], &t.target); err != nil {
		return err
	}
	t.moved = Cell(src[0])
	return nil
}
