package nn

import "math"

// LayerNorm normalises rows in float32; see [LayerNormOf].
type LayerNorm = LayerNormOf[float32]

// LayerNormOf shifts and scales every row to mean 0 and variance 1, and then by a learned gain and bias per column (Ba et al.,
// 2016).
type LayerNormOf[T Float] struct {
	Gain, Bias ParamOf[T]
	// Epsilon is added to the variance; NewLayerNorm sets 1e-5.
	Epsilon float64
}

// NewLayerNorm adds parameters name.weight (ones) and name.bias (zeros) of the given size to block b.
func NewLayerNorm[T Float](b BlockOf[T], name string, size int) LayerNormOf[T] {
	b = b.Sub(name)
	l := LayerNormOf[T]{b.Add("weight", 1, size), b.Add("bias", 1, size), 1e-5}
	for i := range l.Gain.Data() {
		l.Gain.Data()[i] = 1
	}
	return l
}

// LayerNorm returns gain (x - mean) / sqrt(variance + epsilon) + bias, row by row; the variance is the biased one.
func (t *TapeOf[T]) LayerNorm(x Value, l LayerNormOf[T]) Value {
	rows, cols := t.Shape(x)
	if cols != l.Gain.Cols {
		t.fail("LayerNorm", "%s wants %d columns, have shape %s", l.Gain.Name(), l.Gain.Cols, t.shape(x))
	}
	need := t.nodes[x].need || !l.Gain.frozen() || !l.Bias.frozen()
	v, n := t.push(opLayerNorm, rows, cols, need, x, -1)
	n.w, n.bias = l.Gain, l.Bias
	n.aux = t.memory.take(rows*cols + rows)
	normal, scales, in := n.aux[:rows*cols], n.aux[rows*cols:], t.nodes[x].data
	gain, bias := l.Gain.Data(), l.Bias.Data()
	for i := range rows {
		y, z := n.data[i*cols:(i+1)*cols], normal[i*cols:(i+1)*cols]
		t.k.AddScalar(z, in[i*cols:(i+1)*cols], -t.k.Sum(in[i*cols:(i+1)*cols])/T(cols))
		variance := float64(t.k.SumSquares(z)) / float64(cols)
		scales[i] = T(1 / math.Sqrt(variance+l.Epsilon))
		t.k.Scale(z, z, scales[i])
		copy(y, bias)
		t.k.MulAdd(y, z, gain)
	}
	return v
}

// layerNormBackward uses, with z the normalised row, u = g gain and n columns,
//
//	dx = (u - sum(u)/n - z sum(u z)/n) / sqrt(variance + epsilon)
func (t *TapeOf[T]) layerNormBackward(n *node[T]) {
	rows, cols := n.rows, n.cols
	normal, scales := n.aux[:rows*cols], n.aux[rows*cols:]
	if !n.bias.frozen() {
		t.k.ColumnSum(n.bias.Grad(), n.grad, rows, cols)
	}
	if !n.w.frozen() {
		dw := n.w.Grad()
		for i := range rows {
			t.k.MulAdd(dw, n.grad[i*cols:(i+1)*cols], normal[i*cols:(i+1)*cols])
		}
	}
	if !t.nodes[n.a].need {
		return
	}
	for i := range rows {
		u, z := n.grad[i*cols:(i+1)*cols], normal[i*cols:(i+1)*cols]
		t.k.Mul(u, u, n.w.Data())
		sum, dot := t.k.Sum(u)/T(cols), t.k.Dot(u, z)/T(cols)
		t.k.AddScalar(u, u, -sum)
		t.k.Axpy(u, z, -dot)
		t.k.Scale(u, u, scales[i])
	}
	t.addGradient(n.a, n.grad, 1)
}
