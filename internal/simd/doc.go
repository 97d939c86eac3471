// Package simd holds the numeric kernels under agents/nn: the matrix product with fused bias and rectifier, elementwise
// functions, masked softmax, sums and whole optimiser steps, over flat slices the caller owns.
//
// A [Set] is a table of kernels for one element type. For float32 there are three: "avx512" and "avx2" are Go assembly
// written by the generator in gen, "go" is portable. [Float32] returns the best one this processor runs, chosen at start-up;
// the environment variable MINIFLOW_SIMD (avx512, avx2 or go) forces another. For float64 there is only the portable set: it
// serves gradient checks.
//
// Both assembly sets perform the same operations in the same order, so they return the same bits; the portable set agrees
// within rounding. No kernel allocates, apart from the scratch memory a [Work] keeps, and none starts goroutines. Kernels
// that multiply treat denormal numbers as zero while they run.
package simd

//go:generate go run ./gen
