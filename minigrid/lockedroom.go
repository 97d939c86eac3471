package minigrid

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

func init() {
	Class{
		Name:    "LockedRoom",
		Doc:     "Fetch the key from the room of the named colour, unlock the locked room and walk to the goal in it.",
		Mission: "get the {color} key from the {color} room, unlock the {color} door and go to the goal",
		// Below 12 the doors, three cells below the corner of their room, miss it.
		Params: []miniflow.Param{sizeParam(19, 12)},
		Layout: func(c *miniflow.Config) (Layout, error) {
			n := c.Int("size")
			return Layout{Width: n, Height: n, MaxSteps: 10 * n, NewTask: func() Task { return lockedRoom{} }}, nil
		},
	}.registerAll([]row{{"MiniGrid-LockedRoom-v0", nil}})
}

// lockedRoomMissions is indexed by the colours of the locked room and of the
// room with the key.
var lockedRoomMissions [numColors][numColors]string

func init() {
	for locked := range numColors {
		for key := range numColors {
			lockedRoomMissions[locked][key] = fmt.Sprintf(
				"get the %v key from the %v room, unlock the %v door and go to the goal", locked, key, locked)
		}
	}
}

// lockedRoom draws three rooms on either side of a hallway, one of them locked.
type lockedRoom struct{}

// Generate implements [Task]. In maps of even size, or one that three divides,
// the last rooms include the border: goal and key may lie in it, as in the
// original.
func (lockedRoom) Generate(w *World) error {
	n := w.Width()
	left, right, height := n/2-2, n/2+2, n/3
	w.Border()
	w.VertWall(left, 0, n, Wall)
	w.VertWall(right, 0, n, Wall)
	var rooms [6]Area
	for k := range 3 {
		w.HorzWall(0, k*height, left, Wall)
		w.HorzWall(right, k*height, n-right, Wall)
		rooms[2*k] = Area{0, k * height, left + 1, height + 1}
		rooms[2*k+1] = Area{right, k * height, left + 1, height + 1}
	}
	inside := func(a Area) Point { return w.RandPos(a.X+1, a.X+a.W-1, a.Y+1, a.Y+a.H-1) }

	locked := w.RandInt(0, len(rooms))
	w.Set(inside(rooms[locked]), Goal)
	colors := shuffledColors(w)
	for k, r := range rooms {
		door := Point{left, r.Y + 3}
		if r.X > 0 {
			door.X = right
		}
		state := Closed
		if k == locked {
			state = Locked
		}
		w.Set(door, Door(colors[k], state))
	}
	key := locked
	for key == locked {
		key = w.RandInt(0, len(rooms))
	}
	w.Set(inside(rooms[key]), Key(colors[locked]))
	w.Mission = lockedRoomMissions[colors[locked]][colors[key]]
	_, err := w.PlaceAgent(Area{left, 0, right - left, n}, true, 0)
	return err
}
