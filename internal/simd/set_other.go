//go:build !amd64

package simd

func assembly() []*Set[float32] { return nil }
