// Package mazes holds the mazes of the papers on environment design: a maze that
// can be drawn at random, edited, compared and written as text, and the levels
// on which agents trained in it are tested.
//
// The maze is that of PAIRED (Dennis et al., 2020), PLR (Jiang et al., 2021) and
// ACCEL (Parker-Holder et al., 2022): 13x13 cells within a wall, a view of 5x5
// cells that walls do not limit, three actions (left, right, forward), 250 steps
// and a reward of 1 - 0.9*steps/250 at the goal. The test levels follow what those
// papers say of theirs; their walls are our own drawing, so results compare in
// kind and not cell by cell.
//
// Importing the package registers the ids MiniGrid-Maze-*.
package mazes

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/minigrid/level"
)

// ErrMaze says that a text is no maze, or that a maze has no room for something.
var ErrMaze = errors.New("bad maze")

// The maze of the papers.
const (
	Side     = 13  // cells within the wall
	ViewSize = 5   // side of the agent's view
	MaxSteps = 250 // steps of an episode
	Actions  = 3   // left, right, forward
)

// maxSide bounds the sides of mazes, wall excluded.
const maxSide = 254

// Maze is a rectangle of cells that are wall or free, with an agent and a goal on
// two free ones. Points count from the top left cell within the outer wall.
type Maze struct {
	Width, Height int
	Walls         []bool // row by row
	Agent         minigrid.Point
	Dir           minigrid.Direction
	Goal          minigrid.Point
}

// New returns a maze without walls inside, of at least two cells, with the agent in
// the first and the goal in the last.
func New(width, height int) (*Maze, error) {
	if width < 1 || height < 1 || width > maxSide || height > maxSide || width*height < 2 {
		return nil, fmt.Errorf("mazes: %dx%d cells: want 1 to %d each way, and two at least: %w", width, height, maxSide, ErrMaze)
	}
	return &Maze{Width: width, Height: height, Walls: make([]bool, width*height), Goal: minigrid.Point{X: width - 1, Y: height - 1}}, nil
}

// At reports whether there is a wall at p; there is outside the maze.
func (m *Maze) At(p minigrid.Point) bool {
	return uint(p.X) >= uint(m.Width) || uint(p.Y) >= uint(m.Height) || m.Walls[p.Y*m.Width+p.X]
}

// Count returns the number of walls.
func (m *Maze) Count() (n int) {
	for _, w := range m.Walls {
		if w {
			n++
		}
	}
	return n
}

// Clone returns a copy that shares nothing with m.
func (m *Maze) Clone() *Maze {
	c := *m
	c.Walls = slices.Clone(m.Walls)
	return &c
}

// Equal reports whether two mazes are the same in walls, agent and goal.
func (m *Maze) Equal(o *Maze) bool {
	return m.Width == o.Width && m.Height == o.Height && m.Agent == o.Agent && m.Dir == o.Dir && m.Goal == o.Goal && slices.Equal(m.Walls, o.Walls)
}

// Distance returns in how many cells two mazes of one size differ, counting
// walls, the places of agent and goal, and the direction, one each.
func (m *Maze) Distance(o *Maze) (int, error) {
	if m.Width != o.Width || m.Height != o.Height {
		return 0, fmt.Errorf("mazes: compare %dx%d with %dx%d cells: want equal sizes: %w", m.Width, m.Height, o.Width, o.Height, ErrMaze)
	}
	n := 0
	for k := range m.Walls {
		if m.Walls[k] != o.Walls[k] {
			n++
		}
	}
	for _, differ := range []bool{m.Agent != o.Agent, m.Dir != o.Dir, m.Goal != o.Goal} {
		if differ {
			n++
		}
	}
	return n, nil
}

// String returns the maze as text, a row a line: '#' for a wall, '.' for a free
// cell, 'G' for the goal and one of "> v < ^" for the agent. The outer wall is
// left out.
func (m *Maze) String() string {
	var out strings.Builder
	for y := range m.Height {
		for x := range m.Width {
			switch p := (minigrid.Point{X: x, Y: y}); {
			case p == m.Agent:
				out.WriteByte(">v<^"[m.Dir&3])
			case p == m.Goal:
				out.WriteByte('G')
			case m.At(p):
				out.WriteByte('#')
			default:
				out.WriteByte('.')
			}
		}
		out.WriteByte('\n')
	}
	return out.String()
}

// Parse is the inverse of [Maze.String]; rows may also be separated by '/', as
// fits in a parameter. An error wraps [ErrMaze] and names row and column.
func Parse(text string) (*Maze, error) {
	rows := strings.Split(strings.TrimRight(strings.ReplaceAll(text, "/", "\n"), "\n"), "\n")
	m, err := New(len(rows[0]), len(rows))
	if err != nil {
		return nil, err
	}
	agents, goals := 0, 0
	for y, row := range rows {
		if len(row) != m.Width {
			return nil, fmt.Errorf("mazes: row %d has %d cells, the first one %d: make them equal: %w", y+1, len(row), m.Width, ErrMaze)
		}
		for x := range row {
			switch c := row[x]; c {
			case '#':
				m.Walls[y*m.Width+x] = true
			case '.':
			case 'G':
				goals++
				m.Goal = minigrid.Point{X: x, Y: y}
			case '>', 'v', '<', '^':
				agents++
				m.Agent, m.Dir = minigrid.Point{X: x, Y: y}, minigrid.Direction(strings.IndexByte(">v<^", c))
			default:
				return nil, fmt.Errorf("mazes: row %d, column %d: %q stands for nothing: use one of \"# . G > v < ^\": %w", y+1, x+1, c, ErrMaze)
			}
		}
	}
	if agents != 1 || goals != 1 {
		return nil, fmt.Errorf("mazes: %d agents and %d goals: want one of each: %w", agents, goals, ErrMaze)
	}
	return m, nil
}

// Level returns the maze as a level, with its outer wall.
func (m *Maze) Level() (*level.Level, error) {
	l, err := level.Empty(max(m.Width, 2)+2, max(m.Height, 2)+2)
	if err != nil {
		return nil, err
	}
	l.Mission, l.MaxSteps, l.SeeThrough = Mission, MaxSteps, true
	for y := range l.Grid.Height() {
		for x := range l.Grid.Width() {
			c := minigrid.Empty
			switch p := (minigrid.Point{X: x - 1, Y: y - 1}); {
			case m.At(p):
				c = minigrid.Wall
			case p == m.Goal:
				c = minigrid.Goal
			}
			l.Grid.Set(minigrid.Point{X: x, Y: y}, minigrid.Thing{Cell: c})
		}
	}
	l.Agent, l.Dir = m.Agent.Add(minigrid.Point{X: 1, Y: 1}), m.Dir
	return l, nil
}

// FromLevel returns a level as a maze: everything but walls is free, and there
// must be one goal.
func FromLevel(l *level.Level) (*Maze, error) {
	m, err := New(l.Grid.Width()-2, l.Grid.Height()-2)
	if err != nil {
		return nil, err
	}
	goals := 0
	for y := range m.Height {
		for x := range m.Width {
			switch l.Grid.Get(minigrid.Point{X: x + 1, Y: y + 1}).Type() {
			case minigrid.TypeWall:
				m.Walls[y*m.Width+x] = true
			case minigrid.TypeGoal:
				goals++
				m.Goal = minigrid.Point{X: x, Y: y}
			}
		}
	}
	m.Agent, m.Dir = l.Agent.Add(minigrid.Point{X: -1, Y: -1}), l.Dir
	if goals != 1 || m.At(m.Agent) || m.Agent == m.Goal {
		return nil, fmt.Errorf("mazes: the level has %d goals: want one, and the agent on another cell: %w", goals, ErrMaze)
	}
	return m, nil
}

// draw puts the maze onto an empty map with its outer wall.
func (m *Maze) draw(w *minigrid.World) {
	w.Border()
	for k, wall := range m.Walls {
		if wall {
			w.Set(minigrid.Point{X: 1 + k%m.Width, Y: 1 + k/m.Width}, minigrid.Wall)
		}
	}
	one := minigrid.Point{X: 1, Y: 1}
	w.Set(m.Goal.Add(one), minigrid.Goal)
	w.SetAgent(m.Agent.Add(one), m.Dir)
	w.Mission = Mission
}

// Mission is the mission of every maze but Memory.
const Mission = "get to the green goal square"

// Random draws a maze afresh: goal and agent on two cells, the agent facing
// anywhere, and walls on n of the others, or all of them if there are fewer;
// every choice of cells is equally likely. This is the "domain randomisation" of
// the papers. Mazes that cannot be solved are among them.
func (m *Maze) Random(rng *miniflow.Rand, n int) {
	cells := len(m.Walls)
	m.Goal = m.point(rng.Intn(cells))
	agent := rng.Intn(cells - 1)
	if m.point(agent) == m.Goal {
		agent = cells - 1
	}
	m.Agent, m.Dir = m.point(agent), minigrid.Direction(rng.Intn(4))
	// Throw walls at cells until n have hit a free one; or, where most cells are
	// to be walls, throw holes.
	n = min(max(n, 0), cells-2)
	holes := n > (cells-2)/2
	if holes {
		n = cells - 2 - n
	}
	for k := range m.Walls {
		m.Walls[k] = holes
	}
	goal := m.Goal.Y*m.Width + m.Goal.X
	for n > 0 {
		if k := rng.Intn(cells); m.Walls[k] == holes && k != goal && k != agent {
			m.Walls[k] = !holes
			n--
		}
	}
	m.Walls[goal], m.Walls[agent] = false, false
}

func (m *Maze) point(k int) minigrid.Point { return minigrid.Point{X: k % m.Width, Y: k / m.Width} }

// freeCell draws a free cell other than p, where there is one.
func (m *Maze) freeCell(rng *miniflow.Rand, p minigrid.Point) minigrid.Point {
	n := 0
	for k, wall := range m.Walls {
		if !wall && m.point(k) != p {
			n++
		}
	}
	if n == 0 {
		return p
	}
	pick := rng.Intn(n)
	for k, wall := range m.Walls {
		if wall || m.point(k) == p {
			continue
		}
		if pick == 0 {
			return m.point(k)
		}
		pick--
	}
	return p // not reached
}
