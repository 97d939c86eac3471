package miniflow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/miniflow-rl/miniflow/internal/spelling"
)

// Factory builds an environment from a configuration whose parameters have
// been checked against the registered Spec.
type Factory func(c *Config) (Env, error)

// Config is what [Make] hands to a [Factory].
type Config struct {
	// Spec is a private copy of the registered spec with the parameters set.
	// The factory completes it where spaces or limits depend on parameters.
	Spec *Spec
	// Lanes is the number of lanes, at least 1.
	Lanes int
	// Threads is the number of goroutines that step lanes, at least 1.
	Threads int
	// Autoreset is the mode to run in.
	Autoreset Autoreset
	// Seed is what lane i's generator starts from, as Seed+i, until a Reset
	// gives seeds.
	Seed uint64

	ctx context.Context // nil, or what ends the making early
}

// Int returns the value of an int parameter. Like its siblings it panics if the
// Spec declares no such parameter of this type: a mistake of the factory.
func (c *Config) Int(name string) int { return paramValue[int](c, name) }

// Float returns the value of a float64 parameter.
func (c *Config) Float(name string) float64 { return paramValue[float64](c, name) }

// Bool returns the value of a bool parameter.
func (c *Config) Bool(name string) bool { return paramValue[bool](c, name) }

// Text returns the value of a string parameter.
func (c *Config) Text(name string) string { return paramValue[string](c, name) }

// Ints returns the value of a []int parameter.
func (c *Config) Ints(name string) []int { return paramValue[[]int](c, name) }

func paramValue[T any](c *Config, name string) T {
	for i := range c.Spec.Params {
		if c.Spec.Params[i].Name == name {
			return c.Spec.Params[i].Value.(T)
		}
	}
	panic("miniflow: " + c.Spec.ID + " declares no parameter " + name)
}

// Vector returns the [VectorEnv] of newSim, or a [ParallelEnv] around it, that the configuration asks for.
func (c *Config) Vector(newSim func() (Sim, error)) (Env, error) {
	v, err := NewVector(c.Spec, c.Lanes, func() (Sim, error) {
		if c.ctx != nil && c.ctx.Err() != nil {
			return nil, c.ctx.Err()
		}
		return newSim()
	})
	if err != nil {
		return nil, err
	}
	v.ctx = c.ctx
	v.mode = c.Autoreset
	for i := range v.rng {
		v.rng[i].Seed(c.Seed + uint64(i))
	}
	if c.Threads > 1 {
		return NewParallel(v, c.Threads)
	}
	return v, nil
}

// Option changes how [Make] builds an environment.
type Option func(*Config) error

// WithLanes sets the number of lanes. The default is 1.
func WithLanes(n int) Option {
	return func(c *Config) error {
		if n < 1 || n > 1<<20 {
			return fmt.Errorf("%d lanes: want a number in [1,%d]: %w", n, 1<<20, ErrParam)
		}
		c.Lanes = n
		return nil
	}
}

// WithThreads steps lanes on n goroutines; results do not depend on n. The
// default is 1.
func WithThreads(n int) Option {
	return func(c *Config) error {
		if n < 1 || n > 1024 {
			return fmt.Errorf("%d threads: want a number in [1,1024]: %w", n, ErrParam)
		}
		c.Threads = n
		return nil
	}
}

// WithAutoreset sets the autoreset mode. The default is [NextStep].
func WithAutoreset(mode Autoreset) Option {
	return func(c *Config) error {
		if int(mode) >= len(autoresetNames) {
			return fmt.Errorf("autoreset mode %d is unknown: %w", mode, ErrParam)
		}
		c.Autoreset = mode
		return nil
	}
}

// WithSeed seeds lane i's generator with seed+i, so that a Reset without seeds
// is determined by it. The default is 0.
func WithSeed(seed uint64) Option {
	return func(c *Config) error { c.Seed = seed; return nil }
}

// WithContext lets ctx end the making of the environment, and every Reset of it,
// early and with the context's error: with very many lanes they can take long.
// Steps go on. The default is that nothing ends them.
func WithContext(ctx context.Context) Option {
	return func(c *Config) error { c.ctx = ctx; return nil }
}

// WithParam sets a parameter that the environment's Spec declares. See
// [Param.Set] for the values it takes.
func WithParam(name string, value any) Option {
	return func(c *Config) error {
		names := make([]string, len(c.Spec.Params))
		for i := range c.Spec.Params {
			p := &c.Spec.Params[i]
			if p.Name == name {
				return p.Set(value)
			}
			names[i] = p.Name
		}
		if len(names) == 0 {
			return fmt.Errorf("parameter %s is unknown: there are none: %w", name, ErrParam)
		}
		return fmt.Errorf("parameter %s is unknown: there are %s: %w", name, strings.Join(names, ", "), ErrParam)
	}
}

var registry = struct {
	sync.RWMutex
	specs     map[string]*Spec
	factories map[string]Factory
}{specs: map[string]*Spec{}, factories: map[string]Factory{}}

// Register makes an environment known under spec.ID. It is meant for init
// functions and fails if the id is empty or taken.
func Register(spec Spec, factory Factory) error {
	registry.Lock()
	defer registry.Unlock()
	switch {
	case spec.ID == "":
		return errors.New("miniflow: register: the spec has no id")
	case factory == nil:
		return fmt.Errorf("miniflow: register %s: the factory is nil", spec.ID)
	case registry.specs[spec.ID] != nil:
		return fmt.Errorf("miniflow: register %s: the id is taken", spec.ID)
	}
	registry.specs[spec.ID] = spec.Clone()
	registry.factories[spec.ID] = factory
	return nil
}

// MustRegister is [Register] for package-level tables: it panics on failure.
func MustRegister(spec Spec, factory Factory) {
	if err := Register(spec, factory); err != nil {
		panic(err)
	}
}

// IDs returns all registered ids in alphabetical order.
func IDs() []string {
	registry.RLock()
	defer registry.RUnlock()
	ids := make([]string, 0, len(registry.specs))
	for id := range registry.specs {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Lookup returns a copy of the registered Spec of id, or an error that wraps
// [ErrUnknownID] and names the nearest ids.
func Lookup(id string) (*Spec, error) {
	registry.RLock()
	spec := registry.specs[id]
	registry.RUnlock()
	if spec == nil {
		return nil, unknownID(id)
	}
	return spec.Clone(), nil
}

// Make builds the environment that is registered as id.
func Make(id string, options ...Option) (Env, error) {
	spec, err := Lookup(id)
	if err != nil {
		return nil, err
	}
	registry.RLock()
	factory := registry.factories[id]
	registry.RUnlock()
	c := &Config{Spec: spec, Lanes: 1, Threads: 1}
	for _, o := range options {
		if err := o(c); err != nil {
			return nil, fmt.Errorf("make %s: %w", id, err)
		}
	}
	env, err := factory(c)
	if err != nil {
		return nil, fmt.Errorf("make %s: %w", id, err)
	}
	return env, nil
}

func unknownID(id string) error {
	ids := IDs()
	if len(ids) == 0 {
		return fmt.Errorf("environment %q: %w: none is registered, import a package such as miniflow/minigrid", id, ErrUnknownID)
	}
	near := spelling.Nearest(id, ids, 3)
	if len(near) == 0 {
		return fmt.Errorf("environment %q: %w: nothing registered resembles it, miniflow envs lists all", id, ErrUnknownID)
	}
	return fmt.Errorf("environment %q: %w: did you mean %s?", id, ErrUnknownID, strings.Join(near, ", "))
}
