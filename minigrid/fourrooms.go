package minigrid

import "github.com/miniflow-rl/miniflow"

func init() {
	const size = 19
	Class{
		Name:    "FourRooms",
		Doc:     "Walk through the openings between four rooms to the goal.",
		Mission: "reach the goal",
		Params: []miniflow.Param{
			cellParam("agent_pos", "the agent's first cell", []int{}),
			cellParam("goal_pos", "the goal's cell", []int{}),
		},
		Layout: func(c *miniflow.Config) (Layout, error) {
			agent, err := cellOf(c, "agent_pos", size, size)
			if err != nil {
				return Layout{}, err
			}
			goal, err := cellOf(c, "goal_pos", size, size)
			t := fourRooms{agent, goal}
			return Layout{Width: size, Height: size, MaxSteps: 100, NewTask: func() Task { return t }}, err
		},
	}.registerAll([]row{{"MiniGrid-FourRooms-v0", nil}})

	Class{
		Name: "Playground",
		Doc:  "Wander about nine rooms full of things; there is no task.",
		Layout: func(*miniflow.Config) (Layout, error) {
			return Layout{Width: size, Height: size, MaxSteps: 100, NewTask: func() Task { return playground{} }}, nil
		},
	}.registerAll([]row{{"MiniGrid-Playground-v0", nil}})
}

type fourRooms struct{ agent, goal *Point } // nil for anywhere

// Generate implements [Task].
func (t fourRooms) Generate(w *World) error {
	w.Mission = "reach the goal"
	w.Border()
	const n = 9 // cells of a room with one of its walls
	for y := 0; y <= n; y += n {
		for x := 0; x <= n; x += n {
			if x == 0 {
				w.VertWall(n, y, n, Wall)
				w.Set(Point{n, w.RandInt(y+1, y+n)}, Empty)
			}
			if y == 0 {
				w.HorzWall(x, n, n, Wall)
				w.Set(Point{w.RandInt(x+1, x+n), n}, Empty)
			}
		}
	}
	if t.agent != nil {
		w.Set(*t.agent, Empty)
		w.SetAgent(*t.agent, Direction(w.RandInt(0, 4)))
	} else if _, err := w.PlaceAgent(Area{}, true, 0); err != nil {
		return err
	}
	if t.goal != nil {
		w.Set(*t.goal, Goal)
		return nil
	}
	_, err := w.Place(Goal)
	return err
}

type playground struct{}

// Generate implements [Task].
func (playground) Generate(w *World) error {
	w.Mission = ""
	w.Border()
	const n = 6 // cells of a room with one of its walls
	for y := 0; y <= 2*n; y += n {
		for x := 0; x <= 2*n; x += n {
			if x < 2*n {
				w.VertWall(x+n, y, n, Wall)
				p := Point{x + n, w.RandInt(y+1, y+n-1)}
				w.Set(p, Door(w.RandColor(), Closed))
			}
			if y < 2*n {
				w.HorzWall(x, y+n, n, Wall)
				p := Point{w.RandInt(x+1, x+n-1), y + n}
				w.Set(p, Door(w.RandColor(), Closed))
			}
		}
	}
	if _, err := w.PlaceAgent(Area{}, true, 0); err != nil {
		return err
	}
	for range 12 {
		t := thingTypes[w.RandInt(0, len(thingTypes))]
		if _, err := w.Place(MakeThing(t, w.RandColor()).Cell); err != nil {
			return err
		}
	}
	return nil
}
