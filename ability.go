package miniflow

import (
	"context"
	"image"
)

// Autoresetter tells the autoreset mode of an environment.
type Autoresetter interface {
	Autoreset() Autoreset
}

// Masker knows which discrete actions are legal now. dst has Len() rows of as
// many entries as there are actions; true means legal.
type Masker interface {
	ActionMask(dst []bool)
}

// Flow is what a GFlowNet needs to sample forward: masks, whose last action is
// the exit action, and the log reward of every lane's state, -Inf where the
// state cannot be a terminating state. dst of LogReward has Len() entries.
type Flow interface {
	Masker
	LogReward(dst []float64)
}

// Reversible is a [Flow] that can also be walked backwards. BackwardMask is
// laid out like ActionMask: entry a is true if undoing action a leads to a
// parent of the lane's state. StepBack undoes b.Action on every lane and writes
// b.Obs.
type Reversible interface {
	Flow
	BackwardMask(dst []bool)
	StepBack(b *Batch) error
}

// SelfChecker can prove more about itself than its interface shows, such as the
// rules behind it. [CheckEnv] asks it.
type SelfChecker interface {
	SelfCheck() error
}

// Snapshotter saves and restores one lane exactly: world, generator and flags.
// b is the batch that the environment was last stepped with: its row of
// observations, reward and flags is part of the snapshot. Snapshot appends to
// dst. Restore fails with an error that wraps [ErrSnapshot] and leaves lane and
// batch as they were if src is no snapshot of this environment: of its id with
// its parameters.
type Snapshotter interface {
	Snapshot(dst []byte, b *Batch, lane int) ([]byte, error)
	Restore(b *Batch, lane int, src []byte) error
}

// View selects what a [Viewer] draws.
type View struct {
	// Name is one of the viewer's Views. The default (empty) is the first.
	Name string
	// Tile is the side of a grid cell in pixels, where the view has cells. The
	// default (zero) is the viewer's own.
	Tile int
	// Width and Height are the picture's size in pixels where the view is free
	// to choose (3D views). The default (zero) is the viewer's own.
	Width, Height int
}

// Viewer draws a lane. Frame draws into dst if that has the right size, else
// into a new image, and returns what it drew into.
type Viewer interface {
	Views() []string
	Frame(dst *image.RGBA, lane int, v View) (*image.RGBA, error)
}

// Plan is a sequence of actions that solves a lane, with the return (the
// undiscounted sum of rewards) that it earns.
type Plan struct {
	Actions []int32
	Return  float64
}

// Planner computes an optimal plan from the lane's present state. It expands at
// most budget states (0 means the planner's default) and fails with an error
// that wraps [ErrPlanUnknown] beyond that, or [ErrUnsolvable] if it proved that
// there is none.
type Planner interface {
	Plan(ctx context.Context, lane, budget int) (Plan, error)
}

// Rander gives access to a lane's generator.
type Rander interface {
	Rand(lane int) *Rand
}

// Hasher returns a hash of a lane's complete visible state, as episode files
// record it for every step.
type Hasher interface {
	StateHash(lane int) uint64
}

// ChunkStepper steps the lanes [lo, hi) only; calls on disjoint ranges may run
// concurrently. [ParallelEnv] is built on it.
type ChunkStepper interface {
	StepChunk(b *Batch, lo, hi int) error
	// CheckActions reports the first action outside the action space.
	CheckActions(b *Batch) error
}

// Ender ends the running episode of a lane from outside, as a time limit does,
// and then treats it as the [Autoreset] mode says: with [SameStep] it keeps the
// final observation and resets the lane at once. b is the batch just stepped;
// reward and flags are left to the caller.
type Ender interface {
	End(b *Batch, lane int) error
}

// Reseeder lets something else choose the levels: seed is asked for the seed of
// every reset of a lane, whoever asked for that reset and with what seeds. Nil
// ends that. seed must be safe to call for different lanes at once.
type Reseeder interface {
	SetSeeder(seed func(lane int) uint64)
}
