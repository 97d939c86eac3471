package agents

import (
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/wrappers"
)

// EnvConfig says which environment a run uses.
type EnvConfig struct {
	ID     string         `json:"id"`
	Params map[string]any `json:"params,omitempty"` // parameters of the id
	Wrap   string         `json:"wrap,omitempty"`   // wrappers, as wrappers.Apply takes them
}

// Make builds the environment.
func (c EnvConfig) Make(options ...miniflow.Option) (miniflow.Env, error) {
	for _, name := range slices.Sorted(maps.Keys(c.Params)) {
		options = append(options, miniflow.WithParam(name, c.Params[name]))
	}
	env, err := miniflow.Make(c.ID, options...)
	if err != nil || c.Wrap == "" {
		return env, err
	}
	return wrappers.Apply(env, c.Wrap)
}

// located returns c with absolute paths of the files that its parameters name, so that
// a run can be opened, and its episodes replayed, from anywhere.
func (c EnvConfig) located() (EnvConfig, error) {
	spec, err := miniflow.Lookup(c.ID)
	if err != nil {
		return c, nil // Make says so
	}
	c.Params = maps.Clone(c.Params)
	for _, p := range spec.Params {
		path, ok := c.Params[p.Name].(string)
		if !p.File || !ok || path == "" {
			continue
		}
		if c.Params[p.Name], err = filepath.Abs(path); err != nil {
			return c, fmt.Errorf("agents: parameter %s: %w", p.Name, err)
		}
	}
	return c, nil
}

// SameSpaces reports whether a policy for one environment can act in another: the
// observations have the same names, types and shapes, and the actions are as
// many. Bounds of numbers and lengths of texts may differ.
func SameSpaces(a, b *miniflow.Spec) bool {
	same := func(x, y miniflow.Space) bool {
		dx, isDiscrete := x.(miniflow.Discrete)
		dy, _ := y.(miniflow.Discrete)
		return reflect.TypeOf(x) == reflect.TypeOf(y) && x.DType() == y.DType() && slices.Equal(x.Shape(), y.Shape()) && (!isDiscrete || dx == dy)
	}
	return same(a.Action, b.Action) && slices.EqualFunc(a.Observation, b.Observation, func(x, y miniflow.Named) bool {
		return x.Name == y.Name && same(x.Space, y.Space)
	})
}

// SaveLanes puts all lanes of env, stepped with b, into s. It fails where a lane
// cannot be saved.
func SaveLanes(s *State, env miniflow.Env, b *miniflow.Batch) error {
	snap, ok := miniflow.As[miniflow.Snapshotter](env)
	if !ok {
		return fmt.Errorf("agents: save %s: its lanes cannot be saved: it is no Snapshotter", env.Spec().ID)
	}
	var all []byte
	ends := make([]int64, env.Len())
	for i := range env.Len() {
		var err error
		if all, err = snap.Snapshot(all, b, i); err != nil {
			return fmt.Errorf("agents: save lane %d: %w", i, err)
		}
		ends[i] = int64(len(all))
	}
	s.PutBytes("env.lanes", all)
	s.PutInts("env.ends", ends)
	return nil
}

// LoadLanes restores what [SaveLanes] saved. It fails if the snapshots are of
// another environment or number of lanes.
func LoadLanes(s *State, env miniflow.Env, b *miniflow.Batch) error {
	snap, ok := miniflow.As[miniflow.Snapshotter](env)
	if !ok {
		return fmt.Errorf("agents: load %s: its lanes cannot be restored: it is no Snapshotter", env.Spec().ID)
	}
	ends := make([]int64, env.Len())
	s.Ints("env.ends", ends)
	all := s.Bytes("env.lanes")
	if err := s.Err(); err != nil {
		return err
	}
	from := int64(0)
	for i, end := range ends {
		if end < from || end > int64(len(all)) {
			return fmt.Errorf("agents: load lane %d: its bytes are out of range: %w", i, ErrCheckpoint)
		}
		if err := snap.Restore(b, i, all[from:end]); err != nil {
			return fmt.Errorf("agents: load lane %d: %w", i, err)
		}
		from = end
	}
	return nil
}
