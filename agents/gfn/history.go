package gfn

import (
	"fmt"
	"math"
	"sync"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// History makes a construction environment of one level of any environment with
// discrete actions: a state is the list of the actions taken, so the states are a
// tree and P_B is 1. An object is a whole episode, ended by the environment or
// after Horizon actions, and its log reward is
//
//	Scale (return - 1) where the return is above 0, Floor elsewhere
//
// so that episodes are sampled in proportion to exp(Scale return): all ways to
// solve the level, the better ones more often. The level must be deterministic:
// what happens may depend on its seed and the actions only.
//
// A state is int32 [Horizon]: 0 where there is no action yet, else one more than
// its number. The networks also see the environment's present observation. All
// methods but Layout walk one environment: they take turns.
type History struct {
	env   miniflow.Env
	b     *miniflow.Batch
	mask  miniflow.Masker // nil if all actions are always legal
	seed  uint64
	scale float64
	floor float64

	layout gfnenvs.Layout
	inputs []observed
	total  int // inputs of the networks
	width  int // of them that are 1

	turn  sync.Mutex
	past  []int32 // the actions done since the reset, as in a state
	ended bool
	sum   float64
	legal []bool
	err   error
}

// observed is an observation as inputs of a network: its elements one-hot, each
// in [0,values) after low is subtracted.
type observed struct {
	index, size, low, values, offset int
}

// observedBytes is the number of values of an element of a byte observation that
// are told apart, the largest ones not: symbolic observations have fewer.
const observedBytes = 16

var _ gfnenvs.Rules = (*History)(nil)

// NewHistory returns the rules of the level that env, which has one lane and
// belongs to the rules from then on, makes of seed. It fails if the actions are
// not discrete or no observation is symbolic.
func NewHistory(env miniflow.Env, seed uint64, horizon int, scale, floor float64) (*History, error) {
	spec := env.Spec()
	n := spec.NumActions()
	if n < 1 || env.Len() != 1 {
		return nil, fmt.Errorf("gfn: histories of %s: want discrete actions and one lane, have %T and %d", spec.ID, spec.Action, env.Len())
	}
	h := &History{env: env, b: miniflow.NewBatch(env), seed: seed, scale: scale, floor: floor, legal: make([]bool, n)}
	h.mask, _ = miniflow.As[miniflow.Masker](env)
	h.layout = gfnenvs.Layout{Actions: n + 1, Steps: horizon + 1, Names: append(append([]string(nil), spec.ActionNames...), "exit")}
	if len(spec.ActionNames) == 0 {
		h.layout.Names = nil
	}
	for range horizon {
		h.layout.Values = append(h.layout.Values, n+1)
	}
	h.total, h.width = horizon*(n+1), horizon
	for k, o := range spec.Observation {
		x := observed{index: k, size: 1, offset: h.total}
		for _, d := range o.Space.Shape() {
			x.size *= d
		}
		switch s := o.Space.(type) {
		case miniflow.Discrete:
			x.low, x.values = s.Start, s.N
		case miniflow.Box:
			if s.Type != miniflow.Uint8 || x.size > 1024 {
				continue
			}
			x.values = observedBytes
		default:
			continue
		}
		h.inputs = append(h.inputs, x)
		h.total, h.width = h.total+x.size*x.values, h.width+x.size
	}
	if len(h.inputs) == 0 {
		return nil, fmt.Errorf("gfn: histories of %s: none of its observations is symbolic", spec.ID)
	}
	if err := h.reset(); err != nil {
		return nil, err
	}
	return h, nil
}

func (h *History) reset() error {
	h.past, h.ended, h.sum = h.past[:0], false, 0
	return h.env.Reset(h.b, h.seed)
}

// walk brings the environment to where history s leads. It replays the level
// where it is not on the way.
func (h *History) walk(s []int32) int {
	n := taken(s)
	on := len(h.past) <= n
	for k := 0; on && k < len(h.past); k++ {
		on = h.past[k] == s[k]
	}
	if !on {
		if h.err = h.reset(); h.err != nil {
			return n
		}
	}
	start := int32(h.env.Spec().Action.(miniflow.Discrete).Start)
	for _, a := range s[len(h.past):n] {
		h.b.Action.I32[0] = start + a - 1
		if h.err = h.env.Step(h.b); h.err != nil {
			return n
		}
		h.past = append(h.past, a)
		h.sum += h.b.Reward[0]
		h.ended = h.b.Ended(0)
	}
	return n
}

// taken returns the number of actions in a history.
func taken(s []int32) int {
	for k, a := range s {
		if a == 0 {
			return k
		}
	}
	return len(s)
}

// Layout implements gfnenvs.Rules.
func (h *History) Layout() gfnenvs.Layout { return h.layout }

// Forward implements gfnenvs.Rules.
func (h *History) Forward(dst []bool, s []int32) {
	h.turn.Lock()
	defer h.turn.Unlock()
	n := h.walk(s)
	if h.ended || n == len(s) || h.err != nil {
		dst[h.layout.Exit()] = true
		return
	}
	if h.mask != nil {
		h.mask.ActionMask(h.legal)
		copy(dst, h.legal)
		return
	}
	for a := range h.legal {
		dst[a] = true
	}
}

// Backward implements gfnenvs.Rules: only the last action can be undone.
func (h *History) Backward(dst []bool, s []int32) {
	if n := taken(s); n > 0 {
		dst[s[n-1]-1] = true
	}
}

// Apply implements gfnenvs.Rules.
func (h *History) Apply(s []int32, a int) { s[taken(s)] = int32(a + 1) }

// Undo implements gfnenvs.Rules.
func (h *History) Undo(s []int32, _ int) { s[taken(s)-1] = 0 }

// LogReward implements gfnenvs.Rules. It is NaN where the environment failed.
func (h *History) LogReward(s []int32) float64 {
	r := h.Return(s)
	switch {
	case math.IsNaN(r):
		return r
	case r > 0:
		return h.scale * (r - 1)
	}
	return h.floor
}

// Return returns the undiscounted sum of rewards along history s.
func (h *History) Return(s []int32) float64 {
	h.turn.Lock()
	defer h.turn.Unlock()
	if h.walk(s); h.err != nil {
		return math.NaN()
	}
	return h.sum
}

// encode lists the inputs of the networks that are 1: the actions one-hot, then
// the observation.
func (h *History) encode(dst []int32, s []int32) error {
	h.turn.Lock()
	defer h.turn.Unlock()
	if h.walk(s); h.err != nil {
		return h.err
	}
	h.observe(dst, s, h.b, 0)
	return nil
}

// observe is encode for the observation of a lane of a batch.
func (h *History) observe(dst, s []int32, b *miniflow.Batch, lane int) {
	at := 0
	for k, a := range s {
		dst[at] = int32(k*h.layout.Actions) + a
		at++
	}
	for _, x := range h.inputs {
		o := &b.Obs[x.index]
		for j := range x.size {
			v := int(o.At(lane, j)) - x.low
			dst[at] = int32(x.offset + j*x.values + max(0, min(v, x.values-1)))
			at++
		}
	}
}
