package minigrid

import "github.com/miniflow-rl/miniflow"

func init() {
	Class{
		Name:    "RedBlueDoors",
		Doc:     "Open the red door first, then the blue one.",
		Mission: redBlueMission,
		Params: []miniflow.Param{
			{Name: "size", Doc: "rows of the map and side of its middle room in cells, walls included; there are twice as many columns", Value: 8, Min: 3, Max: maxSize / 2},
		},
		Layout: func(c *miniflow.Config) (Layout, error) {
			n := c.Int("size")
			return Layout{Width: 2 * n, Height: n, MaxSteps: 20 * n * n, NewTask: func() Task { return &redBlueDoors{} }}, nil
		},
	}.registerAll([]row{
		{"MiniGrid-RedBlueDoors-6x6-v0", defaults{"size": 6}},
		{"MiniGrid-RedBlueDoors-8x8-v0", nil},
	})
}

const redBlueMission = "open the red door then the blue door"

type redBlueDoors struct {
	red, blue Point
	redOpen   bool // before this step
}

// Generate implements [Task].
func (t *redBlueDoors) Generate(w *World) error {
	n := w.Height()
	w.Mission = redBlueMission
	w.Border()
	room := Area{n / 2, 0, n, n}
	w.WallRect(room)
	if _, err := w.PlaceAgent(room, true, 0); err != nil {
		return err
	}
	t.red = Point{room.X, w.RandInt(1, n-1)}
	t.blue = Point{room.X + n - 1, w.RandInt(1, n-1)}
	w.Set(t.red, Door(Red, Closed))
	w.Set(t.blue, Door(Blue, Closed))
	return nil
}

// Move implements [Mover].
func (t *redBlueDoors) Move(w *World, a Action) Action {
	t.redOpen = w.At(t.red) == Door(Red, Open)
	return a
}

// Judge implements [Judge].
func (t *redBlueDoors) Judge(w *World, _ Action, o *Outcome) {
	if w.At(t.blue) != Door(Blue, Open) {
		return
	}
	o.Terminated = true
	if t.redOpen {
		o.Reward = w.SuccessReward()
	}
}

// AppendBinary implements encoding.BinaryAppender.
func (t *redBlueDoors) AppendBinary(dst []byte) ([]byte, error) {
	return appendPoints(dst, t.red, t.blue), nil
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler.
func (t *redBlueDoors) UnmarshalBinary(src []byte) error { return readPoints(src, &t.red, &t.blue) }
