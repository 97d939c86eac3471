package nn

import (
	"fmt"

	"github.com/miniflow-rl/miniflow/internal/simd"
)

// Tape computes in float32; see [TapeOf].
type Tape = TapeOf[float32]

// Value is the result of an operation on a tape: a matrix [rows, cols], row-major, usually one row per sample. It is valid
// until the tape's next Reset.
type Value int32

// TapeOf computes functions of matrices at once, remembers how, and differentiates them (reverse mode). A training step is
// Reset, operations, Backward. From the second step of the same shapes on, nothing is allocated.
//
// Input slices (data, masks, indices) are not copied: they must stay unchanged until Backward or the next Reset. Operations
// panic if shapes do not fit, as indexing out of range would. A tape is for one goroutine; any number of tapes may read the
// same parameters at the same time.
type TapeOf[T Float] struct {
	k        *simd.Set[T]
	work     simd.Work[T]
	nodes    []node[T]
	memory   arena[T]
	ints     arena[int32]
	lists    []Value   // inputs of operations with any number of them
	indices  [][]int32 // and lists of rows
	backward *[opCount]func(*TapeOf[T], *node[T])
	workers  *workers[T]
	seed     [1]T
	h        [3]T // scalars of a kernel call
}

// node is one operation. Fields behind grad are whatever the operation needs to remember.
type node[T Float] struct {
	op         op
	need       bool // some parameter or leaf below wants a gradient
	touched    bool // grad holds a gradient
	act        Activation
	a, b       Value
	rows, cols int
	data, grad []T

	w, bias ParamOf[T]
	aux     []T
	idx     []int32
	mask    []bool
	s, s2   T
	n, m, k int
	conv    *ConvOf[T]
}

// NewTape returns an empty tape for float32.
func NewTape() *Tape { return NewTapeOf[float32]() }

// NewTapeOf returns an empty tape for T.
func NewTapeOf[T Float]() *TapeOf[T] {
	return &TapeOf[T]{k: simd.For[T](), backward: backwardTable[T]()}
}

// Reset forgets all values, keeping the memory for the next pass.
func (t *TapeOf[T]) Reset() {
	t.nodes, t.lists, t.indices = t.nodes[:0], t.lists[:0], t.indices[:0]
	t.memory.reset()
	t.ints.reset()
}

// Shape returns the shape of v.
func (t *TapeOf[T]) Shape(v Value) (rows, cols int) {
	n := &t.nodes[v]
	return n.rows, n.cols
}

// Data returns the values of v, row-major. The slice is valid until Reset; writing to it is allowed before Backward if no
// other operation has used v.
func (t *TapeOf[T]) Data(v Value) []T { return t.nodes[v].data }

// Item returns the only value of a [1,1] matrix.
func (t *TapeOf[T]) Item(v Value) T {
	if len(t.nodes[v].data) != 1 {
		t.fail("Item", "want shape [1,1], have %s", t.shape(v))
	}
	return t.nodes[v].data[0]
}

// Grad returns the gradient of the last Backward with respect to a leaf (Leaf, Input or Param), or nil if it has none.
// Gradients of results in between are overwritten on the way.
func (t *TapeOf[T]) Grad(v Value) []T {
	if !t.nodes[v].touched {
		return nil
	}
	return t.nodes[v].grad
}

// Input is a constant matrix [rows, cols] over data, which is not copied.
func (t *TapeOf[T]) Input(data []T, rows, cols int) Value {
	return t.leaf(opInput, data, rows, cols, false)
}

// Leaf is Input with a gradient, which Grad returns after Backward.
func (t *TapeOf[T]) Leaf(data []T, rows, cols int) Value {
	return t.leaf(opInput, data, rows, cols, true)
}

func (t *TapeOf[T]) leaf(o op, data []T, rows, cols int, need bool) Value {
	if len(data) != rows*cols {
		t.fail("Input", "%d values do not make a matrix [%d,%d]", len(data), rows, cols)
	}
	t.nodes = append(t.nodes, node[T]{op: o, a: -1, b: -1, rows: rows, cols: cols, data: data, need: need})
	return Value(len(t.nodes) - 1)
}

// Bytes is a constant matrix of scale times the bytes of data: the way image observations enter a network.
func (t *TapeOf[T]) Bytes(data []uint8, rows, cols int, scale T) Value {
	if len(data) != rows*cols {
		t.fail("Bytes", "%d bytes do not make a matrix [%d,%d]", len(data), rows, cols)
	}
	v, n := t.push(opInput, rows, cols, false, -1, -1)
	t.k.FromBytes(n.data, data, scale)
	return v
}

// InputRows is a constant matrix of the rows of data [any, cols] that index names: a minibatch of a rollout.
func (t *TapeOf[T]) InputRows(data []T, cols int, index []int32) Value {
	v, n := t.push(opInput, len(index), cols, false, -1, -1)
	for i, r := range index {
		copy(n.data[i*cols:(i+1)*cols], data[int(r)*cols:(int(r)+1)*cols])
	}
	return v
}

// BytesRows is InputRows for bytes, times scale.
func (t *TapeOf[T]) BytesRows(data []uint8, cols int, index []int32, scale T) Value {
	v, n := t.push(opInput, len(index), cols, false, -1, -1)
	for i, r := range index {
		t.k.FromBytes(n.data[i*cols:(i+1)*cols], data[int(r)*cols:(int(r)+1)*cols], scale)
	}
	return v
}

// Scalar is a constant [1,1] matrix.
func (t *TapeOf[T]) Scalar(x T) Value {
	v, n := t.push(opInput, 1, 1, false, -1, -1)
	n.data[0] = x
	return v
}

// Param is the parameter as a value, without a copy.
func (t *TapeOf[T]) Param(p ParamOf[T]) Value {
	v := t.leaf(opParam, p.Data(), p.Rows, p.Cols, !p.frozen())
	t.nodes[v].w = p
	return v
}

// StopGradient is v as a constant.
func (t *TapeOf[T]) StopGradient(v Value) Value {
	n := &t.nodes[v]
	return t.leaf(opInput, n.data, n.rows, n.cols, false)
}

// push adds a node with memory for its values. The pointer is valid until the next push.
func (t *TapeOf[T]) push(o op, rows, cols int, need bool, a, b Value) (Value, *node[T]) {
	t.nodes = append(t.nodes, node[T]{op: o, need: need, a: a, b: b, rows: rows, cols: cols, data: t.memory.take(rows * cols)})
	v := Value(len(t.nodes) - 1)
	return v, &t.nodes[v]
}

// unary adds a node for an operation on one value.
func (t *TapeOf[T]) unary(o op, rows, cols int, a Value) (Value, *node[T]) {
	return t.push(o, rows, cols, t.nodes[a].need, a, -1)
}

// gradient returns memory for the gradient of v and whether it holds garbage, and counts it as valid from now on.
func (t *TapeOf[T]) gradient(v Value) (g []T, fresh bool) {
	n := &t.nodes[v]
	switch {
	case n.op == opParam:
		return n.w.NextGrad()
	case n.op == opView:
		n.touched = true
		if n.grad == nil {
			g := t.accumulator(n.a)
			n.grad = g[n.n : n.n+n.rows*n.cols]
		}
		return n.grad, false
	}
	fresh = !n.touched
	n.touched = true
	if n.grad == nil {
		n.grad = t.memory.take(n.rows * n.cols)
	}
	return n.grad, fresh
}

// accumulator is gradient with garbage cleared.
func (t *TapeOf[T]) accumulator(v Value) []T {
	g, fresh := t.gradient(v)
	if fresh {
		clear(g)
	}
	return g
}

// addGradient adds alpha g to the gradient of v.
func (t *TapeOf[T]) addGradient(v Value, g []T, alpha T) {
	if !t.nodes[v].need {
		return
	}
	dst, fresh := t.gradient(v)
	switch {
	case !fresh && alpha == 1:
		t.k.Add(dst, dst, g)
	case !fresh:
		t.k.Axpy(dst, g, alpha)
	case alpha == 1:
		copy(dst, g)
	default:
		t.k.Scale(dst, g, alpha)
	}
}

// Backward adds the gradient of the [1,1] value loss to the gradients of all parameters it depends on. Call it at most once
// between two Resets.
func (t *TapeOf[T]) Backward(loss Value) {
	if n := &t.nodes[loss]; n.rows*n.cols != 1 {
		t.fail("Backward", "want shape [1,1], have %s", t.shape(loss))
	}
	t.seed[0] = 1
	t.BackwardFrom(loss, t.seed[:])
}

// BackwardFrom is Backward of the scalar whose gradient with respect to v is seed [rows, cols]: for losses whose first
// derivative is computed elsewhere.
func (t *TapeOf[T]) BackwardFrom(v Value, seed []T) {
	if len(seed) != len(t.nodes[v].data) {
		t.fail("BackwardFrom", "%d gradients for a value of shape %s", len(seed), t.shape(v))
	}
	if !t.nodes[v].need {
		return
	}
	t.addGradient(v, seed, 1)
	for i := v; i >= 0; i-- {
		if n := &t.nodes[i]; n.touched {
			if f := t.backward[n.op]; f != nil {
				f(t, n)
			}
		}
	}
}

func (t *TapeOf[T]) shape(v Value) string {
	return fmt.Sprintf("[%d,%d]", t.nodes[v].rows, t.nodes[v].cols)
}

func (t *TapeOf[T]) fail(op, format string, args ...any) {
	panic("nn: " + op + ": " + fmt.Sprintf(format, args...))
}
