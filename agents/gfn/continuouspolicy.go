package gfn

import (
	"context"
	"fmt"
	"slices"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/gfn/density"
	"github.com/miniflow-rl/miniflow/agents/nn"
)

// continuousPolicy acts in an environment with the agent's forward policy.
type continuousPolicy struct {
	agent    *ContinuousAgent
	tape     *nn.Tape
	features features
	feature  []float32
	mask     []bool
	chance   []float64
}

// Policy implements [agents.Agent].
func (a *ContinuousAgent) Policy(env miniflow.Env) (agents.Policy, error) {
	if _, ok := continuousRules(env); !ok || !agents.SameSpaces(env.Spec(), a.env.Spec()) {
		return nil, fmt.Errorf("gfn: the policy was trained on %s, whose states and actions are not those of %s", a.env.Spec().ID, env.Spec().ID)
	}
	k := len(a.features.layout.Kinds)
	return &continuousPolicy{agent: a, tape: nn.NewTape(), features: a.features.own(), feature: make([]float32, env.Len()*a.features.size()), mask: make([]bool, k), chance: make([]float64, k)}, nil
}

// Begin implements [agents.Policy].
func (p *continuousPolicy) Begin(context.Context, int) error { return nil }

// Act implements [agents.Policy]. Greedy takes the most likely kind of action and
// the mean of the largest component.
func (p *continuousPolicy) Act(b *miniflow.Batch, rng []miniflow.Rand, greedy bool) error {
	a, n := p.agent, p.features.size()
	for i := range rng {
		p.features.write(p.feature[i*n:(i+1)*n], b.Obs[0].RowF64(i))
	}
	p.tape.Reset()
	net := a.acting()
	out := p.tape.Data(net.act(p.tape, p.tape.Input(p.feature, len(rng), n)))
	for i := range rng {
		own := out[i*net.outputs : (i+1)*net.outputs]
		clear(p.mask)
		a.rules.Forward(p.mask, b.Obs[0].RowF64(i))
		if !(Behaviour{}).Probabilities(p.chance, own[:net.kinds], p.mask) {
			return fmt.Errorf("gfn: %s: lane %d: no action is legal, or the policy is no number: %v", a.env.Spec().ID, i, own[:net.kinds])
		}
		kind := int(draw(p.chance, rng[i].Random()))
		if greedy {
			kind = slices.Index(p.chance, slices.Max(p.chance))
		}
		// The environment chooses among legal kinds by a number in [0,1].
		action := b.Action.RowF64(i)
		clear(action)
		action[0] = (float64(count(p.mask[:kind])) + 0.5) / float64(count(p.mask))
		h := &net.forward[kind]
		switch u := action[1 : 1+h.Params]; {
		case len(u) == 0:
		case greedy:
			density.Mean(u, h.Mixture, h.row(own))
		default:
			density.Sample(u, h.Mixture, h.row(own), &rng[i])
		}
	}
	return nil
}
