package wrappers

import (
	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

// Carrying adds what the agent carries: carrying is uint8 [3], type, colour and
// state as in the image, and (1, 0, 0), an empty cell, for nothing.
func Carrying(env miniflow.Env) (*Wrapper, error) {
	w := newWrapper(env, "carrying")
	if err := w.worlds(); err != nil {
		return nil, err
	}
	k := w.set("carrying", miniflow.NewBox(miniflow.Uint8, 0, 255, 3))
	w.look = func(world *minigrid.World, i int, dst []miniflow.Array, _ bool) {
		c := world.Carrying().Cell
		if c == minigrid.Unseen {
			c = minigrid.Empty
		}
		row := dst[k].RowU8(i)
		row[0], row[1], row[2] = c.Encode()
	}
	return w.build(), nil
}

// CentredView shows the size x size cells around the agent, size odd, hidden or
// not: image is uint8 [size,size,3], axes column, row, channel. The agent is in
// the middle, as (10, 0, direction); cells outside the map are grey walls. With
// turn the picture is turned so that the agent looks up (direction 3), else it
// lies as the map does.
func CentredView(env miniflow.Env, size int, turn bool) (*Wrapper, error) {
	w := newWrapper(env, "centred")
	if err := w.worlds(); err != nil {
		return nil, err
	}
	if size < 3 || size > 255 || size%2 == 0 {
		return nil, w.fail("a view of %d cells: want an odd number in [3,255]: %w", size, miniflow.ErrParam)
	}
	k := w.set("image", miniflow.NewBox(miniflow.Uint8, 0, 255, size, size, 3))
	w.look = func(world *minigrid.World, i int, dst []miniflow.Array, _ bool) {
		row := dst[k].RowU8(i)
		at, facing := world.Agent()
		if !turn {
			facing = minigrid.Up
		}
		fx, fy := facing.Vec()
		for c := range size {
			for r := range size {
				right, ahead := c-size/2, size/2-r
				p := minigrid.Point{X: at.X + ahead*fx - right*fy, Y: at.Y + ahead*fy + right*fx}
				cell := row[3*(c*size+r):]
				cell[0], cell[1], cell[2] = world.At(p).Encode()
			}
		}
		_, d := world.Agent()
		if turn {
			d = minigrid.Up
		}
		middle := row[3*(size/2*size+size/2):]
		middle[0], middle[1], middle[2] = uint8(minigrid.TypeAgent), uint8(minigrid.Red), uint8(d)
	}
	return w.build(), nil
}

// AllocentricView shows what the agent sees, and no more, at its place on the
// map: image is uint8 [W,H,3], axes x, y, channel, 0 where the agent does not see,
// with the agent's cell as (10, 0, direction).
func AllocentricView(env miniflow.Env) (*Wrapper, error) {
	w := newWrapper(env, "allocentric")
	if err := w.worlds(); err != nil {
		return nil, err
	}
	first := w.grid.World(0)
	width, height, size := first.Width(), first.Height(), first.ViewSize()
	k := w.set("image", miniflow.NewBox(miniflow.Uint8, 0, 255, width, height, 3))
	w.look = func(world *minigrid.World, i int, dst []miniflow.Array, _ bool) {
		row := dst[k].RowU8(i)
		clear(row)
		view := world.Sight(size)
		for c := range size {
			for r := range size {
				p := world.ViewPoint(c, r, size)
				if world.Contains(p) {
					cell := row[3*(p.X*height+p.Y):]
					cell[0], cell[1], cell[2] = view[c*size+r].Encode()
				}
			}
		}
		p, d := world.Agent()
		cell := row[3*(p.X*height+p.Y):]
		cell[0], cell[1], cell[2] = uint8(minigrid.TypeAgent), uint8(minigrid.Red), uint8(d)
	}
	return w.build(), nil
}
