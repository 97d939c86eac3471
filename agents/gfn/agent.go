package gfn

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/nn"
	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
)

// Agent learns to sample the objects of one set of gfnenvs.Rules. Make it with
// [New]. It is not safe for concurrent use.
type Agent struct {
	config  Config
	env     miniflow.Env
	rules   gfnenvs.Rules
	layout  gfnenvs.Layout
	history *History // the rules, where env has none
	steps   int      // of the whole run, for schedules
	factor  float64  // of the learning rates, by Config.Cooling

	model    *model
	adam     *nn.Adam
	tape     *nn.Tape
	workers  *workers
	encoder  *encoder
	table    *table
	passes   *passes
	target   *passes // of soft Q-learning; nil for the others
	average  *passes // of Config.Average; nil without
	prior    *passes // of Config.Prior; nil without
	data     [][]int32
	sampler  sampler
	buffer   Buffer
	replayed []int    // items of an update
	frontier frontier // of Config.Frontier
	back     float64  // the share of new trajectories that go back, at this point of the run
	loss     lossTerms

	graph *exact.Graph // nil where the states are too many or rewards conditional
	paths []float64    // log number of paths to each state, for BackwardMaxEntropy
	exact evaluation

	source    []int32
	condition []float64
	updates   int64
	modes     *modeSet // nil if the rules know no modes
}

var (
	_ agents.Agent       = (*Agent)(nil)
	_ agents.Transferrer = (*Agent)(nil)
)

// New returns an agent that is going to learn in env for a number of steps
// (transitions). env must have discrete gfnenvs.Rules.
func New(env miniflow.Env, config Config, seed uint64, steps int) (*Agent, error) {
	if err := config.Check(); err != nil {
		return nil, err
	}
	id := env.Spec().ID
	a := &Agent{config: config, env: env, steps: steps, tape: nn.NewTape()}
	if rules, ok := discreteRules(env); ok {
		a.rules = rules
	} else {
		scale := config.ReturnScale
		if scale == 0 {
			scale = 3 * float64(max(1, env.Spec().MaxSteps))
		}
		floor := config.FailReward
		if floor == 0 {
			floor = -(2.7+math.Log(float64(max(1, env.Spec().NumActions()))))*float64(config.Horizon) - 5
		}
		a.config.MinLogReward = min(a.config.MinLogReward, floor)
		h, err := NewHistory(env, seed, config.Horizon, scale, floor)
		if err != nil {
			return nil, err
		}
		a.history, a.rules, a.config.EvalStates = h, h, 0
	}
	a.layout = a.rules.Layout()
	if err := a.prepare(seed); err != nil {
		return nil, fmt.Errorf("gfn: %s on %s: %w", config.Objective, id, err)
	}
	return a, nil
}

func (a *Agent) prepare(seed uint64) error {
	if err := a.enumerate(); err != nil {
		return err
	}
	var err error
	switch {
	case a.config.Tabular:
		a.encoder = newTabularEncoder(a.graph)
	case a.history != nil:
		a.encoder = newHistoryEncoder(a.history)
	default:
		if a.encoder, err = newEncoder(a.layout); err != nil {
			return err
		}
	}
	a.table = newTable(a.rules, a.encoder, a.config.MinLogReward)
	if err := a.suits(); err != nil {
		return err
	}
	var init miniflow.Rand
	init.SeedKey(seed, agents.StreamInit)
	if a.model, err = newModel(&a.config, a.rules, a.encoder, a.table.c, &init); err != nil {
		return err
	}
	w := newWorkers(runtime.GOMAXPROCS(0))
	a.workers, a.passes = w, newPasses(a.model, w)
	twin := func() (*passes, error) {
		m, err := newModel(&a.config, a.rules, a.encoder, a.table.c, &init)
		if err != nil {
			return nil, err
		}
		m.params.CopyFrom(&a.model.params)
		return newPasses(m, w), nil
	}
	if a.config.Objective == ObjectiveSoftQ {
		if a.target, err = twin(); err != nil {
			return err
		}
	}
	if a.config.Average > 0 {
		if a.average, err = twin(); err != nil {
			return err
		}
	}
	if a.config.Prior != "" {
		if err := a.loadPrior(w); err != nil {
			return err
		}
	}
	c := nn.DefaultAdam()
	c.LR, c.Beta1, c.Beta2, c.Epsilon = a.config.LearningRate, a.config.AdamBeta1, a.config.AdamBeta2, a.config.AdamEps
	for block, rate := range map[string]float64{blockLogZ: a.config.LogZRate, blockFlow: a.config.FlowRate} {
		if rate != c.LR && slices.Contains(a.model.params.Blocks(), block) {
			if c.Rates == nil {
				c.Rates = map[string]float64{}
			}
			c.Rates[block] = rate
		}
	}
	if a.config.Network != NetworkMLP {
		c.WarmUp, c.Warm = a.config.WarmUp, []string{blockLogZ, blockFlow}
	}
	if a.adam, err = nn.NewAdam(&a.model.params, c); err != nil {
		return err
	}
	a.sampler = sampler{ctx: context.Background(), table: a.table, passes: a.passes, back: a.backward}
	a.sampler.rng.SeedKey(seed, agents.StreamActions)
	a.buffer = Buffer{Kind: a.config.Replay, Capacity: a.config.Capacity, Cutoff: a.config.Cutoff, Norm: a.config.Norm}
	a.source, a.condition = make([]int32, len(a.layout.Values)), make([]float64, a.table.c)
	a.modes = newModeSet(a.rules)
	if a.config.Data == "" {
		return nil
	}
	objects, err := ReadObjects(a.config.Data)
	if err != nil {
		return err
	}
	return a.SetData(objects)
}

// suits says why the objective cannot be had on these rules.
func (a *Agent) suits() error {
	c := &a.config
	if c.Frontier > 0 && a.history == nil {
		return fmt.Errorf("frontier %v: only episodes of environments that are no construction environments go back to observations: set frontier to 0", c.Frontier)
	}
	if c.potentials() && a.table.cond != nil {
		return fmt.Errorf("the potential does not know the condition: use db or subtb without forward_looking")
	}
	if c.potentials() && a.table.potential == nil {
		return fmt.Errorf("the objective wants log rewards of unfinished states: give the rules a method Potential, or use db")
	}
	if c.Objective == ObjectiveModifiedDB {
		if err := a.exits(); err != nil {
			return err
		}
	}
	if a.table.cond != nil && (c.Objective == ObjectiveVarGrad || c.Objective == ObjectiveRelativeVarGrad) {
		return fmt.Errorf("trajectories of different conditions have no log Z in common: use tb")
	}
	return nil
}

// exits looks for a state that cannot exit: among all states where they are
// listed, else at the source.
func (a *Agent) exits() error {
	if a.graph == nil {
		source, mask := make([]int32, len(a.layout.Values)), make([]bool, a.layout.Actions)
		if a.rules.Forward(mask, source); !mask[a.layout.Exit()] {
			return noExit(source)
		}
		return nil
	}
	for i := range a.graph.Len() {
		if !a.graph.CanExit(i) {
			return noExit(a.graph.State(i))
		}
	}
	return nil
}

func noExit(s []int32) error {
	return fmt.Errorf("state %v cannot exit: mdb wants that every state can; use db", s)
}

// Update implements [agents.Agent]: trajectories are drawn and learned from once.
func (a *Agent) Update(ctx context.Context, m *agents.Meter) error {
	a.sampler.ctx = ctx
	if err := a.update(m); err != nil {
		return fmt.Errorf("gfn: %s: %s: update %d: %w", a.config.Objective, a.env.Spec().ID, a.updates, err)
	}
	return nil
}

func (a *Agent) update(m *agents.Meter) error {
	a.factor = a.config.cooled(float64(m.Steps()) / float64(a.steps))
	a.sampler.behaviour, a.back = a.explore(m.Steps())
	a.model.noise.begin(&a.sampler.rng)
	defer a.model.noise.end()
	fresh, err := a.collect()
	if err != nil {
		return err
	}
	if err := a.sampler.ctx.Err(); err != nil {
		return err
	}
	loss, err := a.epochs()
	if err != nil {
		return err
	}
	a.updates++
	reward := 0.0
	for i := range fresh {
		t := &a.sampler.all[i]
		if a.history != nil { // the exit is no step of the environment
			m.Episode(len(t.actions)-1, a.history.Return(a.table.row(t.rows[len(t.rows)-1])))
		} else {
			m.Episode(len(t.actions), min(math.Exp(t.reward), math.MaxFloat64))
		}
		reward += t.reward
		if a.modes != nil {
			a.modes.add(a.table.row(t.rows[len(t.rows)-1]))
		}
	}
	m.Set("loss", loss)
	logZ := math.NaN() // where each condition has its own
	if a.table.cond == nil {
		logZ = a.logZ(a.passes)
	}
	m.Set("log_z", logZ)
	m.Set("reward/log_mean", reward/float64(fresh))
	if a.modes != nil {
		m.Set("modes", float64(len(a.modes.found)))
	}
	return a.report(m)
}

// epochs learns from the trajectories of an update and returns their first loss. The
// estimate of log Z is the first, too: of the policy that drew them.
func (a *Agent) epochs() (first float64, err error) {
	estimate := 0.0
	for k := range a.config.Epochs {
		if k > 0 {
			a.model.noise.begin(&a.sampler.rng)
			a.passes.done = 0
		}
		a.passes.evaluate(a.table)
		loss, err := a.learn()
		if err != nil {
			return 0, err
		}
		if k == 0 {
			first, estimate = loss, a.loss.estimate
		}
	}
	a.loss.estimate = estimate
	return first, nil
}

// explore is the behaviour policy's settings after some steps, and the share of
// trajectories that go back to a seldom seen observation.
func (a *Agent) explore(steps int) (b Behaviour, back float64) {
	b, left := a.config.behaviour(steps)
	return b, a.config.Frontier * left
}

// collect draws the trajectories of an update and returns how many of them, the
// first ones, count as steps: all but those of local search and replay.
func (a *Agent) collect() (fresh int, err error) {
	s := &a.sampler
	a.table.reset()
	a.passes.done = 0
	s.reset()
	fresh = a.config.Lanes
	if a.config.Replay != ReplayNone && a.buffer.Len() > 0 {
		fresh = max(1, fresh-int(math.Round(float64(fresh)*a.config.ReplayShare)))
	}
	given := 0
	if len(a.data) > 0 {
		given = int(math.Round(float64(fresh) * a.config.DataShare))
		fresh -= given
	}
	if a.config.Objective == ObjectiveMLE && given == 0 {
		return 0, errNoObjects
	}
	for range fresh {
		if a.table.cond != nil {
			a.table.cond.DrawCondition(a.condition, &s.rng)
		}
		row, err := a.table.add(a.source, a.condition)
		if err != nil {
			return 0, err
		}
		t := s.next()
		t.rows = append(t.rows, row)
		if a.back > 0 && s.rng.Random() < a.back {
			if err := a.frontier.lead(t, a.table, &s.rng); err != nil {
				return 0, err
			}
		}
	}
	if err := s.forward(0); err != nil {
		return 0, err
	}
	if a.back > 0 {
		for i := range s.n {
			a.frontier.visit(a.table, &s.all[i])
		}
		a.frontier.weigh()
	}
	if err := a.fromData(given); err != nil {
		return 0, err
	}
	counted := fresh + given
	if a.config.LocalSearch > 0 {
		c := localSearch{a.config.LocalSearch, a.config.LocalSearchRounds, a.config.Metropolis}
		if err := s.localSearch(0, counted, c); err != nil {
			return 0, err
		}
	}
	if a.config.Replay == ReplayNone {
		return counted, nil
	}
	drawn := s.n
	a.replayed = append(a.replayed[:0], make([]int, a.config.Lanes-counted)...)
	if len(a.replayed) > 0 {
		a.buffer.Draw(a.replayed, &s.rng, a.config.ReplayByReward)
	}
	for _, k := range a.replayed {
		x := a.buffer.Item(k)
		source := int32(0)
		if x.Actions != nil {
			if source, err = a.table.add(a.source, x.Condition); err != nil {
				return 0, err
			}
		}
		if err := s.replay(x, source); err != nil {
			return 0, err
		}
	}
	a.remember(drawn)
	return counted, nil
}

// remember puts the first n trajectories into the buffer.
func (a *Agent) remember(n int) {
	items := make([]Item, n)
	for i := range items {
		t := &a.sampler.all[i]
		row := t.rows[len(t.rows)-1]
		items[i] = Item{State: slices.Clone(a.table.row(row)), Condition: slices.Clone(a.table.condition(row)), LogReward: t.reward}
		if a.config.Replay != ReplayStates {
			items[i].Actions = slices.Clone(t.actions)
		}
	}
	a.buffer.Add(items)
}

// backward writes the probabilities of the backward policy in a row to dst.
func (a *Agent) backward(dst []float64, row int32) error {
	mask := a.table.backwardMask(row)
	if logits := a.passes.backLogits(row); logits != nil {
		if !(Behaviour{}).Probabilities(dst, logits, mask) {
			return fmt.Errorf("state %v: the backward policy is no number: %v", a.table.row(row), logits)
		}
		return nil
	}
	sum := 0.0
	for b, ok := range mask {
		if dst[b] = 0; !ok {
			continue
		}
		dst[b] = 1
		if a.paths != nil {
			parent, err := a.table.stepBack(row, int32(b))
			if err != nil {
				return err
			}
			dst[b] = math.Exp(a.pathsTo(parent) - a.pathsTo(row))
		}
		sum += dst[b]
	}
	for b := range dst {
		dst[b] /= sum
	}
	return nil
}

// pathsTo returns the log number of paths to a row.
func (a *Agent) pathsTo(row int32) float64 {
	i, ok := a.graph.Index(a.table.row(row))
	if !ok {
		return math.Inf(-1)
	}
	return a.paths[i]
}

// acting are the networks that the trained policy acts with.
func (a *Agent) acting() *passes {
	if a.average != nil {
		return a.average
	}
	return a.passes
}
