package babyai

import (
	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

func init() {
	register(class("ActionObjDoor", "Go to, pick up or open a thing or door of a room.", "{verb} {article} {color} {type}", nil,
		func(*miniflow.Config) (levelSpec, error) {
			return levelSpec{size: 7, rows: 3, cols: 3, draw: actionObjDoor}, nil
		}), row{"BabyAI-ActionObjDoor-v0", nil})
	register(class("FindObj", "Pick up the only thing in a maze of rooms.", "pick up the {type}", []miniflow.Param{roomSize(5, 4)},
		func(c *miniflow.Config) (levelSpec, error) {
			n := c.Int("room_size")
			return levelSpec{size: n, rows: 3, cols: 3, maxSteps: 20 * n * n, draw: findObj}, nil
		}),
		row{"BabyAI-FindObjS5-v0", nil},
		row{"BabyAI-FindObjS6-v0", defaults{"room_size": 6}},
		row{"BabyAI-FindObjS7-v0", defaults{"room_size": 7}})
	register(class("KeyCorridor", "Pick up the thing in a locked room, whose key is in a room off a corridor.", "pick up the {type}",
		[]miniflow.Param{
			roomSize(6, 3), numRows(3),
			{Name: "obj_type", Doc: "what lies in the locked room", Value: "ball", Choices: []string{"ball", "box", "key"}},
		},
		func(c *miniflow.Config) (levelSpec, error) {
			n := c.Int("room_size")
			kind := minigrid.TypeBall
			for _, t := range thingTypes {
				if t.String() == c.Text("obj_type") {
					kind = t
				}
			}
			return levelSpec{size: n, rows: c.Int("num_rows"), cols: 3, maxSteps: 30 * n * n, draw: keyCorridor(kind)}, nil
		}),
		row{"BabyAI-KeyCorridor-v0", nil},
		row{"BabyAI-KeyCorridorS3R1-v0", defaults{"room_size": 3, "num_rows": 1}},
		row{"BabyAI-KeyCorridorS3R2-v0", defaults{"room_size": 3, "num_rows": 2}},
		row{"BabyAI-KeyCorridorS3R3-v0", defaults{"room_size": 3, "num_rows": 3}},
		row{"BabyAI-KeyCorridorS4R3-v0", defaults{"room_size": 4, "num_rows": 3}},
		row{"BabyAI-KeyCorridorS5R3-v0", defaults{"room_size": 5, "num_rows": 3}},
		row{"BabyAI-KeyCorridorS6R3-v0", defaults{"room_size": 6, "num_rows": 3}})
	register(class("OneRoom", "Pick up the ball in an empty room.", "pick up the ball", []miniflow.Param{roomSize(8, 4)},
		func(c *miniflow.Config) (levelSpec, error) {
			return levelSpec{size: c.Int("room_size"), rows: 1, cols: 1, draw: oneRoom}, nil
		}),
		row{"BabyAI-OneRoomS8-v0", nil},
		row{"BabyAI-OneRoomS12-v0", defaults{"room_size": 12}},
		row{"BabyAI-OneRoomS16-v0", defaults{"room_size": 16}},
		row{"BabyAI-OneRoomS20-v0", defaults{"room_size": 20}})
}

func actionObjDoor(s *Scene) (Instr, error) {
	objs, err := s.AddDistractors(s.objs, 1, 1, 5, true)
	if err != nil {
		return nil, err
	}
	if objs, err = addDoors(s, objs, minigrid.Closed); err != nil {
		return nil, err
	}
	if err := s.PlaceAgentInRoom(1, 1, true); err != nil {
		return nil, err
	}
	desc := descOf(minigrid.RandElem(s.World, objs))
	switch {
	case s.RandBool():
		return &GoTo{desc}, nil
	case desc.Type == minigrid.TypeDoor:
		return &Open{Door: desc}, nil
	default:
		return &Pickup{Thing: desc}, nil
	}
}

// findObj draws the column from the number of rows and the other way round, as
// the original does: there are as many of each.
func findObj(s *Scene) (Instr, error) {
	i := s.RandInt(0, s.Rows())
	j := s.RandInt(0, s.Cols())
	obj, err := s.AddObject(i, j, minigrid.AnyType, minigrid.AnyColor)
	if err != nil {
		return nil, err
	}
	if err := s.PlaceAgentInRoom(1, 1, true); err != nil {
		return nil, err
	}
	_, err = s.ConnectAll(nil, nil)
	return &Pickup{Thing: NewDesc(obj.Type(), minigrid.AnyColor)}, err
}

func keyCorridor(kind minigrid.Type) func(s *Scene) (Instr, error) {
	return func(s *Scene) (Instr, error) {
		for j := 1; j < s.Rows(); j++ {
			if err := s.RemoveWall(1, j, minigrid.Up); err != nil {
				return nil, err
			}
		}
		j := s.RandInt(0, s.Rows())
		door, err := s.AddDoor(2, j, minigrid.Left, minigrid.AnyColor, minigrid.Locked)
		if err != nil {
			return nil, err
		}
		if _, err := s.AddObject(2, j, kind, minigrid.AnyColor); err != nil {
			return nil, err
		}
		if _, err := s.AddObject(0, s.RandInt(0, s.Rows()), minigrid.TypeKey, door.Color()); err != nil {
			return nil, err
		}
		if err := s.PlaceAgentInRoom(1, s.Rows()/2, true); err != nil {
			return nil, err
		}
		_, err = s.ConnectAll(nil, nil)
		return &Pickup{Thing: NewDesc(kind, minigrid.AnyColor)}, err
	}
}

func oneRoom(s *Scene) (Instr, error) {
	if _, err := s.AddObject(0, 0, minigrid.TypeBall, minigrid.AnyColor); err != nil {
		return nil, err
	}
	return &Pickup{Thing: NewDesc(minigrid.TypeBall, minigrid.AnyColor)}, anywhere(s)
}
