package gfnenvs

import "errors"

// Errors that callers can test for with errors.Is.
var (
	// ErrReward says that a log reward is NaN or +Inf.
	ErrReward = errors.New("bad reward")
	// ErrDeadEnd says that no action is legal in a state.
	ErrDeadEnd = errors.New("no action is legal")
	// ErrState says that a row is no state of the environment.
	ErrState = errors.New("not a state")
	// ErrRules says that rules contradict themselves.
	ErrRules = errors.New("bad rules")
)
