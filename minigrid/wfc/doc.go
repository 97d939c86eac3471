// Package wfc grows maps from a small picture by wave function collapse: every
// small square of the map occurs somewhere in the picture, turned or mirrored.
// Importing it registers the MiniGrid-WFC-* ids.
//
//	model, err := wfc.NewModel(pattern, wfc.DefaultOptions())
//	if err != nil { ... }
//	picture, err := model.Generate(rng, 23, 23)
//
// The method is Maxim Gumin's overlapping model (2016); the order of every draw
// is that of Minigrid 3.2, whose worlds come out exactly with its own pictures
// (parameter pattern). The pictures shipped here, listed by [Patterns], are our
// own drawings; so by default the ids give worlds of the same kind, not the same
// worlds.
package wfc
