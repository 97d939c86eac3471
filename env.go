package miniflow

import "errors"

// Env is a batch of independent episodes, its lanes, stepped together.
//
// An Env is not safe for concurrent use. Everything it writes goes into the
// caller's [Batch], so one Env and one Batch make a loop that allocates nothing.
type Env interface {
	// Spec describes the environment. The result is shared: do not change it.
	Spec() *Spec

	// Len returns the number of lanes.
	Len() int

	// Reset starts new episodes and writes their first observations to b.Obs.
	// With no seed each lane goes on with its own generator; with one seed lane
	// i is seeded with seed+i; with Len() seeds each lane gets its own. Only the
	// lanes of b.ResetMask are touched where that is not nil. A world that cannot
	// be generated is an error that names id, lane and seed.
	Reset(b *Batch, seeds ...uint64) error

	// Step applies b.Action and writes b.Obs, b.Reward, b.Terminated and
	// b.Truncated. What happens to lanes whose episode has ended is the business
	// of the [Autoreset] mode. An action outside the action space is an error
	// that wraps [ErrAction]; no lane has moved then.
	Step(b *Batch) error
}

// Errors that callers can test for with errors.Is.
var (
	// ErrAction says that an action lies outside the action space.
	ErrAction = errors.New("action outside the action space")
	// ErrSeeds says that Reset got neither 0, 1 nor Len() seeds.
	ErrSeeds = errors.New("wrong number of seeds")
	// ErrNeedsReset says that a lane was stepped before its first reset or, with
	// autoreset disabled, after its episode had ended.
	ErrNeedsReset = errors.New("lane needs a reset")
	// ErrBatch says that a batch was not made for this environment.
	ErrBatch = errors.New("batch does not fit the environment")
	// ErrUnknownID says that no environment of this id is registered.
	ErrUnknownID = errors.New("unknown environment id")
	// ErrParam says that a parameter is unknown, of the wrong type or out of range.
	ErrParam = errors.New("bad parameter")
	// ErrSnapshot says that bytes are not a snapshot of this environment.
	ErrSnapshot = errors.New("not a snapshot of this environment")
	// ErrPlanUnknown says that a planner's budget ran out before it knew.
	ErrPlanUnknown = errors.New("no plan found within the budget")
	// ErrUnsolvable says that a planner proved that no plan exists.
	ErrUnsolvable = errors.New("no plan exists")
)

// Batch holds what flows between an [Env] and its caller, one row per lane.
// The caller owns it and may read and write it between calls; make it with
// [NewBatch] and reuse it.
type Batch struct {
	Obs        []Array   // one array per entry of Spec().Observation, in its order
	Action     Array     // set by the caller before Step
	Reward     []float64 // reward of the last step
	Terminated []bool    // the task ended on the last step
	Truncated  []bool    // the episode was cut off from outside on the last step; both may be true

	// FinalObs holds, with autoreset [SameStep], the last observation of the
	// episodes that ended on this step: row i is valid where Terminated[i] or
	// Truncated[i]. It is nil in other modes.
	FinalObs []Array

	// ResetMask selects the lanes that Reset touches; nil means all of them.
	ResetMask []bool
}

// NewBatch returns a batch that fits env.
func NewBatch(env Env) *Batch {
	spec, n := env.Spec(), env.Len()
	b := &Batch{
		Obs:        spec.NewObs(n),
		Action:     NewArray(spec.Action.DType(), n, spec.Action.Shape()...),
		Reward:     make([]float64, n),
		Terminated: make([]bool, n),
		Truncated:  make([]bool, n),
	}
	if a, ok := As[Autoresetter](env); ok && a.Autoreset() == SameStep {
		b.FinalObs = spec.NewObs(n)
	}
	return b
}

// Ended reports whether lane i's episode ended on the last step.
func (b *Batch) Ended(i int) bool { return b.Terminated[i] || b.Truncated[i] }

// Autoreset says what Step does with a lane whose episode has ended.
type Autoreset uint8

const (
	// NextStep, the default, resets the lane on the step after the last one;
	// that step ignores the action and has reward 0 and both flags false.
	NextStep Autoreset = iota
	// SameStep resets the lane within the step that ended it: Obs is the first
	// observation of the new episode, FinalObs the last of the old one.
	SameStep
	// Disabled leaves the reset to the caller: stepping an ended lane is an error.
	Disabled
)

var autoresetNames = [...]string{"next-step", "same-step", "disabled"}

// String returns the mode's name.
func (a Autoreset) String() string {
	if int(a) < len(autoresetNames) {
		return autoresetNames[a]
	}
	return "Autoreset(?)"
}

// As returns the first value in env's chain of wrappers, from the outside in,
// that has ability T. A wrapper takes part by having a method Unwrap() Env.
func As[T any](env Env) (T, bool) {
	for env != nil {
		if t, ok := env.(T); ok {
			return t, true
		}
		u, ok := env.(interface{ Unwrap() Env })
		if !ok {
			break
		}
		env = u.Unwrap()
	}
	var zero T
	return zero, false
}
