package nn

import "github.com/miniflow-rl/miniflow/internal/simd"

// Activation is a function applied to the result of a layer.
type Activation uint8

// The activations layers can apply at once.
const (
	Identity Activation = iota
	ReLU
	Tanh
	Sigmoid
)

// String returns the name in lower case.
func (a Activation) String() string { return [...]string{"identity", "relu", "tanh", "sigmoid"}[a] }

// Linear is a fully connected layer in float32; see [LinearOf].
type Linear = LinearOf[float32]

// LinearOf is a fully connected layer: y = x W + b with W [inputs, outputs] and b [1, outputs]. W is the transpose of what
// PyTorch stores.
type LinearOf[T Float] struct{ W, B ParamOf[T] }

// NewLinear adds a layer with parameters name.weight and name.bias to block b.
func NewLinear[T Float](b BlockOf[T], name string, inputs, outputs int, init Init, src Source) LinearOf[T] {
	b = b.Sub(name)
	l := LinearOf[T]{b.Add("weight", inputs, outputs), b.Add("bias", 1, outputs)}
	initialise(l.W, l.B, Shape{inputs, outputs, inputs, outputs}, init, src)
	return l
}

func initialise[T Float](w, b ParamOf[T], s Shape, init Init, src Source) {
	fill(w, func(dst []float64) { init.Weight(dst, s, src) })
	fill(b, func(dst []float64) { init.Bias(dst, s, src) })
}

// Forward returns act(x W + b) for x [rows, inputs].
func (l LinearOf[T]) Forward(t *TapeOf[T], x Value, act Activation) Value { return t.Linear(x, l, act) }

// Linear returns act(x W + b) for x [rows, inputs], as one fused operation.
func (t *TapeOf[T]) Linear(x Value, l LinearOf[T], act Activation) Value {
	rows, inputs := t.Shape(x)
	if inputs != l.W.Rows {
		t.fail("Linear", "%s wants %d inputs, have shape %s", l.W.Name(), l.W.Rows, t.shape(x))
	}
	need := t.nodes[x].need || !l.W.frozen() || !l.B.frozen()
	v, n := t.push(opLinear, rows, l.W.Cols, need, x, -1)
	n.w, n.bias, n.act = l.W, l.B, act
	t.product(simd.Product[T]{M: rows, N: n.cols, K: inputs, A: t.nodes[x].data, LDA: inputs, B: l.W.Data(), LDB: n.cols,
		C: n.data, LDC: n.cols, Bias: l.B.Data(), ReLU: act == ReLU})
	switch act {
	case Tanh:
		t.k.Tanh(n.data, n.data)
	case Sigmoid:
		t.k.Sigmoid(n.data, n.data)
	}
	return v
}

func (t *TapeOf[T]) linearBackward(n *node[T]) {
	t.biasBackward(n)
	x := &t.nodes[n.a]
	if !n.w.frozen() {
		dw, fresh := n.w.NextGrad()
		t.product(simd.Product[T]{M: x.cols, N: n.cols, K: n.rows, A: x.data, LDA: x.cols, TransA: true, B: n.grad, LDB: n.cols,
			C: dw, LDC: n.cols, Accumulate: !fresh})
	}
	if x.need {
		dx, fresh := t.gradient(n.a)
		t.product(simd.Product[T]{M: n.rows, N: x.cols, K: n.cols, A: n.grad, LDA: n.cols, B: n.w.Data(), LDB: n.cols, TransB: true,
			C: dx, LDC: x.cols, Accumulate: !fresh})
	}
}

// biasBackward takes the node's gradient back through its activation and adds the sum over rows to the gradient of its bias.
func (t *TapeOf[T]) biasBackward(n *node[T]) {
	var db []T
	if !n.bias.frozen() {
		db = n.bias.Grad()
	}
	if n.act == ReLU && db != nil {
		t.k.ReLUGradColumnSum(db, n.grad, n.data, n.rows, n.cols)
		return
	}
	switch n.act {
	case ReLU:
		t.k.ReLUGrad(n.grad, n.data)
	case Tanh:
		t.k.TanhGrad(n.grad, n.data)
	case Sigmoid:
		t.k.SigmoidGrad(n.grad, n.data)
	}
	if db != nil {
		t.k.ColumnSum(db, n.grad, n.rows, n.cols)
	}
}

// MatMul returns a b for a [n,k] and b [k,m].
func (t *TapeOf[T]) MatMul(a, b Value) Value { return t.BatchMatMul(a, b, 1, false) }

// BatchMatMul multiplies batch pairs of matrices stacked on top of each other: a [batch n, k] with b [batch k, m], or with the
// transposes of b [batch m, k] if trans is set. The result is [batch n, m].
func (t *TapeOf[T]) BatchMatMul(a, b Value, batch int, trans bool) Value {
	x, y := &t.nodes[a], &t.nodes[b]
	inner, cols := y.rows/max(batch, 1), y.cols
	if trans {
		inner, cols = cols, inner
	}
	if batch < 1 || x.rows%batch != 0 || y.rows%batch != 0 || x.cols != inner {
		t.fail("MatMul", "shapes %s and %s do not fit in %d batches", t.shape(a), t.shape(b), batch)
	}
	v, n := t.push(opMatMul, x.rows, cols, x.need || y.need, a, b)
	x, y = &t.nodes[a], &t.nodes[b]
	n.n, n.m = batch, inner
	if trans {
		n.s = 1
	}
	rows, size := x.rows/batch, y.rows/batch*y.cols
	for i := range batch {
		t.product(simd.Product[T]{M: rows, N: cols, K: inner, A: x.data[i*rows*inner:], LDA: inner, B: y.data[i*size:], LDB: y.cols,
			TransB: trans, C: n.data[i*rows*cols:], LDC: cols})
	}
	return v
}

func (t *TapeOf[T]) matMulBackward(n *node[T]) {
	x, y := &t.nodes[n.a], &t.nodes[n.b]
	batch, inner, trans := n.n, n.m, n.s != 0
	rows, size := x.rows/batch, y.rows/batch*y.cols
	if x.need {
		dx, fresh := t.gradient(n.a)
		for i := range batch {
			t.product(simd.Product[T]{M: rows, N: inner, K: n.cols, A: n.grad[i*rows*n.cols:], LDA: n.cols, B: y.data[i*size:], LDB: y.cols,
				TransB: !trans, C: dx[i*rows*inner:], LDC: inner, Accumulate: !fresh})
		}
	}
	if y.need {
		dy, fresh := t.gradient(n.b)
		for i := range batch {
			p := simd.Product[T]{M: inner, N: n.cols, K: rows, A: x.data[i*rows*inner:], LDA: inner, TransA: true, B: n.grad[i*rows*n.cols:], LDB: n.cols,
				C: dy[i*size:], LDC: y.cols, Accumulate: !fresh}
			if trans {
				p.M, p.N, p.A, p.B, p.LDA, p.LDB = n.cols, inner, p.B, p.A, n.cols, inner
			}
			t.product(p)
		}
	}
}
