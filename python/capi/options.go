package capi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/wrappers"
)

// Options says what [Make] builds.
type Options struct {
	// ID is the registered id.
	ID string `json:"id"`
	// Lanes is the number of lanes. The default (zero) is 1.
	Lanes int `json:"lanes"`
	// Threads is the number of goroutines that step. The default (zero) is 1.
	Threads int `json:"threads"`
	// Autoreset is "next-step", "same-step" or "disabled". The default (empty) is
	// the first.
	Autoreset string `json:"autoreset"`
	// Seed is what lane i starts from, as Seed+i.
	Seed uint64 `json:"seed"`
	// Params are the environment's parameters by name.
	Params map[string]any `json:"params"`
	// Wrappers is a chain of wrappers as wrappers.Apply reads it, outside of which
	// nothing is wrapped.
	Wrappers string `json:"wrappers"`
}

// ParseOptions decodes JSON. Unknown keys are errors.
func ParseOptions(data []byte) (Options, error) {
	var o Options
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		return o, fmt.Errorf("options: %w: %w", err, miniflow.ErrParam)
	}
	return o, nil
}

// build makes the environment that o describes.
func (o Options) build() (miniflow.Env, error) {
	modes := []miniflow.Autoreset{miniflow.NextStep, miniflow.SameStep, miniflow.Disabled}
	k := slices.IndexFunc(modes, func(m miniflow.Autoreset) bool { return m.String() == o.Autoreset })
	if o.Autoreset == "" {
		k = 0
	}
	if k < 0 {
		return nil, fmt.Errorf("autoreset mode %q is unknown: use one of %v: %w", o.Autoreset, modes, miniflow.ErrParam)
	}
	list := []miniflow.Option{
		miniflow.WithLanes(max(o.Lanes, 1)), miniflow.WithThreads(max(o.Threads, 1)),
		miniflow.WithAutoreset(modes[k]), miniflow.WithSeed(o.Seed),
	}
	for _, name := range sortedKeys(o.Params) {
		list = append(list, miniflow.WithParam(name, o.Params[name]))
	}
	env, err := miniflow.Make(o.ID, list...)
	if err != nil {
		return nil, err
	}
	return wrappers.Apply(env, o.Wrappers)
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
