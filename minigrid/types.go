package minigrid

import "fmt"

// Type is the kind of thing a cell shows; its value is the first channel of an
// encoded cell.
type Type uint8

// The types, numbered as in Minigrid.
const (
	TypeUnseen Type = iota
	TypeEmpty
	TypeWall
	TypeFloor
	TypeDoor
	TypeKey
	TypeBall
	TypeBox
	TypeGoal
	TypeLava
	TypeAgent
	numTypes
)

var typeNames = [numTypes]string{"unseen", "empty", "wall", "floor", "door", "key", "ball", "box", "goal", "lava", "agent"}

// String returns the type's name as missions use it.
func (t Type) String() string { return enumName(typeNames[:], int(t), "Type") }

// Color is a colour; its value is the second channel of an encoded cell.
type Color uint8

// The colours, numbered as in Minigrid.
const (
	Red Color = iota
	Green
	Blue
	Purple
	Yellow
	Grey
	numColors
)

var colorNames = [numColors]string{"red", "green", "blue", "purple", "yellow", "grey"}

// String returns the colour's name as missions use it.
func (c Color) String() string { return enumName(colorNames[:], int(c), "Color") }

// Colors lists the colours alphabetically: the list that every draw of a colour
// indexes, which is not the order of their values.
var Colors = [numColors]Color{Blue, Green, Grey, Purple, Red, Yellow}

// State is the state of a door; every other thing has state 0.
type State uint8

// The states of a door.
const (
	Open State = iota
	Closed
	Locked
	numStates
)

var stateNames = [numStates]string{"open", "closed", "locked"}

// String returns the state's name.
func (s State) String() string { return enumName(stateNames[:], int(s), "State") }

// Direction is where the agent faces. x grows to the right and y downwards.
type Direction uint8

// The directions, in the order of turning right.
const (
	Right Direction = iota
	Down
	Left
	Up
)

var directionNames = [4]string{"right", "down", "left", "up"}

// String returns the direction's name.
func (d Direction) String() string { return enumName(directionNames[:], int(d), "Direction") }

// Vec returns the unit step in direction d.
func (d Direction) Vec() (dx, dy int) {
	return [4]int{1, 0, -1, 0}[d&3], [4]int{0, 1, 0, -1}[d&3]
}

// Action is what the agent does in a step.
type Action uint8

// The actions, numbered as in Minigrid.
const (
	TurnLeft Action = iota
	TurnRight
	Forward
	Pickup
	Drop
	Toggle
	Done
	numActions
)

var actionNames = [numActions]string{"left", "right", "forward", "pickup", "drop", "toggle", "done"}

// String returns the action's name in Minigrid.
func (a Action) String() string { return enumName(actionNames[:], int(a), "Action") }

func enumName(names []string, v int, kind string) string {
	if v < len(names) {
		return names[v]
	}
	return fmt.Sprintf("%s(%d)", kind, v)
}
