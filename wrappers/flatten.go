package wrappers

import (
	"math"

	"github.com/miniflow-rl/miniflow"
)

// FlattenObservation puts all observations that are not text into one vector,
// the observation "obs", in their order: boxes as they are, discrete numbers as
// one-hot codes. The vector is uint8 if all boxes are, else float32. Texts stay
// as they are.
func FlattenObservation(env miniflow.Env) (*Wrapper, error) {
	w := newWrapper(env, "flatten")
	parts, err := w.numeric(nil)
	if err != nil {
		return nil, err
	}
	box := miniflow.Box{Type: miniflow.Uint8, Dims: []int{0}}
	var texts miniflow.Dict
	for _, o := range env.Spec().Observation {
		n := size(o.Space)
		low, high := bounds(o.Space)
		switch s := o.Space.(type) {
		case miniflow.Text:
			texts = append(texts, o)
			continue
		case miniflow.Discrete:
			n, low, high = s.N, []float64{0}, []float64{1}
		case miniflow.MultiDiscrete:
			n, low, high = 0, []float64{0}, []float64{1}
			for _, v := range s.NVec {
				n += v
			}
		default:
			if s.DType() != miniflow.Uint8 {
				box.Type = miniflow.Float32
			}
		}
		box.Dims[0] += n
		box.Low, box.High = append(box.Low, spread(low, n)...), append(box.High, spread(high, n)...)
	}
	if box.Dims[0] > math.MaxInt32 {
		return nil, w.fail("a vector of %d elements is too long", box.Dims[0])
	}
	w.spec.Observation = texts
	to := w.set("obs", box)
	spaces := env.Spec().Observation
	w.write = func(i int, dst, src []miniflow.Array) {
		if box.Type == miniflow.Uint8 {
			row := dst[to].RowU8(i)
			for _, k := range parts {
				row = flatten(row, spaces[k].Space, &src[k], i)
			}
			return
		}
		row := dst[to].RowF32(i)
		for _, k := range parts {
			row = flatten(row, spaces[k].Space, &src[k], i)
		}
	}
	return w.build(), nil
}

// spread returns one bound for each of n elements.
func spread(bounds []float64, n int) []float64 {
	if len(bounds) == n {
		return bounds
	}
	out := make([]float64, n)
	for k := range out {
		out[k] = bounds[0]
	}
	return out
}

// flatten writes row i of src to the front of dst and returns the rest of dst.
func flatten[T uint8 | float32](dst []T, s miniflow.Space, src *miniflow.Array, i int) []T {
	switch s := s.(type) {
	case miniflow.Discrete:
		clear(dst[:s.N])
		dst[int(src.I32[i])-s.Start] = 1
		return dst[s.N:]
	case miniflow.MultiDiscrete:
		for j, v := range src.RowI32(i) {
			n := s.NVec[j]
			clear(dst[:n])
			dst[v] = 1
			dst = dst[n:]
		}
		return dst
	}
	n := src.Size()
	if u8, ok := any(dst).([]uint8); ok {
		copy(u8, src.RowU8(i))
		return dst[n:]
	}
	for e := range n {
		dst[e] = T(src.At(i, e))
	}
	return dst[n:]
}
