package minigrid

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

func init() {
	Class{
		Name:       "Fetch",
		Doc:        "Pick up the named object and no other.",
		Mission:    "{get a|go get a|fetch a|go fetch a|you must fetch a} {color} {type}",
		SeeThrough: true,
		Params: []miniflow.Param{
			sizeParam(8, 4),
			{Name: "numObjs", Doc: "keys and balls", Value: 3, Min: 1, Max: maxSize},
		},
		Layout: func(c *miniflow.Config) (Layout, error) {
			n, objects := c.Int("size"), c.Int("numObjs")
			if err := roomFor(n, objects); err != nil {
				return Layout{}, err
			}
			return Layout{Width: n, Height: n, MaxSteps: 5 * n * n, NewTask: func() Task {
				return &fetch{things: make([]Cell, objects)}
			}}, nil
		},
	}.registerAll([]row{
		{"MiniGrid-Fetch-5x5-N2-v0", defaults{"size": 5, "numObjs": 2}},
		{"MiniGrid-Fetch-6x6-N2-v0", defaults{"size": 6, "numObjs": 2}},
		{"MiniGrid-Fetch-8x8-N3-v0", nil},
	})
}

type fetch struct {
	things []Cell
	target Cell
}

// Generate implements [Task]. Two objects may look the same; either will do.
func (t *fetch) Generate(w *World) error {
	w.Border()
	for k := range t.things {
		kind := thingTypes[w.RandInt(0, 2)] // key or ball
		t.things[k] = MakeThing(kind, w.RandColor()).Cell
		if _, err := w.Place(t.things[k]); err != nil {
			return err
		}
	}
	if _, err := w.PlaceAgent(Area{}, true, 0); err != nil {
		return err
	}
	t.target = RandElem(w, t.things)
	w.Mission = RandElem(w, fetchTexts[:])[t.target]
	return nil
}

// Judge implements [Judge].
func (t *fetch) Judge(w *World, _ Action, o *Outcome) {
	if w.carrying == Unseen {
		return
	}
	o.Terminated = true
	if w.carrying == t.target {
		o.Reward = w.SuccessReward()
	}
}

// AppendBinary implements encoding.BinaryAppender.
func (t *fetch) AppendBinary(dst []byte) ([]byte, error) { return append(dst, byte(t.target)), nil }

// UnmarshalBinary implements encoding.BinaryUnmarshaler.
func (t *fetch) UnmarshalBinary(src []byte) error {
	if len(src) != 1 {
		return fmt.Errorf("minigrid: the task's state has %d bytes: want 1", len(src))
	}
	t.target = Cell(src[0])
	return nil
}
