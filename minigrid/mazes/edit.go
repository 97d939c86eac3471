package mazes

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

// Edit is a kind of small change to a maze.
type Edit uint8

// The edits.
const (
	FlipWall  Edit = iota // a cell other than the agent's and the goal's becomes wall or free
	MoveGoal              // the goal goes to another cell without agent; a wall there disappears
	MoveAgent             // likewise for the agent
	TurnAgent             // the agent faces another direction
	numEdits
)

var editNames = [numEdits]string{"flip wall", "move goal", "move agent", "turn agent"}

// String returns the edit's name.
func (e Edit) String() string {
	if e < numEdits {
		return editNames[e]
	}
	return fmt.Sprintf("Edit(%d)", e)
}

// Edits are the kinds that [Maze.Mutate] draws from by default: those of ACCEL.
var Edits = []Edit{FlipWall, MoveGoal, MoveAgent}

// Mutate makes n edits, each of a kind drawn from kinds, which if none are given
// are [Edits], at a place drawn from those possible. Edits may undo each other.
func (m *Maze) Mutate(rng *miniflow.Rand, n int, kinds ...Edit) {
	if len(kinds) == 0 {
		kinds = Edits
	}
	for range n {
		switch kinds[rng.Intn(len(kinds))] {
		case FlipWall:
			if p, ok := m.otherCell(rng); ok {
				k := p.Y*m.Width + p.X
				m.Walls[k] = !m.Walls[k]
			}
		case MoveGoal:
			if p, ok := m.otherCell(rng); ok {
				m.Goal = p
				m.Walls[p.Y*m.Width+p.X] = false
			}
		case MoveAgent:
			if p, ok := m.otherCell(rng); ok {
				m.Agent = p
				m.Walls[p.Y*m.Width+p.X] = false
			}
		case TurnAgent:
			m.Dir = (m.Dir + minigrid.Direction(1+rng.Intn(3))) & 3
		}
	}
}

// otherCell draws a cell that is neither the agent's nor the goal's; ok is false
// if there is none.
func (m *Maze) otherCell(rng *miniflow.Rand) (p minigrid.Point, ok bool) {
	if len(m.Walls) <= 2 {
		return p, false
	}
	a, g := m.Agent.Y*m.Width+m.Agent.X, m.Goal.Y*m.Width+m.Goal.X
	k := rng.Intn(len(m.Walls) - 2)
	if k >= min(a, g) {
		k++
	}
	if k >= max(a, g) {
		k++
	}
	return m.point(k), true
}
