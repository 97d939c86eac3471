package miniworld

import "github.com/miniflow-rl/miniflow"

// putNext asks to put the red box next to the yellow one.
type putNext struct {
	size        float64
	red, yellow *Box
}

// Generate implements [Task].
func (t *putNext) Generate(w *World) error {
	w.Mission = "put the red box next to the yellow box"
	w.AddRectRoom(0, t.size, 0, t.size, Look{})
	for c := range NumColors {
		box := NewBox(c, w.rng.Uniform(0.6, 0.85))
		w.Place(box, Spot{})
		switch c {
		case Red:
			t.red = box
		case Yellow:
			t.yellow = box
		}
	}
	w.PlaceAgent(Spot{})
	return nil
}

// Judge implements [Judge].
func (t *putNext) Judge(w *World, _ Action, o *Outcome) {
	if w.Agent.Carrying == nil && w.Near(t.red, t.yellow) {
		o.Reward += w.GoalReward()
		o.Terminated = true
	}
}

// Goal implements [Goaler].
func (t *putNext) Goal(w *World, things []Entity) (Deed, []Entity) {
	switch w.Agent.Carrying {
	case Entity(t.red):
		return PutNextTo, append(things, t.yellow)
	case Entity(t.yellow):
		return PutNextTo, append(things, t.red)
	}
	return Take, append(things, t.red, t.yellow)
}

func init() {
	Class{
		Name:    "PutNext",
		Doc:     "Put the red box next to the yellow one.",
		Mission: "put the red box next to the yellow box",
		Params:  []miniflow.Param{sizeParam(12)},
		Layout: func(c *miniflow.Config) (Layout, error) {
			size := c.Float("size")
			return Layout{MaxSteps: 250, NewTask: func() Task { return &putNext{size: size} }}, nil
		},
	}.registerAll([]row{{"MiniWorld-PutNext-v0", nil}})
}
