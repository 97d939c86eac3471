package miniworld

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/miniflow-rl/miniflow"
)

// tMaze has the goal at one end of the bar of a T.
type tMaze struct {
	goalTask
	goal *mgl64.Vec3 // nil for a random end
}

// Generate implements [Task].
func (t *tMaze) Generate(w *World) error {
	w.Mission = redBoxMission
	stem := w.AddRectRoom(-1, 8, -2, 2, Look{})
	bar := w.AddRectRoom(8, 12, -8, 8, Look{})
	w.Connect(stem, bar, Gap{Z: Over(-2, 2)})
	t.box = NewBox(Red, 0.8)
	switch {
	case t.goal != nil:
		w.Place(t.box, around(*t.goal))
	case w.rng.Integers(0, 2) == 0:
		w.Place(t.box, Spot{Room: bar, Z: To(bar.MinZ + 2)})
	default:
		w.Place(t.box, Spot{Room: bar, Z: From(bar.MaxZ - 2)})
	}
	w.PlaceAgent(Spot{Room: stem, Dir: new(w.rng.Uniform(-pi/4, pi/4))})
	return nil
}

// around is a spot within the radius of what is placed.
func around(p mgl64.Vec3) Spot { return Spot{X: Over(p[0], p[0]), Z: Over(p[2], p[2])} }

func goalParam() miniflow.Param {
	return miniflow.Param{Name: "goal_pos", Doc: "where the box is, as x,y,z in metres; empty for a random end", Value: ""}
}

// parsePos parses "x,y,z"; nil if s is empty.
func parsePos(s string) (*mgl64.Vec3, error) {
	if s == "" {
		return nil, nil
	}
	var p mgl64.Vec3
	parts := strings.Split(s, ",")
	if len(parts) != len(p) {
		return nil, fmt.Errorf("parameter goal_pos is %q: want three numbers x,y,z: %w", s, miniflow.ErrParam)
	}
	for k, t := range parts {
		v, err := strconv.ParseFloat(strings.TrimSpace(t), 64)
		if err != nil || !(v > -1e6 && v < 1e6) {
			return nil, fmt.Errorf("parameter goal_pos is %q: want three numbers x,y,z: %w", s, miniflow.ErrParam)
		}
		p[k] = v
	}
	return &p, nil
}

func init() {
	Class{
		Name:    "TMaze",
		Doc:     "Go to the red box at one end of a T-shaped hallway.",
		Mission: redBoxMission,
		Params:  []miniflow.Param{goalParam()},
		Layout: func(c *miniflow.Config) (Layout, error) {
			goal, err := parsePos(c.Text("goal_pos"))
			return Layout{MaxSteps: 280, Actions: walking, NewTask: func() Task { return &tMaze{goal: goal} }}, err
		},
	}.registerAll([]row{
		{"MiniWorld-TMaze-v0", nil},
		{"MiniWorld-TMazeLeft-v0", defaults{"goal_pos": "10,0,-6"}},
		{"MiniWorld-TMazeRight-v0", defaults{"goal_pos": "10,0,6"}},
	})
}
