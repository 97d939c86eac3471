package player

import (
	"fmt"
	"math"
	"slices"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// shaping is what a session knows of an object that is built by continuous
// actions.
type shaping struct {
	env   *gfnenvs.ContinuousEnv
	rules gfnenvs.ContinuousRules
	kinds []gfnenvs.Kind
	legal []bool
	path  [][]float64 // the states from the source on
	past  [][]byte    // snapshots before each step
	kind  int         // of the last action, -1 before the first
	best  float64     // largest log reward of a finished object, -Inf before the first
	cloud [][]float64 // finished objects, the newest last
}

// cloudSize is the largest number of finished objects that are remembered.
const cloudSize = 4000

// newShaping returns nil if env has no continuous actions that build objects.
func newShaping(env miniflow.Env) *shaping {
	e, ok := miniflow.As[*gfnenvs.ContinuousEnv](env)
	if !ok {
		return nil
	}
	l := e.Rules().Layout()
	return &shaping{env: e, rules: e.Rules(), kinds: l.Kinds, legal: make([]bool, len(l.Kinds)), best: math.Inf(-1)}
}

// exit is the number of the exit's kind.
func (h *shaping) exit() int { return len(h.kinds) - 1 }

// start begins the path anew.
func (h *shaping) start() {
	h.path, h.past, h.kind = append(h.path[:0], slices.Clone(h.env.State(0))), h.past[:0], -1
	h.look(false)
}

// look finds out what is legal now.
func (h *shaping) look(ended bool) {
	clear(h.legal)
	if !ended {
		h.rules.Forward(h.legal, h.env.State(0))
	}
}

// chosen returns the kind that element 0 of an action stands for.
func (h *shaping) chosen(x float64) int {
	var able []int
	for k, ok := range h.legal {
		if ok {
			able = append(able, k)
		}
	}
	if len(able) == 0 {
		return -1
	}
	return able[max(0, min(int(x*float64(len(able))), len(able)-1))]
}

// element is the inverse of chosen: element 0 of an action of a kind.
func (h *shaping) element(kind int) float64 {
	before, n := 0, 0
	for k, ok := range h.legal {
		if ok {
			if k < kind {
				before++
			}
			n++
		}
	}
	return (float64(before) + 0.5) / float64(n)
}

// logReward is that of the present state.
func (h *shaping) logReward() float64 { return h.rules.LogReward(h.env.State(0)) }

// after returns the state that an action leads to.
func (h *shaping) after(dst []float64, kind int, u []float64) []float64 {
	dst = append(dst[:0], h.env.State(0)...)
	if kind != h.exit() {
		h.rules.Apply(dst, kind, u, make([]float64, h.kinds[kind].Back))
	}
	return dst
}

// moved notes a step of a kind.
func (h *shaping) moved(kind int, ended bool) {
	h.kind = kind
	if ended {
		h.best = max(h.best, h.logReward())
		if h.cloud = append(h.cloud, slices.Clone(h.env.State(0))); len(h.cloud) > cloudSize {
			h.cloud = h.cloud[1:]
		}
	} else {
		h.path = append(h.path, slices.Clone(h.env.State(0)))
	}
	h.look(ended)
}

// remember keeps what a step starts from, so that it can be undone.
func (s *Session) remember() error {
	snap, ok := miniflow.As[miniflow.Snapshotter](s.env)
	if !ok {
		return nil
	}
	before, err := snap.Snapshot(nil, s.batch, 0)
	if err == nil {
		s.shaped.past = append(s.shaped.past, before)
	}
	return err
}

// Shape takes a step with an action of a kind and its parameters, in an
// environment of continuous constructions.
func (s *Session) Shape(kind int, u []float64) error {
	h := s.shaped
	if h == nil {
		return fmt.Errorf("%s has no continuous actions", s.env.Spec().ID)
	}
	if s.Ended() {
		return errEnded
	}
	if kind < 0 || kind >= len(h.legal) || !h.legal[kind] {
		return fmt.Errorf("the action is not legal in this state")
	}
	row := s.batch.Action.RowF64(0)
	clear(row)
	row[0] = h.element(kind)
	copy(row[1:], u)
	return s.advance("human")
}

// undoShape takes the last continuous action back.
func (s *Session) undoShape() error {
	h := s.shaped
	n := len(h.past)
	if n == 0 {
		return errSource
	}
	ended := s.Ended()
	snap, _ := miniflow.As[miniflow.Snapshotter](s.env)
	if err := snap.Restore(s.batch, 0, h.past[n-1]); err != nil {
		return err
	}
	h.past = h.past[:n-1]
	s.step--
	s.reward, s.total, s.recorded, h.kind = 0, 0, false, -1
	if ended {
		s.episodes--
		h.cloud = h.cloud[:max(0, len(h.cloud)-1)]
	} else {
		h.path = h.path[:len(h.path)-1]
	}
	h.look(false)
	return nil
}

// best is the largest log reward of an object that was finished, -Inf before the
// first.
func (s *Session) best() float64 {
	if s.shaped != nil {
		return s.shaped.best
	}
	return s.built.best
}
