package miniworld

import (
	"github.com/go-gl/mathgl/mgl64"

	"github.com/miniflow-rl/miniflow"
)

// sidewalk has the goal at the end of a sidewalk; stepping on the street fails.
type sidewalk struct {
	goalTask
	street *Room
}

// Generate implements [Task].
func (t *sidewalk) Generate(w *World) error {
	w.Mission = "walk to the red box without stepping on the street"
	walk := w.AddRectRoom(-3, 0, 0, 12, Look{Walls: "brick_wall", Floor: "concrete_tiles", Open: true})
	t.street = w.AddRectRoom(0, 6, -80, 80, Look{Floor: "asphalt", Open: true})
	w.Connect(walk, t.street, Gap{Z: Over(0, 12)})
	placeBuilding(w)
	for i := range 5 {
		w.Place(NewMeshEnt("cone", 0.75, true), Spot{Pos: &mgl64.Vec3{1, 0, float64(2 * (i + 1))}})
	}
	t.box = NewBox(Red, 0.8)
	w.Place(t.box, Spot{Room: walk, Z: Over(walk.MaxZ-2, walk.MaxZ)})
	w.PlaceAgent(Spot{Room: walk, Z: Over(0, 1.5)})
	return nil
}

// Judge implements [Judge].
func (t *sidewalk) Judge(w *World, _ Action, o *Outcome) {
	if t.street.Contains(w.Agent.Pos) {
		o.Terminated = true
	}
	o.reach(w, t.box)
}

// Avoid implements [Avoider]: the street, and a little before it.
func (t *sidewalk) Avoid(_ *World, p mgl64.Vec3) bool { return p[0] > t.street.MinX-0.1 }

func init() {
	Class{
		Name:    "Sidewalk",
		Doc:     "Walk along a sidewalk to the red box; the street ends the episode.",
		Mission: "walk to the red box without stepping on the street",
		Layout: func(*miniflow.Config) (Layout, error) {
			return Layout{MaxSteps: 150, Actions: walking, NewTask: func() Task { return &sidewalk{} }}, nil
		},
	}.registerAll([]row{{"MiniWorld-Sidewalk-v0", nil}})
}
