package gfn

import "github.com/miniflow-rl/miniflow/agents/nn"

// network maps states to outputs, as many for each.
type network interface {
	// outputs returns the number of outputs of a state.
	outputs() int
	// last returns the last n layers, those that give outputs at the end.
	last(n int) []nn.Linear
	// evaluator returns memory for an evaluation by the given workers.
	evaluator(w *workers) evaluator
}

// evaluator evaluates a network on a growing list of samples and remembers what
// the gradient needs. It is for one goroutine.
type evaluator interface {
	// forward evaluates samples [lo,hi) of in. From 0 it starts a new list, else
	// [0,lo) have been evaluated.
	forward(in inputs, lo, hi int)
	// values returns the outputs of samples [0,n), row after row, valid until the
	// next forward.
	values(n int) []float32
	// backward adds the gradients of all parameters, given those of the outputs of
	// samples [0,n), all that there are, which it may overwrite.
	backward(in inputs, n int, g []float32)
}

// mlpEvaluator is a pass of one mlp.
type mlpEvaluator struct {
	m *mlp
	p *pass
}

func (m *mlp) last(n int) []nn.Linear { return m.layers[max(0, len(m.layers)-n):] }

func (m *mlp) evaluator(w *workers) evaluator { return mlpEvaluator{m, newPass(w)} }

func (e mlpEvaluator) forward(in inputs, lo, hi int) { e.p.forward(e.m, in, lo, hi) }

func (e mlpEvaluator) values(n int) []float32 { return e.p.outputs(e.m, n) }

func (e mlpEvaluator) backward(in inputs, n int, g []float32) { e.p.backward(e.m, in, n, g) }
