package miniworld

import "github.com/miniflow-rl/miniflow"

// roomObjects is for playing: nothing is rewarded and nothing ends.
type roomObjects struct{ size float64 }

// Generate implements [Task].
func (t *roomObjects) Generate(w *World) error {
	w.Mission = "look around"
	w.AddRectRoom(0, t.size, 0, t.size, openAir)
	// So large that nothing is too close to be seen.
	w.Agent.Radius = 1.5
	color := func() Color { return Color(w.rng.Choice(int(NumColors))) }
	w.Place(NewBox(color(), 0.9), Spot{})
	w.Place(NewBall(color(), 0.9), Spot{})
	w.Place(NewKey(color()), Spot{})
	w.PlaceAgent(Spot{})
	return nil
}

func init() {
	Class{
		Name:    "RoomObjects",
		Doc:     "Look around in an open room with a box, a ball and a key; nothing is rewarded and nothing ends.",
		Mission: "look around",
		Params:  []miniflow.Param{sizeParam(10)},
		Layout: func(c *miniflow.Config) (Layout, error) {
			size := c.Float("size")
			return Layout{NewTask: func() Task { return &roomObjects{size: size} }}, nil
		},
	}.registerAll([]row{{"MiniWorld-RoomObjects-v0", nil}})
}
