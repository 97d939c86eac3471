package babyai

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

func init() {
	const mission = "put the {color} {type} next to the {color} {type}"
	perRoom := miniflow.Param{Name: "objs_per_room", Doc: "things in each of the two rooms", Value: 4, Min: 1, Max: 9}
	register(class("PutNextLocal", "Put a thing next to another in the same room.", mission,
		[]miniflow.Param{roomSize(8, 5), {Name: "num_objs", Doc: "things in the room", Value: 8, Min: 2, Max: 18}},
		func(c *miniflow.Config) (levelSpec, error) {
			return levelSpec{size: c.Int("room_size"), rows: 1, cols: 1, draw: putNextLocal(c.Int("num_objs"))}, nil
		}),
		row{"BabyAI-PutNextLocal-v0", nil},
		row{"BabyAI-PutNextLocalS5N3-v0", defaults{"room_size": 5, "num_objs": 3}},
		row{"BabyAI-PutNextLocalS6N4-v0", defaults{"room_size": 6, "num_objs": 4}})
	next := class("PutNext", "Put a thing of one half of the map next to one of the other.", mission,
		[]miniflow.Param{roomSize(7, 4), perRoom, flag("start_carrying", "whether the agent starts with the thing in its hands")},
		func(c *miniflow.Config) (levelSpec, error) {
			n := c.Int("room_size")
			if err := halfFits(n, c.Int("objs_per_room")); err != nil {
				return levelSpec{}, err
			}
			spec := levelSpec{size: n, rows: 1, cols: 2, maxSteps: 8 * n * n, draw: putNext(c.Int("objs_per_room"))}
			if c.Bool("start_carrying") {
				spec.start = handOver
			}
			return spec, nil
		})
	for _, sn := range [][2]int{{4, 1}, {5, 2}, {5, 1}, {6, 3}, {7, 4}} {
		register(next, row{fmt.Sprintf("BabyAI-PutNextS%dN%d-v0", sn[0], sn[1]), defaults{"room_size": sn[0], "objs_per_room": sn[1]}})
	}
	for _, sn := range [][2]int{{5, 2}, {6, 3}, {7, 4}} {
		register(next, row{fmt.Sprintf("BabyAI-PutNextS%dN%dCarrying-v0", sn[0], sn[1]),
			defaults{"room_size": sn[0], "objs_per_room": sn[1], "start_carrying": true}})
	}
	across := class("MoveTwoAcross", "Put a thing of each half of the map next to one of the other half.", mission+", then "+mission,
		[]miniflow.Param{roomSize(8, 5), perRoom},
		func(c *miniflow.Config) (levelSpec, error) {
			n, per := c.Int("room_size"), c.Int("objs_per_room")
			if per < 2 {
				return levelSpec{}, fmt.Errorf("parameter objs_per_room is %d: two things of each room are moved: want 2 to 9: %w", per, miniflow.ErrParam)
			}
			return levelSpec{size: n, rows: 1, cols: 2, maxSteps: 16 * n * n, draw: moveTwoAcross(per)}, halfFits(n, per)
		})
	register(across,
		row{"BabyAI-MoveTwoAcrossS5N2-v0", defaults{"room_size": 5, "objs_per_room": 2}},
		row{"BabyAI-MoveTwoAcrossS8N9-v0", defaults{"room_size": 8, "objs_per_room": 9}})
}

// halfFits refuses more things than a room has free cells beside the agent.
func halfFits(size, things int) error {
	if free := (size - 2) * (size - 2); things > free-2 {
		return fmt.Errorf("parameter objs_per_room is %d: a room of size %d holds at most %d: %w", things, size, free-2, miniflow.ErrParam)
	}
	return nil
}

func putNextLocal(n int) func(s *Scene) (Instr, error) {
	return func(s *Scene) (Instr, error) {
		if err := anywhere(s); err != nil {
			return nil, err
		}
		objs, err := distract(s, n, true)
		if err != nil {
			return nil, err
		}
		if err := s.needReachable(); err != nil {
			return nil, err
		}
		two := minigrid.RandSubset(s.World, objs, 2)
		return &PutNext{Move: descOf(two[0]), Beside: descOf(two[1])}, nil
	}
}

// halves places n things in each of two rooms, all different, and removes the
// wall between them.
func halves(s *Scene, n int) (left, right []minigrid.Placed, err error) {
	if err = s.PlaceAgentInRoom(0, 0, true); err != nil {
		return nil, nil, err
	}
	if left, err = s.AddDistractors(s.objs, 0, 0, n, true); err != nil {
		return nil, nil, err
	}
	if right, err = s.AddDistractors(nil, 1, 0, n, true); err != nil {
		return nil, nil, err
	}
	return left, right, s.RemoveWall(0, 0, minigrid.Right)
}

func putNext(n int) func(s *Scene) (Instr, error) {
	return func(s *Scene) (Instr, error) {
		left, right, err := halves(s, n)
		if err != nil {
			return nil, err
		}
		a := minigrid.RandElem(s.World, left)
		b := minigrid.RandElem(s.World, right)
		if s.RandBool() {
			a, b = b, a
		}
		return &PutNext{Move: descOf(a), Beside: descOf(b)}, nil
	}
}

// handOver puts the thing to move into the agent's hands.
func handOver(s *Scene, i Instr) {
	at := i.(*PutNext).Move.at[0] // all things are different, so it is the only one
	s.SetCarrying(s.ThingAt(at))
	s.Set(at, minigrid.Empty)
}

func moveTwoAcross(n int) func(s *Scene) (Instr, error) {
	return func(s *Scene) (Instr, error) {
		left, right, err := halves(s, n)
		if err != nil {
			return nil, err
		}
		l := minigrid.RandSubset(s.World, left, 2)
		r := minigrid.RandSubset(s.World, right, 2)
		return &Before{
			First: &PutNext{Move: descOf(l[0]), Beside: descOf(r[0])},
			Then:  &PutNext{Move: descOf(r[1]), Beside: descOf(l[1])},
		}, nil
	}
}
