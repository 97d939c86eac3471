package minigrid

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

func init() {
	lava := func(size, n int) defaults { return defaults{"size": size, "num_crossings": n} }
	wall := func(size, n int) defaults {
		return defaults{"size": size, "num_crossings": n, "obstacle_type": "wall"}
	}
	Class{
		Name:    "Crossing",
		Doc:     "Cross rivers of lava, or walls, through their openings and walk to the goal.",
		Mission: "{avoid the lava and|find the opening and} get to the green goal square",
		Params: []miniflow.Param{
			{Name: "size", Doc: "side of the map in cells, walls included, odd", Value: 9, Min: 5, Max: maxSize},
			{Name: "num_crossings", Doc: "rivers to cross; at most size-3 fit", Value: 1, Max: maxSize},
			obstacleParam,
		},
		Layout: func(c *miniflow.Config) (Layout, error) {
			n := c.Int("size")
			if n%2 == 0 {
				return Layout{}, fmt.Errorf("parameter size is %d: want an odd number: %w", n, miniflow.ErrParam)
			}
			return Layout{Width: n, Height: n, MaxSteps: 4 * n * n, NewTask: func() Task {
				t := &crossing{rivers: c.Int("num_crossings")}
				t.obstacle, t.mission = obstacleOf(c)
				return t
			}}, nil
		},
	}.registerAll([]row{
		{"MiniGrid-LavaCrossingS9N1-v0", lava(9, 1)},
		{"MiniGrid-LavaCrossingS9N2-v0", lava(9, 2)},
		{"MiniGrid-LavaCrossingS9N3-v0", lava(9, 3)},
		{"MiniGrid-LavaCrossingS11N5-v0", lava(11, 5)},
		{"MiniGrid-SimpleCrossingS9N1-v0", wall(9, 1)},
		{"MiniGrid-SimpleCrossingS9N2-v0", wall(9, 2)},
		{"MiniGrid-SimpleCrossingS9N3-v0", wall(9, 3)},
		{"MiniGrid-SimpleCrossingS11N5-v0", wall(11, 5)},
	})
}

var obstacleParam = miniflow.Param{Name: "obstacle_type", Doc: "what is in the way", Value: "lava", Choices: []string{"lava", "wall"}}

// obstacleOf reads obstacleParam and returns the mission that goes with it.
func obstacleOf(c *miniflow.Config) (Cell, string) {
	if c.Text("obstacle_type") == "wall" {
		return Wall, "find the opening and get to the green goal square"
	}
	return Lava, "avoid the lava and get to the green goal square"
}

// crossing draws rivers on even columns and rows and one opening in each, along
// a random monotone path of rooms from the agent to the goal.
type crossing struct {
	rivers   int
	obstacle Cell
	mission  string

	order        []int  // all rivers, columns before rows
	columns      []int  // limits of the rooms: 0, the columns of rivers, the last column
	rows         []int  // likewise
	eastward     []bool // whether a step of the path crosses a column
	isCol, isRow []bool // whether river k is drawn
}

// Generate implements [Task].
func (t *crossing) Generate(w *World) error {
	n := w.Width()
	w.Mission = t.mission
	w.Border()
	w.SetAgent(Point{1, 1}, Right)
	w.Set(Point{n - 2, n - 2}, Goal)
	t.chooseRivers(w, n)
	for _, y := range t.rows[1 : len(t.rows)-1] {
		w.HorzWall(1, y, n-2, t.obstacle)
	}
	for _, x := range t.columns[1 : len(t.columns)-1] {
		w.VertWall(x, 1, n-2, t.obstacle)
	}
	col, row := 0, 0 // the room that the path has reached
	for _, east := range t.eastward {
		var p Point
		if east {
			p = Point{t.columns[col+1], w.RandInt(t.rows[row]+1, t.rows[row+1])}
			col++
		} else {
			p = Point{w.RandInt(t.columns[col]+1, t.columns[col+1]), t.rows[row+1]}
			row++
		}
		w.Set(p, Empty)
	}
	return nil
}

// chooseRivers draws which rivers there are and the order in which the path
// crosses them.
func (t *crossing) chooseRivers(w *World, n int) {
	each := (n - 3) / 2
	if t.order == nil {
		t.order = make([]int, 2*each)
		t.isCol, t.isRow = make([]bool, each), make([]bool, each)
	}
	for k := range t.order {
		t.order[k] = k
	}
	w.rng.Shuffle(len(t.order), func(i, j int) { t.order[i], t.order[j] = t.order[j], t.order[i] })
	clear(t.isCol)
	clear(t.isRow)
	for _, k := range t.order[:min(t.rivers, len(t.order))] {
		if k < each {
			t.isCol[k] = true
		} else {
			t.isRow[k-each] = true
		}
	}
	t.columns = append(limits(append(t.columns[:0], 0), t.isCol), n-1)
	t.rows = append(limits(append(t.rows[:0], 0), t.isRow), n-1)
	t.eastward = t.eastward[:0]
	for range len(t.columns) - 2 {
		t.eastward = append(t.eastward, true)
	}
	for range len(t.rows) - 2 {
		t.eastward = append(t.eastward, false)
	}
	path := t.eastward
	w.rng.Shuffle(len(path), func(i, j int) { path[i], path[j] = path[j], path[i] })
}

// limits appends the position of every river that is drawn.
func limits(dst []int, drawn []bool) []int {
	for k, d := range drawn {
		if d {
			dst = append(dst, 2+2*k)
		}
	}
	return dst
}
