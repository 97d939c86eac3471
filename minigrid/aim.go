package minigrid

// Aim is something that every way to succeed includes: that the agent does Do
// at one of Cells. Forward means to step onto the cell, Done to be done while
// standing on it, Pickup, Drop and Toggle mean to act while facing it, and
// [Facing] means to face it. An aim without cells cannot be met.
type Aim struct {
	Do    Action
	Cells []Point
}

// Facing is the Do of an [Aim] that only asks the agent to face a cell, after
// whatever action. It is no action itself.
const Facing = numActions

// Aimer is a [Task] that tells the planner what success still takes. The aims
// bound the length of a plan from below, which is what makes the search for the
// shortest one fast; they never decide what a plan is, which is for the [Judge]
// alone.
//
// Aims returns what every successful continuation of the episode includes, in
// this order, or nil if nothing is known. It must not depend on the agent's place
// and direction. A task with aims promises further that its Judge draws no
// random numbers, that its [Mover] moves nothing but balls, and that closing an
// open door leads nowhere except as an aim.
//
// A task that is neither Judge nor Mover has the aim to step onto a goal.
type Aimer interface {
	Aims(w *World) []Aim
}

// Chooser is an [Aimer] whose tasks can be solved in several ways: every
// successful continuation of the episode includes all of at least one of the
// lists of aims that Choices returns. The planner then does not ask for Aims,
// whose promises hold for every list.
type Chooser interface {
	Aimer
	Choices(w *World) [][]Aim
}

// goalAims is what tasks under the common rules alone aim at.
func goalAims(w *World) []Aim {
	return []Aim{{Do: Forward, Cells: w.Find(func(c Cell) bool { return c.Type() == TypeGoal })}}
}

// Find returns the points whose cell satisfies f, row by row.
func (w *World) Find(f func(Cell) bool) []Point {
	var found []Point
	for y := range w.height {
		for x := range w.width {
			if f(w.cells[w.index(x, y)]) {
				found = append(found, Point{x, y})
			}
		}
	}
	return found
}
