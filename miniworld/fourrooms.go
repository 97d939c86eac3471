package miniworld

import "github.com/miniflow-rl/miniflow"

// fourRooms has the goal in one of four rooms.
type fourRooms struct{ goalTask }

// Generate implements [Task].
func (t *fourRooms) Generate(w *World) error {
	w.Mission = redBoxMission
	a := w.AddRectRoom(-7, -1, 1, 7, Look{})
	b := w.AddRectRoom(1, 7, 1, 7, Look{})
	c := w.AddRectRoom(1, 7, -7, -1, Look{})
	d := w.AddRectRoom(-7, -1, -7, -1, Look{})
	w.Connect(a, b, Gap{Z: Over(3, 5), MaxY: 2.2})
	w.Connect(b, c, Gap{X: Over(3, 5), MaxY: 2.2})
	w.Connect(c, d, Gap{Z: Over(-5, -3), MaxY: 2.2})
	w.Connect(d, a, Gap{X: Over(-5, -3), MaxY: 2.2})
	t.box = NewBox(Red, 0.8)
	w.Place(t.box, Spot{})
	w.PlaceAgent(Spot{})
	return nil
}

func init() {
	Class{
		Name:    "FourRooms",
		Doc:     "Go to the red box in one of four connected rooms.",
		Mission: redBoxMission,
		Layout: func(*miniflow.Config) (Layout, error) {
			return Layout{MaxSteps: 250, Actions: walking, NewTask: func() Task { return &fourRooms{} }}, nil
		},
	}.registerAll([]row{{"MiniWorld-FourRooms-v0", nil}})
}
