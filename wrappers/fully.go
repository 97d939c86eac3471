package wrappers

import (
	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

// FullyObs shows the whole map instead of the agent's view: image is uint8
// [W,H,3], axes x, y, channel (type, colour, state), with the agent's cell as
// (10, 0, direction).
func FullyObs(env miniflow.Env) (*Wrapper, error) {
	w := newWrapper(env, "full")
	if err := w.worlds(); err != nil {
		return nil, err
	}
	world := w.grid.World(0)
	k := w.set("image", miniflow.NewBox(miniflow.Uint8, 0, 255, world.Width(), world.Height(), 3))
	w.look = func(world *minigrid.World, i int, dst []miniflow.Array, _ bool) {
		world.EncodeMap(dst[k].RowU8(i))
	}
	return w.build(), nil
}

// ViewSize shows a view of size x size cells, odd and at least 3, instead of the
// environment's own: image is uint8 [size,size,3], axes column, row, channel.
func ViewSize(env miniflow.Env, size int) (*Wrapper, error) {
	w := newWrapper(env, "view_size")
	if err := w.worlds(); err != nil {
		return nil, err
	}
	if size < 3 || size > 255 || size%2 == 0 {
		return nil, w.fail("a view of %d cells: want an odd number in [3,255]: %w", size, miniflow.ErrParam)
	}
	k := w.set("image", miniflow.NewBox(miniflow.Uint8, 0, 255, size, size, 3))
	w.look = func(world *minigrid.World, i int, dst []miniflow.Array, _ bool) {
		world.EncodeView(dst[k].RowU8(i), size)
	}
	return w.build(), nil
}

// SymbolicObs shows the whole map as triples: image is int64 [W,H,3], axes x, y,
// channel (x, y, type), with type -1 for an empty cell and 10 for the agent's.
func SymbolicObs(env miniflow.Env) (*Wrapper, error) {
	w := newWrapper(env, "symbolic")
	if err := w.worlds(); err != nil {
		return nil, err
	}
	world := w.grid.World(0)
	width, height := world.Width(), world.Height()
	box := miniflow.Box{Type: miniflow.Int64, Dims: []int{width, height, 3}}
	for range width * height {
		box.Low = append(box.Low, 0, 0, -1)
		box.High = append(box.High, float64(width-1), float64(height-1), float64(minigrid.TypeAgent))
	}
	k := w.set("image", box)
	w.look = func(world *minigrid.World, i int, dst []miniflow.Array, _ bool) {
		row := dst[k].RowI64(i)
		for x := range width {
			for y := range height {
				t := int64(world.At(minigrid.Point{X: x, Y: y}).Type())
				if t == int64(minigrid.TypeEmpty) {
					t = -1
				}
				row[0], row[1], row[2] = int64(x), int64(y), t
				row = row[3:]
			}
		}
		p, _ := world.Agent()
		dst[k].RowI64(i)[3*(p.X*height+p.Y)+2] = int64(minigrid.TypeAgent)
	}
	return w.build(), nil
}
