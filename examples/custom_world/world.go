package main

import "github.com/miniflow-rl/miniflow/minigrid"

var ball = minigrid.Ball(minigrid.Blue)

// bridge is our world: lava flows between the agent and the ball it wants.
type bridge struct{}

// Generate draws one level onto an empty map. All chance comes from w, so that
// the same seed draws the same level on every machine.
func (bridge) Generate(w *minigrid.World) error {
	w.Mission = "cross the lava and pick up the blue ball" // what the agent is told
	w.Border()                                             // walls around the map
	x := w.RandInt(2, w.Width()-2)                         // the river's column: 2 or more, below Width-2
	w.VertWall(x, 1, w.Height()-2, minigrid.Lava)          // the river, from row 1 downwards
	w.Set(minigrid.Point{X: x, Y: w.RandInt(1, w.Height()-1)}, minigrid.Empty)
	left := minigrid.Area{W: x, H: w.Height()}
	right := minigrid.Area{X: x + 1, W: w.Width() - x - 1, H: w.Height()}
	if _, err := w.PlaceAgent(left, true, 0); err != nil { // true: facing any way
		return err
	}
	_, err := w.PlaceObj(minigrid.Thing{Cell: ball}, right, nil, 0)
	return err
}

// Judge says what a step has earned, after the agent has moved. Walking into lava
// ends the episode without our help. SuccessReward is 1, less if it took long.
func (bridge) Judge(w *minigrid.World, _ minigrid.Action, o *minigrid.Outcome) {
	if w.Carrying().Cell == ball {
		o.Reward, o.Terminated = w.SuccessReward(), true
	}
}

// layout is the size of the map and the number of steps allowed.
var layout = minigrid.Layout{Width: 9, Height: 7, MaxSteps: 100,
	NewTask: func() minigrid.Task { return bridge{} }}
