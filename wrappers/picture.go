package wrappers

import (
	"math"

	"github.com/miniflow-rl/miniflow"
)

// GrayScale turns a colour picture, uint8 [H,W,3], into shades of grey, uint8
// [H,W] or, with keep, [H,W,1]:
//
//	0.2125 r + 0.7154 g + 0.0721 b, cut off
func GrayScale(env miniflow.Env, name string, keep bool) (*Wrapper, error) {
	w := newWrapper(env, "gray")
	k, dims, err := w.pixels(name)
	if err != nil {
		return nil, err
	}
	if len(dims) != 3 || dims[2] != 3 {
		return nil, w.fail("%s has shape %v: want a colour picture", name, dims)
	}
	shape := []int{dims[0], dims[1]}
	if keep {
		shape = append(shape, 1)
	}
	to := w.set(name, miniflow.NewBox(miniflow.Uint8, 0, 255, shape...))
	var parts [3][256]float64
	for c, weight := range [3]float64{0.2125, 0.7154, 0.0721} {
		for v := range parts[c] {
			parts[c][v] = weight * float64(v)
		}
	}
	w.write = func(i int, dst, src []miniflow.Array) {
		in, out := src[k].RowU8(i), dst[to].RowU8(i)
		for p := range out {
			c := in[3*p : 3*p+3]
			out[p] = uint8(parts[0][c[0]] + parts[1][c[1]] + parts[2][c[2]])
		}
	}
	return w.build(), nil
}

// Resize gives a picture, uint8 [H,W,...], another height and width: each pixel
// is the mean of the area of the old picture that it covers, rounded to the
// nearest number.
func Resize(env miniflow.Env, name string, height, width int) (*Wrapper, error) {
	w := newWrapper(env, "resize")
	k, dims, err := w.pixels(name)
	if err != nil {
		return nil, err
	}
	if height < 1 || width < 1 || height > 1<<13 || width > 1<<13 {
		return nil, w.fail("%dx%d pixels: want 1 to %d each way: %w", width, height, 1<<13, miniflow.ErrParam)
	}
	channels := 1
	for _, d := range dims[2:] {
		channels *= d
	}
	to := w.set(name, miniflow.NewBox(miniflow.Uint8, 0, 255, append([]int{height, width}, dims[2:]...)...))
	rows, columns := spans(dims[0], height), spans(dims[1], width)
	sums := make([][]float64, env.Len())
	for i := range sums {
		sums[i] = make([]float64, width*channels)
	}
	w.write = func(i int, dst, src []miniflow.Array) {
		in, out, sum := src[k].RowU8(i), dst[to].RowU8(i), sums[i]
		for _, r := range rows {
			clear(sum)
			for y, share := range r.shares {
				addRow(sum, in[(r.first+y)*dims[1]*channels:], columns, channels, share)
			}
			for e, v := range sum {
				out[e] = uint8(math.Floor(v + 0.5))
			}
			out = out[len(sum):]
		}
	}
	return w.build(), nil
}

// pixels finds an observation that is a picture.
func (w *Wrapper) pixels(name string) (k int, dims []int, err error) {
	k, s, err := w.obs(name)
	if err != nil {
		return 0, nil, err
	}
	if dims = s.Shape(); s.DType() != miniflow.Uint8 || len(dims) < 2 {
		return 0, nil, w.fail("%s is %v %v: want a picture, uint8 [H,W,...]", name, s.DType(), dims)
	}
	return k, dims, nil
}

// span is what one new row or column covers of the old ones: shares of the old
// ones from first on, which add up to 1.
type span struct {
	first  int
	shares []float64
}

func spans(from, to int) []span {
	out := make([]span, to)
	scale := float64(from) / float64(to)
	for k := range out {
		lo, hi := float64(k)*scale, float64(k+1)*scale
		first, last := int(lo), min(int(math.Ceil(hi)), from)
		s := span{first: first}
		for p := first; p < last; p++ {
			part := min(hi, float64(p+1)) - max(lo, float64(p))
			if part > 1e-9 || p == first { // else it is an error of rounding
				s.shares = append(s.shares, part/scale)
			}
		}
		out[k] = s
	}
	return out
}

// addRow adds share times a row of pixels, brought to the new width, to sum.
func addRow(sum []float64, row []uint8, columns []span, channels int, share float64) {
	for x, c := range columns {
		for p, part := range c.shares {
			for e := range channels {
				sum[x*channels+e] += float64(share*part) * float64(row[(c.first+p)*channels+e])
			}
		}
	}
}
