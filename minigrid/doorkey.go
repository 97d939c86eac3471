package minigrid

import "github.com/miniflow-rl/miniflow"

func init() {
	Class{
		Name:    "DoorKey",
		Doc:     "Fetch the key, unlock the door and walk to the goal behind it.",
		Mission: doorKeyMission,
		Params:  []miniflow.Param{sizeParam(8, 5)},
		Layout: func(c *miniflow.Config) (Layout, error) {
			n := c.Int("size")
			return Layout{Width: n, Height: n, MaxSteps: 10 * n * n, NewTask: func() Task { return doorKey{} }}, nil
		},
	}.registerAll([]row{
		{"MiniGrid-DoorKey-5x5-v0", defaults{"size": 5}},
		{"MiniGrid-DoorKey-6x6-v0", defaults{"size": 6}},
		{"MiniGrid-DoorKey-8x8-v0", nil},
		{"MiniGrid-DoorKey-16x16-v0", defaults{"size": 16}},
	})
}

const doorKeyMission = "use the key to open the door and then get to the goal"

type doorKey struct{}

// Generate implements [Task]. The door is never in the last row within the
// walls: the original draws from a range that ends one short.
func (doorKey) Generate(w *World) error {
	w.Border()
	w.Set(Point{w.Width() - 2, w.Height() - 2}, Goal)
	split := w.RandInt(2, w.Width()-2)
	w.VertWall(split, 0, w.Height(), Wall)
	left := Area{0, 0, split, w.Height()}
	if _, err := w.PlaceAgent(left, true, 0); err != nil {
		return err
	}
	w.Set(Point{split, w.RandInt(1, w.Width()-2)}, Door(Yellow, Locked))
	if _, err := w.PlaceObj(Thing{Cell: Key(Yellow)}, left, nil, 0); err != nil {
		return err
	}
	w.Mission = doorKeyMission
	return nil
}
