package wrappers

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

// bounds returns the least and largest values of a numeric space, one for all
// elements or one each.
func bounds(s miniflow.Space) (low, high []float64) {
	switch s := s.(type) {
	case miniflow.Box:
		return s.Low, s.High
	case miniflow.Discrete:
		return []float64{float64(s.Start)}, []float64{float64(s.Start + s.N - 1)}
	case miniflow.MultiDiscrete:
		for _, n := range s.NVec {
			low, high = append(low, 0), append(high, float64(n-1))
		}
		return low, high
	}
	return []float64{0}, []float64{1}
}

// repeated returns n copies of the bounds, or the one bound of all elements.
func repeated(bounds []float64, n int) []float64 {
	if len(bounds) == 1 {
		return bounds
	}
	var out []float64
	for range n {
		out = append(out, bounds...)
	}
	return out
}

// size returns the number of elements of a space.
func size(s miniflow.Space) int {
	n := 1
	for _, d := range s.Shape() {
		n *= d
	}
	return n
}

// numeric returns the numbers of the named observations of Env, none of which
// may be text, or of all that are not text if there are no names.
func (w *Wrapper) numeric(names []string) (numbers []int, err error) {
	if len(names) == 0 {
		for k, o := range w.Env.Spec().Observation {
			if o.Space.DType() != miniflow.TextType {
				numbers = append(numbers, k)
			}
		}
		if len(numbers) == 0 {
			return nil, w.fail("it has no numeric observation")
		}
		return numbers, nil
	}
	for _, name := range names {
		k, s, err := w.obs(name)
		if err != nil {
			return nil, err
		}
		if s.DType() == miniflow.TextType {
			return nil, w.fail("%s is text: want numbers", name)
		}
		numbers = append(numbers, k)
	}
	return numbers, nil
}

// saveRows makes row i of the arrays the saved state of lane i.
func (w *Wrapper) saveRows(arrays ...*miniflow.Array) {
	w.save = func(i int, dst []byte) []byte {
		for _, a := range arrays {
			dst = a.AppendRow(dst, i)
		}
		return dst
	}
	w.load = func(i int, src []byte) error {
		var err error
		for _, a := range arrays {
			if src, err = a.SetRow(i, src); err != nil {
				return err
			}
		}
		if len(src) > 0 {
			return fmt.Errorf("%d bytes are left over", len(src))
		}
		return nil
	}
}
