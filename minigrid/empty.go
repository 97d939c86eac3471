package minigrid

import "github.com/miniflow-rl/miniflow"

func init() {
	Class{
		Name:       "Empty",
		Doc:        "Walk to the goal in the far corner of an empty room.",
		Mission:    getToGoal,
		SeeThrough: true,
		Params:     append([]miniflow.Param{sizeParam(8, 4)}, startParams()...),
		Layout: func(c *miniflow.Config) (Layout, error) {
			n := c.Int("size")
			s, err := startOf(c, n, n)
			t := empty{s}
			return Layout{Width: n, Height: n, MaxSteps: 4 * n * n, NewTask: func() Task { return t }}, err
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

// getToGoal is the mission of several worlds.
const getToGoal = "get to the green goal square"

type empty struct{ start start }

// Generate implements [Task].
func (t empty) Generate(w *World) error {
	w.Mission = getToGoal
	w.Border()
	w.Set(Point{w.Width() - 2, w.Height() - 2}, Goal)
	return t.start.place(w)
}
