package babyai

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

func init() {
	redBall := func(name string, draw func(dists int) func(s *Scene) (Instr, error)) minigrid.Class {
		dists := numDists(7)
		dists.Min = 0
		return class(name, "Go to the red ball in a room with other things.", "go to the red ball",
			[]miniflow.Param{roomSize(8, 4), dists},
			func(c *miniflow.Config) (levelSpec, error) {
				return levelSpec{size: c.Int("room_size"), rows: 1, cols: 1, draw: draw(c.Int("num_dists"))}, nil
			})
	}
	register(redBall("GoToRedBallGrey", goToRedBallGrey), row{"BabyAI-GoToRedBallGrey-v0", nil})
	register(redBall("GoToRedBall", goToRedBall),
		row{"BabyAI-GoToRedBall-v0", nil},
		row{"BabyAI-GoToRedBallNoDists-v0", defaults{"num_dists": 0}})
	register(class("GoToRedBlueBall", "Go to the red or blue ball, of which there is one.", "go to the {color} ball",
		[]miniflow.Param{roomSize(8, 4), numDists(7)},
		func(c *miniflow.Config) (levelSpec, error) {
			return levelSpec{size: c.Int("room_size"), rows: 1, cols: 1, draw: goToRedBlueBall(c.Int("num_dists"))}, nil
		}), row{"BabyAI-GoToRedBlueBall-v0", nil})
	register(class("GoToObj", "Go to the only thing in a room.", "go to the {color} {type}",
		[]miniflow.Param{roomSize(8, 4)},
		func(c *miniflow.Config) (levelSpec, error) {
			return levelSpec{size: c.Int("room_size"), rows: 1, cols: 1, draw: goToObj}, nil
		}),
		row{"BabyAI-GoToObj-v0", nil},
		row{"BabyAI-GoToObjS4-v0", defaults{"room_size": 4}},
		row{"BabyAI-GoToObjS6-v1", defaults{"room_size": 6}})
	local := class("GoToLocal", "Go to a thing in a room with others.", "go to {article} {color} {type}",
		[]miniflow.Param{roomSize(8, 4), numDists(8)},
		func(c *miniflow.Config) (levelSpec, error) {
			return levelSpec{size: c.Int("room_size"), rows: 1, cols: 1, draw: goToLocal(c.Int("num_dists"))}, nil
		})
	register(local, row{"BabyAI-GoToLocal-v0", nil})
	for _, sn := range [][2]int{{5, 2}, {6, 2}, {6, 3}, {6, 4}, {7, 4}, {7, 5}, {8, 2}, {8, 3}, {8, 4}, {8, 5}, {8, 6}, {8, 7}} {
		register(local, row{fmt.Sprintf("BabyAI-GoToLocalS%dN%d-v0", sn[0], sn[1]), defaults{"room_size": sn[0], "num_dists": sn[1]}})
	}
	register(class("GoTo", "Go to a thing in a maze of rooms.", "go to {article} {color} {type}",
		[]miniflow.Param{roomSize(8, 4), numRows(3), numCols(3), numDists(18), flag("doors_open", "whether all doors are open")},
		func(c *miniflow.Config) (levelSpec, error) {
			return levelSpec{size: c.Int("room_size"), rows: c.Int("num_rows"), cols: c.Int("num_cols"),
				draw: goTo(c.Int("num_dists"), c.Bool("doors_open"))}, nil
		}),
		row{"BabyAI-GoTo-v0", nil},
		row{"BabyAI-GoToOpen-v0", defaults{"doors_open": true}},
		row{"BabyAI-GoToObjMaze-v0", defaults{"num_dists": 1}},
		row{"BabyAI-GoToObjMazeOpen-v0", defaults{"num_dists": 1, "doors_open": true}},
		row{"BabyAI-GoToObjMazeS4R2-v0", defaults{"num_dists": 1, "room_size": 4, "num_rows": 2, "num_cols": 2}},
		row{"BabyAI-GoToObjMazeS4-v0", defaults{"num_dists": 1, "room_size": 4}},
		row{"BabyAI-GoToObjMazeS5-v0", defaults{"num_dists": 1, "room_size": 5}},
		row{"BabyAI-GoToObjMazeS6-v0", defaults{"num_dists": 1, "room_size": 6}},
		row{"BabyAI-GoToObjMazeS7-v0", defaults{"num_dists": 1, "room_size": 7}})
	register(class("GoToImpUnlock", "Go to a thing in a locked room, whose key is somewhere in the maze.", "go to {article} {color} {type}",
		[]miniflow.Param{roomSize(8, 5)},
		func(c *miniflow.Config) (levelSpec, error) {
			return levelSpec{size: c.Int("room_size"), rows: 3, cols: 3, draw: goToImpUnlock}, nil
		}), row{"BabyAI-GoToImpUnlock-v0", nil})
	register(class("GoToDoor", "Go to one of the four doors of a room.", "go to {article} {color} door",
		nil, func(*miniflow.Config) (levelSpec, error) {
			return levelSpec{size: 7, rows: 3, cols: 3, draw: goToDoor}, nil
		}), row{"BabyAI-GoToDoor-v0", nil})
	register(class("GoToObjDoor", "Go to a thing or a door of a room.", "go to {article} {color} {type}",
		nil, func(*miniflow.Config) (levelSpec, error) {
			return levelSpec{size: 8, rows: 3, cols: 3, draw: goToObjDoor}, nil
		}), row{"BabyAI-GoToObjDoor-v0", nil})
}

// anywhere puts the agent into a random room.
func anywhere(s *Scene) error {
	return s.PlaceAgentInRoom(minigrid.AnyRoom, minigrid.AnyRoom, true)
}

// distract adds n things in random rooms, with unique all different.
func distract(s *Scene, n int, unique bool) ([]minigrid.Placed, error) {
	return s.AddDistractors(s.objs, minigrid.AnyRoom, minigrid.AnyRoom, n, unique)
}

// descOf returns the description of a thing by type and colour.
func descOf(p minigrid.Placed) *Desc { return NewDesc(p.Type(), p.Color()) }

// goToAny asks for one of the things.
func goToAny(s *Scene, objs []minigrid.Placed) Instr {
	return &GoTo{descOf(minigrid.RandElem(s.World, objs))}
}

func goToRedBall(dists int) func(s *Scene) (Instr, error) {
	return func(s *Scene) (Instr, error) { return redBallAmong(s, dists, false) }
}

// goToRedBallGrey recolours the other things after they have been placed.
func goToRedBallGrey(dists int) func(s *Scene) (Instr, error) {
	return func(s *Scene) (Instr, error) { return redBallAmong(s, dists, true) }
}

func redBallAmong(s *Scene, dists int, grey bool) (Instr, error) {
	if err := anywhere(s); err != nil {
		return nil, err
	}
	ball, err := s.AddObject(0, 0, minigrid.TypeBall, minigrid.Red)
	if err != nil {
		return nil, err
	}
	objs, err := distract(s, dists, false)
	if err != nil {
		return nil, err
	}
	if grey {
		for _, o := range objs {
			s.SetThing(o.At, minigrid.MakeThing(o.Type(), minigrid.Grey))
		}
	}
	return &GoTo{descOf(ball)}, s.needReachable()
}

func goToRedBlueBall(dists int) func(s *Scene) (Instr, error) {
	return func(s *Scene) (Instr, error) {
		if err := anywhere(s); err != nil {
			return nil, err
		}
		objs, err := distract(s, dists, false)
		if err != nil {
			return nil, err
		}
		for _, o := range objs {
			if o.Cell == minigrid.Ball(minigrid.Red) || o.Cell == minigrid.Ball(minigrid.Blue) {
				return nil, fmt.Errorf("there would be two red or blue balls: %w", errRejected)
			}
		}
		color := minigrid.RandElem(s.World, []minigrid.Color{minigrid.Red, minigrid.Blue})
		ball, err := s.AddObject(0, 0, minigrid.TypeBall, color)
		if err != nil {
			return nil, err
		}
		return &GoTo{descOf(ball)}, s.needReachable()
	}
}

func goToObj(s *Scene) (Instr, error) {
	if err := anywhere(s); err != nil {
		return nil, err
	}
	objs, err := distract(s, 1, true)
	if err != nil {
		return nil, err
	}
	return &GoTo{descOf(objs[0])}, nil
}

func goToLocal(dists int) func(s *Scene) (Instr, error) {
	return func(s *Scene) (Instr, error) {
		if err := anywhere(s); err != nil {
			return nil, err
		}
		objs, err := distract(s, dists, false)
		if err != nil {
			return nil, err
		}
		if err := s.needReachable(); err != nil {
			return nil, err
		}
		return goToAny(s, objs), nil
	}
}

// mazeThings places the agent, doors between all rooms, and n things that can
// all be reached.
func mazeThings(s *Scene, n int) ([]minigrid.Placed, error) {
	if err := anywhere(s); err != nil {
		return nil, err
	}
	if _, err := s.ConnectAll(nil, nil); err != nil {
		return nil, err
	}
	objs, err := distract(s, n, false)
	if err != nil {
		return nil, err
	}
	return objs, s.needReachable()
}

func goTo(dists int, doorsOpen bool) func(s *Scene) (Instr, error) {
	return func(s *Scene) (Instr, error) {
		objs, err := mazeThings(s, dists)
		if err != nil {
			return nil, err
		}
		instr := goToAny(s, objs)
		if doorsOpen {
			s.doors(func(p minigrid.Point) { s.Set(p, minigrid.Door(s.At(p).Color(), minigrid.Open)) })
		}
		return instr, nil
	}
}

// lockRoom locks a door of a random room and places its key anywhere: the
// original means to leave out the locked room, but compares in a way that never
// holds.
func lockRoom(s *Scene) (room *minigrid.Room, door minigrid.Placed, err error) {
	i := s.RandInt(0, s.Cols())
	j := s.RandInt(0, s.Rows())
	if door, err = s.AddDoor(i, j, minigrid.AnySide, minigrid.AnyColor, minigrid.Locked); err != nil {
		return nil, door, err
	}
	room = s.Room(i, j)
	i = s.RandInt(0, s.Cols())
	j = s.RandInt(0, s.Rows())
	_, err = s.AddObject(i, j, minigrid.TypeKey, door.Color())
	return room, door, err
}

// distractEveryRoom adds n things to each room, columns first. The original means
// to leave out the locked room, but its comparison never holds.
func distractEveryRoom(s *Scene, n int) error {
	for i := range s.Cols() {
		for j := range s.Rows() {
			if _, err := s.AddDistractors(s.objs, i, j, n, false); err != nil {
				return err
			}
		}
	}
	return nil
}

func goToImpUnlock(s *Scene) (Instr, error) {
	room, _, err := lockRoom(s)
	if err != nil {
		return nil, err
	}
	if _, err := s.ConnectAll(nil, nil); err != nil {
		return nil, err
	}
	if err := distractEveryRoom(s, 2); err != nil {
		return nil, err
	}
	if err := s.placeAgentOutside(room); err != nil {
		return nil, err
	}
	if err := s.needReachable(); err != nil {
		return nil, err
	}
	objs, err := s.AddDistractors(s.objs, room.Col, room.Row, 1, false)
	if err != nil {
		return nil, err
	}
	return &GoTo{descOf(objs[0])}, nil
}

// addDoors adds four doors to the middle room and appends them to objs.
func addDoors(s *Scene, objs []minigrid.Placed, state minigrid.State) ([]minigrid.Placed, error) {
	for range 4 {
		d, err := s.AddDoor(1, 1, minigrid.AnySide, minigrid.AnyColor, state)
		if err != nil {
			return nil, err
		}
		objs = append(objs, d)
	}
	return objs, nil
}

func goToDoor(s *Scene) (Instr, error) {
	doors, err := addDoors(s, s.objs, minigrid.AnyState)
	if err != nil {
		return nil, err
	}
	if err := s.PlaceAgentInRoom(1, 1, true); err != nil {
		return nil, err
	}
	return goToAny(s, doors), nil
}

func goToObjDoor(s *Scene) (Instr, error) {
	if err := s.PlaceAgentInRoom(1, 1, true); err != nil {
		return nil, err
	}
	objs, err := s.AddDistractors(s.objs, 1, 1, 8, false)
	if err != nil {
		return nil, err
	}
	if objs, err = addDoors(s, objs, minigrid.AnyState); err != nil {
		return nil, err
	}
	if err := s.needReachable(); err != nil {
		return nil, err
	}
	return goToAny(s, objs), nil
}
