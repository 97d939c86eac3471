package minigrid

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

func init() {
	Class{
		Name:    "LavaGap",
		Doc:     "Walk to the goal through the one gap in a column of lava, or wall.",
		Mission: "{avoid the lava and|find the opening and} get to the green goal square",
		Params:  []miniflow.Param{sizeParam(7, 5), obstacleParam},
		Layout: func(c *miniflow.Config) (Layout, error) {
			n := c.Int("size")
			var t lavaGap
			t.obstacle, t.mission = obstacleOf(c)
			return Layout{Width: n, Height: n, MaxSteps: 4 * n * n, NewTask: func() Task { return t }}, nil
		},
	}.registerAll([]row{
		{"MiniGrid-LavaGapS5-v0", defaults{"size": 5}},
		{"MiniGrid-LavaGapS6-v0", defaults{"size": 6}},
		{"MiniGrid-LavaGapS7-v0", nil},
	})

	Class{
		Name:       "DistShift",
		Doc:        "Walk to the goal past two strips of lava; the second lies elsewhere in the other id.",
		Mission:    getToGoal,
		SeeThrough: true,
		Params: append([]miniflow.Param{
			{Name: "width", Doc: "columns of the map, walls included", Value: 9, Min: 4, Max: maxSize},
			{Name: "height", Doc: "rows of the map, walls included", Value: 7, Min: 3, Max: maxSize},
			{Name: "strip2_row", Doc: "row of the second strip of lava", Value: 2, Max: maxSize - 1},
		}, startParams()...),
		Layout: distShiftLayout,
	}.registerAll([]row{
		{"MiniGrid-DistShift1-v0", nil},
		{"MiniGrid-DistShift2-v0", defaults{"strip2_row": 5}},
	})
}

type lavaGap struct {
	obstacle Cell
	mission  string
}

// Generate implements [Task].
func (t lavaGap) Generate(w *World) error {
	n := w.Width()
	w.Mission = t.mission
	w.Border()
	w.SetAgent(Point{1, 1}, Right)
	w.Set(Point{n - 2, n - 2}, Goal)
	gap := w.RandPos(2, n-2, 1, n-1)
	w.VertWall(gap.X, 1, n-2, t.obstacle)
	w.Set(gap, Empty)
	return nil
}

func distShiftLayout(c *miniflow.Config) (Layout, error) {
	width, height := c.Int("width"), c.Int("height")
	t := distShift{strip: c.Int("strip2_row")}
	if t.strip >= height {
		return Layout{}, fmt.Errorf("parameter strip2_row is %d: want a row in [0,%d]: %w", t.strip, height-1, miniflow.ErrParam)
	}
	var err error
	t.start, err = startOf(c, width, height)
	return Layout{Width: width, Height: height, MaxSteps: 4 * width * height, NewTask: func() Task { return t }}, err
}

type distShift struct {
	strip int
	start start
}

// Generate implements [Task].
func (t distShift) Generate(w *World) error {
	w.Mission = getToGoal
	w.Border()
	w.Set(Point{w.Width() - 2, 1}, Goal)
	w.HorzWall(3, 1, w.Width()-6, Lava)
	w.HorzWall(3, t.strip, w.Width()-6, Lava)
	return t.start.place(w)
}
