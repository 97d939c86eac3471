package minigrid

import "github.com/miniflow-rl/miniflow"

func init() {
	// Two rooms of six cells; the episode is cut off after n steps a cell of one.
	layout := func(n int, newTask func(g *RoomGrid) Task) func(*miniflow.Config) (Layout, error) {
		return func(*miniflow.Config) (Layout, error) {
			return roomLayout(6, 1, 2, n*6*6, newTask), nil
		}
	}
	Class{
		Name:    "Unlock",
		Doc:     "Fetch the key and open the locked door.",
		Mission: "open the door",
		Layout:  layout(8, func(g *RoomGrid) Task { return &unlock{rooms: g} }),
	}.registerAll([]row{{"MiniGrid-Unlock-v0", nil}})

	Class{
		Name:    "UnlockPickup",
		Doc:     "Fetch the key, open the locked door and pick up the box behind it.",
		Mission: "pick up the {color} box",
		Layout:  layout(8, func(g *RoomGrid) Task { return &unlockPickup{rooms: g} }),
	}.registerAll([]row{{"MiniGrid-UnlockPickup-v0", nil}})

	Class{
		Name:    "BlockedUnlockPickup",
		Doc:     "Move the ball out of the way, fetch the key, open the locked door and pick up the box behind it.",
		Mission: "pick up the {color} box",
		Layout:  layout(16, func(g *RoomGrid) Task { return &unlockPickup{rooms: g, blocked: true} }),
	}.registerAll([]row{{"MiniGrid-BlockedUnlockPickup-v0", nil}})
}

// roomLayout is the layout of a world drawn by a RoomGrid.
func roomLayout(size, rows, cols, maxSteps int, newTask func(g *RoomGrid) Task) Layout {
	width, height := NewRoomGrid(size, rows, cols).Size()
	return Layout{Width: width, Height: height, MaxSteps: maxSteps,
		NewTask: func() Task { return newTask(NewRoomGrid(size, rows, cols)) }}
}

type unlock struct {
	rooms *RoomGrid
	door  Point
}

// Generate implements [Task].
func (t *unlock) Generate(w *World) error {
	w.Mission = "open the door"
	if err := t.rooms.Begin(w); err != nil {
		return err
	}
	door, err := t.rooms.AddDoor(0, 0, Right, AnyColor, Locked)
	if err != nil {
		return err
	}
	t.door = door.At
	if _, err := t.rooms.AddObject(0, 0, TypeKey, door.Color()); err != nil {
		return err
	}
	return t.rooms.PlaceAgentInRoom(0, 0, true)
}

// Judge implements [Judge].
func (t *unlock) Judge(w *World, a Action, o *Outcome) {
	if a != Toggle {
		return
	}
	if c := w.At(t.door); c.Type() == TypeDoor && c.State() == Open {
		o.Reward, o.Terminated = w.SuccessReward(), true
	}
}

// AppendBinary implements encoding.BinaryAppender.
func (t *unlock) AppendBinary(dst []byte) ([]byte, error) { return appendPoints(dst, t.door), nil }

// UnmarshalBinary implements encoding.BinaryUnmarshaler.
func (t *unlock) UnmarshalBinary(src []byte) error { return readPoints(src, &t.door) }

// pickUpTarget is the rule of tasks that end when the agent picks up the one
// thing that is marked as their target.
type pickUpTarget struct{}

// targetID marks the target.
const targetID = 1

// Judge implements [Judge].
func (pickUpTarget) Judge(w *World, a Action, o *Outcome) {
	if a == Pickup && w.Carrying().ID == targetID {
		o.Reward, o.Terminated = w.SuccessReward(), true
	}
}

// addTarget places the thing to pick up in a room and writes the mission.
func addTarget(g *RoomGrid, i, j int, kind Type, color Color) error {
	if color == AnyColor {
		color = g.RandColor()
	}
	t := MakeThing(kind, color)
	t.ID = targetID
	g.Mission = pickUpThe[t.Cell]
	_, err := g.PlaceInRoom(i, j, t)
	return err
}

type unlockPickup struct {
	pickUpTarget
	rooms   *RoomGrid
	blocked bool // whether a ball is in front of the door
}

// Generate implements [Task].
func (t *unlockPickup) Generate(w *World) error {
	g := t.rooms
	if err := g.Begin(w); err != nil {
		return err
	}
	if err := addTarget(g, 1, 0, TypeBox, AnyColor); err != nil {
		return err
	}
	door, err := g.AddDoor(0, 0, Right, AnyColor, Locked)
	if err != nil {
		return err
	}
	if t.blocked {
		w.Set(door.At.Step(Left), Ball(w.RandColor()))
	}
	if _, err := g.AddObject(0, 0, TypeKey, door.Color()); err != nil {
		return err
	}
	return g.PlaceAgentInRoom(0, 0, true)
}
