package capi

import (
	"encoding/json"
	"fmt"
	"image"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/wrappers"
)

// Catalog is what the table in the Python package is made of.
type Catalog struct {
	Envs     []Entry  `json:"envs"`
	Wrappers []string `json:"wrappers"`
}

// Entry is an environment of a [Catalog].
type Entry struct {
	*miniflow.Spec
	Kind  string   `json:"kind"`
	Views []string `json:"views"`
}

// MarshalJSON writes the spec with kind and views added.
func (e Entry) MarshalJSON() ([]byte, error) {
	spec, err := json.Marshal(*e.Spec)
	if err != nil {
		return nil, err
	}
	rest, err := json.Marshal(struct {
		Kind  string   `json:"kind"`
		Views []string `json:"views"`
	}{e.Kind, e.Views})
	if err != nil {
		return nil, err
	}
	return append(append(spec[:len(spec)-1], ','), rest[1:]...), nil
}

// MakeCatalog describes everything that is registered.
func MakeCatalog() (*Catalog, error) {
	c := &Catalog{Wrappers: wrappers.Names()}
	for _, id := range miniflow.IDs() {
		env, err := miniflow.Make(id)
		if err != nil {
			return nil, err
		}
		c.Envs = append(c.Envs, describe(env))
	}
	return c, nil
}

// describe returns the entry of env. Its kind is "minigrid", "flow" (a
// construction of discrete actions) or "other", which here means a 3D world or a
// continuous construction.
func describe(env miniflow.Env) Entry {
	e := Entry{Spec: env.Spec(), Kind: "other"}
	if _, ok := miniflow.As[minigrid.Worlds](env); ok {
		e.Kind = "minigrid"
	} else if _, ok := miniflow.As[miniflow.Flow](env); ok && env.Spec().NumActions() > 0 {
		e.Kind = "flow"
	}
	if v, ok := miniflow.As[miniflow.Viewer](env); ok {
		e.Views = v.Views()
	}
	return e
}

// Describe returns the JSON of the environment's [Entry].
func (h *Handle) Describe() ([]byte, error) { return json.Marshal(describe(h.env)) }

// Mask writes the action masks of all lanes to dst as bytes 0 and 1.
func (h *Handle) Mask() ([]byte, error) {
	m, ok := miniflow.As[miniflow.Masker](h.env)
	n := h.env.Spec().NumActions() * h.env.Len()
	if !ok || n == 0 {
		return nil, h.lacks("action masks")
	}
	if len(h.mask) != n {
		h.mask, h.bits = make([]bool, n), make([]byte, n)
	}
	m.ActionMask(h.mask)
	for i, legal := range h.mask {
		h.bits[i] = 0
		if legal {
			h.bits[i] = 1
		}
	}
	return h.bits, nil
}

// Frame draws a lane as rows of red, green and blue. The picture stays valid
// until the next call.
func (h *Handle) Frame(lane int, v miniflow.View) (*image.RGBA, error) {
	if err := h.checkLane(lane); err != nil {
		return nil, err
	}
	viewer, ok := miniflow.As[miniflow.Viewer](h.env)
	if !ok {
		return nil, h.lacks("pictures")
	}
	img, err := viewer.Frame(h.frame, lane, v)
	if err == nil {
		h.frame = img
	}
	return img, err
}

// Snapshot returns a lane as bytes.
func (h *Handle) Snapshot(lane int) ([]byte, error) {
	if err := h.checkLane(lane); err != nil {
		return nil, err
	}
	s, ok := miniflow.As[miniflow.Snapshotter](h.env)
	if !ok {
		return nil, h.lacks("snapshots")
	}
	return s.Snapshot(nil, h.b, lane)
}

// Restore is the inverse of [Handle.Snapshot]. It returns flags.
func (h *Handle) Restore(lane int, src []byte) (int64, error) {
	if err := h.checkLane(lane); err != nil {
		return 0, err
	}
	s, ok := miniflow.As[miniflow.Snapshotter](h.env)
	if !ok {
		return 0, h.lacks("snapshots")
	}
	if err := s.Restore(h.b, lane, src); err != nil {
		return 0, err
	}
	return h.textFlag(), nil
}

// Rand returns the JSON of a lane's generator; see miniflow.RandState.
func (h *Handle) Rand(lane int) ([]byte, error) {
	rng, err := h.rand(lane)
	if err != nil {
		return nil, err
	}
	return json.Marshal(rng)
}

// SetRand sets a lane's generator to a state that [Handle.Rand] returned.
func (h *Handle) SetRand(lane int, state []byte) error {
	rng, err := h.rand(lane)
	if err != nil {
		return err
	}
	return rng.UnmarshalJSON(state)
}

func (h *Handle) rand(lane int) (*miniflow.Rand, error) {
	if err := h.checkLane(lane); err != nil {
		return nil, err
	}
	r, ok := miniflow.As[miniflow.Rander](h.env)
	if !ok {
		return nil, h.lacks("access to the generator")
	}
	return r.Rand(lane), nil
}

func (h *Handle) world(lane int) (*minigrid.World, error) {
	if err := h.checkLane(lane); err != nil {
		return nil, err
	}
	w, ok := miniflow.As[minigrid.Worlds](h.env)
	if !ok {
		return nil, h.lacks("a map")
	}
	if p, _ := w.World(lane).Agent(); !w.World(lane).Contains(p) {
		return nil, fmt.Errorf("lane %d: call reset first: %w", lane, miniflow.ErrNeedsReset)
	}
	return w.World(lane), nil
}

// Map returns a lane's whole map in Minigrid's encoding: width x height x 3
// bytes indexed [x][y][c], without the agent.
func (h *Handle) Map(lane int) ([]byte, error) {
	w, err := h.world(lane)
	if err != nil {
		return nil, err
	}
	return w.Encode(), nil
}

// Sight returns what the agent of a lane sees in a view of size x size cells,
// encoded like [Handle.Map].
func (h *Handle) Sight(lane, size int) ([]byte, error) {
	w, err := h.world(lane)
	if err != nil {
		return nil, err
	}
	if size < 3 || size > 255 || size%2 == 0 {
		return nil, fmt.Errorf("a view of %d cells: want an odd number in [3,255]: %w", size, miniflow.ErrParam)
	}
	dst := make([]byte, 3*size*size)
	w.EncodeView(dst, size)
	return dst, nil
}

// Letters returns a lane's map in letters, as Minigrid prints it.
func (h *Handle) Letters(lane int) (string, error) {
	w, err := h.world(lane)
	if err != nil {
		return "", err
	}
	return w.String(), nil
}

// The numbers that [Handle.State] returns, in order.
const (
	StateWidth = iota
	StateHeight
	StateX
	StateY
	StateDirection
	StateSteps
	StateMaxSteps
	StateCarryType // 0 where nothing is carried
	StateCarryColor
	StateCarryState
	NumState
)

// State returns where the agent of a lane is, and more; see [StateWidth].
func (h *Handle) State(lane int) (s [NumState]int32, err error) {
	w, err := h.world(lane)
	if err != nil {
		return s, err
	}
	p, d := w.Agent()
	s = [NumState]int32{int32(w.Width()), int32(w.Height()), int32(p.X), int32(p.Y), int32(d), int32(w.Steps()), int32(w.MaxSteps)}
	if c := w.Carrying().Cell; c != minigrid.Unseen {
		t, color, state := c.Encode()
		s[StateCarryType], s[StateCarryColor], s[StateCarryState] = int32(t), int32(color), int32(state)
	}
	return s, nil
}
