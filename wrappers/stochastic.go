package wrappers

import (
	"encoding/binary"
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

// RandomAction stands for an action drawn anew in each step.
const RandomAction = -1

// StochasticAction keeps an action with probability keep and replaces it by
// another one otherwise: by the action instead, or by one drawn from all actions
// if that is [RandomAction]. The draws are the lane's own.
func StochasticAction(env miniflow.Env, keep float64, instead int) (*Wrapper, error) {
	w := newWrapper(env, "stochastic")
	rng, space, err := w.noise(keep)
	if err != nil {
		return nil, err
	}
	if instead != RandomAction && (instead < space.Start || instead >= space.Start+space.N) {
		return nil, w.fail("action %d: want one in [%d,%d), or %d for any: %w", instead, space.Start, space.Start+space.N, RandomAction, miniflow.ErrParam)
	}
	w.ownAction = true
	w.before = func(i int, b *miniflow.Batch) {
		a := b.Action.I32[i]
		if r := rng.Rand(i); r.Random() >= keep {
			a = int32(instead)
			if instead == RandomAction {
				a = int32(space.Start) + int32(r.Integers(0, int64(space.N)))
			}
		}
		w.in.Action.I32[i] = a
	}
	return w.build(), nil
}

// StickyAction repeats the last action instead of the one asked for, with
// probability repeat in each step (Machado et al. 2018, section 5.2); once it
// does so, for a number of steps in [least,most] drawn each time. The first
// action of an episode is always the one asked for. The draws are the lane's
// own.
func StickyAction(env miniflow.Env, repeat float64, least, most int) (*Wrapper, error) {
	w := newWrapper(env, "sticky")
	rng, space, err := w.noise(repeat)
	if err != nil {
		return nil, err
	}
	if least < 1 || most < least || most > 1<<20 {
		return nil, w.fail("%d to %d repeats: want at least 1 and at most %d: %w", least, most, 1<<20, miniflow.ErrParam)
	}
	none := int32(space.Start - 1)
	last, left := make([]int32, env.Len()), make([]int32, env.Len())
	w.ownAction = true
	w.begin = func(i int) error {
		last[i], left[i] = none, 0
		return nil
	}
	w.before = func(i int, b *miniflow.Batch) {
		if left[i] == 0 && last[i] != none {
			if r := rng.Rand(i); r.Uniform(0, 1) < repeat {
				left[i] = int32(r.Integers(int64(least), int64(most)+1))
			}
		}
		if left[i] > 0 {
			left[i]--
		} else {
			last[i] = b.Action.I32[i]
		}
		w.in.Action.I32[i] = last[i]
	}
	w.save = func(i int, dst []byte) []byte {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(last[i]))
		return binary.LittleEndian.AppendUint32(dst, uint32(left[i]))
	}
	w.load = func(i int, src []byte) error {
		if len(src) != 8 {
			return fmt.Errorf("%d bytes are no action to repeat", len(src))
		}
		a, n := int32(binary.LittleEndian.Uint32(src)), int32(binary.LittleEndian.Uint32(src[4:]))
		if a < none || int(a) >= space.Start+space.N || n < 0 || a == none && n > 0 {
			return fmt.Errorf("action %d cannot be repeated %d times", a, n)
		}
		last[i], left[i] = a, n
		return nil
	}
	return w.build(), nil
}

// noise checks what wrappers with random actions need.
func (w *Wrapper) noise(probability float64) (miniflow.Rander, miniflow.Discrete, error) {
	space, ok := w.spec.Action.(miniflow.Discrete)
	if !ok {
		return nil, space, w.fail("its actions are not discrete")
	}
	rng, ok := miniflow.As[miniflow.Rander](w.Env)
	if !ok {
		return nil, space, w.fail("%T does not share its generators", w.Env)
	}
	if !(probability >= 0 && probability <= 1) {
		return nil, space, w.fail("probability %v: want one in [0,1]: %w", probability, miniflow.ErrParam)
	}
	return rng, space, nil
}
