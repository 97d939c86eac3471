package mazes

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

// manyTries bounds the search for a maze that can be solved.
const manyTries = 10_000

func init() {
	class("Maze", "Walk to the goal of a maze with walls in random places; by default not every one can be solved.",
		[]miniflow.Param{
			{Name: "size", Doc: "cells a side within the outer wall", Value: Side, Min: 2, Max: maxSide},
			{Name: "walls", Doc: "walls inside, at most", Value: 60, Max: maxSide * maxSide},
			{Name: "sample_walls", Doc: "whether the number of walls is drawn from [0,walls] instead of being walls", Value: true},
			{Name: "solvable", Doc: "whether mazes without a way to the goal are drawn again", Value: false},
			{Name: "maze", Doc: "one maze to play instead, in the letters of mazes.Parse with / between rows", Value: ""},
		},
		func(c *miniflow.Config) (minigrid.Layout, error) {
			if text := c.Text("maze"); text != "" {
				m, err := Parse(text)
				if err != nil {
					return minigrid.Layout{}, fmt.Errorf("parameter maze: %w: %w", err, miniflow.ErrParam)
				}
				return layout(m.Width+2, m.Height+2, MaxSteps, func() minigrid.Task { return fixed{m} }), nil
			}
			n, walls := c.Int("size"), c.Int("walls")
			return layout(n+2, n+2, MaxSteps, func() minigrid.Task {
				m, _ := New(n, n) // the parameter's bounds are New's
				return &random{maze: m, walls: walls, sample: c.Bool("sample_walls"), solvable: c.Bool("solvable")}
			}), nil
		},
		row{"MiniGrid-Maze-Random60-v0", nil},
		row{"MiniGrid-Maze-Random25-v0", defaults{"walls": 25}},
		row{"MiniGrid-Maze-Solvable60-v0", defaults{"solvable": true}},
		row{"MiniGrid-Maze-Empty-v0", defaults{"walls": 0}},
	)
}

// random draws a maze a level.
type random struct {
	maze             *Maze
	walls            int
	sample, solvable bool
	solver           Solver
}

// Generate implements [minigrid.Task].
func (t *random) Generate(w *minigrid.World) error {
	for range manyTries {
		n := t.walls
		if t.sample {
			n = w.RandInt(0, t.walls+1)
		}
		t.maze.Random(w.Rand(), n)
		if t.solvable {
			if _, ok := t.solver.Steps(t.maze); !ok {
				continue
			}
		}
		t.maze.draw(w)
		return nil
	}
	return fmt.Errorf("mazes: none of %d mazes with %d walls can be solved: ask for fewer walls: %w", manyTries, t.walls, ErrMaze)
}

// fixed is the same maze every time.
type fixed struct{ maze *Maze }

// Generate implements [minigrid.Task].
func (t fixed) Generate(w *minigrid.World) error {
	t.maze.draw(w)
	return nil
}
