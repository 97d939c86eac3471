package agents

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/miniflow-rl/miniflow"
)

// Agent learns in one environment, which it steps itself. What it does depends
// on the environment, its configuration and its seed only.
type Agent interface {
	// Update gathers experience and learns from it once. It calls m.Step after
	// every step of the environment and m.Set for what it wants to see as curves.
	// If ctx ends it may return the context's error at once, and is not used again.
	Update(ctx context.Context, m *Meter) error
	// Policy returns the present policy in env, whose spaces must be those of the
	// environment that the agent learns in; the number of lanes is free. The
	// policy shares the agent's parameters and sees them change.
	Policy(env miniflow.Env) (Policy, error)
	// Save puts everything that a resumed run needs into s: parameters, optimiser,
	// generators, and the lanes of the environment (see [SaveLanes]).
	Save(s *State) error
	// Load restores what Save saved. On failure the agent must not be used.
	Load(s *State) error
}

// Transferrer is an [Agent] whose network is made of named blocks that can be
// taken from other runs.
type Transferrer interface {
	// Blocks returns the names of the blocks, such as "image" and "policy".
	Blocks() []string
	// LoadBlocks loads the named blocks, or all if none is named, from what
	// another agent's Save saved. It fails if a block is missing on either side
	// or has other shapes, and changes nothing then.
	LoadBlocks(s *State, blocks ...string) error
	// Freeze keeps the named blocks as they are.
	Freeze(blocks ...string) error
}

// Finisher is an [Agent] that has more to show of a finished run than its
// learning curve: Finish writes files into the run's folder and returns their
// names. If that takes long it calls show with how much of the work is done, from
// any goroutine. If ctx ends it may return the names of those that it has written
// with the context's error; it is called again when the run is resumed.
type Finisher interface {
	Finish(ctx context.Context, dir string, show func(done, total int)) ([]string, error)
}

// Owner is an [Algorithm] whose agents may go on stepping the environment that they
// are made with. Where its policy is to act in another one, or with other lanes, they
// are made with one of their own.
type Owner interface {
	Algorithm
	// Owns reports whether they do so with env.
	Owns(env miniflow.Env) bool
}

// Algorithm is the configuration of a kind of agent: a pointer to a struct whose
// JSON form is saved with a run.
type Algorithm interface {
	// Name is the algorithm's registered name, such as "ppo".
	Name() string
	// Check reports settings that make no sense, before anything is made of them.
	Check() error
	// Options are what its environment is made with: lanes and autoreset mode.
	Options() []miniflow.Option
	// New returns an agent that is going to learn in env for a number of steps.
	// It fails if the configuration does not pass Check or does not suit env.
	New(env miniflow.Env, seed uint64, steps int) (Agent, error)
}

var registry = struct {
	sync.RWMutex
	defaults map[string]func() Algorithm
}{defaults: map[string]func() Algorithm{}}

// Register makes an algorithm known by name, so that saved runs can be opened.
// defaults returns a new default configuration. It panics if the name is taken.
func Register(name string, defaults func() Algorithm) {
	registry.Lock()
	defer registry.Unlock()
	if registry.defaults[name] != nil {
		panic("agents: algorithm " + name + " is registered twice")
	}
	registry.defaults[name] = defaults
}

// Algorithms returns the registered names in alphabetical order.
func Algorithms() []string {
	registry.RLock()
	defer registry.RUnlock()
	var names []string
	for name := range registry.defaults {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// ErrUnknownAlgorithm says that no algorithm of this name is registered.
var ErrUnknownAlgorithm = errors.New("unknown algorithm")

// NewAlgorithm returns a new default configuration of a registered algorithm.
func NewAlgorithm(name string) (Algorithm, error) {
	registry.RLock()
	defaults := registry.defaults[name]
	registry.RUnlock()
	if defaults == nil {
		return nil, fmt.Errorf("agents: %w %q: there are %s", ErrUnknownAlgorithm, name, strings.Join(Algorithms(), ", "))
	}
	return defaults(), nil
}

// The streams of a run's seed. Lane i of the environment has the generator of
// seed+i itself; these keys name independent descendants of the seed.
const (
	streamEvaluation = 1 + iota
	streamBootstrap
	// StreamInit is the key of the generator that draws initial parameters.
	StreamInit
	// StreamActions is the key of the generator that draws actions.
	StreamActions
	// StreamBatches is the key of the generator that draws minibatches.
	StreamBatches
)
