package miniworld

import (
	"fmt"
	"strings"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// Layout is what a world has before a level is generated: its limits and rules.
type Layout struct {
	// MaxSteps is the number of steps after which an episode is truncated, 0 for no
	// limit. The task may set World.MaxSteps in Generate.
	MaxSteps int
	// Actions is the number of actions. The default (zero) is all eight.
	Actions int
	// ActionNames names the actions. The default (empty) is the original's names.
	ActionNames []string
	// Reward is the closed range of the reward of one step. The default (zero) is
	// [0,1].
	Reward [2]float64
	// Domain is what domain randomisation varies. The default (nil) is
	// DefaultDomain().
	Domain *Domain
	// Things is the number of entities in pose observations. The default (zero) is 8.
	Things int
	// Extra lists observations that the task, an [Informer], writes itself.
	Extra miniflow.Dict
	// NewTask returns the task of one lane.
	NewTask func() Task
}

// Class is a family of worlds that differ in parameters.
type Class struct {
	Name    string           // the family, such as "Maze"
	Doc     string           // the task in a sentence
	Mission string           // the mission, with variable words in braces
	Params  []miniflow.Param // parameters with their defaults
	// Layout checks the parameters of c and computes the layout from them.
	Layout func(c *miniflow.Config) (Layout, error)
}

// commonParams are the parameters that every world has.
func commonParams() []miniflow.Param {
	return []miniflow.Param{
		{Name: "max_episode_steps", Doc: "steps after which an episode is truncated; 0 for the world's own limit", Value: 0, Max: 1 << 30},
		{Name: "domain_rand", Doc: "whether textures, light, camera and steps are drawn at random", Value: false},
		{Name: "randomize", Doc: "the factors that domain_rand draws, separated by commas; empty for all", Value: ""},
		{Name: "streams", Doc: "whether domain_rand draws every factor from a stream of its own", Value: false},
		{Name: "forward_step", Doc: "metres a step; 0 for the world's own", Value: 0.0, Max: 10},
		{Name: "turn_step", Doc: "degrees a turn; 0 for the world's own", Value: 0.0, Max: 180},
		{Name: "obs", Doc: "rgb, grey, depth, segmentation, pose, topdown or text; several joined by +", Value: "rgb"},
		{Name: "obs_width", Doc: "width of observations in pixels", Value: 80, Min: 1, Max: 4096},
		{Name: "obs_height", Doc: "height of observations in pixels", Value: 60, Min: 1, Max: 4096},
		{Name: "quality", Doc: "full: four samples a pixel, as the original; fast: one", Value: "full", Choices: []string{"full", "fast"}},
		{Name: "window_width", Doc: "width of pictures in pixels", Value: 800, Min: 1, Max: 8192},
		{Name: "window_height", Doc: "height of pictures in pixels", Value: 600, Min: 1, Max: 8192},
		{Name: "view", Doc: "what pictures show first", Value: "agent", Choices: []string{"agent", "top"}},
	}
}

// Register makes the class known under id, with other defaults for the named
// parameters.
func (cl Class) Register(id string, defaults map[string]any) error {
	spec := miniflow.Spec{
		ID: id, Family: cl.Name, Doc: cl.Doc, Mission: cl.Mission,
		Params: append(append([]miniflow.Param(nil), cl.Params...), commonParams()...),
	}
	for name, v := range defaults {
		if err := miniflow.WithParam(name, v)(&miniflow.Config{Spec: &spec}); err != nil {
			return fmt.Errorf("miniworld: register %s: %w", id, err)
		}
	}
	c := &miniflow.Config{Spec: &spec, Lanes: 1, Threads: 1}
	p, err := cl.prepare(c)
	if err != nil {
		return fmt.Errorf("miniworld: register %s: %w", id, err)
	}
	p.complete(&spec)
	return miniflow.Register(spec, func(c *miniflow.Config) (miniflow.Env, error) {
		p, err := cl.prepare(c)
		if err != nil {
			return nil, err
		}
		return newEnv(c, p)
	})
}

// plan is a layout with the common parameters applied.
type plan struct {
	Layout
	kinds         []Kind
	width, height int
	quality       raster.Quality
	random        bool
}

func (cl Class) prepare(c *miniflow.Config) (*plan, error) {
	l, err := cl.Layout(c)
	if err != nil {
		return nil, err
	}
	if n := c.Int("max_episode_steps"); n > 0 {
		l.MaxSteps = n
	}
	if l.Actions == 0 {
		l.Actions = int(numActions)
	}
	if l.Reward == ([2]float64{}) {
		l.Reward = [2]float64{0, 1}
	}
	if l.Things == 0 {
		l.Things = 8
	}
	d := DefaultDomain()
	if l.Domain != nil {
		d = *l.Domain
	}
	if err := d.apply(c); err != nil {
		return nil, err
	}
	l.Domain = &d
	p := &plan{Layout: l, width: c.Int("obs_width"), height: c.Int("obs_height"), random: c.Bool("domain_rand")}
	if p.kinds, err = ParseKinds(c.Text("obs")); err != nil {
		return nil, err
	}
	if c.Text("quality") == "full" {
		p.quality = raster.Full
	}
	return p, nil
}

// apply changes a domain as the common parameters say.
func (d *Domain) apply(c *miniflow.Config) error {
	if v := c.Float("forward_step"); v > 0 {
		d.Ranges[ForwardStep] = Fixed(v)
	}
	if v := c.Float("turn_step"); v > 0 {
		d.Ranges[TurnStep] = Fixed(v)
	}
	if s := c.Text("randomize"); s != "" {
		names := strings.Split(s, ",")
		for i := range names {
			names[i] = strings.TrimSpace(names[i])
		}
		if err := d.Keep(names...); err != nil {
			return err
		}
	}
	d.Streams = d.Streams || c.Bool("streams")
	return d.check()
}

// complete fills in the parts of a spec that follow from the layout.
func (p *plan) complete(spec *miniflow.Spec) {
	spec.MaxSteps, spec.Reward = p.MaxSteps, p.Reward
	spec.Observation = nil
	for _, k := range p.kinds {
		spec.Observation = append(spec.Observation, k.Space(p.width, p.height, p.Things))
	}
	spec.Observation = append(spec.Observation, p.Extra...)
	spec.Action = miniflow.Discrete{N: p.Actions}
	if spec.ActionNames = append([]string(nil), p.ActionNames...); len(spec.ActionNames) == 0 {
		spec.ActionNames = append(spec.ActionNames, actionNames[:p.Actions]...)
	}
}

// Register makes a world without parameters of its own known under id: the
// short way for custom worlds.
func Register(id, doc string, layout Layout) error {
	cl := Class{Name: id, Doc: doc, Layout: func(*miniflow.Config) (Layout, error) { return layout, nil }}
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
