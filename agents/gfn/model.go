package gfn

import (
	"github.com/miniflow-rl/miniflow/agents/nn"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// model is all networks of an agent. The outputs of policy are, in this order,
// the forward logits, the backward logits if the backward policy is tied, and
// log F if it shares the network.
type model struct {
	params nn.Params
	policy network
	back   network // nil if tied or fixed
	flow   network // nil if shared or absent
	logZ   nn.Param
	noise  *noise

	actions        int
	backAt, flowAt int // columns of the outputs of policy; -1 if elsewhere
}

// Names of the blocks.
const (
	blockPolicy   = "policy"
	blockBackward = "backward"
	blockFlow     = "flow"
	blockLogZ     = "logz"
	blockNoise    = "noise"
)

func newModel(c *Config, rules gfnenvs.Rules, e *encoder, dense int, src nn.Source) (*model, error) {
	m := &model{actions: rules.Layout().Actions, backAt: -1, flowAt: -1}
	policy := answers{forward: true, backward: c.backwards() && (c.Backward == BackwardTied || c.Backward == BackwardLikelihood)}
	outputs := policy.size(m.actions)
	if policy.backward {
		m.backAt = m.actions
	}
	flows := c.flows() || c.logZ() && dense > 0 // log Z of a condition is log F(s0)
	if flows && c.SharedFlow {
		policy.flow, m.flowAt = true, outputs
	}
	build, err := c.builder(rules, e, dense, src)
	if err != nil {
		return nil, err
	}
	if m.policy, err = build(m.params.Block(blockPolicy), policy); err != nil {
		return nil, err
	}
	if c.backwards() && c.Backward == BackwardFree {
		if m.back, err = build(m.params.Block(blockBackward), answers{backward: true}); err != nil {
			return nil, err
		}
	}
	if flows && !c.SharedFlow {
		if m.flow, err = build(m.params.Block(blockFlow), answers{flow: true}); err != nil {
			return nil, err
		}
	}
	if c.logZ() && !flows {
		m.logZ = m.params.Block(blockLogZ).Add("value", 1, 1)
		m.logZ.Data()[0] = float32(c.LogZ)
	}
	var noisy []nn.Linear
	for _, n := range [...]network{m.policy, m.back, m.flow} {
		if n != nil {
			noisy = append(noisy, n.last(c.NoisyLayers)...)
		}
	}
	m.noise = addNoise(m.params.Block(blockNoise), noisy, c.NoisySigma)
	return m, nil
}

// builder returns what adds networks to blocks.
func (c *Config) builder(rules gfnenvs.Rules, e *encoder, dense int, src nn.Source) (func(b nn.Block, w answers) (network, error), error) {
	if c.Network == NetworkMLP {
		hidden := c.Hidden
		if c.Tabular {
			hidden = nil
		}
		return func(b nn.Block, w answers) (network, error) {
			return newMLP(b, e.inputs, dense, hidden, w.size(rules.Layout().Actions), src), nil
		}, nil
	}
	a, err := newAnatomy(rules, c.Network, e, dense)
	if err != nil {
		return nil, err
	}
	return func(b nn.Block, w answers) (network, error) {
		m, err := newStructured(b, c.Network, a, w, c.Hidden, c.Heads, src)
		return tapeNetwork{m}, err
	}, nil
}

// passes are evaluations of all networks of a model on the rows of a table.
type passes struct {
	m                  *model
	policy, back, flow evaluator // nil where the network is
	done               int       // rows
}

func newPasses(m *model, w *workers) *passes {
	p := &passes{m: m, policy: m.policy.evaluator(w)}
	if m.back != nil {
		p.back = m.back.evaluator(w)
	}
	if m.flow != nil {
		p.flow = m.flow.evaluator(w)
	}
	return p
}

// evaluate evaluates the rows of t that are new.
func (p *passes) evaluate(t *table) {
	if p.done == t.n {
		return
	}
	for _, e := range [...]evaluator{p.policy, p.back, p.flow} {
		if e != nil {
			e.forward(t.inputs(), p.done, t.n)
		}
	}
	p.done = t.n
}

// logits returns the forward logits of row i.
func (p *passes) logits(i int32) []float32 {
	o := p.m.policy.outputs()
	at := int(i) * o
	return p.policy.values(int(i) + 1)[at : at+p.m.actions]
}

// backLogits returns the backward logits of row i, nil where they are not learned.
func (p *passes) backLogits(i int32) []float32 {
	switch {
	case p.m.back != nil:
		n := p.m.actions - 1
		return p.back.values(int(i) + 1)[int(i)*n:]
	case p.m.backAt >= 0:
		at := int(i)*p.m.policy.outputs() + p.m.backAt
		return p.policy.values(int(i) + 1)[at : at+p.m.actions-1]
	}
	return nil
}

// heads are the networks' outputs as values on a tape.
type heads struct {
	policy, back, flow nn.Value // leaves
	hasBack, hasFlow   bool

	logits     nn.Value // [n,actions]
	backLogits nn.Value // [n,actions-1], if hasBack
	logF       nn.Value // [n,1], if hasFlow
}

func (p *passes) heads(t *nn.Tape) heads {
	n, m := p.done, p.m
	var h heads
	o := m.policy.outputs()
	h.policy = t.Leaf(p.policy.values(n), n, o)
	h.logits = h.policy
	if o > m.actions {
		h.logits = t.Columns(h.policy, 0, m.actions)
	}
	switch {
	case m.back != nil:
		h.back, h.hasBack = t.Leaf(p.back.values(n), n, m.actions-1), true
		h.backLogits = h.back
	case m.backAt >= 0:
		h.backLogits, h.hasBack = t.Columns(h.policy, m.backAt, m.backAt+m.actions-1), true
	}
	switch {
	case m.flow != nil:
		h.flow, h.hasFlow = t.Leaf(p.flow.values(n), n, 1), true
		h.logF = h.flow
	case m.flowAt >= 0:
		h.logF, h.hasFlow = t.Columns(h.policy, m.flowAt, m.flowAt+1), true
	}
	return h
}

// backward takes the gradients of the heads, which Backward of t has computed, to
// the parameters. It reports false, and changes no gradient, if one of them is no
// number.
func (p *passes) backward(t *nn.Tape, x *table, h heads) bool {
	run := func(e evaluator, v nn.Value) {
		if e != nil && t.Grad(v) != nil {
			e.backward(x.inputs(), p.done, t.Grad(v))
		}
	}
	if !finite(t.Grad(h.policy)) || p.m.back != nil && !finite(t.Grad(h.back)) || p.m.flow != nil && !finite(t.Grad(h.flow)) {
		return false
	}
	run(p.policy, h.policy)
	run(p.back, h.back)
	run(p.flow, h.flow)
	return true
}
