package minigrid

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

func init() {
	rooms := func(n, size int) defaults {
		return defaults{"minNumRooms": n, "maxNumRooms": n, "maxRoomSize": size}
	}
	Class{
		Name:    "MultiRoom",
		Doc:     "Open the doors of a chain of rooms and walk to the goal in the last one.",
		Mission: multiRoomMission,
		Params: []miniflow.Param{
			{Name: "minNumRooms", Doc: "fewest rooms", Value: 6, Min: 1, Max: maxSize},
			{Name: "maxNumRooms", Doc: "most rooms", Value: 6, Min: 1, Max: maxSize},
			{Name: "maxRoomSize", Doc: "largest side of a room in cells, walls included; the smallest is 4", Value: 10, Min: 4, Max: maxSize},
			{Name: "width", Doc: "columns of the map", Value: 25, Min: 4, Max: maxSize},
			{Name: "height", Doc: "rows of the map", Value: 25, Min: 5, Max: maxSize},
		},
		Layout: multiRoomLayout,
	}.registerAll([]row{
		{"MiniGrid-MultiRoom-N2-S4-v0", rooms(2, 4)},
		{"MiniGrid-MultiRoom-N4-S5-v0", rooms(6, 5)}, // six rooms, as published
		{"MiniGrid-MultiRoom-N4-S5-v1", rooms(4, 5)},
		{"MiniGrid-MultiRoom-N6-v0", nil},
	})
}

const multiRoomMission = "traverse the rooms to get to the goal"

func multiRoomLayout(c *miniflow.Config) (Layout, error) {
	t := multiRoom{fewest: c.Int("minNumRooms"), most: c.Int("maxNumRooms"), largest: c.Int("maxRoomSize")}
	width, height := c.Int("width"), c.Int("height")
	if t.fewest > t.most {
		return Layout{}, fmt.Errorf("parameter minNumRooms is %d: want a value in [1,%d], at most maxNumRooms: %w", t.fewest, t.most, miniflow.ErrParam)
	}
	// Every second room of a chain shares no cell with the others of its kind.
	if fit := 2 * (width * height / (minRoom * minRoom)); t.most > fit {
		return Layout{}, fmt.Errorf("parameter maxNumRooms is %d: no more than %d rooms fit on a map of %dx%d: %w", t.most, fit, width, height, miniflow.ErrParam)
	}
	return Layout{Width: width, Height: height, MaxSteps: 20 * t.most, NewTask: func() Task {
		t := t
		return &t
	}}, nil
}

// minRoom is the smallest side of a room.
const minRoom = 4

// roomTries bounds the rooms that one level tries to place. The registered worlds
// need fewer than 300.
const roomTries = 200_000

// multiRoom draws a chain of rooms, each entered by a door from the one before.
type multiRoom struct {
	fewest, most, largest int

	chain []chainRoom
}

type chainRoom struct {
	Area
	entry Point // the door to the room before
}

// Generate implements [Task].
func (t *multiRoom) Generate(w *World) error {
	w.Mission = multiRoomMission
	n := w.RandInt(t.fewest, t.most+1)
	tries := roomTries
	for t.drawChain(w, n, &tries); len(t.chain) < n; t.drawChain(w, n, &tries) {
		if tries <= 0 {
			return fmt.Errorf("minigrid: place a chain of %d rooms on a map of %dx%d: %w in %d tries", n, w.Width(), w.Height(), ErrPlacement, roomTries)
		}
	}
	last := -1 // index of the last door's colour
	for k, r := range t.chain {
		w.WallRect(r.Area)
		if k == 0 {
			continue
		}
		// A colour other than the last.
		var c int
		if last < 0 {
			c = w.RandInt(0, len(Colors))
		} else if c = w.RandInt(0, len(Colors)-1); c >= last {
			c++
		}
		w.Set(r.entry, Door(Colors[c], Closed))
		last = c
	}
	if _, err := w.PlaceAgent(t.chain[0].Area, true, 0); err != nil {
		return err
	}
	_, err := w.PlaceObj(Thing{Cell: Goal}, t.chain[n-1].Area, nil, 0)
	return err
}

// drawChain draws up to n rooms, from a random first one until the next finds no
// place, which eight exits were tried for.
func (t *multiRoom) drawChain(w *World, n int, tries *int) {
	t.chain = t.chain[:0]
	entry := w.RandPos(0, w.Width()-2, 0, w.Width()-2) // sic: not the height
	side := Left
	if *tries--; !t.drawRoom(w, entry, side) {
		return
	}
	for len(t.chain) < n {
		r, placed := t.chain[len(t.chain)-1].Area, false
		for try := 0; try < 8 && !placed; try++ {
			exit := Direction(w.RandInt(0, 3))
			if exit >= side { // any side but the entry
				exit++
			}
			var door Point
			switch exit {
			case Right:
				door = Point{r.X + r.W - 1, r.Y + w.RandInt(1, r.H-1)}
			case Down:
				door = Point{r.X + w.RandInt(1, r.W-1), r.Y + r.H - 1}
			case Left:
				door = Point{r.X, r.Y + w.RandInt(1, r.H-1)}
			case Up:
				door = Point{r.X + w.RandInt(1, r.W-1), r.Y}
			}
			next := (exit + 2) & 3
			*tries--
			if placed = t.drawRoom(w, door, next); placed {
				side = next
			}
		}
		if !placed {
			return
		}
	}
}

// drawRoom draws a room with a door at entry, which lies on the given side of it,
// and reports whether it fits on the map beside the rooms before the last.
func (t *multiRoom) drawRoom(w *World, entry Point, side Direction) bool {
	r := chainRoom{entry: entry}
	r.W = w.RandInt(minRoom, t.largest+1)
	r.H = w.RandInt(minRoom, t.largest+1)
	r.X, r.Y = entry.X, entry.Y
	if len(t.chain) > 0 { // the first room's corner is its entry
		switch side {
		case Right:
			r.X = entry.X - r.W + 1
			r.Y = w.RandInt(entry.Y-r.H+2, entry.Y)
		case Down:
			r.X = w.RandInt(entry.X-r.W+2, entry.X)
			r.Y = entry.Y - r.H + 1
		case Left:
			r.Y = w.RandInt(entry.Y-r.H+2, entry.Y)
		case Up:
			r.X = w.RandInt(entry.X-r.W+2, entry.X)
		}
	}
	if r.X < 0 || r.Y < 0 || r.X+r.W > w.Width() || r.Y+r.H >= w.Height() {
		return false
	}
	for k := 0; k < len(t.chain)-1; k++ {
		b := t.chain[k]
		if r.X+r.W >= b.X && b.X+b.W > r.X && r.Y+r.H >= b.Y && b.Y+b.H > r.Y {
			return false
		}
	}
	t.chain = append(t.chain, r)
	return true
}
