package player

import (
	"math"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// pointsPerTurn is how far the pointer is dragged for one turn of the agent.
const pointsPerTurn = 36

// look is the mouse in a 3D world: dragging the large picture turns the agent,
// the wheel walks. Both take steps like any key, so that episodes stay what they
// are.
type look struct {
	place   ui.Rect // of the large picture's panel
	holding bool
	x       float64 // where the pointer was when the last turn was taken
}

// action returns the action that the mouse asks for, -1 for none.
func (k *look) action(spec *miniflow.Spec, in *ui.Input) int {
	inside := in.X >= k.place.X && in.X < k.place.X+k.place.W && in.Y >= k.place.Y && in.Y < k.place.Y+k.place.H
	if in.Clicked && inside {
		k.holding, k.x = true, in.X
	}
	k.holding = k.holding && in.Held
	switch moved := in.X - k.x; {
	case k.holding && math.Abs(moved) >= pointsPerTurn:
		k.x += math.Copysign(pointsPerTurn, moved)
		if moved < 0 {
			return named(spec, "turn_left", "left")
		}
		return named(spec, "turn_right", "right")
	case inside && in.Wheel > 0:
		return named(spec, "move_forward", "forward")
	case inside && in.Wheel < 0:
		return named(spec, "move_back", "back")
	}
	return -1
}
