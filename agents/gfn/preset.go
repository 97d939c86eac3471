package gfn

import (
	"fmt"
	"strings"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// Presets are the names that [Preset] knows.
var Presets = []string{"default", "line", "hybrid", "box", "diffusion", "modes", "exact", "history"}

// Preset returns named settings for an objective. "line" is for walks of a few
// steps, on a line or on a torus: it is learned in 600,000 steps. "box" is for the
// boxes, whose rewards have sharp edges, which densities and so the lower bound of
// log Z do not reach: 1,500,000 steps. "diffusion" is for walks of some twenty steps
// to targets of about unit width around the origin, "modes" for those to modes far
// from each other, which are kept by replaying objects. Use both with the objective
// vargrad: a log Z that lags behind drives policies off. Continuous.Step should be
// about the width of the whole target over the root of the number of steps.
//
// "exact" is for spaces that are small enough to be learned until nothing but
// rounding errors is left: batches of 64, two steps of the optimiser for each, and
// the learning rates of the default. Adam's means of gradients are shorter, the learning rates cool over the last
// tenth of the run and settle where the loss vanishes, and the policy acts with a
// running mean of its last parameters. "history" is for the episodes of one level
// of an environment that is no construction environment, of at most 24 actions:
// solutions are rare at first, so different ones are kept and replayed, the first part of the
// run explores actions and what lies behind seldom seen observations, and large
// residuals do not pull hard. Use it with the objective vargrad, whose log Z need
// not be learned.
//
// It fails if there is no such objective or preset.
func Preset(name string, o Objective) (Config, error) {
	c, err := DefaultConfig(o)
	if err != nil || name == "default" {
		return c, err
	}
	c.EvalEvery = 1000
	switch name {
	case "line", "hybrid":
		c.Lanes, c.Hidden, c.LearningRate, c.Cooling = 32, []int{64, 64}, 3e-3, 0.02
		c.Continuous.Frequencies, c.Continuous.Noise, c.ExploreSteps = 2, 0.5, 300_000
		if name == "hybrid" {
			c.Backward, c.Continuous.Step, c.Explore.Epsilon = BackwardUniform, 1, 0.02
		}
	case "box":
		c.Lanes, c.Hidden, c.LearningRate, c.Cooling = 128, []int{128, 128}, 4e-3, 0.01
		c.Continuous.Frequencies, c.Continuous.Components, c.Continuous.SourceComponents = 6, 8, 64
		c.Continuous.MaxConcentration = 200
		c.LogZImportance = o == ObjectiveTB
	case "diffusion", "modes":
		c.Lanes, c.Hidden, c.LearningRate, c.Cooling, c.MinLogReward = 64, []int{128, 128}, 2e-3, 0.01, -1000
		c.Backward, c.Continuous.Langevin, c.Continuous.Frequencies, c.EvalEvery = BackwardUniform, true, 4, 5000
		if name == "diffusion" {
			c.Continuous.Components, c.Continuous.Scale, c.Continuous.Step = 2, 4, 0.4
			c.Continuous.MinSD, c.Continuous.MaxSD = 0.1, 1.5
			break
		}
		c.Lanes, c.Continuous.Components, c.Continuous.Scale, c.Continuous.Step = 32, 4, 10, 1.3
		c.Continuous.MinSD, c.Continuous.MaxSD = 0.3, 8
		c.Continuous.Noise, c.ExploreSteps, c.Regression = 1, 2_000_000, Regression{Huber, 5}
		c.Replay, c.ReplayShare, c.Capacity = ReplayStates, 0.25, 100_000
	case "exact":
		c.Lanes, c.Epochs, c.AdamBeta1, c.AdamBeta2, c.Average = 64, 2, 0.85, 0.9995, 0.1
		c.Cooling, c.CoolingFrom, c.Settle, c.EvalEvery = 0, 0.9, 1e-8, 25
	case "history":
		c.Hidden, c.Horizon, c.Explore.Epsilon, c.ExploreSteps = []int{128}, 24, 0.1, 50_000
		c.Replay, c.Capacity, c.ReplayByReward, c.Frontier = ReplayDiverse, 200, true, 0.5
		c.Regression = Regression{Loss: Huber, Scale: 5}
	default:
		return c, fmt.Errorf("gfn: preset %q is unknown: there are %s", name, strings.Join(Presets, ", "))
	}
	return c, nil
}

// discreteRules returns the rules of a construction environment of discrete ones.
func discreteRules(env miniflow.Env) (gfnenvs.Rules, bool) {
	e, ok := miniflow.As[interface{ Rules() gfnenvs.Rules }](env)
	if !ok {
		return nil, false
	}
	return e.Rules(), true
}

// UsePreset replaces c by the named [Preset] of its objective, for env. It fails,
// and changes nothing, if the preset is for another kind of environment.
func (c *Config) UsePreset(name string, env miniflow.Env) error {
	p, err := Preset(name, c.Objective)
	if err != nil {
		return err
	}
	id := env.Spec().ID
	switch name {
	case "line", "hybrid", "box", "diffusion", "modes":
		if _, continuous := continuousRules(env); !continuous {
			return fmt.Errorf("gfn: preset %s is for continuous construction environments, such as Line-2, and %s is none: leave it out", name, id)
		}
	case "history":
		if !c.Owns(env) {
			return fmt.Errorf("gfn: preset %s is for the episodes of one level, such as one of MiniGrid-Empty-5x5-v0, and %s is a construction environment: leave it out", name, id)
		}
	}
	*c = p
	return nil
}
