package babyai

import (
	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

func init() {
	distractors := flag("distractors", "whether other things lie about")
	maze := func(draw func(c *miniflow.Config) func(s *Scene) (Instr, error)) func(c *miniflow.Config) (levelSpec, error) {
		return func(c *miniflow.Config) (levelSpec, error) {
			return levelSpec{size: c.Int("room_size"), rows: 3, cols: 3, draw: draw(c)}, nil
		}
	}
	fixed := func(cols, maxSteps int, draw func(s *Scene) (Instr, error)) func(c *miniflow.Config) (levelSpec, error) {
		return func(*miniflow.Config) (levelSpec, error) {
			return levelSpec{size: 6, rows: 1, cols: cols, maxSteps: maxSteps, draw: draw}, nil
		}
	}
	register(class("Unlock", "Find the key of a locked door in a maze of rooms and open it.", "open {article} {color} door",
		[]miniflow.Param{roomSize(8, 5)}, maze(func(*miniflow.Config) func(s *Scene) (Instr, error) { return unlock })),
		row{"BabyAI-Unlock-v0", nil})
	register(class("UnlockLocal", "Open the locked door of a room with the key in it.", "open the door",
		[]miniflow.Param{roomSize(8, 5), distractors},
		maze(func(c *miniflow.Config) func(s *Scene) (Instr, error) { return unlockLocal(c.Bool("distractors")) })),
		row{"BabyAI-UnlockLocal-v0", nil},
		row{"BabyAI-UnlockLocalDist-v0", defaults{"distractors": true}})
	register(class("KeyInBox", "Open the locked door of a room; the key is in a box.", "open the door",
		[]miniflow.Param{roomSize(8, 5)}, maze(func(*miniflow.Config) func(s *Scene) (Instr, error) { return keyInBox })),
		row{"BabyAI-KeyInBox-v0", nil})
	// The step limit of 288 that the original means to set here never takes effect.
	register(class("UnlockPickup", "Unlock the door to the next room and pick up the box in it.", "pick up the {color} box",
		[]miniflow.Param{distractors},
		func(c *miniflow.Config) (levelSpec, error) {
			return levelSpec{size: 6, rows: 1, cols: 2, draw: unlockPickup(c.Bool("distractors"))}, nil
		}),
		row{"BabyAI-UnlockPickup-v0", nil},
		row{"BabyAI-UnlockPickupDist-v0", defaults{"distractors": true}})
	register(class("BlockedUnlockPickup", "Clear the way to a locked door, unlock it and pick up the box behind it.", "pick up the box",
		nil, fixed(2, 16*36, blockedUnlockPickup)), row{"BabyAI-BlockedUnlockPickup-v0", nil})
	register(class("UnlockToUnlock", "Unlock a door to get the key of another door with the ball behind it.", "pick up the ball",
		nil, fixed(3, 30*36, unlockToUnlock)), row{"BabyAI-UnlockToUnlock-v0", nil})
}

func unlock(s *Scene) (Instr, error) {
	room, door, err := lockRoom(s)
	if err != nil {
		return nil, err
	}
	// In half of the levels the locked door is the only one of its colour.
	var colors []minigrid.Color
	if s.RandBool() {
		for _, c := range minigrid.Colors {
			if c != door.Color() {
				colors = append(colors, c)
			}
		}
	}
	if _, err := s.ConnectAll(nil, colors); err != nil {
		return nil, err
	}
	if err := distractEveryRoom(s, 3); err != nil {
		return nil, err
	}
	if err := s.placeAgentOutside(room); err != nil {
		return nil, err
	}
	return &Open{Door: descOf(door)}, s.needReachable()
}

// anyDoor asks for a door of any colour.
func anyDoor() Instr { return &Open{Door: NewDesc(minigrid.TypeDoor, minigrid.AnyColor)} }

func unlockLocal(distractors bool) func(s *Scene) (Instr, error) {
	return func(s *Scene) (Instr, error) {
		door, err := s.AddDoor(1, 1, minigrid.AnySide, minigrid.AnyColor, minigrid.Locked)
		if err != nil {
			return nil, err
		}
		if _, err := s.AddObject(1, 1, minigrid.TypeKey, door.Color()); err != nil {
			return nil, err
		}
		if distractors {
			if _, err := s.AddDistractors(s.objs, 1, 1, 3, true); err != nil {
				return nil, err
			}
		}
		return anyDoor(), s.PlaceAgentInRoom(1, 1, true)
	}
}

func keyInBox(s *Scene) (Instr, error) {
	door, err := s.AddDoor(1, 1, minigrid.AnySide, minigrid.AnyColor, minigrid.Locked)
	if err != nil {
		return nil, err
	}
	box := minigrid.Thing{Cell: minigrid.Box(s.RandColor()), Inside: minigrid.Key(door.Color())}
	if _, err := s.PlaceInRoom(1, 1, box); err != nil {
		return nil, err
	}
	return anyDoor(), s.PlaceAgentInRoom(1, 1, true)
}

func unlockPickup(distractors bool) func(s *Scene) (Instr, error) {
	return func(s *Scene) (Instr, error) {
		box, _, err := boxBehindDoor(s)
		if err != nil {
			return nil, err
		}
		if distractors {
			if _, err := distract(s, 4, true); err != nil {
				return nil, err
			}
		}
		return &Pickup{Thing: descOf(box)}, s.PlaceAgentInRoom(0, 0, true)
	}
}

// boxBehindDoor places a box on the right, a locked door before it, and its key
// on the left; unlike blockedUnlockPickup it leaves the way free.
func boxBehindDoor(s *Scene) (box, door minigrid.Placed, err error) {
	if box, err = s.AddObject(1, 0, minigrid.TypeBox, minigrid.AnyColor); err != nil {
		return
	}
	if door, err = s.AddDoor(0, 0, minigrid.Right, minigrid.AnyColor, minigrid.Locked); err != nil {
		return
	}
	_, err = s.AddObject(0, 0, minigrid.TypeKey, door.Color())
	return
}

func blockedUnlockPickup(s *Scene) (Instr, error) {
	if _, err := s.AddObject(1, 0, minigrid.TypeBox, minigrid.AnyColor); err != nil {
		return nil, err
	}
	door, err := s.AddDoor(0, 0, minigrid.Right, minigrid.AnyColor, minigrid.Locked)
	if err != nil {
		return nil, err
	}
	s.Set(door.At.Step(minigrid.Left), minigrid.Ball(s.RandColor()))
	if _, err := s.AddObject(0, 0, minigrid.TypeKey, door.Color()); err != nil {
		return nil, err
	}
	return &Pickup{Thing: NewDesc(minigrid.TypeBox, minigrid.AnyColor)}, s.PlaceAgentInRoom(0, 0, true)
}

func unlockToUnlock(s *Scene) (Instr, error) {
	colors := minigrid.RandSubset(s.World, minigrid.Colors[:], 2)
	for _, step := range []struct{ door, key, color int }{{0, 2, 0}, {1, 1, 1}} {
		if _, err := s.AddDoor(step.door, 0, minigrid.Right, colors[step.color], minigrid.Locked); err != nil {
			return nil, err
		}
		if _, err := s.AddObject(step.key, 0, minigrid.TypeKey, colors[step.color]); err != nil {
			return nil, err
		}
	}
	if _, err := s.AddObject(0, 0, minigrid.TypeBall, minigrid.AnyColor); err != nil {
		return nil, err
	}
	return &Pickup{Thing: NewDesc(minigrid.TypeBall, minigrid.AnyColor)}, s.PlaceAgentInRoom(1, 0, true)
}
