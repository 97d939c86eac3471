package gfn

import (
	"context"
	"fmt"
	"reflect"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
)

// policy acts in an environment with the agent's forward policy.
type policy struct {
	agent  *Agent
	masker miniflow.Masker
	mask   []bool
	pass   *pass
	on     []int32
	dense  []float32
	chance []float64
}

// Policy implements [agents.Agent].
func (a *Agent) Policy(env miniflow.Env) (agents.Policy, error) {
	masker, ok := miniflow.As[miniflow.Masker](env)
	if spec := env.Spec(); !ok || !reflect.DeepEqual(spec.Observation, a.env.Spec().Observation) || spec.NumActions() != a.layout.Actions {
		return nil, fmt.Errorf("gfn: the policy was trained on %s, whose states and actions are not those of %s", a.env.Spec().ID, spec.ID)
	}
	n := env.Len()
	return &policy{agent: a, masker: masker, mask: make([]bool, n*a.layout.Actions), pass: newPass(), on: make([]int32, n*a.encoder.width),
		dense: make([]float32, n*a.table.c), chance: make([]float64, a.layout.Actions)}, nil
}

// Begin implements [agents.Policy]: there is no memory to clear.
func (p *policy) Begin(context.Context, int) error { return nil }

// Act implements [agents.Policy].
func (p *policy) Act(b *miniflow.Batch, rng []miniflow.Rand, greedy bool) error {
	a, n := p.agent, p.agent.layout.Actions
	p.masker.ActionMask(p.mask)
	if err := a.encode(p.on, b.Obs[0].I32); err != nil {
		return err
	}
	if a.table.c > 0 {
		for i, v := range b.Obs[1].F64 {
			p.dense[i] = float32(v)
		}
	}
	m := a.acting().m.policy
	p.pass.forward(m, p.on, a.encoder.width, p.dense, 0, len(rng))
	cols, out := m.outputs(), p.pass.out(m, len(rng))
	for i := range rng {
		logits, mask := out[i*cols:i*cols+n], p.mask[i*n:(i+1)*n]
		if !(Behaviour{}).Probabilities(p.chance, logits, mask) {
			return fmt.Errorf("gfn: %s: lane %d: no action is legal, or the policy is no number: %v", a.env.Spec().ID, i, logits)
		}
		if !greedy {
			b.Action.I32[i] = draw(p.chance, rng[i].Random())
			continue
		}
		best := 0
		for k, v := range p.chance {
			if v > p.chance[best] {
				best = k
			}
		}
		b.Action.I32[i] = int32(best)
	}
	return nil
}
