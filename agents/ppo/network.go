package ppo

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents/blocks"
	"github.com/miniflow-rl/miniflow/agents/nn"
)

// Initial gains of the last layers: a policy that starts almost uniform
// (Andrychowicz et al., "What Matters In On-Policy Reinforcement Learning?",
// 2021) and values of about the features' size.
const (
	policyGain = 0.01
	valueGain  = 1
)

// network computes logits and values from observations.
type network struct {
	params  nn.Params
	encoder *blocks.Encoder
	trunk   *blocks.MLP
	policy  *blocks.MLP
	value   *blocks.MLP
}

// newNetwork returns a network with parameters drawn from src, or zero if that is
// nil.
func newNetwork(spec *miniflow.Spec, c *Config, src nn.Source) (*network, error) {
	n := &network{}
	var err error
	if n.encoder, err = blocks.NewEncoder(&n.params, spec.Observation, c.Encoder, src); err != nil {
		return nil, fmt.Errorf("ppo: %w", err)
	}
	act, features := c.Encoder.Activation.NN(), n.encoder.Size()
	n.trunk = blocks.NewStack(n.params.Block("trunk"), features, c.Trunk, act, src)
	if k := len(c.Trunk); k > 0 {
		features = c.Trunk[k-1]
	}
	n.policy = blocks.NewMLP(n.params.Block("policy"), features, c.Policy, spec.NumActions(), act, policyGain, src)
	n.value = blocks.NewMLP(n.params.Block("value"), features, c.Value, 1, act, valueGain, src)
	return n, nil
}

// features returns what both heads work on, of the rows that index names.
func (n *network) features(t *nn.Tape, obs []miniflow.Array, index []int32) nn.Value {
	return n.trunk.Forward(t, n.encoder.Forward(t, obs, index))
}

// forward returns logits [rows, actions] and values [rows, 1].
func (n *network) forward(t *nn.Tape, obs []miniflow.Array, index []int32) (logits, value nn.Value) {
	x := n.features(t, obs, index)
	return n.policy.Forward(t, x), n.value.Forward(t, x)
}

// follow makes n compute what another network of the same configuration does.
func (n *network) follow(o *network) {
	n.params.CopyFrom(&o.params)
	n.encoder.CopyWords(o.encoder)
}
