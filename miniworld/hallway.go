package miniworld

import "github.com/miniflow-rl/miniflow"

// hallway has the goal at its end.
type hallway struct {
	goalTask
	length float64
}

// Generate implements [Task].
func (t *hallway) Generate(w *World) error {
	w.Mission = redBoxMission
	room := w.AddRectRoom(-1, -1+t.length, -2, 2, Look{})
	t.box = NewBox(Red, 0.8)
	w.Place(t.box, Spot{X: From(room.MaxX - 2)})
	// The direction is drawn before the place.
	w.PlaceAgent(Spot{Dir: new(w.rng.Uniform(-pi/4, pi/4)), X: To(room.MaxX - 2)})
	return nil
}

func init() {
	Class{
		Name:    "Hallway",
		Doc:     "Go to the red box at the end of a hallway.",
		Mission: redBoxMission,
		Params:  []miniflow.Param{{Name: "length", Doc: "length of the hallway in metres", Value: 12.0, Min: 2, Max: 1000}},
		Layout: func(c *miniflow.Config) (Layout, error) {
			length := c.Float("length")
			return Layout{MaxSteps: 250, Actions: walking, NewTask: func() Task { return &hallway{length: length} }}, nil
		},
	}.registerAll([]row{{"MiniWorld-Hallway-v0", nil}})
}
