package miniworld

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/miniflow-rl/miniflow"
)

// yMaze has the goal at the end of one of two arms of a Y.
type yMaze struct {
	goalTask
	goal *mgl64.Vec3 // nil for a random arm
}

var yMazeArm = [][2]float64{{-9.15, -2}, {-9.15, 2}, {-1.15, 2}, {-1.15, -2}}

// The other arms: the first one turned by a third of a circle.
var (
	yMazeLeft  = turned(yMazeArm, -120)
	yMazeRight = turned(yMazeArm, 120)
)

// Generate implements [Task].
func (t *yMaze) Generate(w *World) error {
	w.Mission = redBoxMission
	arm := w.AddRoom(yMazeArm, Look{})
	hub := w.AddRoom([][2]float64{{-1.15, -2}, {-1.15, 2}, {2.31, 0}}, Look{})
	left := w.AddRoom(yMazeLeft, Look{})
	right := w.AddRoom(yMazeRight, Look{})
	w.Connect(arm, hub, Gap{Z: Over(-2, 2)})
	w.Connect(left, hub, Gap{Z: Over(-1.995, 0)})
	w.Connect(right, hub, Gap{Z: Over(0, 1.995)})
	t.box = NewBox(Red, 0.8)
	switch {
	case t.goal != nil:
		w.Place(t.box, around(*t.goal))
	case w.rng.Integers(0, 2) == 0:
		w.Place(t.box, Spot{Room: left, Z: To(left.MinZ + 2.5)})
	default:
		w.Place(t.box, Spot{Room: right, Z: From(right.MaxZ - 2.5)})
	}
	w.PlaceAgent(Spot{Room: arm, Dir: new(w.rng.Uniform(-pi/4, pi/4))})
	return nil
}

// turned rotates an outline about the y axis by degrees, through the original's
// half-angle matrix and fused products.
func turned(outline [][2]float64, degrees float64) [][2]float64 {
	sin, cos := sincos(float64(degrees*radian) / 2)
	a, c := cos, -sin
	aa, cc := float64(a*a), float64(c*c)
	ac := float64(float64(2*a) * c)
	// The matrix is [[aa-cc, ., ac], ., [-ac, ., aa-cc]]; rows times it.
	diag := aa - cc
	out := make([][2]float64, len(outline))
	for i, p := range outline {
		out[i] = [2]float64{
			math.FMA(p[1], -ac, float64(p[0]*diag)),
			math.FMA(p[1], diag, float64(p[0]*ac)),
		}
	}
	return out
}

func init() {
	Class{
		Name:    "YMaze",
		Doc:     "Go to the red box at the end of one arm of a Y-shaped hallway.",
		Mission: redBoxMission,
		Params:  []miniflow.Param{goalParam()},
		Layout: func(c *miniflow.Config) (Layout, error) {
			goal, err := parsePos(c.Text("goal_pos"))
			return Layout{MaxSteps: 280, Actions: walking, NewTask: func() Task { return &yMaze{goal: goal} }}, err
		},
	}.registerAll([]row{
		{"MiniWorld-YMaze-v0", nil},
		{"MiniWorld-YMazeLeft-v0", defaults{"goal_pos": "3.9,0,-7"}},
		{"MiniWorld-YMazeRight-v0", defaults{"goal_pos": "3.9,0,7"}},
	})
}
