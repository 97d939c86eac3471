package gfn

import (
	"fmt"
	"math"
	"slices"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
)

// target is a distribution of terminating states that the agent is to learn: the
// one, or that of a condition.
type target struct {
	condition []float64 // empty where rewards have none
	graph     *exact.Graph
	p         []float64 // by the number of the state
	logZ      float64
}

// conditionCount is the number of conditions over which exact measures of
// conditional rewards are means.
const conditionCount = 4

// targets returns what exact measures compare the policy with: the target or, of
// conditional rewards, those of some conditions, the same in all runs: the middles
// of equal parts of the range of a condition that is one number, else what the
// rules draw. It fails if the states are not enumerated.
func (a *Agent) targets() ([]target, error) {
	if a.graph == nil {
		return nil, fmt.Errorf("gfn: %s: the states are not enumerated: raise eval_states from %d", a.env.Spec().ID, a.config.EvalStates)
	}
	if len(a.exact.targets) > 0 {
		return a.exact.targets, nil
	}
	if a.table.cond == nil {
		t, err := a.targetOf(a.graph, nil)
		if err != nil {
			return nil, err
		}
		a.exact.targets = []target{t}
		return a.exact.targets, nil
	}
	low, high := a.table.cond.Conditions()
	rng := miniflow.NewRand(0)
	var all []target
	for k := range conditionCount {
		c := make([]float64, len(low))
		a.table.cond.DrawCondition(c, rng)
		if len(c) == 1 {
			c[0] = low[0] + (float64(k)+0.5)/conditionCount*(high[0]-low[0])
		}
		t, err := a.targetGiven(c)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	a.exact.targets = all
	return all, nil
}

// targetGiven is the target under a condition.
func (a *Agent) targetGiven(condition []float64) (target, error) {
	if a.table.cond == nil || a.graph == nil {
		return target{}, fmt.Errorf("gfn: %s: the rewards have no condition, or the states are not enumerated", a.env.Spec().ID)
	}
	rules, err := gfnenvs.Given(a.table.cond, condition...)
	if err != nil {
		return target{}, err
	}
	g, err := a.graph.WithRewards(rules)
	if err != nil {
		return target{}, err
	}
	return a.targetOf(g, slices.Clone(condition))
}

// targetOf is that of the rewards of g or, of objectives with a prior policy, that
// of this policy under the rewards.
func (a *Agent) targetOf(g *exact.Graph, condition []float64) (target, error) {
	t := target{condition, g, g.Target(), g.LogZ()}
	if !a.config.prior() {
		return t, nil
	}
	a.exact.condition = condition
	var d exact.Distribution
	if err := g.Evaluate(&d, a.priorPolicy()); err != nil {
		return t, err
	}
	logs := slices.Repeat([]float64{math.Inf(-1)}, g.Len())
	for i := range logs {
		if d.P[i] > 0 {
			logs[i] = math.Log(d.P[i]) + a.config.rewardPower()*max(g.LogReward()[i], a.config.MinLogReward)
		}
	}
	t.logZ, t.p = exact.LogSumExp(logs), make([]float64, len(logs))
	for i, v := range logs {
		t.p[i] = math.Exp(v - t.logZ)
	}
	return t, nil
}

// compare compares the present policy, which is left in exact.learned, with a
// target.
func (a *Agent) compare(t *target) (Exact, error) {
	a.exact.condition = t.condition
	if err := t.graph.Evaluate(&a.exact.learned, a.policyOf(a.acting(), &a.exact.workers)); err != nil {
		return Exact{}, err
	}
	z, err := a.presentLogZ(t.condition)
	if err != nil {
		return Exact{}, err
	}
	p := a.exact.learned.P
	return Exact{L1: exact.L1(p, t.p), KL: exact.KL(t.p, p), JSD: exact.JSD(p, t.p), LogZError: math.Abs(z - t.logZ)}, nil
}
