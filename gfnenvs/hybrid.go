package gfnenvs

import (
	"fmt"
	"slices"
	"sync"

	"github.com/miniflow-rl/miniflow"
)

// HybridConfig says what hybrid objects are built.
type HybridConfig struct {
	// Discrete builds the first part of the object, Continuous the second.
	Discrete   Rules
	Continuous ContinuousRules
	// LogReward is the log reward of an object, given the states of both parts. It
	// must be safe for concurrent use. The default (nil) is the sum of the log
	// rewards of the parts, which are then independent.
	LogReward func(object []int32, point []float64) float64
}

// Hybrid builds an object of a discrete and a continuous part, one after the
// other: a choice of components and then their parameters, say.
//
// The state is float64 [d+1+c]: the state of the discrete part, 1 if that is
// finished or else 0, and the state of the continuous part. The kinds of actions
// are those of the discrete part without parameters (the last, its exit, goes
// over to the other part) and then those of the continuous part.
type Hybrid struct {
	c       HybridConfig
	d, n    int // elements of the discrete state, number of its actions
	layout  ContinuousLayout
	source  []float64 // of the continuous part
	scratch sync.Pool
}

var (
	_ ContinuousRules = (*Hybrid)(nil)
	_ Partitioner     = (*Hybrid)(nil)
	_ Bridger         = (*Hybrid)(nil)
)

// NewHybrid returns the rules of c.
func NewHybrid(c HybridConfig) (*Hybrid, error) {
	if c.Discrete == nil || c.Continuous == nil {
		return nil, fmt.Errorf("gfnenvs: hybrid: a part is nil: %w", miniflow.ErrParam)
	}
	dl, cl := c.Discrete.Layout(), c.Continuous.Layout()
	if err := dl.check(); err != nil {
		return nil, fmt.Errorf("gfnenvs: hybrid: discrete part: %w", err)
	}
	if err := cl.check(); err != nil {
		return nil, fmt.Errorf("gfnenvs: hybrid: continuous part: %w", err)
	}
	h := &Hybrid{c: c, d: len(dl.Values), n: dl.Actions, source: cl.Source}
	l := ContinuousLayout{Source: make([]float64, h.d+1), Low: make([]float64, h.d+1), High: make([]float64, h.d+1)}
	for j, v := range dl.Values {
		l.High[j] = float64(v - 1)
	}
	l.High[h.d] = 1
	l.Source, l.Low, l.High = append(l.Source, cl.Source...), append(l.Low, cl.Low...), append(l.High, cl.High...)
	for a := range h.n {
		l.Kinds = append(l.Kinds, Kind{Name: dl.ActionName(a)})
	}
	l.Kinds[h.n-1].Name = "go over"
	l.Kinds = append(l.Kinds, cl.Kinds...)
	if dl.Steps > 0 && cl.Steps > 0 {
		l.Steps = dl.Steps + cl.Steps
	}
	h.layout = l
	h.scratch.New = func() any { s := make([]int32, h.d); return &s }
	return h, nil
}

// Layout implements [ContinuousRules].
func (h *Hybrid) Layout() ContinuousLayout { return h.layout }

// object reads the discrete part of s; the caller gives it back to the pool.
func (h *Hybrid) object(s []float64) *[]int32 {
	p := h.scratch.Get().(*[]int32)
	for j := range *p {
		(*p)[j] = int32(s[j])
	}
	return p
}

func (h *Hybrid) point(s []float64) []float64 { return s[h.d+1:] }

// Forward implements [ContinuousRules].
func (h *Hybrid) Forward(dst []bool, s []float64) {
	if s[h.d] == 1 {
		h.c.Continuous.Forward(dst[h.n:], h.point(s))
		return
	}
	o := h.object(s)
	h.c.Discrete.Forward(dst[:h.n], *o)
	h.scratch.Put(o)
}

// Backward implements [ContinuousRules].
func (h *Hybrid) Backward(dst []bool, s []float64) {
	if s[h.d] == 1 {
		if slices.Equal(h.point(s), h.source) {
			dst[h.n-1] = true
			return
		}
		h.c.Continuous.Backward(dst[h.n:], h.point(s))
		return
	}
	o := h.object(s)
	h.c.Discrete.Backward(dst[:h.n], *o)
	h.scratch.Put(o)
}

// Apply implements [ContinuousRules].
func (h *Hybrid) Apply(s []float64, kind int, u, v []float64) (logVolume, logVolumeBack float64) {
	if kind >= h.n {
		return h.c.Continuous.Apply(h.point(s), kind-h.n, u, v)
	}
	if kind == h.n-1 {
		s[h.d] = 1
		return 0, 0
	}
	h.move(s, kind, h.c.Discrete.Apply)
	return 0, 0
}

// Undo implements [ContinuousRules].
func (h *Hybrid) Undo(s []float64, kind int, v, u []float64) (logVolumeBack, logVolume float64) {
	if kind >= h.n {
		return h.c.Continuous.Undo(h.point(s), kind-h.n, v, u)
	}
	if kind == h.n-1 {
		s[h.d] = 0
		return 0, 0
	}
	h.move(s, kind, h.c.Discrete.Undo)
	return 0, 0
}

func (h *Hybrid) move(s []float64, a int, do func([]int32, int)) {
	o := h.object(s)
	do(*o, a)
	for j, v := range *o {
		s[j] = float64(v)
	}
	h.scratch.Put(o)
}

// Bridge implements [Bridger] where the continuous part does.
func (h *Hybrid) Bridge(mean, s []float64) (variance float64, ok bool) {
	b, ok := h.c.Continuous.(Bridger)
	if !ok {
		return 0, false
	}
	return b.Bridge(mean, h.point(s))
}

// LogReward implements [ContinuousRules].
func (h *Hybrid) LogReward(s []float64) float64 {
	o := h.object(s)
	defer h.scratch.Put(o)
	if h.c.LogReward != nil {
		return h.c.LogReward(*o, h.point(s))
	}
	return h.c.Discrete.LogReward(*o) + h.c.Continuous.LogReward(h.point(s))
}

// LogZ implements [Partitioner]: that of independent parts is the sum of theirs.
func (h *Hybrid) LogZ() (float64, bool) {
	d, ok1 := h.c.Discrete.(Partitioner)
	c, ok2 := h.c.Continuous.(Partitioner)
	if h.c.LogReward != nil || !ok1 || !ok2 {
		return 0, false
	}
	a, ok1 := d.LogZ()
	b, ok2 := c.LogZ()
	return a + b, ok1 && ok2
}
