package minigrid

import "fmt"

// Cell is what a grid cell shows, packed into a byte: type, colour and state.
// Bit 7 is set for cells that block sight, so that eight neighbours can be
// tested at once; the lower bits number the combinations.
type Cell uint8

// Cells without a colour of their own, and those in their usual colour.
const (
	Unseen Cell = 0
	Empty  Cell = 1
	// Wall is a grey wall, Goal a green goal, Lava red lava.
	Wall Cell = opaque | cellWall + Cell(Grey)
	Goal Cell = cellGoal + Cell(Green)
	Lava Cell = cellLava + Cell(Red)
)

const (
	opaque    Cell = 0x80
	cellWall  Cell = 2
	cellFloor Cell = 8
	cellKey   Cell = 14
	cellBall  Cell = 20
	cellBox   Cell = 26
	cellGoal  Cell = 32
	cellLava  Cell = 38
	cellDoor  Cell = 44 // + 6*state
	numCells  Cell = 62
)

// MakeCell returns the cell of a type, colour and state. It fails for types
// that are no cell (the agent), unknown colours and states that the type lacks.
func MakeCell(t Type, c Color, s State) (Cell, error) {
	if c >= numColors || s >= numStates || s != 0 && t != TypeDoor {
		return 0, fmt.Errorf("minigrid: there is no cell of %v, %v, %v", t, c, s)
	}
	switch t {
	case TypeUnseen:
		return Unseen, nil
	case TypeEmpty:
		return Empty, nil
	case TypeWall:
		return opaque | cellWall + Cell(c), nil
	case TypeFloor:
		return Floor(c), nil
	case TypeDoor:
		return Door(c, s), nil
	case TypeKey:
		return Key(c), nil
	case TypeBall:
		return Ball(c), nil
	case TypeBox:
		return Box(c), nil
	case TypeGoal:
		return cellGoal + Cell(c), nil
	case TypeLava:
		return cellLava + Cell(c), nil
	}
	return 0, fmt.Errorf("minigrid: there is no cell of type %v", t)
}

// Floor returns a coloured floor tile.
func Floor(c Color) Cell { return cellFloor + Cell(c) }

// Key returns a key.
func Key(c Color) Cell { return cellKey + Cell(c) }

// Ball returns a ball.
func Ball(c Color) Cell { return cellBall + Cell(c) }

// Box returns a box. What is inside is part of a [Thing], not of the cell.
func Box(c Color) Cell { return cellBox + Cell(c) }

// Door returns a door.
func Door(c Color, s State) Cell {
	d := cellDoor + 6*Cell(s) + Cell(c)
	if s != Open {
		d |= opaque
	}
	return d
}

// cellInfo is everything the rules ask about a cell.
type cellInfo struct {
	typ      Type
	color    Color
	state    State
	walkable bool
	carried  bool // can be picked up
}

// cellTable holds what the rules ask; cellCode the three encoded bytes type,
// colour, state, lowest first, for writing four bytes at once.
var cellTable, cellCode = newCellTables()

func newCellTables() (infos [256]cellInfo, codes [256]uint32) {
	for t := range numTypes {
		for c := range numColors {
			for s := range numStates {
				cell, err := MakeCell(t, c, s)
				if err != nil || t == TypeUnseen {
					continue
				}
				if t == TypeEmpty {
					c = 0
				}
				infos[cell] = cellInfo{t, c, s,
					t == TypeEmpty || t == TypeGoal || t == TypeFloor || t == TypeLava || t == TypeDoor && s == Open,
					t == TypeKey || t == TypeBall || t == TypeBox}
				codes[cell] = uint32(t) | uint32(c)<<8 | uint32(s)<<16
			}
		}
	}
	return infos, codes
}

// Type returns the cell's type.
func (c Cell) Type() Type { return cellTable[c].typ }

// Color returns the cell's colour; an empty cell is red.
func (c Cell) Color() Color { return cellTable[c].color }

// State returns the cell's state.
func (c Cell) State() State { return cellTable[c].state }

// Walkable reports whether the agent can stand on the cell.
func (c Cell) Walkable() bool { return cellTable[c].walkable }

// CanPickup reports whether the agent can carry the cell's thing.
func (c Cell) CanPickup() bool { return cellTable[c].carried }

// Opaque reports whether the cell blocks sight.
func (c Cell) Opaque() bool { return c&opaque != 0 }

// Encode returns the bytes of the three channels.
func (c Cell) Encode() (typ, color, state uint8) {
	v := cellCode[c]
	return uint8(v), uint8(v >> 8), uint8(v >> 16)
}

// String describes the cell, such as "locked yellow door".
func (c Cell) String() string {
	switch i := cellTable[c]; i.typ {
	case TypeUnseen, TypeEmpty:
		return i.typ.String()
	case TypeDoor:
		return fmt.Sprintf("%v %v door", i.state, i.color)
	default:
		return fmt.Sprintf("%v %v", i.color, i.typ)
	}
}

// Thing is a cell together with what cannot be seen of it: the contents of a
// box, and the number that a task may give it to tell equal things apart.
type Thing struct {
	Cell
	Inside Cell  // what a box holds; 0 (Unseen) for nothing
	ID     uint8 // 0 if the task does not care
}

func (t Thing) tag() uint16 { return uint16(t.Inside) | uint16(t.ID)<<8 }

func thing(c Cell, tag uint16) Thing { return Thing{c, Cell(tag), uint8(tag >> 8)} }
