package simd

import (
	"fmt"
	"os"
	"strings"
	"sync"
)

// Float is the element type of a kernel set.
type Float interface{ float32 | float64 }

// Set is a table of kernels for one element type. Slices of one call have equal lengths unless a comment says otherwise; dst
// may be the same slice as an input, but must not overlap it otherwise. It panics, or in assembly reads out of range, if
// lengths disagree: callers check shapes once, above this package.
type Set[T Float] struct {
	// Name is "go", "avx2" or "avx512".
	Name string

	// dst = f(x).
	Exp, Log, Tanh, Sigmoid, ReLU func(dst, x []T)
	// dst = x op y.
	Add, Sub, Mul, Div, Max, Min func(dst, x, y []T)
	// MulAdd computes dst += x y.
	MulAdd func(dst, x, y []T)
	// Axpy computes dst += alpha x, Scale dst = alpha x, AddScalar dst = x + alpha.
	Axpy, Scale, AddScalar func(dst, x []T, alpha T)
	// Gradients through an activation, from its output y: ReLUGrad keeps dst where y > 0, TanhGrad computes dst *= 1 - y^2,
	// SigmoidGrad dst *= y (1 - y).
	ReLUGrad, TanhGrad, SigmoidGrad func(dst, y []T)

	Sum, SumSquares func(x []T) T
	Dot             func(x, y []T) T
	// ColumnSum adds the sum over rows of x [rows, cols] to dst [cols].
	ColumnSum func(dst, x []T, rows, cols int)
	// ReLUGradColumnSum is ReLUGrad(x, y) followed by ColumnSum(dst, x, rows, cols), in one pass.
	ReLUGradColumnSum func(dst, x, y []T, rows, cols int)
	// FromBytes computes dst = alpha float(src).
	FromBytes func(dst []T, src []uint8, alpha T)
	// Transpose writes x [rows, cols] to dst [cols, rows]; they must not overlap.
	Transpose func(dst, x []T, rows, cols int)

	// Softmax writes the probabilities of rows of logits x [rows, cols] to prob, and for every row the largest logit, the sum
	// s of e = exp(x - largest) and the sum of e (x - largest) / s. A nil mask makes all entries legal; illegal entries have
	// probability 0 and do not take part in sums; a row without legal entries has s = 0.
	Softmax func(w *Work[T], prob, x []T, mask []bool, rows, cols int, largest, sums, dots []T)
	// CategoricalGrad computes dst += p (h[1] + h[2] (x - h[0])) for one row.
	CategoricalGrad func(dst, p, x []T, h *[3]T)

	// Product computes a matrix product with scratch memory from w.
	Product func(w *Work[T], p Product[T])

	// Optimiser steps: w are parameters, g gradients, the others state. SGD uses m as momentum buffer.
	Adam    func(w, g, m, v []T, h *AdamStep[T])
	RMSProp func(w, g, v []T, h *RMSPropStep[T])
	SGD     func(w, g, m []T, h *SGDStep[T])
}

// Work is scratch memory of kernels. The zero value is ready; it grows on demand and is for one goroutine at a time.
type Work[T Float] struct {
	a, b, flip []T
	mask       []bool
	tile       tile
}

func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n+n/4)
	}
	return s[:n]
}

// Float32 returns the kernels chosen at start-up.
func Float32() *Set[float32] {
	s, _ := Chosen()
	return s
}

// Chosen returns the kernels chosen at start-up, and an error if MINIFLOW_SIMD names some that do not exist here: then they
// are the fastest ones.
func Chosen() (*Set[float32], error) { return chosen() }

// For returns the kernels of element type T: those of Float32, or the portable ones.
func For[T Float]() *Set[T] {
	if s, ok := any(Float32()).(*Set[T]); ok {
		return s
	}
	return Portable[T]()
}

// Sets returns all float32 sets this processor can run, fastest first; the portable one is last.
func Sets() []*Set[float32] { return append(assembly(), Portable[float32]()) }

var chosen = sync.OnceValues(func() (*Set[float32], error) { return choose(os.Getenv("MINIFLOW_SIMD")) })

// choose returns the set of that name, or the fastest one and an error if there is none.
func choose(name string) (*Set[float32], error) {
	sets := Sets()
	if name == "" {
		return sets[0], nil
	}
	var names []string
	for _, s := range sets {
		if s.Name == strings.ToLower(name) {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return sets[0], fmt.Errorf("simd: MINIFLOW_SIMD=%s is not available here; using %s (available: %s)", name, sets[0].Name, strings.Join(names, ", "))
}
