package minigrid

import "github.com/miniflow-rl/miniflow"

func init() {
	rooms := func(size, rows int) defaults { return defaults{"room_size": size, "num_rows": rows} }
	Class{
		Name:    "KeyCorridor",
		Doc:     "Search the rooms for the key and pick up the object behind the locked door.",
		Mission: "pick up the {color} {type}",
		Params: []miniflow.Param{
			{Name: "num_rows", Doc: "rows of rooms", Value: 3, Min: 1, Max: 100},
			{Name: "obj_type", Doc: "what to pick up", Value: "ball", Choices: []string{"ball", "box", "key"}},
			{Name: "room_size", Doc: "side of a room in cells, walls included", Value: 6, Min: 3, Max: 100},
		},
		Layout: func(c *miniflow.Config) (Layout, error) {
			size, kind := c.Int("room_size"), typeOf(c.Text("obj_type"))
			return roomLayout(size, c.Int("num_rows"), 3, 30*size*size, func(g *RoomGrid) Task {
				return &keyCorridor{rooms: g, kind: kind}
			}), nil
		},
	}.registerAll([]row{
		{"MiniGrid-KeyCorridorS3R1-v0", rooms(3, 1)},
		{"MiniGrid-KeyCorridorS3R2-v0", rooms(3, 2)},
		{"MiniGrid-KeyCorridorS3R3-v0", rooms(3, 3)},
		{"MiniGrid-KeyCorridorS4R3-v0", rooms(4, 3)},
		{"MiniGrid-KeyCorridorS5R3-v0", rooms(5, 3)},
		{"MiniGrid-KeyCorridorS6R3-v0", rooms(6, 3)},
	})
}

// typeOf returns the type of key, ball or box that a name stands for.
func typeOf(name string) Type {
	for _, t := range thingTypes {
		if t.String() == name {
			return t
		}
	}
	return AnyType
}

// keyCorridor draws rooms on either side of a corridor; one on the right is
// locked, and its key lies in one on the left.
type keyCorridor struct {
	pickUpTarget
	rooms *RoomGrid
	kind  Type
	doors []Placed
}

// Generate implements [Task].
func (t *keyCorridor) Generate(w *World) error {
	g := t.rooms
	if err := g.Begin(w); err != nil {
		return err
	}
	for j := 1; j < g.Rows(); j++ {
		if err := g.RemoveWall(1, j, Up); err != nil {
			return err
		}
	}
	j := w.RandInt(0, g.Rows())
	door, err := g.AddDoor(2, j, Left, AnyColor, Locked)
	if err != nil {
		return err
	}
	if err := addTarget(g, 2, j, t.kind, AnyColor); err != nil {
		return err
	}
	if _, err := g.AddObject(0, w.RandInt(0, g.Rows()), TypeKey, door.Color()); err != nil {
		return err
	}
	if err := g.PlaceAgentInRoom(1, g.Rows()/2, true); err != nil {
		return err
	}
	t.doors, err = g.ConnectAll(t.doors[:0], nil)
	return err
}
