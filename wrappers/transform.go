package wrappers

import (
	"context"

	"github.com/miniflow-rl/miniflow"
)

// TransformObservation replaces an observation by one in space: f fills row i of
// dst from row i of src. A name that env does not have is added, and src is then
// the first observation. f must be safe to call for different lanes at once.
func TransformObservation(env miniflow.Env, name string, space miniflow.Space, f func(dst, src *miniflow.Array, i int)) (*Wrapper, error) {
	w := newWrapper(env, "transform_obs")
	if space == nil || name == "" || len(w.spec.Observation) == 0 {
		return nil, w.fail("an observation %q in space %v: want both: %w", name, space, miniflow.ErrParam)
	}
	from := max(0, w.spec.Observation.Index(name))
	to := w.set(name, space)
	w.write = func(i int, dst, src []miniflow.Array) { f(&dst[to], &src[from], i) }
	return w.build(), nil
}

// ActionWrapper is a wrapper with an action space of its own.
type ActionWrapper struct {
	*Wrapper
	mask func(dst []bool) // nil: everything is legal
}

// TransformAction accepts the actions of space, with names if it is discrete
// and has them: f fills row i of dst, an action of env, from row i of src. f
// must be safe to call for different lanes at once. All actions are legal.
func TransformAction(env miniflow.Env, space miniflow.Space, names []string, f func(dst, src *miniflow.Array, i int)) (*ActionWrapper, error) {
	w := newWrapper(env, "transform_action")
	if space == nil {
		return nil, w.fail("the action space is nil: %w", miniflow.ErrParam)
	}
	w.newActions(space, names)
	w.before = func(i int, b *miniflow.Batch) { f(&w.in.Action, &b.Action, i) }
	return &ActionWrapper{Wrapper: w.build()}, nil
}

// newActions gives the wrapper an action space of its own.
func (w *Wrapper) newActions(space miniflow.Space, names []string) {
	w.ownAction = true
	w.spec.Action, w.spec.ActionNames = space, names
}

var (
	_ miniflow.Masker  = (*ActionWrapper)(nil)
	_ miniflow.Planner = (*ActionWrapper)(nil)
)

// ActionMask implements [miniflow.Masker] in the wrapper's own numbering.
func (a *ActionWrapper) ActionMask(dst []bool) {
	if a.mask != nil {
		a.mask(dst)
		return
	}
	for k := range dst {
		dst[k] = true
	}
}

// Plan implements [miniflow.Planner]: plans of the environment inside are made of
// other actions, so it always fails with an error that wraps
// [miniflow.ErrPlanUnknown].
func (a *ActionWrapper) Plan(context.Context, int, int) (miniflow.Plan, error) {
	return miniflow.Plan{}, a.fail("there are no plans in these actions: %w", miniflow.ErrPlanUnknown)
}
