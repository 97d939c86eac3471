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

const (
	// shareRows is from how many rows on an evaluation is shared out.
	shareRows = 64
	// shardRows and maxShards: the gradient of a batch is the sum of those of its
	// shards, in their order, however many workers there are.
	shardRows, maxShards = 128, 8
)

// pass is one evaluation of an [mlp]: the activations of a growing list of
// samples. It allocates only while it grows, and is for one goroutine.
type pass struct {
	w    *workers
	act  [][]float32 // of each layer, row after row
	grad [][]float32 // likewise, of what enters a layer

	// What the workers have at hand: samples [lo,hi), the gradient of the outputs,
	// and how many take part.
	m       *mlp
	in      inputs
	lo, hi  int
	out     []float32
	members int
	shards  []shard
	running int // shards of this gradient

	forwardShare, backwardShare func(member int) // made once
}

// shard is the gradient of a part of the samples. The first is the parameters' own.
type shard struct {
	weights, bias [][]float32 // of each layer
}

func newPass(w *workers) *pass {
	p := &pass{w: w}
	p.forwardShare = func(k int) {
		n := p.hi - p.lo
		p.forwardRows(&p.w.work[k], p.lo+n*k/p.members, p.lo+n*(k+1)/p.members)
	}
	p.backwardShare = func(k int) {
		for i := k; i < p.running; i += p.members {
			p.backwardRows(&p.w.work[k], &p.shards[i], p.hi*i/p.running, p.hi*(i+1)/p.running)
		}
	}
	return p
}

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
	p.m, p.in, p.lo, p.hi, p.members = m, in, lo, hi, 1
	if hi-lo >= shareRows {
		p.members = p.w.crew.Members()
	}
	p.w.crew.Run(p.members, p.forwardShare)
}

// forwardRows evaluates samples [lo,hi).
func (p *pass) forwardRows(work *simd.Work[float32], lo, hi int) {
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
	p.m, p.in, p.lo, p.hi, p.out = m, in, 0, n, g
	p.running = max(1, min((n+shardRows-1)/shardRows, maxShards))
	for len(p.shards) < p.running {
		p.shards = append(p.shards, shard{make([][]float32, len(m.layers)), make([][]float32, len(m.layers))})
	}
	for k, l := range m.layers {
		if k > 0 {
			p.grad[k] = extend(p.grad[k], n*l.W.Rows)
		}
		for i := range p.shards[:p.running] {
			s := &p.shards[i]
			if i == 0 {
				s.weights[k], s.bias[k] = l.W.Grad(), l.B.Grad()
				continue
			}
			s.weights[k], s.bias[k] = extend(s.weights[k], l.W.Rows*l.W.Cols), extend(s.bias[k], l.W.Cols)
		}
	}
	p.members = min(p.w.crew.Members(), p.running)
	p.w.crew.Run(p.members, p.backwardShare)
	for _, s := range p.shards[1:p.running] {
		for k := range m.layers {
			first := &p.shards[0]
			p.w.k.Add(first.weights[k], first.weights[k], s.weights[k][:len(first.weights[k])])
			p.w.k.Add(first.bias[k], first.bias[k], s.bias[k][:len(first.bias[k])])
		}
	}
}

// backwardRows computes the gradient of samples [lo,hi) into s, or adds it where
// that is the parameters' own.
func (p *pass) backwardRows(work *simd.Work[float32], s *shard, lo, hi int) {
	k, rows, own := p.w.k, hi-lo, s == &p.shards[0]
	g := p.out[lo*p.m.outputs():]
	for layer := len(p.m.layers) - 1; ; layer-- {
		l := p.m.layers[layer]
		cols, in := l.W.Cols, l.W.Rows
		dw, db := s.weights[layer][:in*cols], s.bias[layer][:cols]
		if !own {
			clear(db)
		}
		if layer < len(p.m.layers)-1 {
			k.ReLUGradColumnSum(db, g, p.act[layer][lo*cols:hi*cols], rows, cols)
		} else {
			k.ColumnSum(db, g, rows, cols)
		}
		if layer == 0 {
			if !own {
				clear(dw)
			}
			p.scatter(dw, g, lo, hi)
			return
		}
		k.Product(work, simd.Product[float32]{M: in, N: cols, K: rows, A: p.act[layer-1][lo*in:], LDA: in, TransA: true, B: g, LDB: cols,
			C: dw, LDC: cols, Accumulate: own})
		next := p.grad[layer][lo*in:]
		k.Product(work, simd.Product[float32]{M: rows, N: in, K: cols, A: g, LDA: cols, B: l.W.Data(), LDB: cols, TransB: true,
			C: next, LDC: in})
		g = next
	}
}

// scatter adds the gradient of the first layer's weights.
func (p *pass) scatter(dw, g []float32, lo, hi int) {
	k, cols := p.w.k, p.m.layers[0].W.Cols
	for i := lo; i < hi; i++ {
		row := g[(i-lo)*cols : (i-lo+1)*cols]
		for _, j := range p.in.on[i*p.in.width : (i+1)*p.in.width] {
			dst := dw[int(j)*cols : (int(j)+1)*cols]
			k.Add(dst, dst, row)
		}
		for j := range p.m.dense {
			at := (p.m.inputs + j) * cols
			k.Axpy(dw[at:at+cols], row, p.in.dense[i*p.m.dense+j])
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
