package nn

import (
	"fmt"
	"math"
)

// Attention is multi-head self-attention in float32; see [AttentionOf].
type Attention = AttentionOf[float32]

// AttentionOf is multi-head scaled dot-product attention (Vaswani et al., 2017) of sequences of equal length with themselves:
//
//	softmax(Q Kᵀ / sqrt(size of a head)) V, heads side by side, through a last layer
type AttentionOf[T Float] struct {
	Q, K, V, Out LinearOf[T]
	Heads        int
}

// NewAttention adds layers name.q, name.k, name.v and name.out to block b. It returns an error unless heads divide size.
func NewAttention[T Float](b BlockOf[T], name string, size, heads int, init Init, src Source) (AttentionOf[T], error) {
	if heads < 1 || size%heads != 0 {
		return AttentionOf[T]{}, fmt.Errorf("nn: attention of size %d with %d heads; want a divisor of the size", size, heads)
	}
	b = b.Sub(name)
	layer := func(name string) LinearOf[T] { return NewLinear(b, name, size, size, init, src) }
	return AttentionOf[T]{layer("q"), layer("k"), layer("v"), layer("out"), heads}, nil
}

// Attention returns the attention of x [sequences length, size], whose rows are the positions of one sequence after another.
// mask [sequences length, length], if not nil, tells which positions each position may attend to.
func (t *TapeOf[T]) Attention(x Value, a AttentionOf[T], length int, mask []bool) Value {
	rows, size := t.Shape(x)
	if length < 1 || rows%length != 0 {
		t.fail("Attention", "shape %s is not made of sequences of %d", t.shape(x), length)
	}
	sequences, head := rows/length, size/a.Heads
	q, k, v := t.Linear(x, a.Q, Identity), t.Linear(x, a.K, Identity), t.Linear(x, a.V, Identity)
	var out Value
	for h := range a.Heads {
		lo, hi := h*head, (h+1)*head
		scores := t.BatchMatMul(t.Columns(q, lo, hi), t.Columns(k, lo, hi), sequences, true)
		weights := t.MaskedSoftmax(t.Scale(scores, T(1/math.Sqrt(float64(head)))), mask)
		y := t.BatchMatMul(weights, t.Columns(v, lo, hi), sequences, false)
		if h == 0 {
			out = y
		} else {
			out = t.ConcatColumns(out, y)
		}
	}
	return t.Linear(out, a.Out, Identity)
}
