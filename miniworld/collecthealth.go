package miniworld

import (
	"encoding/binary"
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

// medkits is the number of medkits of CollectHealth.
const medkits = 18

// CollectHealth asks to stay alive: health falls with every step, and a medkit
// that is picked up restores it and appears elsewhere.
type CollectHealth struct {
	size   float64
	health int
}

// Health returns what is left of 100; the episode ends at 0.
func (t *CollectHealth) Health() int { return t.health }

// Generate implements [Task].
func (t *CollectHealth) Generate(w *World) error {
	w.Mission = "stay alive: pick up the medkits"
	w.AddRectRoom(0, t.size, 0, t.size, Look{Walls: "cinder_blocks", Floor: "slime"})
	for range medkits {
		w.Place(NewMeshEnt("medkit", 0.40, false), Spot{})
	}
	w.PlaceAgent(Spot{})
	t.health = 100
	return nil
}

// Judge implements [Judge].
func (t *CollectHealth) Judge(w *World, a Action, o *Outcome) {
	t.health -= 2
	if c := w.Agent.Carrying; a == Pickup && c != nil {
		w.Replace(c, Spot{})
		w.Agent.Carrying = nil
		t.health = 100
	}
	o.Reward = 2
	if t.health <= 0 {
		o.Reward, o.Terminated = -100, true
	}
}

// Goal implements [Goaler]: the medkits that can be reached in time and have
// others around them, so that there is a next one, or else all.
func (t *CollectHealth) Goal(w *World, things []Entity) (Deed, []Entity) {
	const stepsToTurn, neighbourhood = 14, 4.5 // of a bot; metres
	budget := float64(t.health/2-stepsToTurn) * w.sampler.Ranges[ForwardStep].Default[0]
	first := len(things)
	for _, e := range w.entities {
		if e == Entity(w.Agent) || Distance(e, w.Agent) > budget {
			continue
		}
		company := 0
		for _, o := range w.entities {
			if o != Entity(w.Agent) && o != e && Distance(e, o) < neighbourhood {
				company++
			}
		}
		if company >= 2 {
			things = append(things, e)
		}
	}
	if len(things) > first {
		return Take, things
	}
	for _, e := range w.entities {
		if e != Entity(w.Agent) {
			things = append(things, e)
		}
	}
	return Take, things
}

// AppendBinary implements encoding.BinaryAppender.
func (t *CollectHealth) AppendBinary(dst []byte) ([]byte, error) {
	return binary.LittleEndian.AppendUint32(dst, uint32(t.health)), nil
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler.
func (t *CollectHealth) UnmarshalBinary(src []byte) error {
	if len(src) != 4 {
		return fmt.Errorf("miniworld: the task's state has %d bytes, want 4", len(src))
	}
	t.health = int(int32(binary.LittleEndian.Uint32(src)))
	return nil
}

func init() {
	Class{
		Name:    "CollectHealth",
		Doc:     "Stay alive on a floor of slime by picking up medkits.",
		Mission: "stay alive: pick up the medkits",
		Params:  []miniflow.Param{sizeParam(16)},
		Layout: func(c *miniflow.Config) (Layout, error) {
			size := c.Float("size")
			return Layout{MaxSteps: 1000, Reward: [2]float64{-100, 2}, Things: medkits,
				NewTask: func() Task { return &CollectHealth{size: size} }}, nil
		},
	}.registerAll([]row{{"MiniWorld-CollectHealth-v0", nil}})
}
