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

// pass is one evaluation of an [mlp]: the activations of a growing list of
// samples. It allocates only while it grows, and is for one goroutine.
type pass struct {
	k    *simd.Set[float32]
	work simd.Work[float32]
	act  [][]float32 // of each layer, row after row
	grad [2][]float32
}

func newPass() *pass { return &pass{k: simd.Float32()} }

// out returns the outputs of the first n samples, valid until the next forward.
func (p *pass) out(m *mlp, n int) []float32 { return p.act[len(m.layers)-1][:n*m.outputs()] }

// forward evaluates samples [lo,hi). on holds width indices of inputs a sample,
// dense the dense inputs.
func (p *pass) forward(m *mlp, on []int32, width int, dense []float32, lo, hi int) {
	if p.act == nil {
		p.act = make([][]float32, len(m.layers))
	}
	for k, l := range m.layers {
		n := l.W.Cols
		p.act[k] = extend(p.act[k], hi*n)
		relu := k < len(m.layers)-1
		if k > 0 {
			in := l.W.Rows
			p.k.Product(&p.work, simd.Product[float32]{M: hi - lo, N: n, K: in, A: p.act[k-1][lo*in:], LDA: in, B: l.W.Data(), LDB: n,
				C: p.act[k][lo*n:], LDC: n, Bias: l.B.Data(), ReLU: relu})
			continue
		}
		w, bias := l.W.Data(), l.B.Data()
		for i := lo; i < hi; i++ {
			row := p.act[0][i*n : (i+1)*n]
			copy(row, bias)
			for _, j := range on[i*width : (i+1)*width] {
				p.k.Add(row, row, w[int(j)*n:(int(j)+1)*n])
			}
			for j := range m.dense {
				at := (m.inputs + j) * n
				p.k.Axpy(row, w[at:at+n], dense[i*m.dense+j])
			}
			if relu {
				p.k.ReLU(row, row)
			}
		}
	}
}

// backward adds the gradients of all parameters, given those of the outputs of
// samples [0,n), which it may overwrite.
func (p *pass) backward(m *mlp, on []int32, width int, dense []float32, n int, g []float32) {
	for k := len(m.layers) - 1; ; k-- {
		l := m.layers[k]
		cols, in := l.W.Cols, l.W.Rows
		if k < len(m.layers)-1 {
			p.k.ReLUGradColumnSum(l.B.Grad(), g, p.act[k][:n*cols], n, cols)
		} else {
			p.k.ColumnSum(l.B.Grad(), g, n, cols)
		}
		dw := l.W.Grad()
		if k == 0 {
			p.scatter(m, dw, on, width, dense, n, g)
			return
		}
		p.k.Product(&p.work, simd.Product[float32]{M: in, N: cols, K: n, A: p.act[k-1], LDA: in, TransA: true, B: g, LDB: cols,
			C: dw, LDC: cols, Accumulate: true})
		next := extend(p.grad[k%2], n*in)
		p.grad[k%2] = next
		p.k.Product(&p.work, simd.Product[float32]{M: n, N: in, K: cols, A: g, LDA: cols, B: l.W.Data(), LDB: cols, TransB: true,
			C: next, LDC: in})
		g = next[:n*in]
	}
}

// scatter adds the gradient of the first layer's weights.
func (p *pass) scatter(m *mlp, dw []float32, on []int32, width int, dense []float32, n int, g []float32) {
	cols := m.layers[0].W.Cols
	for i := range n {
		row := g[i*cols : (i+1)*cols]
		for _, j := range on[i*width : (i+1)*width] {
			dst := dw[int(j)*cols : (int(j)+1)*cols]
			p.k.Add(dst, dst, row)
		}
		for j := range m.dense {
			at := (m.inputs + j) * cols
			p.k.Axpy(dw[at:at+cols], row, dense[i*m.dense+j])
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
