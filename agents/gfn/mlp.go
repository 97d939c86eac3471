package gfn

import (
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow/agents/nn"
	"github.com/miniflow-rl/miniflow/internal/simd"
)

// mlp is a fully connected network with rectifiers whose input is sparse: a
// sample is the list of its inputs that are 1, and a few dense inputs behind
// them. Its first layer is then a sum of rows of the weights.
type mlp struct {
	layers []nn.Linear
	inputs int // that are 0 or 1
	dense  int // inputs behind them
}

// newMLP adds a network to a block. Weights are drawn as PyTorch draws them; with
// no hidden layer they start at 0, so that one-hot inputs make it a table.
func newMLP(b nn.Block, inputs, dense int, hidden []int, outputs int, src nn.Source) *mlp {
	m := &mlp{inputs: inputs, dense: dense}
	size := inputs + dense
	var init nn.Init = nn.Torch{}
	if len(hidden) == 0 {
		init = nn.Zeros{}
	}
	for k, n := range append(append([]int{}, hidden...), outputs) {
		m.layers = append(m.layers, nn.NewLinear(b, fmt.Sprint(k), size, n, init, src))
		size = n
	}
	return m
}

func (m *mlp) outputs() int { return m.layers[len(m.layers)-1].W.Cols }

// inputs are samples for an [mlp], row after row: width indices of inputs that are
// 1, and the dense inputs.
type inputs struct {
	on    []int32
	width int
	dense []float32
}

// forwardRows and gradientRows are from how many samples on an evaluation and a
// gradient are shared out. Below, the weights travel between the processors'
// caches for longer than it saves.
const forwardRows, gradientRows = 16, 64

// pass is one evaluation of an [mlp]: the activations of a growing list of
// samples. It allocates only while it grows, and is for one goroutine.
type pass struct {
	w    *workers
	act  [][]float32 // of each layer, row after row
	grad [][]float32 // likewise, of what enters a layer

	// What the workers have at hand: samples [lo,hi), the layer of a gradient, the
	// gradients of its outputs, weights and biases, whether that of the weights is
	// yet to be begun, and how many take part.
	m       *mlp
	in      inputs
	lo, hi  int
	layer   int
	out     []float32
	dw, db  []float32
	fresh   bool
	members int

	forwardShare, backwardShare func(member int) // made once
}

func newPass(w *workers) *pass {
	p := &pass{w: w}
	p.forwardShare = func(k int) {
		lo, hi := share(p.hi-p.lo, k, p.members)
		p.evaluate(&p.w.work[k], p.lo+lo, p.lo+hi)
	}
	p.backwardShare = p.backwardLayer
	return p
}

// share is what member k of some does of n things: [lo,hi).
func share(n, k, members int) (lo, hi int) { return n * k / members, n * (k + 1) / members }

// outputs returns those of the first n samples, valid until the next forward.
func (p *pass) outputs(m *mlp, n int) []float32 { return p.act[len(m.layers)-1][:n*m.outputs()] }

// forward evaluates samples [lo,hi) of in.
func (p *pass) forward(m *mlp, in inputs, lo, hi int) {
	if p.act == nil {
		p.act, p.grad = make([][]float32, len(m.layers)), make([][]float32, len(m.layers))
	}
	for k, l := range m.layers {
		p.act[k] = extend(p.act[k], hi*l.W.Cols)
	}
	p.m, p.in, p.lo, p.hi, p.members = m, in, lo, hi, p.w.members(hi-lo >= forwardRows)
	p.w.crew.Run(p.members, p.forwardShare)
}

// evaluate evaluates samples [lo,hi).
func (p *pass) evaluate(work *simd.Work[float32], lo, hi int) {
	k := p.w.k
	for layer, l := range p.m.layers {
		n, act, last := l.W.Cols, p.act[layer], layer == len(p.m.layers)-1
		if layer > 0 {
			in := l.W.Rows
			k.Product(work, simd.Product[float32]{M: hi - lo, N: n, K: in, A: p.act[layer-1][lo*in:], LDA: in, B: l.W.Data(), LDB: n,
				C: act[lo*n:], LDC: n, Bias: l.B.Data(), ReLU: !last})
			continue
		}
		w, bias := l.W.Data(), l.B.Data()
		for i := lo; i < hi; i++ {
			row := act[i*n : (i+1)*n]
			copy(row, bias)
			for _, j := range p.in.on[i*p.in.width : (i+1)*p.in.width] {
				k.Add(row, row, w[int(j)*n:(int(j)+1)*n])
			}
			for j := range p.m.dense {
				at := (p.m.inputs + j) * n
				k.Axpy(row, w[at:at+n], p.in.dense[i*p.m.dense+j])
			}
			if !last {
				k.ReLU(row, row)
			}
		}
	}
}

// backward adds the gradients of all parameters, given those of the outputs of
// samples [0,n), which it may overwrite.
func (p *pass) backward(m *mlp, in inputs, n int, g []float32) {
	p.m, p.in, p.lo, p.hi, p.out, p.members = m, in, 0, n, g, p.w.members(n >= gradientRows)
	for p.layer = len(m.layers) - 1; p.layer >= 0; p.layer-- {
		l := m.layers[p.layer]
		if p.layer > 0 {
			p.grad[p.layer] = extend(p.grad[p.layer], n*l.W.Rows)
			p.dw, p.fresh = l.W.NextGrad()
		} else {
			p.dw = l.W.Grad()
		}
		p.db = l.B.Grad()
		p.w.crew.Run(p.members, p.backwardShare)
		p.out = p.grad[p.layer]
	}
}

// backwardLayer is the share of member k in the gradient of a layer: some rows of
// its weights, and what enters it of some samples. Every number is the sum over
// the samples in their order, whoever adds it up.
func (p *pass) backwardLayer(k int) {
	l, set, work, n := p.m.layers[p.layer], p.w.k, &p.w.work[k], p.hi
	in, cols, g := l.W.Rows, l.W.Cols, p.out[:n*l.W.Cols]
	if k == p.members-1 {
		set.ColumnSum(p.db, g, n, cols)
	}
	if p.layer == 0 {
		lo, hi := share(cols, k, p.members)
		p.scatter(p.dw, g, cols, lo, hi)
		return
	}
	act := p.act[p.layer-1]
	if lo, hi := share(in, k, p.members); lo < hi {
		set.Product(work, simd.Product[float32]{M: hi - lo, N: cols, K: n, A: act[lo:], LDA: in, TransA: true, B: g, LDB: cols,
			C: p.dw[lo*cols:], LDC: cols, Accumulate: !p.fresh})
	}
	if lo, hi := share(n, k, p.members); lo < hi {
		next := p.grad[p.layer][lo*in : hi*in]
		set.Product(work, simd.Product[float32]{M: hi - lo, N: in, K: cols, A: g[lo*cols:], LDA: cols, B: l.W.Data(), LDB: cols, TransB: true,
			C: next, LDC: in})
		set.ReLUGrad(next, act[lo*in:hi*in])
	}
}

// scatter adds columns [lo,hi) of the gradient of the first layer's weights.
func (p *pass) scatter(dw, g []float32, cols, lo, hi int) {
	k := p.w.k
	for i := range p.hi {
		row := g[i*cols+lo : i*cols+hi]
		for _, j := range p.in.on[i*p.in.width : (i+1)*p.in.width] {
			dst := dw[int(j)*cols+lo : int(j)*cols+hi]
			k.Add(dst, dst, row)
		}
		for j := range p.m.dense {
			at := (p.m.inputs + j) * cols
			k.Axpy(dw[at+lo:at+hi], row, p.in.dense[i*p.m.dense+j])
		}
	}
}

// extend returns x with at least n values, the old ones kept.
func extend[T any](x []T, n int) []T {
	if n <= len(x) {
		return x
	}
	y := make([]T, n+n/2)
	copy(y, x)
	return y
}

// finite reports whether all values are numbers.
func finite(x []float32) bool {
	for _, v := range x {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return false
		}
	}
	return true
}
