package mazes

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

func init() {
	size := func(n, steps int) defaults { return defaults{"size": n, "max_steps": steps} }
	class("PerfectMaze", "Walk to the goal of a maze with exactly one way between any two places.",
		[]miniflow.Param{{Name: "size", Doc: "cells a side within the outer wall, odd", Value: Side, Min: 3, Max: maxSide - 1}},
		func(c *miniflow.Config) (minigrid.Layout, error) {
			n := c.Int("size")
			if n%2 == 0 {
				return minigrid.Layout{}, fmt.Errorf("parameter size is %d: want an odd number: %w", n, miniflow.ErrParam)
			}
			return layout(n+2, n+2, MaxSteps, func() minigrid.Task {
				m, _ := New(n, n) // the parameter's bounds are New's
				return &perfect{maze: m}
			}), nil
		},
		row{"MiniGrid-Maze-PerfectMaze-v0", nil},
		row{"MiniGrid-Maze-PerfectMazeM-v0", size(19, 1000)},
		row{"MiniGrid-Maze-PerfectMazeL-v0", size(49, 5000)},
		row{"MiniGrid-Maze-PerfectMazeXL-v0", size(99, 20000)},
	)
}

// perfect draws a spanning tree over every second cell by a random walk that goes
// back where it is stuck.
type perfect struct {
	maze  *Maze
	stack []int
}

// Generate implements [minigrid.Task].
func (t *perfect) Generate(w *minigrid.World) error {
	m, rng := t.maze, w.Rand()
	for k := range m.Walls {
		m.Walls[k] = true
	}
	columns, rows := (m.Width+1)/2, (m.Height+1)/2
	start := 2*rng.Intn(rows)*m.Width + 2*rng.Intn(columns)
	m.Walls[start] = false
	t.stack = append(t.stack[:0], start)
	for len(t.stack) > 0 {
		k := t.stack[len(t.stack)-1]
		p := m.point(k)
		var next [4]minigrid.Direction
		n := 0
		for d := range minigrid.Direction(4) {
			q := p.Step(d).Step(d)
			if q.X >= 0 && q.Y >= 0 && q.X < m.Width && q.Y < m.Height && m.At(q) {
				next[n] = d
				n++
			}
		}
		if n == 0 {
			t.stack = t.stack[:len(t.stack)-1]
			continue
		}
		d := next[rng.Intn(n)]
		door := p.Step(d)
		room := door.Step(d)
		m.Walls[door.Y*m.Width+door.X] = false
		m.Walls[room.Y*m.Width+room.X] = false
		t.stack = append(t.stack, room.Y*m.Width+room.X)
	}
	nowhere := minigrid.Point{X: -1, Y: -1}
	m.Goal = m.freeCell(rng, nowhere)
	m.Agent = m.freeCell(rng, m.Goal)
	m.Dir = minigrid.Direction(rng.Intn(4))
	m.draw(w)
	return nil
}
