package wrappers

import (
	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

// RGBImgObs shows a picture of the whole map: image is uint8 [H*tile,W*tile,3],
// axes y, x, rgb. What the agent sees is lighter if the environment's parameter
// highlight is set.
func RGBImgObs(env miniflow.Env, tile int) (*Wrapper, error) {
	w := newWrapper(env, "rgb")
	if err := w.picture(tile); err != nil {
		return nil, err
	}
	highlight := true
	for _, p := range env.Spec().Params {
		if v, ok := p.Value.(bool); ok && p.Name == "highlight" {
			highlight = v
		}
	}
	width, height := w.grid.World(0).MapSize(tile)
	k := w.set("image", miniflow.NewBox(miniflow.Uint8, 0, 255, height, width, 3))
	w.look = func(world *minigrid.World, i int, dst []miniflow.Array, _ bool) {
		world.RenderMap(dst[k].RowU8(i), tile, highlight)
	}
	return w.build(), nil
}

// RGBImgPartialObs shows a picture of what the agent sees: image is uint8
// [V*tile,V*tile,3], axes y, x, rgb, where V is the environment's own view size,
// whatever [ViewSize] says. The agent faces up.
func RGBImgPartialObs(env miniflow.Env, tile int) (*Wrapper, error) {
	w := newWrapper(env, "rgb_partial")
	if err := w.picture(tile); err != nil {
		return nil, err
	}
	n := w.grid.World(0).ViewImageSize(tile)
	k := w.set("image", miniflow.NewBox(miniflow.Uint8, 0, 255, n, n, 3))
	w.look = func(world *minigrid.World, i int, dst []miniflow.Array, _ bool) {
		world.RenderView(dst[k].RowU8(i), tile)
	}
	return w.build(), nil
}

func (w *Wrapper) picture(tile int) error {
	if tile < 1 || tile > 256 {
		return w.fail("tiles of %d pixels: want 1 to 256: %w", tile, miniflow.ErrParam)
	}
	return w.worlds()
}
