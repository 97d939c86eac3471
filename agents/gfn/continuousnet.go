package gfn

import (
	"math"
	"slices"
	"strconv"

	"github.com/miniflow-rl/miniflow/agents/gfn/density"
	"github.com/miniflow-rl/miniflow/agents/nn"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// features is what networks see of the states of continuous rules, and behind it,
// with Continuous.Langevin, the term that is scaled and added to the means of steps.
type features struct {
	layout      gfnenvs.ContinuousLayout
	frequencies int
	scale       float64
	slope       gfnenvs.Sloper // nil without the term
	step        float64        // Continuous.Step
	gradient    []float64
}

// maxDrift is what the elements of the term are cut to, in steps of Continuous.Step:
// far from the target gradients grow without bounds, and walks with them.
const maxDrift = 5

func newFeatures(r gfnenvs.ContinuousRules, c *Continuous) features {
	f := features{layout: r.Layout(), frequencies: c.Frequencies, scale: c.Scale, step: c.Step}
	if c.Langevin {
		f.slope = r.(gfnenvs.Sloper)
	}
	return f.own()
}

// own returns features with memory of their own.
func (f features) own() features {
	if f.slope != nil {
		f.gradient = make([]float64, f.layout.Params())
	}
	return f
}

// size is the number of elements that write fills, seen that of those that networks
// see.
func (f *features) size() int { return f.seen() + len(f.gradient) }

func (f *features) seen() int {
	n := 0
	for j := range f.layout.Source {
		if !angle(&f.layout, j) {
			n++
		}
		n += 2 * f.periods(j)
	}
	return n
}

// periods is the number of frequencies of element j; angles have at least one.
func (f *features) periods(j int) int {
	if angle(&f.layout, j) {
		return max(1, f.frequencies)
	}
	return f.frequencies
}

// far is the largest feature of elements without bounds: were there none, a policy
// that steps on in the direction of where it is would run away.
const far = 3

// write fills dst [size] with the features of s: each element moved to [-1,1],
// unless it is an angle, and its sines and cosines, and behind them Step² times the
// gradient.
func (f *features) write(dst []float32, s []float64) {
	at := 0
	for j, x := range s {
		low, high := f.layout.Low[j], f.layout.High[j]
		if math.IsInf(low, -1) || math.IsInf(high, 1) {
			low, high = -f.scale, f.scale
		}
		z := 2*(x-low)/(high-low) - 1
		if !angle(&f.layout, j) {
			dst[at] = float32(min(max(z, -far), far))
			at++
		}
		for k := range f.periods(j) {
			sin, cos := math.Sincos(math.Pi * z * float64(int(1)<<k))
			dst[at], dst[at+1] = float32(sin), float32(cos)
			at += 2
		}
	}
	if f.slope == nil {
		return
	}
	f.slope.Slope(f.gradient, s)
	for j, g := range f.gradient {
		drift := f.step * min(max(f.step*g, -maxDrift), maxDrift)
		if math.IsNaN(drift) {
			drift = 0
		}
		dst[at+j] = float32(drift)
	}
}

// trunk is a network of hidden layers with SiLU between them.
type trunk struct {
	layers []nn.Linear
}

func newTrunk(b nn.Block, inputs int, hidden []int, outputs int, src nn.Source) *trunk {
	m := &trunk{}
	for i, n := range append(append([]int{}, hidden...), outputs) {
		m.layers = append(m.layers, nn.NewLinear(b, strconv.Itoa(i), inputs, n, nn.Torch{}, src))
		inputs = n
	}
	return m
}

func (m *trunk) forward(t *nn.Tape, x nn.Value) nn.Value {
	for i, l := range m.layers {
		x = t.Linear(x, l, nn.Identity)
		if i < len(m.layers)-1 {
			x = t.SiLU(x)
		}
	}
	return x
}

// head is where the mixture of a kind of action lies in a network's outputs. One
// without parameters has no mixture.
type head struct {
	density.Mixture
	at int
}

// of are the head's columns of outputs, a value or one row.
func (h *head) row(out []float32) []float32 { return out[h.at : h.at+h.Outputs()] }

// continuousNet is all networks of a [ContinuousAgent].
type continuousNet struct {
	params nn.Params
	policy *trunk
	back   *trunk   // nil if tied or fixed
	flow   *trunk   // nil if shared or absent
	logZ   nn.Param // invalid if absent: it is learned by TB, and by ModifiedDB where the source cannot exit

	kinds   int
	outputs int    // of policy: logits of kinds, forward heads, and what is tied
	forward []head // of each kind
	// Logits of the kinds that may have led here, and heads, in the outputs of back,
	// or of policy if there is none. learned is false for a fixed backward policy.
	learned  bool
	backAt   int
	backward []head
	flowAt   int // in the outputs of policy; -1 if elsewhere
	// seen is the number of features that networks see. With Continuous.Langevin the
	// means of the steps are driven: behind the outputs of policy lies a factor for
	// each of them.
	seen   int
	driven []head
}

// newContinuousNet makes the networks that an objective wants; exits is whether the
// source can exit.
func newContinuousNet(c *Config, f *features, exits bool, src nn.Source) *continuousNet {
	kinds := f.layout.Kinds
	m := &continuousNet{kinds: len(kinds), outputs: len(kinds), flowAt: -1, learned: c.Backward.learned(), seen: f.seen()}
	m.forward = make([]head, m.kinds)
	for k, kind := range kinds {
		if kind.Params > 0 {
			m.forward[k] = head{c.Continuous.mixture(&kind, kind.Params), m.outputs}
			m.outputs += m.forward[k].Outputs()
		}
	}
	n := m.outputs
	if c.Backward == BackwardFree {
		n = 0
	}
	m.backAt, m.backward = n, make([]head, m.kinds)
	n += m.kinds - 1
	for k, kind := range kinds {
		if kind.Back > 0 {
			m.backward[k] = head{c.Continuous.mixture(&kind, kind.Back), n}
			n += m.backward[k].Outputs()
		}
	}
	if m.learned && c.Backward != BackwardFree {
		m.outputs = n
	}
	if c.flows() && c.SharedFlow {
		m.flowAt = m.outputs
		m.outputs++
	}
	factors := 0
	for k := range m.forward {
		if h := &m.forward[k]; f.slope != nil && kinds[k].Back > 0 && h.Params == len(f.gradient) && h.Family != density.Beta {
			m.driven = append(m.driven, *h)
			factors += h.Components * h.Params
		}
	}
	inputs := m.seen
	m.policy = newTrunk(m.params.Block(blockPolicy), inputs, c.Hidden, m.outputs+factors, src)
	if c.Backward == BackwardFree {
		m.back = newTrunk(m.params.Block(blockBackward), inputs, c.Hidden, n, src)
	}
	if c.flows() && !c.SharedFlow {
		m.flow = newTrunk(m.params.Block(blockFlow), inputs, c.Hidden, 1, src)
	}
	if c.Objective == ObjectiveTB || c.Objective == ObjectiveModifiedDB && !exits {
		m.logZ = m.params.Block(blockLogZ).Add("value", 1, 1)
		m.logZ.Data()[0] = float32(c.LogZ)
	}
	return m
}

// act returns the outputs of the policy [rows,outputs] for features [rows,size].
// With factors z [rows,K·P] it moves the means of steps along the gradient of the
// log reward (Zhang and Chen 2022, arXiv 2111.15141; Sendera et al. 2024, arXiv
// 2402.05098):
//
//	mean_kp + z_kp Step² ∂log R/∂x_p
func (m *continuousNet) act(t *nn.Tape, x nn.Value) nn.Value {
	out := m.policy.forward(t, m.visible(t, x))
	if len(m.driven) == 0 {
		return out
	}
	_, size := t.Shape(x)
	slope := t.Columns(x, m.seen, size)
	parts, at, factor := []nn.Value(nil), 0, m.outputs
	for k := range m.driven {
		h := &m.driven[k]
		mean, n := h.at+h.Components, h.Components*h.Params
		drift := t.Mul(t.Columns(out, factor, factor+n), t.ConcatColumns(slices.Repeat([]nn.Value{slope}, h.Components)...))
		parts = append(parts, t.Columns(out, at, mean), t.Add(t.Columns(out, mean, mean+n), drift))
		at, factor = mean+n, factor+n
	}
	return t.ConcatColumns(append(parts, t.Columns(out, at, m.outputs))...)
}

// visible is what networks see of features.
func (m *continuousNet) visible(t *nn.Tape, x nn.Value) nn.Value {
	if _, size := t.Shape(x); size == m.seen {
		return x
	}
	return t.Columns(x, 0, m.seen)
}
