package minigrid

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

// startPos reads the parameter agent_start_pos: two coordinates within the walls
// of a width x height map, or none for a random place.
func startPos(c *miniflow.Config, width, height int) (*Point, error) {
	switch v := c.Ints("agent_start_pos"); {
	case len(v) == 0:
		return nil, nil
	case len(v) != 2 || v[0] < 1 || v[1] < 1 || v[0] > width-2 || v[1] > height-2:
		return nil, fmt.Errorf("parameter agent_start_pos is %v: want x in [1,%d] and y in [1,%d], or nothing: %w",
			v, width-2, height-2, miniflow.ErrParam)
	default:
		return &Point{v[0], v[1]}, nil
	}
}

// placeStart puts the agent at start, or anywhere if start is nil.
func (w *World) placeStart(start *Point, dir Direction) error {
	if start != nil {
		w.SetAgent(*start, dir)
		return nil
	}
	_, err := w.PlaceAgent(Area{}, true, 0)
	return err
}
