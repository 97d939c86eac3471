package minigrid

import "github.com/miniflow-rl/miniflow"

func init() {
	Class{
		Name:       "Empty",
		Doc:        "Walk to the goal in the far corner of an empty room.",
		Mission:    "get to the green goal square",
		SeeThrough: true,
		Params: []miniflow.Param{
			{Name: "size", Doc: "side of the room in cells, walls included", Value: 8, Min: 4, Max: 1024},
			{Name: "agent_start_pos", Doc: "the agent's first cell as x,y; empty for a random one", Value: []int{1, 1}, Max: 1023},
			{Name: "agent_start_dir", Doc: "the agent's first direction, if its cell is given", Value: 0, Max: 3},
		},
		Layout: func(c *miniflow.Config) (Layout, error) {
			n := c.Int("size")
			t := empty{dir: Direction(c.Int("agent_start_dir"))}
			var err error
			if t.start, err = startPos(c, n, n); err != nil {
				return Layout{}, err
			}
			return Layout{Width: n, Height: n, MaxSteps: 4 * n * n, NewTask: func() Task { return t }}, nil
		},
	}.registerAll([]row{
		{"MiniGrid-Empty-5x5-v0", defaults{"size": 5}},
		{"MiniGrid-Empty-Random-5x5-v0", defaults{"size": 5, "agent_start_pos": []int{}}},
		{"MiniGrid-Empty-6x6-v0", defaults{"size": 6}},
		{"MiniGrid-Empty-Random-6x6-v0", defaults{"size": 6, "agent_start_pos": []int{}}},
		{"MiniGrid-Empty-8x8-v0", nil},
		{"MiniGrid-Empty-16x16-v0", defaults{"size": 16}},
	})
}

type empty struct {
	start *Point // nil for a random one
	dir   Direction
}

// Generate implements [Task].
func (t empty) Generate(w *World) error {
	w.Border()
	w.Set(Point{w.Width() - 2, w.Height() - 2}, Goal)
	w.Mission = "get to the green goal square"
	return w.placeStart(t.start, t.dir)
}
