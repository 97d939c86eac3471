package gfn

import (
	"errors"
	"fmt"
	"math"
	"sync"

	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
)

// Exact is how far a learned distribution is from its target, by dynamic
// programming over all states: no sample is drawn.
type Exact struct {
	L1        float64 // Σ |P_T - target|, in [0,2]
	KL        float64 // of P_T from the target, in nats: Σ target log(target / P_T)
	JSD       float64 // in nats
	LogZError float64 // |log Z learned - log Z|; NaN where there is no log Z
}

// evaluation is memory for exact evaluations.
type evaluation struct {
	targets   []target // what Evaluate compares with, once it was asked
	learned   exact.Distribution
	condition []float64 // of the evaluation under way
	workers   []*worker
	index     sync.Mutex // an exact.Graph is not asked concurrently
}

// worker evaluates the forward policy on states.
type worker struct {
	pass  evaluator
	on    []int32
	dense []float32
}

// enumerate lists all states if there are few enough, and what depends on them.
func (a *Agent) enumerate() error {
	limit, must := a.config.EvalStates, a.config.Tabular || a.config.Backward == BackwardMaxEntropy
	if must {
		limit = exact.DefaultLimit
	}
	if limit == 0 {
		return nil
	}
	g, err := exact.EnumerateUpTo(a.rules, limit)
	if errors.Is(err, exact.ErrTooMany) && !must {
		return nil
	}
	if err != nil {
		return err
	}
	a.graph = g
	if a.config.Backward == BackwardMaxEntropy {
		a.paths = g.Paths()
		for i, n := range a.paths {
			a.paths[i] = math.Log(n)
		}
	}
	return nil
}

// Target returns the distribution of terminating states that the agent is to
// learn, by the number of the state in Graph; nil if there is no graph.
func (a *Agent) Target() []float64 {
	if a.Graph() == nil {
		return nil
	}
	all, err := a.targets()
	if err != nil {
		return nil
	}
	return all[0].p
}

// Graph returns all states, nil if they are more than Config.EvalStates or the
// rewards conditional.
func (a *Agent) Graph() *exact.Graph {
	if a.table.cond != nil {
		return nil
	}
	return a.graph
}

// Distribution returns the exact terminating distribution of the present policy,
// by the number of the state in Graph. It is valid until the next call. It fails
// if there is no graph.
func (a *Agent) Distribution() ([]float64, error) {
	if a.Graph() == nil {
		return nil, fmt.Errorf("gfn: %s: the states are not enumerated, or the rewards conditional: raise eval_states from %d, or use EvaluateGiven", a.env.Spec().ID, a.config.EvalStates)
	}
	all, err := a.targets()
	if err != nil {
		return nil, err
	}
	if _, err := a.compare(&all[0]); err != nil {
		return nil, err
	}
	return a.exact.learned.P, nil
}

// Evaluate compares the present policy with its target. Of conditional rewards it
// returns means over four conditions: the middles of the quarters of the range of a
// condition that is one number, else drawn ones, the same in all runs. It fails if
// the states are more than Config.EvalStates.
func (a *Agent) Evaluate() (Exact, error) {
	all, err := a.targets()
	if err != nil {
		return Exact{}, err
	}
	var mean Exact
	for k := range all {
		x, err := a.compare(&all[k])
		if err != nil {
			return Exact{}, err
		}
		n := float64(len(all))
		mean.L1 += x.L1 / n
		mean.KL += x.KL / n
		mean.JSD += x.JSD / n
		mean.LogZError += x.LogZError / n
	}
	return mean, nil
}

// EvaluateGiven is Evaluate for one condition of conditional rewards, whose states
// are enumerated if they are no more than Config.EvalStates.
func (a *Agent) EvaluateGiven(condition ...float64) (Exact, error) {
	t, err := a.targetGiven(condition)
	if err != nil {
		return Exact{}, err
	}
	return a.compare(&t)
}

// policyOf is the forward policy of p as an exact.Policy, which adds the workers
// that are missing.
func (a *Agent) policyOf(p *passes, workers *[]*worker) exact.Policy {
	for len(*workers) < exact.Workers() {
		*workers = append(*workers, &worker{pass: p.m.policy.evaluator(newWorkers(1))})
	}
	return func(w int, states []int32, mask []bool, logP []float64) error {
		return a.ask((*workers)[w], p.m.policy.outputs(), states, mask, logP)
	}
}

// ask asks x for the policy in states.
func (a *Agent) ask(x *worker, cols int, states []int32, mask []bool, logP []float64) error {
	k, n, width := len(a.layout.Values), a.layout.Actions, a.encoder.width
	rows := len(states) / k
	x.on = extend(x.on, rows*width)
	if err := a.encode(x.on, states); err != nil {
		return err
	}
	x.dense = x.dense[:0]
	for range rows {
		for _, v := range a.exact.condition {
			x.dense = append(x.dense, float32(v))
		}
	}
	x.pass.forward(inputs{x.on, width, x.dense}, 0, rows)
	out := x.pass.values(rows)
	for i := range rows {
		logits, legal := out[i*cols:i*cols+n], mask[i*n:(i+1)*n]
		lse := logSumExp(logits, legal)
		for b := range n {
			logP[i*n+b] = float64(logits[b]) - lse
		}
	}
	return nil
}

// encode encodes many states.
func (a *Agent) encode(dst, states []int32) error {
	if a.config.Tabular {
		a.exact.index.Lock()
		defer a.exact.index.Unlock()
	}
	k, width := len(a.layout.Values), a.encoder.width
	for i := range len(states) / k {
		if err := a.encoder.encode(dst[i*width:(i+1)*width], states[i*k:(i+1)*k]); err != nil {
			return err
		}
	}
	return nil
}

// presentLogZ is log Z by the networks as they are now.
func (a *Agent) presentLogZ(condition []float64) (float64, error) {
	a.table.reset()
	p := a.acting()
	p.done = 0
	if _, err := a.table.add(a.source, condition); err != nil {
		return 0, err
	}
	p.evaluate(a.table)
	return a.logZ(p), nil
}

// logZ is log Z by networks that have evaluated the source in row 0.
func (a *Agent) logZ(p *passes) float64 {
	switch a.config.Objective {
	case ObjectiveTB, ObjectiveRTB:
		if p.m.logZ.Valid() {
			return float64(p.m.logZ.Data()[0])
		}
	case ObjectiveTrustPCL:
		if p.m.logZ.Valid() {
			return float64(p.m.logZ.Data()[0]) / a.config.Alpha
		}
	case ObjectiveVarGrad, ObjectiveRelativeVarGrad, ObjectiveMLE:
		return a.loss.estimate / a.loss.estimateCount
	case ObjectiveFM, ObjectiveSoftQ:
		return logSumExp(p.logits(0), a.table.forwardMask(0))
	case ObjectiveModifiedDB:
		logits := p.logits(0)
		v, err := a.table.potentialOf(0)
		if err != nil {
			return math.NaN()
		}
		return v - float64(logits[len(logits)-1]) + logSumExp(logits, a.table.forwardMask(0))
	}
	v := 0.0
	if m := p.m; m.flow != nil {
		v = float64(p.flow.values(1)[0])
	} else {
		v = float64(p.policy.values(1)[m.flowAt])
	}
	if a.config.potentials() {
		f, err := a.table.potentialOf(0)
		if err != nil {
			return math.NaN()
		}
		v += f
	}
	return v
}

// report sets what is measured by exact evaluation, if it is time.
func (a *Agent) report(m *agents.Meter) error {
	switch a.config.Objective {
	case ObjectiveFM:
	case ObjectiveMLE: // where the data are drawn in proportion to reward
		m.Set("log_z/upper_bound", a.loss.estimate/a.loss.estimateCount)
	default:
		m.Set("log_z/lower_bound", a.loss.estimate/a.loss.estimateCount)
	}
	if a.graph == nil {
		return nil
	}
	x := Exact{math.NaN(), math.NaN(), math.NaN(), math.NaN()}
	if a.updates%int64(a.config.EvalEvery) == 0 {
		var err error
		if x, err = a.Evaluate(); err != nil {
			return err
		}
	}
	m.Set("exact/l1", x.L1)
	m.Set("exact/kl", x.KL)
	m.Set("exact/jsd", x.JSD)
	m.Set("exact/log_z_error", x.LogZError)
	return nil
}
