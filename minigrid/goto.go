package minigrid

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

func init() {
	Class{
		Name:       "GoToDoor",
		Doc:        "Stop beside the door of the named colour and say done.",
		Mission:    "go to the {color} door",
		SeeThrough: true,
		Params: []miniflow.Param{
			{Name: "size", Doc: "largest side of the room, and side of the map, in cells", Value: 5, Min: 5, Max: maxSize},
		},
		Layout: func(c *miniflow.Config) (Layout, error) {
			n := c.Int("size")
			return Layout{Width: n, Height: n, MaxSteps: 4 * n * n, NewTask: func() Task { return &goToDoor{} }}, nil
		},
	}.registerAll([]row{
		{"MiniGrid-GoToDoor-5x5-v0", nil},
		{"MiniGrid-GoToDoor-6x6-v0", defaults{"size": 6}},
		{"MiniGrid-GoToDoor-8x8-v0", defaults{"size": 8}},
	})

	Class{
		Name:       "GoToObject",
		Doc:        "Stop beside the named object and say done.",
		Mission:    "go to the {color} {type}",
		SeeThrough: true,
		Params:     []miniflow.Param{sizeParam(6, 4), kindsParam(2, 1)},
		Layout: func(c *miniflow.Config) (Layout, error) {
			n, objects := c.Int("size"), c.Int("numObjs")
			if err := roomFor(n, objects); err != nil {
				return Layout{}, err
			}
			return Layout{Width: n, Height: n, MaxSteps: 5 * n * n, NewTask: func() Task {
				return &goToObject{things: things{n: objects}}
			}}, nil
		},
	}.registerAll([]row{
		{"MiniGrid-GoToObject-6x6-N2-v0", nil},
		{"MiniGrid-GoToObject-8x8-N2-v0", defaults{"size": 8}},
	})
}

// kindsParam declares the number of objects where no two look the same.
func kindsParam(value, lowest int) miniflow.Param {
	return miniflow.Param{Name: "numObjs", Doc: "objects, no two of them alike", Value: value,
		Min: float64(lowest), Max: float64(len(thingTypes) * len(Colors))}
}

// roomFor checks that n objects and the agent fit in a room of that size.
func roomFor(size, n int) error {
	if free := (size-2)*(size-2) - 1; n > free {
		return fmt.Errorf("parameter numObjs is %d: no more than %d fit beside the agent in size %d: %w", n, free, size, miniflow.ErrParam)
	}
	return nil
}

// stopBeside is the rule of tasks that end when the agent says done, which is
// right beside the target, whichever way it faces. Toggling ends them too.
type stopBeside struct{ target Point }

// Judge implements [Judge].
func (t *stopBeside) Judge(w *World, a Action, o *Outcome) {
	switch a {
	case Toggle:
		o.Terminated = true
	case Done:
		o.Terminated = true
		if p, _ := w.Agent(); abs(p.X-t.target.X)+abs(p.Y-t.target.Y) == 1 {
			o.Reward = w.SuccessReward()
		}
	}
}

// AppendBinary implements encoding.BinaryAppender.
func (t *stopBeside) AppendBinary(dst []byte) ([]byte, error) {
	return appendPoints(dst, t.target), nil
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler.
func (t *stopBeside) UnmarshalBinary(src []byte) error { return readPoints(src, &t.target) }

type goToDoor struct{ stopBeside }

// Generate implements [Task]. The room is often smaller than the map; nothing is
// around it.
func (t *goToDoor) Generate(w *World) error {
	width := w.RandInt(5, w.Width()+1)
	height := w.RandInt(5, w.Height()+1)
	room := Area{0, 0, width, height}
	w.WallRect(room)
	doors := [4]Point{{w.RandInt(2, width-2), 0}, {w.RandInt(2, width-2), height - 1}, {}, {}}
	doors[2] = Point{0, w.RandInt(2, height-2)}
	doors[3] = Point{width - 1, w.RandInt(2, height-2)}
	var colors [len(doors)]Color
	var used [numColors]bool
	for k := range colors {
		c := w.RandColor()
		for used[c] {
			c = w.RandColor()
		}
		colors[k], used[c] = c, true
		w.Set(doors[k], Door(c, Closed))
	}
	if _, err := w.PlaceAgent(room, true, 0); err != nil {
		return err
	}
	k := w.RandInt(0, len(doors))
	t.target = doors[k]
	w.Mission = goToDoorTexts[colors[k]]
	return nil
}

type goToObject struct {
	stopBeside
	things
}

// Generate implements [Task].
func (t *goToObject) Generate(w *World) error {
	w.Border()
	if err := t.place(w, nil); err != nil {
		return err
	}
	if _, err := w.PlaceAgent(Area{}, true, 0); err != nil {
		return err
	}
	p := t.placed[w.RandInt(0, t.n)]
	t.target = p.At
	w.Mission = goToThing[p.Cell]
	return nil
}

// things are n objects, no two of them alike, drawn anywhere on the map.
type things struct {
	n      int
	placed []Placed
}

// place draws the objects onto cells that are free and not rejected.
func (t *things) place(w *World, reject func(Point) bool) error {
	var used [numCells]bool
	t.placed = t.placed[:0]
	for len(t.placed) < t.n {
		kind := thingTypes[w.RandInt(0, len(thingTypes))]
		thing := MakeThing(kind, w.RandColor())
		if used[thing.Cell] {
			continue
		}
		used[thing.Cell] = true
		p, err := w.PlaceObj(thing, Area{}, reject, 0)
		if err != nil {
			return err
		}
		t.placed = append(t.placed, Placed{thing, p})
	}
	return nil
}
