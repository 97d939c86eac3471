package gfn

import (
	"fmt"
	"math"
	"reflect"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
)

// loadPrior reads the networks of the run that Config.Prior names.
func (a *Agent) loadPrior(w *workers) error {
	dir := a.config.Prior
	run, err := agents.Open(dir)
	if err != nil {
		return fmt.Errorf("prior: %w", err)
	}
	c, ok := run.Algorithm.(*Config)
	if !ok {
		return fmt.Errorf("prior: %s is a run of %s: want one of a GFlowNet", dir, run.Algorithm.Name())
	}
	own, err := run.Env.Make()
	if err != nil {
		return fmt.Errorf("prior: %w", err)
	}
	if !reflect.DeepEqual(own.Spec().Observation, a.env.Spec().Observation) || own.Spec().NumActions() != a.env.Spec().NumActions() || a.history != nil && c.Horizon != a.config.Horizon {
		return fmt.Errorf("prior: %s was trained on %s, whose states and actions are not those of %s here", dir, run.Env.ID, a.env.Spec().ID)
	}
	if c.Tabular != a.config.Tabular {
		return fmt.Errorf("prior: %s and this run must both be tabular, or neither", dir)
	}
	state, err := agents.ReadCheckpoint(dir)
	if err != nil {
		return fmt.Errorf("prior: %w", err)
	}
	m, err := newModel(c, a.rules, a.encoder, a.table.c, miniflow.NewRand(0)) // overwritten
	if err != nil {
		return fmt.Errorf("prior: %w", err)
	}
	name := stateModel
	if c.Average > 0 {
		name = stateMean
	}
	if err := m.params.Import(&state.File, name); err != nil {
		return fmt.Errorf("prior: %s: %w: %w", dir, agents.ErrCheckpoint, err)
	}
	a.prior = newPasses(m, w)
	return nil
}

// logPrior lists the log probabilities of transitions under the prior policy.
func (a *Agent) logPrior() {
	x, n := &a.loss, int32(a.table.a)
	if a.prior == nil {
		for _, row := range x.row {
			x.prior = append(x.prior, -float32(math.Log(float64(count(a.table.forwardMask(row))))))
		}
		return
	}
	a.prior.done = 0
	a.prior.evaluate(a.table)
	for k, row := range x.row {
		logits := a.prior.logits(row)
		x.prior = append(x.prior, float32(float64(logits[x.action[k]-row*n])-logSumExp(logits, a.table.forwardMask(row))))
	}
}

// priorPolicy is the prior policy for exact evaluation.
func (a *Agent) priorPolicy() exact.Policy {
	if a.prior == nil {
		return exact.Uniform(a.layout.Actions)
	}
	return a.policyOf(a.prior, new([]*worker))
}
