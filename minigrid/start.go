package minigrid

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

// maxSize bounds the sides of maps in parameters.
const maxSize = 1024

// sizeParam declares the side of a map.
func sizeParam(value, lowest int) miniflow.Param {
	return miniflow.Param{Name: "size", Doc: "side of the map in cells, walls included", Value: value, Min: float64(lowest), Max: maxSize}
}

// cellParam declares a cell of the map or, by the empty list, a random one.
func cellParam(name, doc string, value []int) miniflow.Param {
	return miniflow.Param{Name: name, Doc: doc + " as x,y; empty for a random one", Value: value, Max: maxSize - 1}
}

// startParams declare where the agent starts.
func startParams() []miniflow.Param {
	return []miniflow.Param{
		cellParam("agent_start_pos", "the agent's first cell", []int{1, 1}),
		{Name: "agent_start_dir", Doc: "the agent's first direction, if its cell is given", Value: 0, Max: 3},
	}
}

// cellOf reads a parameter declared by cellParam: a cell within the walls of a
// width x height map, or nil for a random one.
func cellOf(c *miniflow.Config, name string, width, height int) (*Point, error) {
	switch v := c.Ints(name); {
	case len(v) == 0:
		return nil, nil
	case len(v) != 2 || v[0] < 1 || v[1] < 1 || v[0] > width-2 || v[1] > height-2:
		return nil, fmt.Errorf("parameter %s is %v: want x in [1,%d] and y in [1,%d], or nothing: %w",
			name, v, width-2, height-2, miniflow.ErrParam)
	default:
		return &Point{v[0], v[1]}, nil
	}
}

// start is where an agent starts: a cell and a direction, or anywhere if the
// cell is nil.
type start struct {
	cell *Point
	dir  Direction
}

// startOf reads the parameters declared by startParams.
func startOf(c *miniflow.Config, width, height int) (s start, err error) {
	s.dir = Direction(c.Int("agent_start_dir"))
	s.cell, err = cellOf(c, "agent_start_pos", width, height)
	return s, err
}

// place puts the agent there.
func (s start) place(w *World) error {
	if s.cell != nil {
		w.SetAgent(*s.cell, s.dir)
		return nil
	}
	_, err := w.PlaceAgent(Area{}, true, 0)
	return err
}
