package mazes

import (
	"embed"
	"strings"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

// layouts holds the test mazes, drawn for this project. Where there are several
// goals, an episode has one of them.
//
//go:embed layouts
var layouts embed.FS

func init() {
	for _, r := range []struct{ name, file, doc string }{
		{"SixteenRooms", "sixteen_rooms", "Cross four by four small rooms with a door in every wall between them."},
		{"SixteenRoomsFewerDoors", "sixteen_rooms_fewer_doors", "Cross four by four small rooms, some of whose walls have no door."},
		{"Labyrinth", "labyrinth", "Walk three rings, each all around, to the goal in the middle."},
		{"LabyrinthFlipped", "labyrinth_flipped", "Walk the mirrored Labyrinth to the goal in the middle."},
		{"Labyrinth2", "labyrinth2", "Walk three rings in alternating directions to the goal in the middle."},
		{"StandardMaze", "standard_maze", "Cross a maze of narrow ways with a few loops."},
		{"StandardMaze2", "standard_maze2", "Cross a second maze of narrow ways with a few loops."},
		{"StandardMaze3", "standard_maze3", "Cross a third maze of narrow ways with a few loops."},
		{"SmallCorridor", "small_corridor", "Find the goal at the end of one of twelve short dead ends of a corridor."},
		{"LargeCorridor", "large_corridor", "Find the goal at the end of one of twenty long dead ends of a corridor."},
	} {
		data, err := layouts.ReadFile("layouts/" + r.file + ".txt")
		if err != nil {
			panic(err)
		}
		mazes, err := candidates(string(data))
		if err != nil {
			panic(r.file + ": " + err.Error())
		}
		class("MazeTest", r.doc, nil, func(*miniflow.Config) (minigrid.Layout, error) {
			return layout(mazes[0].Width+2, mazes[0].Height+2, MaxSteps, func() minigrid.Task { return test{mazes} }), nil
		}, row{"MiniGrid-Maze-" + r.name + "-v0", nil})
	}
	for _, r := range []struct{ name, of, mission, doc string }{
		{"FourRooms", "MiniGrid-FourRooms-v0", "reach the goal", "Find the goal in one of four large rooms."},
		{"SimpleCrossing", "MiniGrid-SimpleCrossingS11N5-v0", "find the opening and get to the green goal square", "Cross walls through their openings to the goal."},
		{"Memory", "MiniGrid-MemoryS13Random-v0", "go to the matching object at the end of the hallway", "See the object in the first room, then choose the end of the hallway with the same object."},
	} {
		variant(r.name, r.of, r.mission, r.doc)
	}
}

// variant registers a world of Minigrid with the view, actions and steps of mazes.
// In Memory walls hide what is behind them, or there would be nothing to
// remember.
func variant(name, of, mission, doc string) {
	base, err := minigrid.LayoutOf(of)
	if err != nil {
		panic(err)
	}
	cl := minigrid.Class{Name: "MazeTest", Doc: doc, Mission: mission, SeeThrough: name != "Memory",
		Layout: func(*miniflow.Config) (minigrid.Layout, error) {
			return layout(base.Width, base.Height, MaxSteps, base.NewTask), nil
		}}
	if err := cl.Register("MiniGrid-Maze-"+name+"-v0", defaults{"agent_view_size": ViewSize}); err != nil {
		panic(err)
	}
}

// candidates reads a maze with one goal or more and returns one maze for each.
func candidates(text string) ([]*Maze, error) {
	var out []*Maze
	for k := range len(text) {
		if text[k] != 'G' {
			continue
		}
		one := []byte(strings.ReplaceAll(text, "G", "."))
		one[k] = 'G'
		m, err := Parse(string(one))
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	if out == nil {
		return nil, ErrMaze
	}
	return out, nil
}

// test draws one of its mazes, with the agent facing anywhere.
type test struct{ mazes []*Maze }

// Generate implements [minigrid.Task].
func (t test) Generate(w *minigrid.World) error {
	minigrid.RandElem(w, t.mazes).draw(w)
	p, _ := w.Agent()
	w.SetAgent(p, minigrid.Direction(w.RandInt(0, 4)))
	return nil
}
