// Package capi is what the C library of the Python package does, without C: a
// table of environments by number, built from JSON options, that step on memory
// which belongs to someone else.
//
// Package python/lib exports it function by function. Nothing here panics on bad
// input; a number that names no environment, memory of the wrong size and use
// from two threads at once are errors.
package capi

import (
	// Everything that registers environments.
	_ "github.com/miniflow-rl/miniflow/gfnenvs"
	_ "github.com/miniflow-rl/miniflow/minigrid"
	_ "github.com/miniflow-rl/miniflow/minigrid/babyai"
	_ "github.com/miniflow-rl/miniflow/minigrid/level"
	_ "github.com/miniflow-rl/miniflow/minigrid/mazes"
	_ "github.com/miniflow-rl/miniflow/minigrid/wfc"
	_ "github.com/miniflow-rl/miniflow/miniworld"
)
