package capi

import (
	"errors"
	"fmt"
	"image"
	"sync"
	"sync/atomic"

	"github.com/miniflow-rl/miniflow"
)

// Handle is one environment with its batch.
type Handle struct {
	env     miniflow.Env
	b       *miniflow.Batch
	actions []int64 // actions of a Discrete space as Python has them; nil otherwise
	start   int64   // the least action
	count   uint64  // the number of actions
	texts   []textObs
	frame   *image.RGBA
	mask    []bool
	bits    []byte

	busy atomic.Bool // a call is running
	text string      // of the last error
}

// Errors of this package.
var (
	ErrHandle = errors.New("no such environment: it was closed or never made")
	ErrBusy   = errors.New("the environment is in use by another thread: give each thread its own")
	ErrBuffer = errors.New("bad buffer")
	ErrLane   = errors.New("no such lane")
	ErrLacks  = errors.New("not offered by this environment")
)

var table struct {
	sync.Mutex
	list atomic.Pointer[[]*Handle] // replaced, never changed
}

// Make builds an environment and returns its number, which is at least 1.
func Make(options []byte) (int64, error) {
	o, err := ParseOptions(options)
	if err != nil {
		return 0, err
	}
	env, err := o.build()
	if err != nil {
		return 0, err
	}
	h := &Handle{env: env, b: miniflow.NewBatch(env)}
	if d, ok := env.Spec().Action.(miniflow.Discrete); ok {
		h.actions = make([]int64, env.Len())
		h.start, h.count = int64(d.Start), uint64(d.N)
	}
	for k, s := range env.Spec().Observation {
		if s.Space.DType() == miniflow.TextType {
			h.texts = append(h.texts, textObs{obs: k, seen: make([]string, env.Len())})
		}
	}
	table.Lock()
	defer table.Unlock()
	var list []*Handle
	if old := table.list.Load(); old != nil {
		list = append(list, *old...)
	}
	k := len(list)
	for i, other := range list {
		if other == nil {
			k = i // numbers of closed environments are used again
			break
		}
	}
	if k == len(list) {
		list = append(list, nil)
	}
	list[k] = h
	table.list.Store(&list)
	return int64(k) + 1, nil
}

// Enter returns environment number n for one call; [Handle.Leave] ends the call.
func Enter(n int64) (*Handle, error) {
	list := table.list.Load()
	if list == nil || n < 1 || n > int64(len(*list)) || (*list)[n-1] == nil {
		return nil, ErrHandle
	}
	h := (*list)[n-1]
	if !h.busy.CompareAndSwap(false, true) {
		return nil, ErrBusy
	}
	return h, nil
}

// Leave ends the call that [Enter] began. It keeps the text of err, if any.
func (h *Handle) Leave(err error) {
	if err != nil {
		h.text = err.Error()
	}
	h.busy.Store(false)
}

// ErrorText returns the text of the last error.
func (h *Handle) ErrorText() string { return h.text }

// Close forgets environment number n and ends its goroutines.
func Close(n int64) error {
	h, err := Enter(n)
	if err != nil {
		return err
	}
	table.Lock()
	list := append([]*Handle(nil), *table.list.Load()...)
	list[n-1] = nil
	table.list.Store(&list)
	table.Unlock()
	if c, ok := miniflow.As[interface{ Close() error }](h.env); ok {
		return c.Close()
	}
	return nil // it stays busy: nobody enters a closed environment
}

// Env returns the environment.
func (h *Handle) Env() miniflow.Env { return h.env }

// Batch returns the batch that the environment is stepped with.
func (h *Handle) Batch() *miniflow.Batch { return h.b }

func (h *Handle) checkLane(lane int) error {
	if lane < 0 || lane >= h.env.Len() {
		return fmt.Errorf("lane %d of %d: %w", lane, h.env.Len(), ErrLane)
	}
	return nil
}

func (h *Handle) lacks(what string) error {
	return fmt.Errorf("%s: %s: %w", h.env.Spec().ID, what, ErrLacks)
}
