package mazes

import (
	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

type (
	defaults = map[string]any
	row      struct {
		id       string
		defaults defaults
	}
)

// class registers a family of mazes; it panics on a mistake in its table.
func class(name, doc string, params []miniflow.Param, l func(c *miniflow.Config) (minigrid.Layout, error), rows ...row) {
	cl := minigrid.Class{Name: name, Doc: doc, Mission: Mission, Params: params, SeeThrough: true, Layout: l}
	for _, r := range rows {
		values := defaults{"agent_view_size": ViewSize}
		for k, v := range r.defaults {
			values[k] = v
		}
		if err := cl.Register(r.id, values); err != nil {
			panic(err)
		}
	}
}

// layout is that of a maze whose map has these sides, outer wall included.
func layout(width, height, steps int, newTask func() minigrid.Task) minigrid.Layout {
	return minigrid.Layout{Width: width, Height: height, MaxSteps: steps, Actions: Actions, SeeThrough: true, NewTask: newTask}
}
