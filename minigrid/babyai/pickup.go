package babyai

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

func init() {
	maze := func(draw func(s *Scene) (Instr, error)) func(c *miniflow.Config) (levelSpec, error) {
		return func(c *miniflow.Config) (levelSpec, error) {
			return levelSpec{size: c.Int("room_size"), rows: 3, cols: 3, draw: draw}, nil
		}
	}
	const mission = "pick up {article} {color} {type}"
	register(class("Pickup", "Pick up a thing in a maze of rooms.", mission, []miniflow.Param{roomSize(8, 5)}, maze(pickupAny)),
		row{"BabyAI-Pickup-v0", nil})
	register(class("UnblockPickup", "Pick up a thing in a maze where things may be in the way.", mission, []miniflow.Param{roomSize(8, 5)}, maze(unblockPickup)),
		row{"BabyAI-UnblockPickup-v0", nil})
	register(class("PickupLoc", "Pick up a thing of a room, named by colour, type or place.", mission+" {place}", []miniflow.Param{roomSize(8, 5)},
		generated(generator{distractors: 8, locations: true, implicitUnlock: true, actions: []string{kindPickup}, kinds: onlyAction}, 1, 1)),
		row{"BabyAI-PickupLoc-v0", nil})
	register(class("PickupDist", "Pick up a thing of a room, named by colour, type or both.", mission,
		[]miniflow.Param{flag("debug", "whether picking up another thing fails")},
		func(c *miniflow.Config) (levelSpec, error) {
			return levelSpec{size: 7, rows: 1, cols: 1, draw: pickupDist(c.Bool("debug"))}, nil
		}),
		row{"BabyAI-PickupDist-v0", nil},
		row{"BabyAI-PickupDistDebug-v0", defaults{"debug": true}})
	register(class("PickupAbove", "Pick up the thing in the room above.", mission, nil,
		func(*miniflow.Config) (levelSpec, error) {
			return levelSpec{size: 6, rows: 3, cols: 3, maxSteps: 8 * 36, draw: pickupAbove}, nil
		}), row{"BabyAI-PickupAbove-v0", nil})
}

func pickupAny(s *Scene) (Instr, error) {
	objs, err := mazeThings(s, 18)
	if err != nil {
		return nil, err
	}
	return &Pickup{Thing: descOf(minigrid.RandElem(s.World, objs))}, nil
}

// unblockPickup wants something out of reach, though it need not be what is
// asked for.
func unblockPickup(s *Scene) (Instr, error) {
	if err := anywhere(s); err != nil {
		return nil, err
	}
	if _, err := s.ConnectAll(nil, nil); err != nil {
		return nil, err
	}
	objs, err := distract(s, 20, false)
	if err != nil {
		return nil, err
	}
	if s.reachable() {
		return nil, fmt.Errorf("nothing is in the way: %w", errRejected)
	}
	return &Pickup{Thing: descOf(minigrid.RandElem(s.World, objs))}, nil
}

// pickupDist may name its thing by the colour grey alone. The walls fit that, too,
// as in the original, which then says "a grey object" though only one can be
// picked up.
func pickupDist(strict bool) func(s *Scene) (Instr, error) {
	return func(s *Scene) (Instr, error) {
		objs, err := distract(s, 5, true)
		if err != nil {
			return nil, err
		}
		if err := s.PlaceAgentInRoom(0, 0, true); err != nil {
			return nil, err
		}
		desc := descOf(minigrid.RandElem(s.World, objs))
		switch minigrid.RandElem(s.World, []string{"type", "color", "both"}) {
		case "color":
			desc.Type = minigrid.AnyType
		case "type":
			desc.Color = minigrid.AnyColor
		}
		return &Pickup{Thing: desc, Strict: strict}, nil
	}
}

func pickupAbove(s *Scene) (Instr, error) {
	obj, err := s.AddObject(1, 0, minigrid.AnyType, minigrid.AnyColor)
	if err != nil {
		return nil, err
	}
	if _, err := s.AddDoor(1, 1, minigrid.Up, minigrid.AnyColor, minigrid.Closed); err != nil {
		return nil, err
	}
	if err := s.PlaceAgentInRoom(1, 1, true); err != nil {
		return nil, err
	}
	_, err = s.ConnectAll(nil, nil)
	return &Pickup{Thing: descOf(obj)}, err
}
