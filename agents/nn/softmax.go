package nn

// LogZero is the log-probability of actions a mask forbids: finite, so that its product with probability 0 is 0.
const LogZero = -1e9

// Softmax is the softmax of every row.
func (t *TapeOf[T]) Softmax(x Value) Value { return t.MaskedSoftmax(x, nil) }

// MaskedSoftmax is the softmax of the entries of every row that mask [rows, cols] allows; the others are 0, and so are all
// entries of a row without any. A nil mask allows everything.
func (t *TapeOf[T]) MaskedSoftmax(x Value, mask []bool) Value {
	rows, cols := t.Shape(x)
	t.checkMask("MaskedSoftmax", x, mask)
	v, n := t.unary(opSoftmax, rows, cols, x)
	aux := t.memory.take(3 * rows)
	t.k.Softmax(&t.work, n.data, t.nodes[x].data, mask, rows, cols, aux[:rows], aux[rows:2*rows], aux[2*rows:])
	return v
}

// softmaxBackward computes dx = y (g - sum of g y).
func (t *TapeOf[T]) softmaxBackward(n *node[T]) {
	for i := range n.rows {
		g, y := n.grad[i*n.cols:(i+1)*n.cols], n.data[i*n.cols:(i+1)*n.cols]
		t.k.AddScalar(g, g, -t.k.Dot(g, y))
	}
	t.k.Mul(n.grad, n.grad, n.data)
	t.addGradient(n.a, n.grad, 1)
}

// LogSoftmax is the logarithm of MaskedSoftmax, LogZero where mask forbids.
func (t *TapeOf[T]) LogSoftmax(x Value, mask []bool) Value {
	rows, cols := t.Shape(x)
	t.checkMask("LogSoftmax", x, mask)
	v, n := t.unary(opLogSoftmax, rows, cols, x)
	n.aux, n.mask = t.memory.take(rows*cols), mask
	stats := t.memory.take(3 * rows)
	largest, lse := stats[:rows], stats[rows:2*rows]
	in := t.nodes[x].data
	t.k.Softmax(&t.work, n.aux, in, mask, rows, cols, largest, lse, stats[2*rows:])
	t.k.Log(lse, lse)
	t.k.Add(lse, lse, largest)
	for i := range rows {
		row := n.data[i*cols : (i+1)*cols]
		t.k.AddScalar(row, in[i*cols:(i+1)*cols], -lse[i])
	}
	for i, ok := range mask {
		if !ok {
			n.data[i] = LogZero
		}
	}
	return v
}

// logSoftmaxBackward computes dx = g - p sum(g) over the allowed entries.
func (t *TapeOf[T]) logSoftmaxBackward(n *node[T]) {
	for i, ok := range n.mask {
		if !ok {
			n.grad[i] = 0
		}
	}
	for i := range n.rows {
		g, p := n.grad[i*n.cols:(i+1)*n.cols], n.aux[i*n.cols:(i+1)*n.cols]
		t.k.Axpy(g, p, -t.k.Sum(g))
	}
	t.addGradient(n.a, n.grad, 1)
}

// Categorical is the distribution over actions that logits and a mask of legal ones define (nil allows all). It returns, for
// every row, the log-probability of the given action and the entropy of the distribution in nats, both [rows, 1]. A forbidden
// or negative action has log-probability LogZero and no gradient; a row without legal actions has entropy 0.
//
//	H = log s - (sum of e (x - largest)) / s,  e = exp(x - largest), s = sum of e
func (t *TapeOf[T]) Categorical(logits Value, mask []bool, actions []int32) (logProb, entropy Value) {
	rows, cols := t.Shape(logits)
	t.checkMask("Categorical", logits, mask)
	if len(actions) != rows {
		t.fail("Categorical", "%d actions for shape %s", len(actions), t.shape(logits))
	}
	v, n := t.unary(opCategorical, 2, rows, logits)
	n.aux, n.idx, n.mask = t.memory.take(rows*cols+3*rows), actions, mask
	p, stats := n.aux[:rows*cols], n.aux[rows*cols:]
	largest, lse, dots := stats[:rows], stats[rows:2*rows], stats[2*rows:]
	in := t.nodes[logits].data
	t.k.Softmax(&t.work, p, in, mask, rows, cols, largest, lse, dots)
	logProbs, entropies := n.data[:rows], n.data[rows:]
	for i := range rows {
		if lse[i] == 0 { // nothing is legal
			lse[i] = 1
		}
	}
	t.k.Log(lse, lse)
	t.k.Sub(entropies, lse, dots)
	t.k.Add(lse, lse, largest)
	for i, a := range actions {
		if a < 0 || mask != nil && !mask[i*cols : (i+1)*cols][a] {
			logProbs[i] = LogZero
			continue
		}
		logProbs[i] = in[i*cols : (i+1)*cols][a] - lse[i]
	}
	return t.view(v, 0, rows, 1), t.view(v, rows, rows, 1)
}

// categoricalBackward uses, for one row with gradients g of the log-probability and h of the entropy,
//
//	d log p(a) / dx_j = [j = a] - p_j;  dH / dx_j = -p_j (x_j - lse + H)
func (t *TapeOf[T]) categoricalBackward(n *node[T]) {
	rows, cols := n.cols, t.nodes[n.a].cols
	p, lse := n.aux[:rows*cols], n.aux[rows*cols+rows:]
	x, dst := t.nodes[n.a].data, t.accumulator(n.a)
	for i, a := range n.idx {
		lo, hi := i*cols, (i+1)*cols
		g, h := n.grad[i], n.grad[rows+i]
		if n.data[i] == LogZero {
			g = 0
		} else {
			dst[lo+int(a)] += g
		}
		if g == 0 && h == 0 {
			continue
		}
		t.h = [3]T{lse[i], -g - h*n.data[rows+i], -h}
		t.k.CategoricalGrad(dst[lo:hi], p[lo:hi], x[lo:hi], &t.h)
	}
}

func (t *TapeOf[T]) checkMask(op string, x Value, mask []bool) {
	if mask != nil && len(mask) != len(t.nodes[x].data) {
		t.fail(op, "a mask of %d for shape %s", len(mask), t.shape(x))
	}
}

// SampleCategorical draws an action for every row of logits [rows, cols] restricted to mask (nil allows all), from one
// uniform number u[i] in [0,1) per row, and writes it to actions and its log-probability to logProbs, both [rows]. It records
// nothing for Backward. Rows without legal actions get action -1 and log-probability LogZero.
func (t *TapeOf[T]) SampleCategorical(actions []int32, logProbs []T, logits Value, mask []bool, u []float64) {
	rows, cols := t.Shape(logits)
	t.checkMask("SampleCategorical", logits, mask)
	p, stats, in := t.memory.take(rows*cols), t.memory.take(3*rows), t.nodes[logits].data
	largest, lse := stats[:rows], stats[rows:2*rows]
	t.k.Softmax(&t.work, p, in, mask, rows, cols, largest, lse, stats[2*rows:])
	for i := range rows {
		actions[i] = draw(p[i*cols:(i+1)*cols], T(u[i]))
	}
	t.k.Log(lse, lse)
	for i, a := range actions[:rows] {
		if logProbs[i] = LogZero; a >= 0 {
			logProbs[i] = in[i*cols+int(a)] - largest[i] - lse[i]
		}
	}
}

// draw returns the first index at which the running sum of p exceeds u. Rounding may leave the sum below u: then it is the
// last index with a positive probability, or -1 if there is none.
func draw[T Float](p []T, u T) int32 {
	last := int32(-1)
	for j, q := range p {
		if q > 0 {
			if last = int32(j); u < q {
				return last
			}
		}
		u -= q
	}
	return last
}
