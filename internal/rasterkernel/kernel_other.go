//go:build !amd64 || purego

package rasterkernel

func assembly() []path { return nil }
