package miniworld

import (
	"github.com/go-gl/mathgl/mgl64"

	"github.com/miniflow-rl/miniflow"
)

// threeRooms is for looking around: nothing is rewarded.
type threeRooms struct{}

// Generate implements [Task].
func (t *threeRooms) Generate(w *World) error {
	w.Mission = "look around"
	a := w.AddRectRoom(-7, 7, 0.5, 7, Look{})
	b := w.AddRectRoom(-7, -1, -7, -0.5, Look{})
	c := w.AddRectRoom(1, 7, -7, -0.5, Look{})
	w.Connect(a, b, Gap{X: Over(-5.25, -2.75)})
	w.Connect(a, c, Gap{X: Over(2.75, 5.25)})
	w.Place(NewBox(Red, 0.8), Spot{})
	w.Place(NewBox(Green, 0.6), Spot{})
	w.Add(NewImageFrame(mgl64.Vec3{0, 1.35, 7}, pi/2, "logo_mila", 1.8))
	w.Place(NewMeshEnt("duckie", 0.25, false), Spot{})
	w.Place(NewKey(Blue), Spot{})
	w.Place(NewBall(Green, 0.6), Spot{})
	w.PlaceAgent(Spot{})
	return nil
}

func init() {
	Class{
		Name:    "ThreeRooms",
		Doc:     "Look around in three rooms with five things and a picture; nothing is rewarded.",
		Mission: "look around",
		Layout: func(*miniflow.Config) (Layout, error) {
			return Layout{MaxSteps: 400, Actions: walking, NewTask: func() Task { return &threeRooms{} }}, nil
		},
	}.registerAll([]row{{"MiniWorld-ThreeRooms-v0", nil}})
}
