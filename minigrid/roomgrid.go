package minigrid

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

// Arguments of the methods of [RoomGrid] that stand for a random choice.
const (
	AnyRoom            = -1         // any column or row of rooms
	AnySide  Direction = 0xff       // any side with a neighbour and a wall
	AnyType            = TypeUnseen // a key, a ball or a box
	AnyColor Color     = 0xff       // any of [Colors]
	AnyState State     = 0xff       // a door that is locked or closed
)

// thingTypes are the types that random things have, in the order of the draw.
var thingTypes = [...]Type{TypeKey, TypeBall, TypeBox}

// MakeThing returns a key, ball or box.
func MakeThing(t Type, c Color) Thing {
	switch t {
	case TypeKey:
		return Thing{Cell: Key(c)}
	case TypeBall:
		return Thing{Cell: Ball(c)}
	default:
		return Thing{Cell: Box(c)}
	}
}

// RoomGrid draws levels made of equal rooms in rows and columns, which share
// their walls. It belongs to the [Task] of one lane, is built once by
// [NewRoomGrid] and begins every level with [RoomGrid.Begin]; the World's own
// methods work as well. Rooms are named by column i and row j.
//
// Its methods draw the same random numbers as those of Minigrid's class of this
// name. Those that place something fail with an error that wraps [ErrPlacement]
// when there is no room for it.
type RoomGrid struct {
	*World // the world of the present level

	size, rows, cols int
	rooms            []Room // row by row
	components       int    // number of sets of rooms without a link between them
}

// NewRoomGrid returns a generator of rows x cols rooms of size x size cells,
// walls included. [RoomGrid.Begin] refuses sizes below 3 and numbers below 1.
func NewRoomGrid(size, rows, cols int) *RoomGrid {
	g := &RoomGrid{size: size, rows: rows, cols: cols, rooms: make([]Room, max(rows, 0)*max(cols, 0))}
	for k := range g.rooms {
		i, j := k%cols, k/cols
		r := &g.rooms[k]
		r.Col, r.Row = i, j
		r.Area = Area{i * (size - 1), j * (size - 1), size, size}
		r.Neighbors = [4]*Room{g.Room(i+1, j), g.Room(i, j+1), g.Room(i-1, j), g.Room(i, j-1)}
	}
	return g
}

// Size returns the width and height of the map in cells.
func (g *RoomGrid) Size() (width, height int) {
	return (g.size-1)*g.cols + 1, (g.size-1)*g.rows + 1
}

// RoomSize returns the side of a room in cells, walls included.
func (g *RoomGrid) RoomSize() int { return g.size }

// Rows returns the number of rows of rooms.
func (g *RoomGrid) Rows() int { return g.rows }

// Cols returns the number of columns of rooms.
func (g *RoomGrid) Cols() int { return g.cols }

// Room returns the room in column i and row j, nil if there is none.
func (g *RoomGrid) Room(i, j int) *Room {
	if uint(i) >= uint(g.cols) || uint(j) >= uint(g.rows) {
		return nil
	}
	return &g.rooms[j*g.cols+i]
}

// RoomAt returns the room of a cell, nil off the map. A wall belongs to the room
// on its right or below it; the last column and row of cells to none.
func (g *RoomGrid) RoomAt(p Point) *Room {
	if p.X < 0 || p.Y < 0 {
		return nil
	}
	return g.Room(p.X/(g.size-1), p.Y/(g.size-1))
}

// Begin starts a level on the empty map of w: closed rooms, a random place for
// a door in each wall between two of them, and the agent in the middle of the
// middle room facing right. To draw a level again, clear the world first.
func (g *RoomGrid) Begin(w *World) error {
	width, height := g.Size()
	if g.size < 3 || g.rows < 1 || g.cols < 1 || width != w.Width() || height != w.Height() {
		return fmt.Errorf("minigrid: %dx%d rooms of %d cells on a map of %dx%d: want rooms of 3 or more on a map of %dx%d: %w",
			g.cols, g.rows, g.size, w.Width(), w.Height(), width, height, miniflow.ErrParam)
	}
	g.World = w
	for j := range g.rows + 1 {
		w.HorzWall(0, j*(g.size-1), width, Wall)
	}
	for i := range g.cols + 1 {
		w.VertWall(i*(g.size-1), 0, height, Wall)
	}
	g.components = len(g.rooms)
	for k := range g.rooms {
		r := &g.rooms[k]
		r.Links, r.Locked, r.Things, r.root = [4]Link{}, false, r.Things[:0], r
		if n := r.Neighbors[Right]; n != nil {
			p := Point{r.X + r.W - 1, w.RandInt(r.Y+1, r.Y+r.H-1)}
			r.DoorPos[Right], n.DoorPos[Left] = p, p
		}
		if n := r.Neighbors[Down]; n != nil {
			p := Point{w.RandInt(r.X+1, r.X+r.W-1), r.Y + r.H - 1}
			r.DoorPos[Down], n.DoorPos[Up] = p, p
		}
	}
	mid := g.Room(g.cols/2, g.rows/2)
	w.SetAgent(Point{mid.X + g.size/2, mid.Y + g.size/2}, Right)
	return nil
}

// PlaceInRoom puts a thing on a random free cell of a room that is neither the
// agent's nor next to it.
func (g *RoomGrid) PlaceInRoom(i, j int, t Thing) (Placed, error) {
	r := g.Room(i, j)
	if r == nil {
		return Placed{}, g.noRoom(i, j)
	}
	agent, _ := g.Agent()
	next := func(p Point) bool { return abs(p.X-agent.X)+abs(p.Y-agent.Y) < 2 }
	p, err := g.PlaceObj(t, r.Area, next, 1000)
	if err != nil {
		return Placed{}, fmt.Errorf("room %d,%d: %w", i, j, err)
	}
	r.Things = append(r.Things, Placed{t, p})
	return Placed{t, p}, nil
}

// AddObject places a key, ball or box in a room. kind may be [AnyType] and color
// [AnyColor].
func (g *RoomGrid) AddObject(i, j int, kind Type, color Color) (Placed, error) {
	if kind == AnyType {
		kind = thingTypes[g.RandInt(0, len(thingTypes))]
	}
	if color == AnyColor {
		color = g.RandColor()
	}
	return g.PlaceInRoom(i, j, MakeThing(kind, color))
}

// AddDoor puts a door into a side of a room, which must have a neighbour and no
// door yet. side may be [AnySide], color [AnyColor], and state [AnyState] for a
// door that is locked or not.
func (g *RoomGrid) AddDoor(i, j int, side Direction, color Color, state State) (Placed, error) {
	r := g.Room(i, j)
	if r == nil {
		return Placed{}, g.noRoom(i, j)
	}
	if side == AnySide {
		if side = g.randSide(r); side == AnySide {
			return Placed{}, fmt.Errorf("minigrid: add a door to room %d,%d: every side has one: %w", i, j, ErrPlacement)
		}
	}
	if color == AnyColor {
		color = g.RandColor()
	}
	if state == AnyState {
		state = Closed
		if g.RandBool() {
			state = Locked
		}
	}
	if err := g.link(r, side, LinkDoor); err != nil {
		return Placed{}, fmt.Errorf("minigrid: add a door: %w", err)
	}
	r.Locked = state == Locked
	d := Placed{Thing{Cell: Door(color, state)}, r.DoorPos[side]}
	g.Set(d.At, d.Cell)
	return d, nil
}

// randSide draws a side of r that can take a door, AnySide if none can.
func (g *RoomGrid) randSide(r *Room) Direction {
	for d, n := range r.Neighbors {
		if n == nil || r.Links[d] != LinkWall {
			continue
		}
		for {
			s := g.RandInt(0, 4)
			if r.Neighbors[s] != nil && r.Links[s] == LinkWall {
				return Direction(s)
			}
		}
	}
	return AnySide
}

// RemoveWall opens a side of a room along its whole length. The side must have a
// neighbour and no door.
func (g *RoomGrid) RemoveWall(i, j int, side Direction) error {
	r := g.Room(i, j)
	if r == nil {
		return g.noRoom(i, j)
	}
	if err := g.link(r, side, LinkOpening); err != nil {
		return fmt.Errorf("minigrid: remove a wall: %w", err)
	}
	switch side {
	case Right:
		g.VertWall(r.X+r.W-1, r.Y+1, r.H-2, Empty)
	case Down:
		g.HorzWall(r.X+1, r.Y+r.H-1, r.W-2, Empty)
	case Left:
		g.VertWall(r.X, r.Y+1, r.H-2, Empty)
	case Up:
		g.HorzWall(r.X+1, r.Y, r.W-2, Empty)
	}
	return nil
}

// link notes that a side of r leads to its neighbour.
func (g *RoomGrid) link(r *Room, side Direction, l Link) error {
	n := r.Neighbors[side&3]
	if side > Up || n == nil || r.Links[side] != LinkWall {
		return fmt.Errorf("side %v of room %d,%d has no neighbour or is open already: %w", side, r.Col, r.Row, ErrPlacement)
	}
	r.Links[side], n.Links[(side+2)&3] = l, l
	if a, b := r.component(), n.component(); a != b {
		a.root = b
		g.components--
	}
	return nil
}

// PlaceAgentInRoom puts the agent on a random free cell of a room from which it
// does not face a thing, in a random direction if turn is set. i and j may be
// [AnyRoom].
func (g *RoomGrid) PlaceAgentInRoom(i, j int, turn bool) error {
	if i == AnyRoom {
		i = g.RandInt(0, g.cols)
	}
	if j == AnyRoom {
		j = g.RandInt(0, g.rows)
	}
	r := g.Room(i, j)
	if r == nil {
		return g.noRoom(i, j)
	}
	// The original goes on for ever if the agent faces something everywhere.
	const tries = 10_000
	for range tries {
		if _, err := g.PlaceAgent(r.Area, turn, 1000); err != nil {
			return fmt.Errorf("room %d,%d: %w", i, j, err)
		}
		if c := g.At(g.Front()); c == Empty || c.Type() == TypeWall {
			return nil
		}
	}
	return fmt.Errorf("minigrid: place agent: room %d,%d: it faces something everywhere: %w in %d tries", i, j, ErrPlacement, tries)
}

// ConnectAll adds closed doors of random colours at random places until all
// rooms are connected, with no further door in a room marked locked or next to
// one. It appends the doors to dst, which may be nil. colors lists the colours
// to draw from; none means [Colors].
func (g *RoomGrid) ConnectAll(dst []Placed, colors []Color) ([]Placed, error) {
	if len(colors) == 0 {
		colors = Colors[:]
	}
	const tries = 5000
	for range tries + 1 {
		if g.components == 1 {
			return dst, nil
		}
		i := g.RandInt(0, g.cols)
		j := g.RandInt(0, g.rows)
		side := g.RandInt(0, 4)
		r := g.Room(i, j)
		n := r.Neighbors[side]
		if n == nil || r.Links[side] != LinkWall || r.Locked || n.Locked {
			continue
		}
		d, err := g.AddDoor(i, j, Direction(side), colors[g.RandInt(0, len(colors))], Closed)
		if err != nil {
			return dst, err
		}
		dst = append(dst, d)
	}
	return dst, fmt.Errorf("minigrid: connect all rooms: no level in %d tries: %w", tries, ErrPlacement)
}

// AddDistractors places n random things in room i,j, either of which may be
// [AnyRoom] for a draw for each thing, and appends them to dst, which may be
// nil. With unique, no two things in the level look the same.
func (g *RoomGrid) AddDistractors(dst []Placed, i, j, n int, unique bool) ([]Placed, error) {
	var known [256]bool
	if unique {
		kinds := 0
		for k := range g.rooms {
			for _, t := range g.rooms[k].Things {
				if t.CanPickup() && !known[t.Cell] {
					known[t.Cell] = true
					kinds++
				}
			}
		}
		if kinds+n > len(thingTypes)*len(Colors) {
			return dst, fmt.Errorf("minigrid: add %d distractors to %d different things: there are only %d kinds: %w",
				n, kinds, len(thingTypes)*len(Colors), ErrPlacement)
		}
	}
	for n > 0 {
		color := g.RandColor()
		t := MakeThing(thingTypes[g.RandInt(0, len(thingTypes))], color)
		if unique && known[t.Cell] {
			continue
		}
		known[t.Cell] = true
		ti, tj := i, j
		if ti == AnyRoom {
			ti = g.RandInt(0, g.cols)
		}
		if tj == AnyRoom {
			tj = g.RandInt(0, g.rows)
		}
		p, err := g.PlaceInRoom(ti, tj, t)
		if err != nil {
			return dst, err
		}
		dst = append(dst, p)
		n--
	}
	return dst, nil
}

func (g *RoomGrid) noRoom(i, j int) error {
	return fmt.Errorf("minigrid: there is no room %d,%d among %dx%d: %w", i, j, g.cols, g.rows, miniflow.ErrParam)
}

func abs(x int) int { return max(x, -x) }
