package miniworld

import (
	"github.com/go-gl/mathgl/mgl64"

	"github.com/miniflow-rl/miniflow"
)

// wallGap has the goal behind a wall with a gap, under the open sky.
type wallGap struct{ goalTask }

// Generate implements [Task].
func (t *wallGap) Generate(w *World) error {
	w.Mission = redBoxMission
	look := Look{Walls: "brick_wall", Floor: "asphalt", Open: true}
	a := w.AddRectRoom(-7, 7, 0.5, 8, look)
	b := w.AddRectRoom(-7, 7, -8, -0.5, look)
	w.Connect(a, b, Gap{X: Over(-1.5, 1.5)})
	t.box = NewBox(Red, 0.8)
	w.Place(t.box, Spot{Room: b})
	placeBuilding(w)
	w.PlaceAgent(Spot{Room: a})
	return nil
}

// placeBuilding puts a large building in the background.
func placeBuilding(w *World) {
	w.Place(NewMeshEnt("building", 30, true), Spot{Pos: &mgl64.Vec3{30, 0, 30}, Dir: new(-pi)})
}

func init() {
	Class{
		Name:    "WallGap",
		Doc:     "Go through a gap in a wall to the red box, outdoors.",
		Mission: redBoxMission,
		Layout: func(*miniflow.Config) (Layout, error) {
			return Layout{MaxSteps: 300, Actions: walking, NewTask: func() Task { return &wallGap{} }}, nil
		},
	}.registerAll([]row{{"MiniWorld-WallGap-v0", nil}})
}
