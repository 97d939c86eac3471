package minigrid

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

func init() {
	Class{
		Name:    "Memory",
		Doc:     "See the object in the first room, then choose the end of the hallway with the same object.",
		Mission: "go to the matching object at the end of the hallway",
		Params: []miniflow.Param{
			{Name: "size", Doc: "side of the map in cells, walls included, odd", Value: 13, Min: 5, Max: maxSize},
			{Name: "random_length", Doc: "whether the hallway's length varies; size is at least 7 then", Value: false},
		},
		Layout: func(c *miniflow.Config) (Layout, error) {
			n, random := c.Int("size"), c.Bool("random_length")
			if n%2 == 0 || random && n < 7 {
				lowest := 5
				if random {
					lowest = 7
				}
				return Layout{}, fmt.Errorf("parameter size is %d: want an odd number in [%d,%d]: %w", n, lowest, maxSize, miniflow.ErrParam)
			}
			return Layout{Width: n, Height: n, MaxSteps: 5 * n * n, NewTask: func() Task { return &memory{random: random} }}, nil
		},
	}.registerAll([]row{
		{"MiniGrid-MemoryS17Random-v0", defaults{"size": 17, "random_length": true}},
		{"MiniGrid-MemoryS13Random-v0", defaults{"size": 13, "random_length": true}},
		{"MiniGrid-MemoryS13-v0", defaults{"size": 13}},
		{"MiniGrid-MemoryS11-v0", defaults{"size": 11}},
		{"MiniGrid-MemoryS9-v0", defaults{"size": 9}},
		{"MiniGrid-MemoryS7-v0", defaults{"size": 7}},
	})
}

// memory draws a room, a hallway to the right and a crossing hallway with an
// object at either end.
type memory struct {
	random           bool
	success, failure Point // the cells beside the two objects
}

// Generate implements [Task].
func (t *memory) Generate(w *World) error {
	n, mid := w.Width(), w.Height()/2
	w.Mission = "go to the matching object at the end of the hallway"
	w.Border()
	end := n - 3 // column of the crossing hallway's left wall
	if t.random {
		end = w.RandInt(4, n-2)
	}
	w.HorzWall(1, mid-2, 4, Wall)
	w.HorzWall(1, mid+2, 4, Wall)
	w.HorzWall(4, mid-1, 1, Wall)
	w.HorzWall(4, mid+1, 1, Wall)
	w.HorzWall(5, mid-1, end-5, Wall)
	w.HorzWall(5, mid+1, end-5, Wall)
	w.VertWall(end, 0, mid, Wall)
	w.VertWall(end, mid+1, n-mid-1, Wall)
	w.VertWall(end+2, 0, n, Wall)
	w.SetAgent(Point{w.RandInt(1, end+1), mid}, Right)

	objects := [2]Cell{Key(Green), Ball(Green)}
	shown := w.RandInt(0, 2)
	above := 1 - w.RandInt(0, 2) // the first choice puts the ball above
	w.Set(Point{1, mid - 1}, objects[shown])
	w.Set(Point{end + 1, mid - 2}, objects[above])
	w.Set(Point{end + 1, mid + 2}, objects[1-above])
	t.success, t.failure = Point{end + 1, mid - 1}, Point{end + 1, mid + 1}
	if shown != above {
		t.success, t.failure = t.failure, t.success
	}
	return nil
}

// Move implements [Mover]: nothing can be picked up here.
func (t *memory) Move(_ *World, a Action) Action {
	if a == Pickup {
		return Toggle
	}
	return a
}

// Judge implements [Judge].
func (t *memory) Judge(w *World, _ Action, o *Outcome) {
	switch {
	case w.agentOn(t.success):
		o.Reward, o.Terminated = w.SuccessReward(), true
	case w.agentOn(t.failure):
		o.Terminated = true
	}
}

// AppendBinary implements encoding.BinaryAppender.
func (t *memory) AppendBinary(dst []byte) ([]byte, error) {
	return appendPoints(dst, t.success, t.failure), nil
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler.
func (t *memory) UnmarshalBinary(src []byte) error {
	return readPoints(src, &t.success, &t.failure)
}
