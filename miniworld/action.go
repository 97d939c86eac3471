package miniworld

// Action is what the agent does in a step. Most worlds allow only the first few.
type Action int32

// The actions.
const (
	TurnLeft Action = iota
	TurnRight
	MoveForward
	MoveBack
	Pickup
	Drop
	Toggle // does nothing in the worlds here
	Done   // does nothing in the worlds here
	numActions
)

var actionNames = [numActions]string{"turn_left", "turn_right", "move_forward", "move_back", "pickup", "drop", "toggle", "done"}

// String returns the action's name, as the original spells it.
func (a Action) String() string {
	if a >= 0 && a < numActions {
		return actionNames[a]
	}
	return "Action(?)"
}
