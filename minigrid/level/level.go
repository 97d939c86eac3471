// Package level treats Minigrid levels as data: save a generated world, edit it,
// check it, share it and play it.
//
//	env, _ := miniflow.Make("MiniGrid-DoorKey-5x5-v0")
//	b := miniflow.NewBatch(env)
//	env.Reset(b, 7)
//	l, err := level.Capture(env, 0) // what lane 0 shows now
//	l.Save("door.json")             // or door.txt, a map in letters
//	code, err := l.Code()           // a line of text to send to somebody
//	same, err := level.Load("door.json")
//	play, err := level.New("door", level.List{same}) // an environment
//
// # What can be played
//
// A level is judged by one of two rules. If its Instruction is empty, the task
// is to step onto a goal, and there must be one. Otherwise Instruction is a
// sentence of BabyAI's language ([babyai.Parse]), judged as BabyAI does, and
// there is no goal on the map. The mission is only what the agent reads.
//
// Levels of BabyAI ids and of worlds with a goal play as in their own
// environment, to the last reward. Worlds of MiniGrid with other rules (Fetch,
// PutNear, GoToObject, ...) are captured with the instruction nearest to
// theirs, and Origin.SameRules is false. Memory has no such instruction and
// Playground no task: [Capture] refuses them.
package level

import (
	"errors"
	"fmt"
	"slices"

	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/minigrid/babyai"
)

// ErrLevel says that something is no level, or one that cannot be played. The
// error that wraps it names the line, cell or field, and what to do.
var ErrLevel = errors.New("bad level")

// MaxSide is the largest side of a map in cells.
const MaxSide = 1024

// Level is one world before its first step.
type Level struct {
	// Name is what people call it; may be empty.
	Name string
	// Origin says where the level was captured; nil if it was drawn by hand.
	Origin *Origin
	// Mission is what the agent reads.
	Mission string
	// Instruction is a sentence of BabyAI's language, or empty if the task is to
	// reach a goal.
	Instruction string
	// Strict says for each action of the instruction whether doing it to another
	// thing ends the episode; see [babyai.Strict]. Nil means no.
	Strict []bool
	// Rooms divides the map for descriptions with a place; zero for one room.
	Rooms babyai.Rooms
	// MaxSteps is the number of steps after which an episode is truncated, at
	// least 1.
	MaxSteps int
	// SeeThrough is whether walls hide nothing.
	SeeThrough bool
	// Grid is the map, without the agent.
	Grid *minigrid.Grid
	// Agent and Dir are the agent's pose; the agent stands on a walkable cell.
	Agent minigrid.Point
	Dir   minigrid.Direction
	// Hands is what the agent carries; its Cell is Unseen for nothing.
	Hands minigrid.Thing
	// Certificate is what a planner found out; nil if none was asked.
	Certificate *Certificate
}

// Origin is where a level came from.
type Origin struct {
	Env    string         `json:"env"`
	Params map[string]any `json:"params,omitempty"`
	// Seed is the seed of the reset that drew it, if known.
	Seed *uint64 `json:"seed,omitempty"`
	// SameRules is whether the level is judged as it was there.
	SameRules bool `json:"same_rules"`
}

// Empty returns a level of width x height cells within a grey wall, with the
// agent in the top left corner and a goal in the bottom right one. Sides are in
// [4,MaxSide].
func Empty(width, height int) (*Level, error) {
	if width < 4 || height < 4 || width > MaxSide || height > MaxSide {
		return nil, fmt.Errorf("level: a map of %dx%d cells: want 4 to %d each way: %w", width, height, MaxSide, ErrLevel)
	}
	g, err := minigrid.NewGrid(width, height)
	if err != nil {
		return nil, err
	}
	g.WallRect(minigrid.Area{W: width, H: height})
	g.Set(minigrid.Point{X: width - 2, Y: height - 2}, minigrid.Thing{Cell: minigrid.Goal})
	return &Level{Mission: goalMission, MaxSteps: 4 * width * height, Grid: g, Agent: minigrid.Point{X: 1, Y: 1}}, nil
}

// goalMission is the mission of a level that does not name another.
const goalMission = "get to the green goal square"

// Clone returns a copy that shares nothing with l.
func (l *Level) Clone() *Level {
	c := *l
	c.Grid, c.Strict = l.Grid.Copy(), slices.Clone(l.Strict)
	if l.Origin != nil {
		o := *l.Origin
		c.Origin = &o
	}
	if l.Certificate != nil {
		k := *l.Certificate
		c.Certificate = &k
	}
	return &c
}

// Equal reports whether two levels play alike: everything but name, origin and
// certificate is the same.
func (l *Level) Equal(m *Level) bool {
	if l.Mission != m.Mission || l.Instruction != m.Instruction || !slices.Equal(l.Strict, m.Strict) || l.Rooms != m.Rooms ||
		l.MaxSteps != m.MaxSteps || l.SeeThrough != m.SeeThrough || l.Agent != m.Agent || l.Dir != m.Dir ||
		plain(l.Hands) != plain(m.Hands) || !l.Grid.Equal(m.Grid) {
		return false
	}
	for p := range cells(l.Grid) {
		if plain(l.Grid.Get(p)) != plain(m.Grid.Get(p)) {
			return false
		}
	}
	return true
}

// plain returns a thing without the number that a task gave it.
func plain(t minigrid.Thing) minigrid.Thing { return minigrid.Thing{Cell: t.Cell, Inside: t.Inside} }

// cells walks over the points of a grid, row by row.
func cells(g *minigrid.Grid) func(yield func(minigrid.Point) bool) {
	return func(yield func(minigrid.Point) bool) {
		for y := range g.Height() {
			for x := range g.Width() {
				if !yield(minigrid.Point{X: x, Y: y}) {
					return
				}
			}
		}
	}
}
