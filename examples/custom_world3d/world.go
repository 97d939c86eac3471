package main

import (
	"math"

	"github.com/miniflow-rl/miniflow/miniworld"
)

// courtyard is our world: a key lies in one of three cells beside a hall, which
// leads to an eight-sided courtyard under the sky, where a chest is. The agent is to bring
// the key to the chest.
type courtyard struct {
	key   *miniworld.Key
	chest *miniworld.Box
}

// Generate builds a level. All chance comes from w, so that the same seed builds
// the same level on every machine. Lengths are in metres, +x is east, +z south.
func (c *courtyard) Generate(w *miniworld.World) error {
	w.Mission = "bring the yellow key to the purple chest" // what the agent is told
	hall := w.AddRectRoom(0, 10, 0, 4, miniworld.Look{Walls: "brick_wall", Floor: "wood_planks"})
	var cells [3]*miniworld.Room
	for i := range cells { // three cells north of the hall, behind low doorways
		x := float64(3*i) + 0.5
		cells[i] = w.AddRectRoom(x, x+2.5, -3, -0.25, miniworld.Look{Walls: "cinder_blocks", Height: 2.2})
		w.Connect(hall, cells[i], miniworld.Gap{X: miniworld.Over(x+0.5, x+2), MaxY: 2})
	}
	var outline [][2]float64 // eight corners, anticlockwise seen from above
	for k := range 8 {
		sin, cos := math.Sincos(float64(2*k+1) * math.Pi / 8)
		r := 4 / math.Cos(math.Pi/8)
		outline = append(outline, [2]float64{14 + r*cos, 2 - r*sin})
	}
	yard := w.AddRoom(outline, miniworld.Look{Walls: "stucco", Floor: "grass", Height: 1.2, Open: true})
	w.Connect(hall, yard, miniworld.Gap{Z: miniworld.Over(1, 3), MaxY: 1.2})

	c.chest = miniworld.NewBox(miniworld.Purple, 0.7)
	c.chest.Static = true // nobody carries it away
	w.Place(c.chest, miniworld.Spot{Room: yard, X: miniworld.From(14)})
	c.key = miniworld.NewKey(miniworld.Yellow)
	w.Place(c.key, miniworld.Spot{Room: cells[w.Rand().Intn(len(cells))]})
	w.Place(miniworld.NewMeshEnt("tree", 3, true), miniworld.Spot{Room: yard})
	w.PlaceAgent(miniworld.Spot{Room: hall})
	return nil
}

// Judge says what a step has earned, after everything has moved. GoalReward is 1,
// less if it took long.
func (c *courtyard) Judge(w *miniworld.World, _ miniworld.Action, o *miniworld.Outcome) {
	if w.Agent.Carrying == miniworld.Entity(c.key) && w.Near(c.key, c.chest) {
		o.Reward, o.Terminated = w.GoalReward(), true
	}
}

// layout has the limits: 400 steps, and the actions up to picking up.
var layout = miniworld.Layout{MaxSteps: 400, Actions: int(miniworld.Pickup) + 1,
	NewTask: func() miniworld.Task { return &courtyard{} }}
