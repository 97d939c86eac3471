package babyai

import (
	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

func init() {
	register(class("Open", "Open a door in a maze of rooms.", "open {article} {color} door",
		[]miniflow.Param{roomSize(8, 5)},
		func(c *miniflow.Config) (levelSpec, error) {
			return levelSpec{size: c.Int("room_size"), rows: 3, cols: 3, draw: openAny}, nil
		}), row{"BabyAI-Open-v0", nil})
	register(class("OpenRedDoor", "Open the door between two rooms.", "open the red door",
		nil, func(*miniflow.Config) (levelSpec, error) {
			return levelSpec{size: 5, rows: 1, cols: 2, draw: openRedDoor}, nil
		}), row{"BabyAI-OpenRedDoor-v0", nil})
	register(class("OpenDoor", "Open one of the four doors of a room, named by colour or place.", "open {article} {color} door {place}",
		[]miniflow.Param{
			roomSize(8, 5),
			flag("debug", "whether opening another door fails"),
			{Name: "select_by", Doc: "how the door is named; empty for a draw", Value: "", Choices: []string{"", "color", "loc"}},
		},
		func(c *miniflow.Config) (levelSpec, error) {
			return levelSpec{size: c.Int("room_size"), rows: 3, cols: 3, draw: openDoor(c.Bool("debug"), c.Text("select_by"))}, nil
		}),
		row{"BabyAI-OpenDoor-v0", nil},
		row{"BabyAI-OpenDoorDebug-v0", defaults{"debug": true}},
		row{"BabyAI-OpenDoorColor-v0", defaults{"select_by": "color"}},
		row{"BabyAI-OpenDoorLoc-v0", defaults{"select_by": "loc"}})
	colors := append([]string{""}, colorNames()...)
	register(class("OpenTwoDoors", "Open two doors of a room, one after the other.", "open the {color} door, then open the {color} door",
		[]miniflow.Param{
			{Name: "first_color", Doc: "colour of the first door; empty for a draw", Value: "", Choices: colors},
			{Name: "second_color", Doc: "colour of the second door; empty for a draw", Value: "", Choices: colors},
			flag("strict", "whether opening another door first fails"),
		},
		func(c *miniflow.Config) (levelSpec, error) {
			return levelSpec{size: 6, rows: 3, cols: 3, maxSteps: 20 * 36,
				draw: openTwoDoors(c.Text("first_color"), c.Text("second_color"), c.Bool("strict"))}, nil
		}),
		row{"BabyAI-OpenTwoDoors-v0", nil},
		row{"BabyAI-OpenRedBlueDoors-v0", defaults{"first_color": "red", "second_color": "blue"}},
		row{"BabyAI-OpenRedBlueDoorsDebug-v0", defaults{"first_color": "red", "second_color": "blue", "strict": true}})
	register(class("OpenDoorsOrder", "Open one or two doors of a room in the order asked for.", "open the {color} door {order} open the {color} door",
		[]miniflow.Param{
			{Name: "num_doors", Doc: "doors of the room", Value: 2, Min: 2, Max: 4},
			flag("debug", "whether opening another door fails"),
		},
		func(c *miniflow.Config) (levelSpec, error) {
			return levelSpec{size: 6, rows: 3, cols: 3, maxSteps: 20 * 36,
				draw: openDoorsOrder(c.Int("num_doors"), c.Bool("debug"))}, nil
		}),
		row{"BabyAI-OpenDoorsOrderN2-v0", defaults{"num_doors": 2}},
		row{"BabyAI-OpenDoorsOrderN4-v0", defaults{"num_doors": 4}},
		row{"BabyAI-OpenDoorsOrderN2Debug-v0", defaults{"num_doors": 2, "debug": true}},
		row{"BabyAI-OpenDoorsOrderN4Debug-v0", defaults{"num_doors": 4, "debug": true}})
}

func colorNames() []string {
	var out []string
	for _, c := range minigrid.Colors {
		out = append(out, c.String())
	}
	return out
}

func openAny(s *Scene) (Instr, error) {
	if _, err := mazeThings(s, 18); err != nil {
		return nil, err
	}
	// Every door is in the list once for each of its rooms; the draw indexes that.
	var doors []minigrid.Point
	s.doors(func(p minigrid.Point) { doors = append(doors, p) })
	return &Open{Door: NewDesc(minigrid.TypeDoor, s.At(minigrid.RandElem(s.World, doors)).Color())}, nil
}

func openRedDoor(s *Scene) (Instr, error) {
	door, err := s.AddDoor(0, 0, minigrid.Right, minigrid.Red, minigrid.Closed)
	if err != nil {
		return nil, err
	}
	return &Open{Door: descOf(door)}, s.PlaceAgentInRoom(0, 0, true)
}

func openDoor(strict bool, selectBy string) func(s *Scene) (Instr, error) {
	return func(s *Scene) (Instr, error) {
		var first minigrid.Placed
		for side, color := range minigrid.RandSubset(s.World, minigrid.Colors[:], 4) {
			d, err := s.AddDoor(1, 1, minigrid.Direction(side), color, minigrid.Closed)
			if err != nil {
				return nil, err
			}
			if side == 0 {
				first = d
			}
		}
		by := selectBy
		if by == "" {
			by = minigrid.RandElem(s.World, []string{"color", "loc"})
		}
		desc := descOf(first)
		if by == "loc" {
			desc = NewDesc(minigrid.TypeDoor, minigrid.AnyColor)
			desc.Loc = minigrid.RandElem(s.World, drawnLocs[:])
		}
		return &Open{Door: desc, Strict: strict}, s.PlaceAgentInRoom(1, 1, true)
	}
}

func openTwoDoors(first, second string, strict bool) func(s *Scene) (Instr, error) {
	return func(s *Scene) (Instr, error) {
		colors := minigrid.RandSubset(s.World, minigrid.Colors[:], 2)
		for k, name := range []string{first, second} {
			for _, c := range minigrid.Colors {
				if c.String() == name {
					colors[k] = c
				}
			}
		}
		a, err := s.AddDoor(1, 1, minigrid.Left, colors[0], minigrid.Closed)
		if err != nil {
			return nil, err
		}
		b, err := s.AddDoor(1, 1, minigrid.Right, colors[1], minigrid.Closed)
		if err != nil {
			return nil, err
		}
		instr := &Before{First: &Open{Door: descOf(a), Strict: strict}, Then: &Open{Door: descOf(b)}}
		return instr, s.PlaceAgentInRoom(1, 1, true)
	}
}

func openDoorsOrder(n int, strict bool) func(s *Scene) (Instr, error) {
	return func(s *Scene) (Instr, error) {
		doors := s.objs
		for _, c := range minigrid.RandSubset(s.World, minigrid.Colors[:], n) {
			d, err := s.AddDoor(1, 1, minigrid.AnySide, c, minigrid.Closed)
			if err != nil {
				return nil, err
			}
			doors = append(doors, d)
		}
		if err := s.PlaceAgentInRoom(1, 1, true); err != nil {
			return nil, err
		}
		two := minigrid.RandSubset(s.World, doors, 2)
		a := &Open{Door: descOf(two[0]), Strict: strict}
		b := &Open{Door: descOf(two[1]), Strict: strict}
		switch s.RandInt(0, 3) {
		case 0:
			return a, nil
		case 1:
			return &Before{First: a, Then: b}, nil
		default:
			return &After{Then: a, First: b}, nil
		}
	}
}
