package wrappers

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

// GoalMeasure says how [DirectionObs] expresses the direction to the goal.
type GoalMeasure uint8

// The measures; dx and dy are the goal's coordinates minus the agent's.
const (
	// Slope is dy/dx, infinite where dx is 0.
	Slope GoalMeasure = iota
	// Angle is atan(dy/dx), which does not tell opposite directions apart.
	Angle
	// AngleAtan2 is atan2(dy, dx).
	AngleAtan2
)

var goalMeasureNames = []string{"slope", "angle", "angle_atan2"}

// String returns the measure's name in Minigrid.
func (m GoalMeasure) String() string {
	if int(m) < len(goalMeasureNames) {
		return goalMeasureNames[m]
	}
	return fmt.Sprintf("GoalMeasure(%d)", m)
}

// DirectionObs adds the direction from the agent to the goal, the first goal row
// by row as it lay when the episode began: goal_direction is a float64, 0 on the
// goal. A world without a goal makes the reset fail.
func DirectionObs(env miniflow.Env, measure GoalMeasure) (*Wrapper, error) {
	w := newWrapper(env, "goal_direction")
	if err := w.worlds(); err != nil {
		return nil, err
	}
	if int(measure) >= len(goalMeasureNames) {
		return nil, w.fail("%v is unknown: %w", measure, miniflow.ErrParam)
	}
	bound := []float64{math.Inf(1), math.Pi / 2, math.Pi}[measure]
	k := w.set("goal_direction", miniflow.NewBox(miniflow.Float64, -bound, bound))
	goals := make([]minigrid.Point, env.Len())
	w.look = func(world *minigrid.World, i int, dst []miniflow.Array, reset bool) {
		if reset {
			goals[i] = findGoal(world)
		}
		p, _ := world.Agent()
		dst[k].F64[i] = measure.of(goals[i].X-p.X, goals[i].Y-p.Y)
	}
	w.begin = func(i int) error {
		if goals[i] == noGoal {
			return w.fail("lane %d: the world has no goal", i)
		}
		return nil
	}
	w.save = func(i int, dst []byte) []byte {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(goals[i].X))
		return binary.LittleEndian.AppendUint32(dst, uint32(goals[i].Y))
	}
	w.load = func(i int, src []byte) error {
		if len(src) != 8 {
			return fmt.Errorf("%d bytes are no place of a goal", len(src))
		}
		goals[i] = minigrid.Point{X: int(int32(binary.LittleEndian.Uint32(src))), Y: int(int32(binary.LittleEndian.Uint32(src[4:])))}
		return nil
	}
	return w.build(), nil
}

var noGoal = minigrid.Point{X: -1, Y: -1}

func findGoal(w *minigrid.World) minigrid.Point {
	for y := range w.Height() {
		for x := range w.Width() {
			if p := (minigrid.Point{X: x, Y: y}); w.At(p).Type() == minigrid.TypeGoal {
				return p
			}
		}
	}
	return noGoal
}

// of returns the direction of an offset.
func (m GoalMeasure) of(dx, dy int) float64 {
	switch {
	case dx == 0 && dy == 0:
		return 0
	case m == AngleAtan2:
		return offsetAngle(dx, dy)
	case dx == 0:
		return math.Copysign([]float64{math.Inf(1), math.Pi / 2}[m], float64(dy))
	case m == Angle:
		return slopeAngle(dx, dy)
	}
	return float64(dy) / float64(dx)
}
