package gfn

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/nn"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// ContinuousAgent learns to sample the objects of one set of
// gfnenvs.ContinuousRules: by a probability of each kind of action and a mixture
// density of its parameters (Lahlou et al. 2023, arXiv 2301.12594). Make it with
// [NewContinuous]. It is not safe for concurrent use.
type ContinuousAgent struct {
	config Config
	env    miniflow.Env
	rules  gfnenvs.ContinuousRules
	steps  int     // of the whole run, for schedules
	factor float64 // of the learning rates, by Config.Cooling

	features features
	net      *continuousNet
	average  *continuousNet // of Config.Average; nil without
	adam     *nn.Adam
	walker   *walker
	rng      miniflow.Rand
	terms    continuousTerms
	buffer   Buffer
	replayed []int     // numbers of items
	objects  []float64 // that are replayed
	updates  int64
	measure  *measurer
}

var (
	_ agents.Agent       = (*ContinuousAgent)(nil)
	_ agents.Transferrer = (*ContinuousAgent)(nil)
	_ agents.Finisher    = (*ContinuousAgent)(nil)
	_ agents.Measurer    = (*ContinuousAgent)(nil)
)

// continuousRules are the rules of an environment, if it has continuous ones.
func continuousRules(env miniflow.Env) (gfnenvs.ContinuousRules, bool) {
	e, ok := miniflow.As[interface {
		Rules() gfnenvs.ContinuousRules
	}](env)
	if !ok {
		return nil, false
	}
	return e.Rules(), true
}

// NewContinuous returns an agent that is going to learn in env, which must have
// gfnenvs.ContinuousRules, for a number of steps (transitions).
func NewContinuous(env miniflow.Env, config Config, seed uint64, steps int) (*ContinuousAgent, error) {
	if err := config.Check(); err != nil {
		return nil, err
	}
	id := env.Spec().ID
	rules, ok := continuousRules(env)
	if !ok {
		return nil, fmt.Errorf("gfn: %s has no continuous rules", id)
	}
	if err := config.suitsContinuous(); err != nil {
		return nil, fmt.Errorf("gfn: %s on %s: %w", config.Objective, id, err)
	}
	if config.Backward == BackwardUniform && !bridged(rules) {
		return nil, fmt.Errorf("gfn: %s on %s: a uniform backward policy of real parameters wants rules with a method Bridge: use backward tied", config.Objective, id)
	}
	if config.Continuous.Langevin && !sloped(rules) {
		return nil, fmt.Errorf("gfn: %s on %s: continuous.langevin wants rules with a method Slope, of a target with a gradient: set it to false", config.Objective, id)
	}
	if config.potentials() {
		if err := exits(rules, config.Objective); err != nil {
			return nil, fmt.Errorf("gfn: %s on %s: %w", config.Objective, id, err)
		}
	}
	a := &ContinuousAgent{config: config, env: env, rules: rules, steps: steps}
	a.features = newFeatures(rules, &config.Continuous)
	var init miniflow.Rand
	init.SeedKey(seed, agents.StreamInit)
	kinds := len(a.features.layout.Kinds)
	legal := make([]bool, kinds)
	rules.Forward(legal, a.features.layout.Source)
	exits := legal[kinds-1]
	a.net = newContinuousNet(&a.config, &a.features, exits, &init)
	if config.Average > 0 {
		a.average = newContinuousNet(&a.config, &a.features, exits, &init)
		a.average.params.CopyFrom(&a.net.params)
	}
	c := nn.DefaultAdam()
	c.LR, c.Beta1, c.Beta2, c.Epsilon = config.LearningRate, config.AdamBeta1, config.AdamBeta2, config.AdamEps
	c.Rates = map[string]float64{}
	for block, rate := range map[string]float64{blockLogZ: config.LogZRate, blockFlow: config.FlowRate} {
		if slices.Contains(a.net.params.Blocks(), block) {
			c.Rates[block] = rate
		}
	}
	var err error
	if a.adam, err = nn.NewAdam(&a.net.params, c); err != nil {
		return nil, err
	}
	a.rng.SeedKey(seed, agents.StreamActions)
	a.walker = newWalker(rules, &a.config, a.net, a.features, &a.rng)
	a.walker.tape.SetThreads(runtime.GOMAXPROCS(0))
	a.buffer = Buffer{Kind: config.Replay, Capacity: config.Capacity, Cutoff: config.Cutoff, Norm: config.Norm}
	a.measure = newMeasurer(a, seed)
	return a, nil
}

// Update implements [agents.Agent]: constructions are drawn and learned from once.
func (a *ContinuousAgent) Update(ctx context.Context, m *agents.Meter) error {
	a.walker.ctx = ctx
	if err := a.update(ctx, m); err != nil {
		return fmt.Errorf("gfn: %s: %s: update %d: %w", a.config.Objective, a.env.Spec().ID, a.updates, err)
	}
	return nil
}

func (a *ContinuousAgent) update(ctx context.Context, m *agents.Meter) error {
	a.factor = a.config.cooled(float64(m.Steps()) / float64(a.steps))
	w := a.walker
	w.behaviour, w.noise = a.config.explore(m.Steps())
	fresh, err := a.collect()
	if err != nil {
		return err
	}
	loss, bound, err := a.epochs(fresh)
	if err != nil {
		return err
	}
	a.updates++
	reward := 0.0
	for i := range w.all[:fresh] {
		c := &w.all[i]
		m.Episode(len(c.rows), min(math.Exp(c.reward), math.MaxFloat64))
		reward += c.reward
	}
	m.Set("loss", loss)
	m.Set("log_z", a.present(bound))
	m.Set("reward/log_mean", reward/float64(fresh))
	m.Set("log_z/lower_bound", bound)
	return a.measure.report(ctx, m)
}

// epochs learns from the constructions of an update and returns the first loss,
// and the lower bound of log Z by the fresh ones, which the policy of that time drew.
func (a *ContinuousAgent) epochs(fresh int) (first, bound float64, err error) {
	for k := range a.config.Epochs {
		if k > 0 {
			a.walker.reevaluate()
		}
		loss, err := a.learn()
		if err != nil {
			return 0, 0, err
		}
		if k == 0 {
			first, bound = loss, agents.Mean(a.terms.sumRatios(a.walker.tape)[:fresh])
		}
	}
	return first, bound, nil
}

// explore is the behaviour policy's settings, and the standard deviation of the
// noise of continuous actions, after some steps.
func (c *Config) explore(steps int) (Behaviour, float64) {
	b, left := c.behaviour(steps)
	return b, c.Continuous.Noise * left
}

// collect draws the constructions of an update and returns how many of them, the
// first ones, are fresh.
func (a *ContinuousAgent) collect() (fresh int, err error) {
	w := a.walker
	w.begin()
	fresh = a.config.Lanes
	keeps := a.config.Replay != ReplayNone
	if keeps && a.buffer.Len() > 0 {
		fresh = max(1, fresh-int(math.Round(float64(fresh)*a.config.ReplayShare)))
	}
	if err := w.draw(fresh); err != nil || !keeps {
		return fresh, err
	}
	if err := a.replay(a.config.Lanes - fresh); err != nil {
		return 0, err
	}
	a.remember(fresh)
	return fresh, nil
}

// present is log Z by the networks as they were when the last batch was learned
// from; bound is a lower bound of it.
func (a *ContinuousAgent) present(bound float64) float64 {
	switch {
	case a.net.logZ.Valid():
		return float64(a.net.logZ.Data()[0])
	case a.config.Objective == ObjectiveModifiedDB: // log R(s0) - log P_F(exit|s0)
		return float64(a.terms.potential[0] - a.walker.tape.Data(a.terms.LogPFExit)[0])
	case !a.config.flows():
		return bound
	}
	v := float64(a.walker.tape.Data(a.terms.LogF)[0]) // construction 0 starts with its source
	if a.config.potentials() {
		v += float64(a.terms.potential[0])
	}
	return v
}

// acting are the networks that the trained policy acts with.
func (a *ContinuousAgent) acting() *continuousNet {
	if a.average != nil {
		return a.average
	}
	return a.net
}

// Save implements [agents.Agent].
func (a *ContinuousAgent) Save(s *agents.State) error {
	a.net.params.Export(&s.File, stateModel)
	a.adam.Export(&s.File, stateAdam)
	for _, t := range a.twins() {
		t.params.Export(&s.File, t.name)
	}
	rng, err := a.rng.AppendBinary(nil)
	if err != nil {
		return err
	}
	s.PutBytes(stateRand, rng)
	s.PutInts(stateCounts, []int64{a.updates})
	if a.config.Replay != ReplayNone {
		a.buffer.save(s)
		a.buffer.savePoints(s)
	}
	return nil
}

// Load implements [agents.Agent].
func (a *ContinuousAgent) Load(s *agents.State) error {
	if err := a.LoadBlocks(s); err != nil {
		return err
	}
	if err := loadLearning(s, a.adam, a.twins()); err != nil {
		return err
	}
	if err := a.rng.UnmarshalBinary(s.Bytes(stateRand)); err != nil {
		return errors.Join(s.Err(), fmt.Errorf("gfn: %s: %w: %w", stateRand, agents.ErrCheckpoint, err))
	}
	counts := make([]int64, 1)
	s.Ints(stateCounts, counts)
	a.updates = counts[0]
	if a.config.Replay == ReplayNone {
		return s.Err()
	}
	if _, err := s.File.Get(stateBuffer + "points"); err != nil && a.config.Replay == ReplayStates {
		return a.buffer.loadObjects(s, len(a.features.layout.Source))
	}
	if err := a.buffer.load(s, 0, 0); err != nil {
		return fmt.Errorf("gfn: replay buffer: %w", err)
	}
	if err := a.buffer.loadPoints(s, &a.features.layout); err != nil {
		return fmt.Errorf("gfn: replay buffer: %w", err)
	}
	return s.Err()
}

func (a *ContinuousAgent) twins() []twin {
	if a.average == nil {
		return nil
	}
	return []twin{{stateMean, &a.average.params}}
}

// Blocks implements [agents.Transferrer].
func (a *ContinuousAgent) Blocks() []string { return a.net.params.Blocks() }

// Freeze implements [agents.Transferrer].
func (a *ContinuousAgent) Freeze(blocks ...string) error { return a.net.params.Freeze(blocks...) }

// LoadBlocks implements [agents.Transferrer].
func (a *ContinuousAgent) LoadBlocks(s *agents.State, blocks ...string) error {
	return loadBlocks(s, &a.net.params, a.twins(), blocks)
}
