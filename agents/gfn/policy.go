package gfn

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
)

// policy acts in an environment with the agent's forward policy.
type policy struct {
	agent  *Agent
	masker miniflow.Masker
	mask   []bool
	pass   evaluator
	on     []int32
	dense  []float32
	chance []float64
	start  int32   // number of the first action
	past   []int32 // [lanes,horizon] of histories
}

// Policy implements [agents.Agent].
func (a *Agent) Policy(env miniflow.Env) (agents.Policy, error) {
	masker, ok := miniflow.As[miniflow.Masker](env)
	spec := env.Spec()
	if !reflect.DeepEqual(spec.Observation, a.env.Spec().Observation) || spec.NumActions() != a.env.Spec().NumActions() || !ok && a.history == nil {
		return nil, fmt.Errorf("gfn: the policy was trained on %s, whose states and actions are not those of %s", a.env.Spec().ID, spec.ID)
	}
	n := env.Len()
	p := &policy{agent: a, masker: masker, mask: make([]bool, n*a.layout.Actions), pass: a.acting().m.policy.evaluator(newWorkers(1)), on: make([]int32, n*a.encoder.width),
		dense: make([]float32, n*a.table.c), chance: make([]float64, a.layout.Actions)}
	if d, ok := spec.Action.(miniflow.Discrete); ok {
		p.start = int32(d.Start)
	}
	if a.history != nil {
		p.past = make([]int32, n*len(a.layout.Values))
	}
	return p, nil
}

// Begin implements [agents.Policy].
func (p *policy) Begin(_ context.Context, lane int) error {
	if p.past != nil {
		clear(p.lane(lane))
	}
	return nil
}

// lane is the history of a lane.
func (p *policy) lane(i int) []int32 {
	k := len(p.agent.layout.Values)
	return p.past[i*k : (i+1)*k]
}

// encode lists the inputs of the network for every lane.
func (p *policy) encode(b *miniflow.Batch) error {
	a, width := p.agent, p.agent.encoder.width
	if a.history == nil {
		p.masker.ActionMask(p.mask)
		return a.encode(p.on, b.Obs[0].I32)
	}
	n := a.layout.Actions
	legal := make([]bool, len(p.mask)/n*(n-1))
	if p.masker != nil {
		p.masker.ActionMask(legal)
	}
	for i := range len(p.mask) / n {
		for j := range n - 1 {
			p.mask[i*n+j] = p.masker == nil || legal[i*(n-1)+j]
		}
		a.history.observe(p.on[i*width:(i+1)*width], p.lane(i), b, i)
	}
	return nil
}

// Act implements [agents.Policy].
func (p *policy) Act(b *miniflow.Batch, rng []miniflow.Rand, greedy bool) error {
	a, n := p.agent, p.agent.layout.Actions
	if err := p.encode(b); err != nil {
		return err
	}
	if a.table.c > 0 {
		for i, v := range b.Obs[1].F64 {
			p.dense[i] = float32(v)
		}
	}
	p.pass.forward(inputs{p.on, a.encoder.width, p.dense}, 0, len(rng))
	cols, out := a.acting().m.policy.outputs(), p.pass.values(len(rng))
	for i := range rng {
		logits, mask := out[i*cols:i*cols+n], p.mask[i*n:(i+1)*n]
		if !(Behaviour{}).Probabilities(p.chance, logits, mask) {
			return fmt.Errorf("gfn: %s: lane %d: no action is legal, or the policy is no number: %v", a.env.Spec().ID, i, logits)
		}
		k := draw(p.chance, rng[i].Random())
		if greedy {
			k = int32(slices.Index(p.chance, slices.Max(p.chance)))
		}
		b.Action.I32[i] = p.start + k
		if p.past == nil {
			continue
		}
		// Behind the horizon the policy acts as after its last action.
		past := p.lane(i)
		past[min(taken(past), len(past)-1)] = k + 1
	}
	return nil
}
