package minigrid

import (
	"errors"
	"fmt"
	"sync"

	"github.com/miniflow-rl/miniflow"
)

// Layout is what a world has before a level is drawn: its sizes and its rules.
type Layout struct {
	Width, Height int // cells, at least 3 each
	// MaxSteps is the number of steps after which an episode is truncated, unless
	// the task sets World.MaxSteps in Generate.
	MaxSteps int
	// Actions is the number of actions. The default (zero) is all seven.
	Actions int
	// MinReward is the lowest reward of a step; the highest is 1.
	MinReward float64
	// SeeThrough is whether walls let the agent see through them by default.
	SeeThrough bool
	// NewTask returns the task of one lane.
	NewTask func() Task
}

// Class is a family of worlds that differ in parameters.
type Class struct {
	Name    string           // the family, such as "DoorKey"
	Doc     string           // the task in a sentence
	Mission string           // the mission, with variable words in braces
	Params  []miniflow.Param // parameters with their defaults
	// SeeThrough is the default of the parameter see_through_walls.
	SeeThrough bool
	// Layout checks the parameters of c and computes the layout from them.
	Layout func(c *miniflow.Config) (Layout, error)
}

// commonParams are the parameters that every world has.
func commonParams(seeThrough bool) []miniflow.Param {
	return []miniflow.Param{
		{Name: "max_steps", Doc: "steps after which an episode is truncated; 0 for the world's own limit", Value: 0, Max: 1 << 30},
		{Name: "see_through_walls", Doc: "whether walls and doors hide nothing", Value: seeThrough},
		{Name: "agent_view_size", Doc: "side of the agent's view in cells, odd", Value: 7, Min: 3, Max: 255},
		{Name: "highlight", Doc: "whether pictures of the whole map show the agent's view lighter", Value: true},
		{Name: "tile_size", Doc: "pixels a cell in pictures", Value: 32, Min: 1, Max: 256},
		{Name: "agent_pov", Doc: "whether pictures show the agent's view instead of the map", Value: false},
	}
}

// Register makes the class known under id, with other defaults for the named
// parameters.
func (cl Class) Register(id string, defaults map[string]any) error {
	spec := miniflow.Spec{
		ID: id, Family: cl.Name, Doc: cl.Doc, Mission: cl.Mission,
		Params: append(append([]miniflow.Param(nil), cl.Params...), commonParams(cl.SeeThrough)...),
	}
	for name, v := range defaults {
		if err := miniflow.WithParam(name, v)(&miniflow.Config{Spec: &spec}); err != nil {
			return fmt.Errorf("minigrid: register %s: %w", id, err)
		}
	}
	c := &miniflow.Config{Spec: &spec, Lanes: 1, Threads: 1}
	layout, err := cl.layout(c)
	if err != nil {
		return fmt.Errorf("minigrid: register %s: %w", id, err)
	}
	complete(&spec, layout, c.Int("agent_view_size"))
	err = miniflow.Register(spec, func(c *miniflow.Config) (miniflow.Env, error) {
		layout, err := cl.layout(c)
		if err != nil {
			return nil, err
		}
		return newEnv(c, layout)
	})
	if err == nil {
		classes.Store(id, cl)
	}
	return err
}

// classes holds the Class of every registered id.
var classes sync.Map

// LayoutOf returns the layout of a registered Minigrid id with its default
// parameters, for worlds that differ in view, actions or steps only.
func LayoutOf(id string) (Layout, error) {
	spec, err := miniflow.Lookup(id)
	if err != nil {
		return Layout{}, err
	}
	cl, ok := classes.Load(id)
	if !ok {
		return Layout{}, fmt.Errorf("minigrid: layout of %s: it is no Minigrid world: %w", id, miniflow.ErrUnknownID)
	}
	return cl.(Class).layout(&miniflow.Config{Spec: spec, Lanes: 1, Threads: 1})
}

// layout is cl.Layout with the common parameters applied.
func (cl Class) layout(c *miniflow.Config) (Layout, error) {
	l, err := cl.Layout(c)
	if err != nil {
		return l, err
	}
	if l.NewTask == nil {
		return l, errors.New("the layout has no NewTask")
	}
	if l.Actions < 0 || l.Actions > int(numActions) {
		return l, fmt.Errorf("the layout has %d actions: want 1 to %d, or 0 for all: %w", l.Actions, numActions, miniflow.ErrParam)
	}
	if n := c.Int("max_steps"); n > 0 {
		l.MaxSteps = n
	}
	l.SeeThrough = c.Bool("see_through_walls")
	if n := c.Int("agent_view_size"); n%2 == 0 {
		return l, fmt.Errorf("parameter agent_view_size is %d: want an odd number: %w", n, miniflow.ErrParam)
	}
	return l, nil
}

// complete fills in the parts of a spec that follow from the layout.
func complete(spec *miniflow.Spec, l Layout, view int) {
	if l.Actions == 0 {
		l.Actions = int(numActions)
	}
	spec.MaxSteps = l.MaxSteps
	spec.Reward = [2]float64{l.MinReward, 1}
	spec.Observation = miniflow.Dict{
		{Name: "image", Space: miniflow.NewBox(miniflow.Uint8, 0, 255, view, view, 3)},
		{Name: "direction", Space: miniflow.Discrete{N: 4}},
		{Name: "mission", Space: miniflow.Text{MaxLen: 256}},
	}
	spec.Action = miniflow.Discrete{N: l.Actions}
	spec.ActionNames = append([]string(nil), actionNames[:l.Actions]...)
}

// Register makes a world without parameters of its own known under id: the
// short way for custom worlds.
func Register(id, doc string, layout Layout) error {
	cl := Class{Name: id, Doc: doc, SeeThrough: layout.SeeThrough,
		Layout: func(*miniflow.Config) (Layout, error) { return layout, nil }}
	return cl.Register(id, nil)
}

// row is a line of a family's table of ids.
type row struct {
	id       string
	defaults map[string]any
}

type defaults = map[string]any

// registerAll registers a family's table; it panics on a mistake in the table.
func (cl Class) registerAll(rows []row) {
	for _, r := range rows {
		if err := cl.Register(r.id, r.defaults); err != nil {
			panic(err)
		}
	}
}
