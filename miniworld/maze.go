package miniworld

import "github.com/miniflow-rl/miniflow"

// mazeGap is the thickness of the walls between the rooms of a maze, in metres.
const mazeGap = 0.25

// maze is a grid of rooms, opened by a random depth-first walk from the first.
type maze struct {
	goalTask
	rows, cols int
	size       float64 // of a room, metres
	rooms      []*Room // row by row
	visited    []bool
}

// Generate implements [Task].
func (t *maze) Generate(w *World) error {
	w.Mission = redBoxMission
	t.rooms, t.visited = t.rooms[:0], t.visited[:0]
	for j := range t.rows {
		for i := range t.cols {
			x, z := float64(float64(i)*(t.size+mazeGap)), float64(float64(j)*(t.size+mazeGap))
			t.rooms = append(t.rooms, w.AddRectRoom(x, x+t.size, z, z+t.size, Look{Walls: "brick_wall"}))
			t.visited = append(t.visited, false)
		}
	}
	t.visit(w, 0, 0)
	t.box = NewBox(Red, 0.8)
	w.Place(t.box, Spot{})
	w.PlaceAgent(Spot{})
	return nil
}

// visit opens the room of column i and row j to neighbours not yet visited, in
// random order.
func (t *maze) visit(w *World, i, j int) {
	type way struct{ dj, di int }
	room := t.rooms[j*t.cols+i]
	t.visited[j*t.cols+i] = true
	left := [4]way{{0, 1}, {0, -1}, {-1, 0}, {1, 0}}
	var order [4]way
	for k := range order {
		at := w.rng.Choice(len(left) - k)
		order[k] = left[at]
		copy(left[at:], left[at+1:])
	}
	for _, o := range order {
		ni, nj := i+o.di, j+o.dj
		if nj < 0 || nj >= t.rows || ni < 0 || ni >= t.cols || t.visited[nj*t.cols+ni] {
			continue
		}
		gap := Gap{X: Over(room.MinX, room.MaxX)}
		if o.dj == 0 {
			gap = Gap{Z: Over(room.MinZ, room.MaxZ)}
		}
		w.Connect(room, t.rooms[nj*t.cols+ni], gap)
		t.visit(w, ni, nj)
	}
}

func init() {
	mazeClass(func() *Domain { return nil }).registerAll([]row{
		{"MiniWorld-Maze-v0", nil},
		{"MiniWorld-MazeS2-v0", defaults{"num_rows": 2, "num_cols": 2}},
		{"MiniWorld-MazeS3-v0", defaults{"num_rows": 3, "num_cols": 3}},
	})
	mazeClass(fastDomain).registerAll([]row{
		{"MiniWorld-MazeS3Fast-v0", defaults{"num_rows": 3, "num_cols": 3, "max_episode_steps": 300}},
	})
}

func mazeClass(domain func() *Domain) Class {
	return Class{
		Name:    "Maze",
		Doc:     "Go to the red box in a maze.",
		Mission: redBoxMission,
		Params: []miniflow.Param{
			{Name: "num_rows", Doc: "rooms from north to south", Value: 8, Min: 1, Max: 100},
			{Name: "num_cols", Doc: "rooms from west to east", Value: 8, Min: 1, Max: 100},
			{Name: "room_size", Doc: "sides of a room in metres", Value: 3.0, Min: 1, Max: 100},
		},
		Layout: func(c *miniflow.Config) (Layout, error) {
			rows, cols, size := c.Int("num_rows"), c.Int("num_cols"), c.Float("room_size")
			return Layout{MaxSteps: rows * cols * 24, Actions: walking, Domain: domain(),
				NewTask: func() Task { return &maze{rows: rows, cols: cols, size: size} }}, nil
		},
	}
}
