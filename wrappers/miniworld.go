package wrappers

import "github.com/miniflow-rl/miniflow"

// Miniworld's own wrappers. Its third one, StochasticActionWrapper, is
// [StochasticAction] with keep 0.9, but that ours draws from the actions there
// are, and the original from the first six whether the world has them or not.

// PyTorchObs transposes pictures as Miniworld's PyTorchObsWrapper does: image is
// [C,W,H], axes channel, x, y, and not PyTorch's own order [C,H,W].
func PyTorchObs(env miniflow.Env) (*Wrapper, error) {
	w := newWrapper(env, "torch")
	from, d, err := w.pixels("image")
	if err != nil {
		return nil, err
	}
	if len(d) != 3 {
		return nil, w.fail("image is %v: want 3 axes", d)
	}
	rows, cols, channels := d[0], d[1], d[2]
	k := w.set("image", miniflow.NewBox(miniflow.Uint8, 0, 255, channels, cols, rows))
	w.write = func(i int, dst, src []miniflow.Array) {
		out, in := dst[k].RowU8(i), src[from].RowU8(i)
		for c := range channels {
			for x := range cols {
				for y := range rows {
					out[(c*cols+x)*rows+y] = in[(y*cols+x)*channels+c]
				}
			}
		}
	}
	return w.build(), nil
}

// Greyscale turns pictures into shades of grey as Miniworld's GreyscaleWrapper
// does: image is float64 [H,W,1], 0.30 red + 0.59 green + 0.11 blue in [0,255].
// [GrayScale] is Gymnasium's, with other weights and bytes.
func Greyscale(env miniflow.Env) (*Wrapper, error) {
	w := newWrapper(env, "luma")
	from, d, err := w.pixels("image")
	if err != nil {
		return nil, err
	}
	if len(d) != 3 || d[2] != 3 {
		return nil, w.fail("image is %v: want [H,W,3]", d)
	}
	k := w.set("image", miniflow.NewBox(miniflow.Float64, 0, 255, d[0], d[1], 1))
	w.write = func(i int, dst, src []miniflow.Array) {
		out, in := dst[k].RowF64(i), src[from].RowU8(i)
		for j := range out {
			p := in[3*j : 3*j+3]
			out[j] = float64(0.30*float64(p[0])) + float64(0.59*float64(p[1])) + float64(0.11*float64(p[2]))
		}
	}
	return w.build(), nil
}
