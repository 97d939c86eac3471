package miniworld

import (
	"fmt"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/miniflow-rl/miniflow"
)

// signColors is the order of colours by the parameter color_index.
var signColors = [3]Color{Blue, Red, Green}

var signKinds = [2]string{"box", "key"}

// sign asks for the box or key of the colour that is written on the wall: Liu et
// al., "Decoupling Exploration and Exploitation for Meta-Reinforcement Learning
// without Sacrifices", 2021. Touching anything else, and the fourth action, which
// also steps back as in the original, end the episode.
type sign struct {
	size        float64
	color, goal int
	objects     [2][3]Entity // boxes and keys by colour
}

// Generate implements [Task].
func (t *sign) Generate(w *World) error {
	w.Mission = "go to the " + signKinds[t.goal] + " of the colour on the sign"
	s := t.size
	split, end := float64(s*signSplit), float64(s*signEnd)
	top := w.AddRectRoom(0, s, 0, split, Look{})
	left := w.AddRectRoom(0, s*3/5, split+mazeGap, end, Look{})
	right := w.AddRectRoom(s*3/5, s, split+mazeGap, end, Look{})
	w.Connect(top, left, Gap{X: Over(0, s*3/5)})
	w.Connect(left, right, Gap{Z: Over(split+mazeGap, end)})
	places := [2][3]mgl64.Vec3{{{1, 0, 1}, {9, 0, 1}, {9, 0, 5}}, {{5, 0, 1}, {1, 0, 5}, {1, 0, 9}}}
	for k := range places {
		for i, p := range places[k] {
			var e Entity = NewBox(signColors[i], 0.8)
			if k == 1 {
				e = NewBigKey(signColors[i], 0.6)
			}
			w.Place(e, Spot{Pos: &p})
			t.objects[k][i] = e
		}
	}
	word := strings.ToUpper(signColors[t.color].String())
	w.Add(NewTextFrame(mgl64.Vec3{s, 1.35, s + mazeGap}, pi, word, 1))
	w.PlaceAgent(Spot{X: Over(4, 5), Z: Over(4, 6)})
	return nil
}

// Variables, so that products are rounded as in the original.
var signSplit, signEnd = 0.65, 1.3

// signGiveUp is the action that ends the episode.
const signGiveUp = MoveForward + 1

// Judge implements [Judge].
func (t *sign) Judge(w *World, a Action, o *Outcome) {
	if a == signGiveUp {
		o.Terminated = true
	}
	for k := range t.objects {
		for i, e := range t.objects[k] {
			if !w.Near(e, w.Agent) {
				continue
			}
			o.Terminated, o.Reward = true, -1
			if k == t.goal && i == t.color {
				o.Reward = 1
			}
		}
	}
}

// Inform implements [Informer]: the goal, 0 for a box and 1 for a key.
func (t *sign) Inform(_ *World, l miniflow.Lane, first int) { l.I32(first)[0] = int32(t.goal) }

// Goal implements [Goaler].
func (t *sign) Goal(_ *World, things []Entity) (Deed, []Entity) {
	return GoTo, append(things, t.objects[t.goal][t.color])
}

// Avoid implements [Avoider]: touching anything else fails.
func (t *sign) Avoid(w *World, p mgl64.Vec3) bool {
	for k := range t.objects {
		for i, e := range t.objects[k] {
			b := e.Base()
			if (k != t.goal || i != t.color) && norm2(b.Pos[0]-p[0], b.Pos[2]-p[2]) < b.Radius+w.Agent.Radius+float64(nearFactor*w.reach) {
				return true
			}
		}
	}
	return false
}

func init() {
	Class{
		Name:    "Sign",
		Doc:     "Read the colour on a sign and go to the box or key of that colour.",
		Mission: "go to the {box|key} of the colour on the sign",
		Params: []miniflow.Param{sizeParam(10),
			{Name: "color_index", Doc: "colour of the sign and the goal: 0 blue, 1 red, 2 green", Value: 0, Max: 2},
			{Name: "goal", Doc: "0 for a box, 1 for a key", Value: 0, Max: 1}},
		Layout: func(c *miniflow.Config) (Layout, error) {
			size, color, goal := c.Float("size"), c.Int("color_index"), c.Int("goal")
			if size < 10 {
				return Layout{}, fmt.Errorf("parameter size is %v: want at least 10, where all things find room: %w", size, miniflow.ErrParam)
			}
			return Layout{
				MaxSteps: 20, Actions: int(signGiveUp) + 1, ActionNames: []string{"turn_left", "turn_right", "move_forward", "end_episode"}, Reward: [2]float64{-1, 1}, Domain: fastDomain(),
				Extra:   miniflow.Dict{{Name: "goal", Space: miniflow.Discrete{N: 2}}},
				NewTask: func() Task { return &sign{size: size, color: color, goal: goal} },
			}, nil
		},
	}.registerAll([]row{{"MiniWorld-Sign-v0", nil}})
}
