package ppo

import (
	"context"
	"fmt"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/nn"
)

// policy acts in an environment with the agent's network.
type policy struct {
	net     *network
	tape    *nn.Tape
	masker  miniflow.Masker // nil if all actions are always legal
	mask    []bool
	start   int32
	action  []int32
	logProb []float32
	uniform []float64
}

// Policy implements [agents.Agent].
func (a *Agent) Policy(env miniflow.Env) (agents.Policy, error) {
	spec, lanes := env.Spec(), env.Len()
	if !agents.SameSpaces(spec, a.env.Spec()) {
		return nil, fmt.Errorf("ppo: the policy was trained on %s, whose observations and actions are not those of %s", a.env.Spec().ID, spec.ID)
	}
	p := &policy{net: a.net, tape: nn.NewTape(), start: int32(spec.Action.(miniflow.Discrete).Start),
		action: make([]int32, lanes), logProb: make([]float32, lanes), uniform: make([]float64, lanes)}
	if m, ok := miniflow.As[miniflow.Masker](env); ok && masks(m) {
		p.masker, p.mask = m, make([]bool, lanes*spec.NumActions())
	}
	return p, nil
}

// Begin implements [agents.Policy]: there is no memory to clear.
func (p *policy) Begin(context.Context, int) error { return nil }

// Act implements [agents.Policy].
func (p *policy) Act(b *miniflow.Batch, rng []miniflow.Rand, greedy bool) error {
	if p.masker != nil {
		p.masker.ActionMask(p.mask)
	}
	p.tape.Reset()
	logits := p.net.policy.Forward(p.tape, p.net.features(p.tape, b.Obs, nil))
	if greedy {
		greatest(p.action, p.tape.Data(logits), p.mask)
	} else {
		for i := range rng {
			p.uniform[i] = rng[i].Random()
		}
		p.tape.SampleCategorical(p.action, p.logProb, logits, p.mask, p.uniform)
	}
	for i, a := range p.action {
		if a < 0 {
			return fmt.Errorf("ppo: lane %d has no legal action", i)
		}
		b.Action.I32[i] = p.start + a
	}
	return nil
}

// greatest finds the legal action with the largest logit in every row, the first
// of equals; -1 if none is legal.
func greatest(dst []int32, logits []float32, mask []bool) {
	n := len(logits) / len(dst)
	for i := range dst {
		dst[i] = -1
		for a, x := range logits[i*n : (i+1)*n] {
			if (mask == nil || mask[i*n+a]) && (dst[i] < 0 || x > logits[i*n+int(dst[i])]) {
				dst[i] = int32(a)
			}
		}
	}
}
