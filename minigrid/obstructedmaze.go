package minigrid

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

func init() {
	const doc = "Pick up the blue ball behind locked doors that balls block, with keys that boxes hide."
	lock := []miniflow.Param{
		{Name: "key_in_box", Doc: "whether boxes hide the keys", Value: true},
		{Name: "blocked", Doc: "whether balls stand in front of the locked doors", Value: true},
	}
	options := func(inBox, blocked bool) defaults {
		return defaults{"key_in_box": inBox, "blocked": blocked}
	}
	Class{
		Name:    "ObstructedMaze1D",
		Doc:     doc + " There is one door.",
		Mission: obstructedMission,
		Params:  lock,
		Layout: func(c *miniflow.Config) (Layout, error) {
			l := lockOptions{c.Bool("key_in_box"), c.Bool("blocked")}
			return roomLayout(obstructedRoom, 1, 2, 4*2*obstructedRoom*obstructedRoom, func(g *RoomGrid) Task {
				return &oneDoorMaze{rooms: g, lock: l}
			}), nil
		},
	}.registerAll([]row{
		{"MiniGrid-ObstructedMaze-1Dl-v0", options(false, false)},
		{"MiniGrid-ObstructedMaze-1Dlh-v0", options(true, false)},
		{"MiniGrid-ObstructedMaze-1Dlhb-v0", nil},
	})

	// Quarters of the maze in use, and the column of the room to start from.
	quarters := func(n, visited, col int, inBox, blocked bool) defaults {
		return defaults{"agent_room": []int{col, 1}, "num_quarters": n, "num_rooms_visited": visited,
			"key_in_box": inBox, "blocked": blocked}
	}
	full := Class{
		Name:    "ObstructedMaze",
		Doc:     doc + " There are up to eight locked doors; a blocking ball may replace a key.",
		Mission: obstructedMission,
		Params: append([]miniflow.Param{
			{Name: "agent_room", Doc: "column and row of the room to start from", Value: []int{1, 1}, Max: 2},
			{Name: "num_quarters", Doc: "quarters of the maze that are open", Value: 4, Min: 1, Max: 4},
			{Name: "num_rooms_visited", Doc: "rooms that an agent is thought to visit; allows 144 steps each", Value: 25, Min: 1, Max: 1000},
		}, lock...),
		Layout: obstructedLayout(false),
	}
	full.registerAll([]row{
		{"MiniGrid-ObstructedMaze-2Dl-v0", quarters(1, 4, 2, false, false)},
		{"MiniGrid-ObstructedMaze-2Dlh-v0", quarters(1, 4, 2, true, false)},
		{"MiniGrid-ObstructedMaze-2Dlhb-v0", quarters(1, 4, 2, true, true)},
		{"MiniGrid-ObstructedMaze-1Q-v0", quarters(1, 5, 1, true, true)},
		{"MiniGrid-ObstructedMaze-2Q-v0", quarters(2, 11, 2, true, true)},
		{"MiniGrid-ObstructedMaze-Full-v0", nil},
	})
	full.Name, full.Doc = "ObstructedMazeV1", doc+" There are up to eight locked doors, and no ball replaces a key."
	full.Layout = obstructedLayout(true)
	full.registerAll([]row{
		{"MiniGrid-ObstructedMaze-2Dlhb-v1", quarters(1, 4, 2, true, true)},
		{"MiniGrid-ObstructedMaze-1Q-v1", quarters(1, 5, 1, true, true)},
		{"MiniGrid-ObstructedMaze-2Q-v1", quarters(2, 11, 2, true, true)},
		{"MiniGrid-ObstructedMaze-Full-v1", nil},
	})
}

const (
	obstructedMission = "pick up the blue ball"
	obstructedRoom    = 6 // side of a room
)

func obstructedLayout(keysLast bool) func(*miniflow.Config) (Layout, error) {
	return func(c *miniflow.Config) (Layout, error) {
		at := c.Ints("agent_room")
		if len(at) != 2 {
			return Layout{}, fmt.Errorf("parameter agent_room is %v: want a column and a row in [0,2]: %w", at, miniflow.ErrParam)
		}
		steps := 4 * c.Int("num_rooms_visited") * obstructedRoom * obstructedRoom
		lock := lockOptions{c.Bool("key_in_box"), c.Bool("blocked")}
		n := c.Int("num_quarters")
		return roomLayout(obstructedRoom, 3, 3, steps, func(g *RoomGrid) Task {
			return &obstructedMaze{rooms: g, lock: lock, col: at[0], row: at[1], quarters: n, keysLast: keysLast}
		}), nil
	}
}

// lockOptions say how a locked door is made difficult.
type lockOptions struct{ keyInBox, blocked bool }

// addDoor locks a side of a room and puts a ball in front of it if asked to.
func (l lockOptions) addDoor(g *RoomGrid, i, j int, side Direction, c Color) error {
	door, err := g.AddDoor(i, j, side, c, Locked)
	if err == nil && l.blocked {
		g.Set(door.At.Step((side+2)&3), Ball(Green))
	}
	return err
}

// addKey places the key, in a grey box if asked to.
func (l lockOptions) addKey(g *RoomGrid, i, j int, c Color) error {
	t := Thing{Cell: Key(c)}
	if l.keyInBox {
		t = Thing{Cell: Box(Grey), Inside: Key(c)}
	}
	_, err := g.PlaceInRoom(i, j, t)
	return err
}

type oneDoorMaze struct {
	pickUpTarget
	rooms *RoomGrid
	lock  lockOptions
}

// Generate implements [Task].
func (t *oneDoorMaze) Generate(w *World) error {
	g := t.rooms
	if err := g.Begin(w); err != nil {
		return err
	}
	c := shuffledColors(w)[0]
	if err := t.lock.addDoor(g, 0, 0, Right, c); err != nil {
		return err
	}
	if err := t.lock.addKey(g, 0, 0, c); err != nil {
		return err
	}
	if err := addTarget(g, 1, 0, TypeBall, Blue); err != nil {
		return err
	}
	return g.PlaceAgentInRoom(0, 0, true)
}

// obstructedMaze draws nine rooms: a door leads from the middle to the room on
// each side, and two locked doors from there to the corners next to it.
type obstructedMaze struct {
	pickUpTarget
	rooms    *RoomGrid
	lock     lockOptions
	col, row int // where the agent starts
	quarters int
	keysLast bool // whether keys are placed after the balls that would replace them
}

// Generate implements [Task].
func (t *obstructedMaze) Generate(w *World) error {
	g := t.rooms
	if err := g.Begin(w); err != nil {
		return err
	}
	colors := shuffledColors(w)
	sides := [...]Point{{2, 1}, {1, 2}, {0, 1}, {1, 0}}
	for k := range t.quarters {
		if _, err := g.AddDoor(1, 1, Direction(k), colors[k], Closed); err != nil {
			return err
		}
		if err := t.addQuarter(sides[k], k, &colors); err != nil {
			return err
		}
	}
	corners := [...]Point{{2, 0}, {2, 2}, {0, 2}, {0, 0}}
	corner := corners[w.RandInt(0, t.quarters)]
	if err := addTarget(g, corner.X, corner.Y, TypeBall, Blue); err != nil {
		return err
	}
	return g.PlaceAgentInRoom(t.col, t.row, true)
}

// addQuarter locks both ways on from the room in direction k of the middle one.
func (t *obstructedMaze) addQuarter(room Point, k int, colors *[numColors]Color) error {
	turns := [2]int{-1, 1}
	color := func(turn int) Color { return colors[(k+turn+len(colors))%len(colors)] }
	for _, turn := range turns {
		if err := t.lock.addDoor(t.rooms, room.X, room.Y, Direction(k+turn+4)&3, color(turn)); err != nil {
			return err
		}
		if !t.keysLast {
			if err := t.lock.addKey(t.rooms, room.X, room.Y, color(turn)); err != nil {
				return err
			}
		}
	}
	if !t.keysLast {
		return nil
	}
	for _, turn := range turns {
		if err := t.lock.addKey(t.rooms, room.X, room.Y, color(turn)); err != nil {
			return err
		}
	}
	return nil
}
