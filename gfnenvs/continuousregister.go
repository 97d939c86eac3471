package gfnenvs

import (
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow"
)

// ContinuousFamily is a set of continuous environments that differ in parameters.
type ContinuousFamily struct {
	// Name and Doc are what lists show.
	Name, Doc string
	// Params are the parameters with their defaults.
	Params []miniflow.Param
	// Rules makes the rules from the parameters of c.
	Rules func(c *miniflow.Config) (ContinuousRules, error)
}

// Register makes the family known as id to miniflow.Make, with other defaults
// for the named parameters.
func (f ContinuousFamily) Register(id string, defaults map[string]any) error {
	return register(id, f.Params, defaults, func(c *miniflow.Config) (miniflow.Env, error) {
		rules, err := f.Rules(c)
		if err != nil {
			return nil, err
		}
		b := Builder{ID: c.Spec.ID, Family: f.Name, Doc: f.Doc, Params: c.Spec.Params, Lanes: c.Lanes, Autoreset: c.Autoreset, Seed: c.Seed}
		return b.BuildContinuous(rules)
	})
}

func (f ContinuousFamily) mustRegister(id string, defaults map[string]any) {
	if err := f.Register(id, defaults); err != nil {
		panic(err)
	}
}

// ContinuousRulesOf returns the rules of a registered id, made with the given
// options.
func ContinuousRulesOf(id string, options ...miniflow.Option) (ContinuousRules, error) {
	env, err := miniflow.Make(id, options...)
	if err != nil {
		return nil, err
	}
	e, ok := miniflow.As[interface{ Rules() ContinuousRules }](env)
	if !ok {
		return nil, fmt.Errorf("gfnenvs: %s is no environment of continuous rules", id)
	}
	return e.Rules(), nil
}

func boxParams(delta float64) []miniflow.Param {
	return []miniflow.Param{
		{Name: "delta", Doc: "length of a step", Value: delta, Min: 0.001, Max: 0.999},
		{Name: "R0", Doc: "reward everywhere", Value: 0.1, Min: 0, Max: 1e6},
		{Name: "R1", Doc: "reward of the corners", Value: 0.5, Min: 0, Max: 1e6},
		{Name: "R2", Doc: "reward of the rings in the corners", Value: 2.0, Min: 0, Max: 1e6},
	}
}

func boxReward(c *miniflow.Config) BoxReward {
	return BoxReward{c.Float("R0"), c.Float("R1"), c.Float("R2")}
}

func init() {
	for _, delta := range []float64{0.1, 0.25} {
		ContinuousFamily{
			Name: "BoxPolar", Doc: "Walk through the unit square by steps of one length at any angle; rewards lie in the corners.", Params: boxParams(delta),
			Rules: func(c *miniflow.Config) (ContinuousRules, error) { return NewBoxPolar(c.Float("delta"), boxReward(c)) },
		}.mustRegister(fmt.Sprintf("BoxPolar-%v", delta), nil)
		ContinuousFamily{
			Name: "BoxCartesian", Doc: "Walk through the unit cube by steps of at least some length along every axis; rewards lie in the corners.",
			Params: append(boxParams(delta), miniflow.Param{Name: "ndim", Doc: "dimensions", Value: 2, Min: 1, Max: 64}),
			Rules: func(c *miniflow.Config) (ContinuousRules, error) {
				return NewBoxCartesian(c.Int("ndim"), c.Float("delta"), boxReward(c))
			},
		}.mustRegister(fmt.Sprintf("BoxCartesian-%v", delta), nil)
	}
	steps := func(n int) miniflow.Param {
		return miniflow.Param{Name: "steps", Doc: "steps of a walk", Value: n, Min: 1, Max: 10000}
	}
	ContinuousFamily{
		Name: "Line", Doc: "Walk along a line by a few steps; the reward is a sum of equal bumps.",
		Params: []miniflow.Param{
			steps(5),
			{Name: "modes", Doc: "number of bumps, 3 apart, the first at 2", Value: 2, Min: 1, Max: 1000},
			{Name: "sd", Doc: "width of a bump", Value: 0.5, Min: 1e-6, Max: 1e6},
		},
		Rules: func(c *miniflow.Config) (ContinuousRules, error) {
			var means, sds []float64
			for k := range c.Int("modes") {
				means, sds = append(means, float64(2+3*k)), append(sds, c.Float("sd"))
			}
			line, err := NewLine(means, sds)
			if err != nil {
				return nil, err
			}
			return NewWalk(WalkConfig{Target: line, Steps: c.Int("steps")})
		},
	}.mustRegister("Line-2", nil)
	ContinuousFamily{
		Name: "Torus", Doc: "Turn angles by a few steps; the reward is a sum of bumps on the torus.",
		Params: []miniflow.Param{
			steps(5),
			{Name: "ndim", Doc: "number of angles", Value: 2, Min: 1, Max: 64},
			{Name: "kappa", Doc: "concentration of a bump", Value: 4.0, Min: 0, Max: 1e4},
		},
		Rules: func(c *miniflow.Config) (ContinuousRules, error) {
			means := make([][]float64, 3)
			for k := range means {
				for d := range c.Int("ndim") {
					means[k] = append(means[k], WrapAngle(2*math.Pi*float64(k*(d+1))/3+0.5))
				}
			}
			return NewWalk(WalkConfig{Target: VonMises{means, c.Float("kappa")}, Steps: c.Int("steps"), Circle: true})
		},
	}.mustRegister("Torus-2", nil)
	for _, name := range Targets {
		ContinuousFamily{
			Name: "Diffusion", Doc: "Move a point by many small steps to where a target density is high.",
			Params: []miniflow.Param{{Name: "target", Doc: "the density", Value: name, Choices: Targets}, steps(20)},
			Rules: func(c *miniflow.Config) (ContinuousRules, error) {
				target, err := NewTarget(c.Text("target"))
				if err != nil {
					return nil, err
				}
				return NewWalk(WalkConfig{Target: target, Steps: c.Int("steps")})
			},
		}.mustRegister("Diffusion-"+name, nil)
	}
	ContinuousFamily{
		Name: "HybridLine", Doc: "Choose a bump and then walk along a line to it.",
		Params: []miniflow.Param{steps(3), {Name: "modes", Doc: "number of bumps, 3 apart, the first at 2; bump k has weight k+1", Value: 3, Min: 1, Max: 1000}},
		Rules:  hybridLine,
	}.mustRegister("HybridLine-3", nil)
}

func hybridLine(c *miniflow.Config) (ContinuousRules, error) {
	choice, err := NewSequence(SequenceConfig{Words: c.Int("modes"), Length: 1, LogReward: func([]int32) float64 { return 0 }})
	if err != nil {
		return nil, err
	}
	line, err := NewLine([]float64{0}, []float64{0.5})
	if err != nil {
		return nil, err
	}
	walk, err := NewWalk(WalkConfig{Target: line, Steps: c.Int("steps")})
	if err != nil {
		return nil, err
	}
	return NewHybrid(HybridConfig{Discrete: choice, Continuous: walk, LogReward: func(object []int32, point []float64) float64 {
		return math.Log(float64(object[0])) + logNormal(point[0], float64(3*object[0]-1), 0.5)
	}})
}
