package gfn

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/gfn/density"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// Continuous are the settings that only environments of continuous rules know.
type Continuous struct {
	// Components is the number of components of the mixtures that parameters of
	// actions are drawn from. SourceComponents is that of first steps: actions that
	// can be undone in one way only.
	Components       int `json:"components"`
	SourceComponents int `json:"source_components"`
	// The ranges of the concentrations of beta densities (for parameters in [0,1]),
	// the standard deviations of normal ones (for real parameters) and the
	// concentrations of von Mises ones (for angles). A beta density with both of its
	// concentrations, one the least and one the largest, must have no more than 2 % of
	// its mass within 1e-6 of 0 or of 1, where what is drawn is moved inside: the
	// learned distribution would differ from its densities.
	MinConcentration float64 `json:"min_concentration"`
	MaxConcentration float64 `json:"max_concentration"`
	MinSD            float64 `json:"min_sd"`
	MaxSD            float64 `json:"max_sd"`
	MinKappa         float64 `json:"min_kappa"`
	MaxKappa         float64 `json:"max_kappa"`
	// Frequencies is the number of sines and cosines of each element of the state
	// that networks see, of periods 2, 1, 1/2 ... times its range. Scale is what
	// elements without bounds are divided by; their period is that of [-Scale,Scale].
	Frequencies int     `json:"frequencies"`
	Scale       float64 `json:"scale"`
	// Step is the standard deviation of a step of the Brownian motion that is the
	// backward policy of real parameters where that is [BackwardUniform].
	Step float64 `json:"step"`
	// Langevin adds to the means of the steps of a walk a learned number times Step²
	// times the gradient of the log reward, of which no element is more than 5 Step. It
	// wants rules that are a gfnenvs.Sloper.
	Langevin bool `json:"langevin"`
	// Noise is the standard deviation of what is added to real parameters and angles
	// that are drawn for learning. It fades as the rest of Explore does, whose Epsilon
	// is also the share of actions whose parameters are drawn evenly or, if they have
	// no bounds, with the standard deviation MaxSD.
	Noise float64 `json:"noise"`
	// EvalSamples is the number of objects drawn for a measurement on the way,
	// FinalSamples that for the measurement of a finished run.
	EvalSamples  int `json:"eval_samples"`
	FinalSamples int `json:"final_samples"`
}

func defaultContinuous() Continuous {
	return Continuous{Components: 4, SourceComponents: 4, MinConcentration: 0.5, MaxConcentration: 50, MinSD: 0.1, MaxSD: 2, MinKappa: 0.1, MaxKappa: 50,
		Frequencies: 3, Scale: 5, Step: 0.5, EvalSamples: 1 << 14, FinalSamples: 1 << 18}
}

func (c *Continuous) check() error {
	if err := cmp.Or(
		agents.InRange("continuous.components", float64(c.Components), 1, 1<<10),
		agents.InRange("continuous.source_components", float64(c.SourceComponents), 1, 1<<10),
		agents.InRange("continuous.min_concentration", c.MinConcentration, 1e-3, 1e6),
		agents.InRange("continuous.max_concentration", c.MaxConcentration, c.MinConcentration, 1e6),
		agents.InRange("continuous.min_sd", c.MinSD, 1e-6, 1e6),
		agents.InRange("continuous.max_sd", c.MaxSD, c.MinSD, 1e6),
		agents.InRange("continuous.min_kappa", c.MinKappa, 1e-6, 1e6),
		agents.InRange("continuous.max_kappa", c.MaxKappa, c.MinKappa, 1e6),
		agents.InRange("continuous.frequencies", float64(c.Frequencies), 0, 32),
		agents.InRange("continuous.scale", c.Scale, 1e-6, 1e9),
		agents.InRange("continuous.step", c.Step, 1e-6, 1e6),
		agents.InRange("continuous.noise", c.Noise, 0, 1e6),
		agents.InRange("continuous.eval_samples", float64(c.EvalSamples), 2, 1<<30),
		agents.InRange("continuous.final_samples", float64(c.FinalSamples), 2, 1<<30),
	); err != nil {
		return fmt.Errorf("gfn: %w", err)
	}
	beta := density.Mixture{Family: density.Beta, Low: c.MinConcentration, High: c.MaxConcentration}
	if p := beta.AtEdge(); p > maxAtEdge {
		return fmt.Errorf("gfn: continuous.min_concentration is %v and max_concentration %v: a beta density of both has %.1f %% of its mass within %v of an end, want at most %v %%: raise the one or lower the other",
			c.MinConcentration, c.MaxConcentration, 100*p, density.Edge, 100*maxAtEdge)
	}
	return nil
}

// maxAtEdge is the largest share of numbers in [0,1] that may be moved from an end.
const maxAtEdge = 0.02

// mixture is the density of n parameters of a kind of action, or of undoing it.
func (c *Continuous) mixture(k *gfnenvs.Kind, n int) density.Mixture {
	m := density.Mixture{Components: c.Components, Params: n}
	if k.Back == 0 {
		m.Components = c.SourceComponents
	}
	switch k.Domain {
	case gfnenvs.Unit:
		m.Family, m.Low, m.High = density.Beta, c.MinConcentration, c.MaxConcentration
	case gfnenvs.Real:
		m.Family, m.Low, m.High = density.Normal, c.MinSD, c.MaxSD
	case gfnenvs.Circle:
		m.Family, m.Low, m.High = density.VonMises, c.MinKappa, c.MaxKappa
	}
	return m
}

// continuousObjectives are those that need no list of all actions of a state.
var continuousObjectives = []Objective{ObjectiveTB, ObjectiveVarGrad, ObjectiveDB, ObjectiveFLDB, ObjectiveModifiedDB, ObjectiveSubTB}

// suitsContinuous says which settings cannot be had on continuous rules.
func (c *Config) suitsContinuous() error {
	switch {
	case !slices.Contains(continuousObjectives, c.Objective):
		return fmt.Errorf("the objective needs a list of all actions: on continuous rules use one of %s", names(continuousObjectives))
	case c.Backward == BackwardMaxEntropy:
		return fmt.Errorf("backward %v counts paths, of which continuous rules have no number: use tied, free, likelihood or uniform", c.Backward)
	case c.Network != NetworkMLP || c.NoisyLayers > 0:
		return fmt.Errorf("network %v with %d noisy layers is for discrete rules: on continuous rules use mlp without", c.Network, c.NoisyLayers)
	case c.Data != "":
		return fmt.Errorf("data are objects of discrete rules: leave it empty")
	case c.Tabular:
		return fmt.Errorf("continuous rules have no table of states: set tabular to false")
	case c.LocalSearch > 0:
		return fmt.Errorf("there is no local search on continuous rules: set local_search to 0")
	case c.Frontier > 0:
		return fmt.Errorf("there are no observations to go back to on continuous rules: set frontier to 0")
	}
	return nil
}

// exits follows one construction, of the first legal kinds with parameters in the
// middle of their domains, to see whether its states can exit.
func exits(r gfnenvs.ContinuousRules, o Objective) error {
	l := r.Layout()
	s, mask := slices.Clone(l.Source), make([]bool, len(l.Kinds))
	r.Forward(mask, s)
	for range max(l.Steps, 1) {
		kind := slices.Index(mask[:l.Exit()], true)
		if kind < 0 {
			return nil
		}
		k := l.Kinds[kind]
		u, v := make([]float64, k.Params), make([]float64, k.Back)
		if k.Domain == gfnenvs.Unit {
			for i := range u {
				u[i] = 0.5
			}
		}
		r.Apply(s, kind, u, v)
		clear(mask)
		if r.Forward(mask, s); !mask[l.Exit()] {
			return noContinuousExit(s, o)
		}
	}
	return nil
}

func noContinuousExit(s []float64, o Objective) error {
	return fmt.Errorf("state %v cannot exit: %s wants that every state but the source can; use db", s, o)
}

// bridged reports whether the uniform backward policy can be had: undoing a step
// by real parameters wants a Brownian bridge.
func bridged(r gfnenvs.ContinuousRules) bool {
	l := r.Layout()
	if b, ok := r.(gfnenvs.Bridger); ok {
		if _, ok = b.Bridge(nil, l.Source); ok {
			return true
		}
	}
	return !slices.ContainsFunc(l.Kinds, func(k gfnenvs.Kind) bool { return k.Domain == gfnenvs.Real && k.Back > 0 })
}

// sloped reports whether the gradient of the log reward can be had.
func sloped(r gfnenvs.ContinuousRules) bool {
	l := r.Layout()
	s, ok := r.(gfnenvs.Sloper)
	return ok && s.Slope(make([]float64, l.Params()), l.Source)
}

func names(all []Objective) string {
	var out []string
	for _, o := range all {
		out = append(out, string(o))
	}
	return strings.Join(out, ", ")
}

// angle reports whether element j of states is one.
func angle(l *gfnenvs.ContinuousLayout, j int) bool {
	return l.Low[j] == -math.Pi && l.High[j] == math.Pi
}
