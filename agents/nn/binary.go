package nn

// Add is x + y. In all binary operations a side with one row, one column or both is repeated to the shape of the other.
func (t *TapeOf[T]) Add(x, y Value) Value { return t.binary("Add", opAdd, x, y) }

// Sub is x - y.
func (t *TapeOf[T]) Sub(x, y Value) Value { return t.binary("Sub", opSub, x, y) }

// Mul is x y, elementwise.
func (t *TapeOf[T]) Mul(x, y Value) Value { return t.binary("Mul", opMul, x, y) }

// Div is x / y, elementwise.
func (t *TapeOf[T]) Div(x, y Value) Value { return t.binary("Div", opDiv, x, y) }

// Max is the greater of x and y, elementwise. Where they are equal each gets half of the gradient.
func (t *TapeOf[T]) Max(x, y Value) Value { return t.binary("Max", opMax, x, y) }

// Min is the lesser of x and y, elementwise. Where they are equal each gets half of the gradient.
func (t *TapeOf[T]) Min(x, y Value) Value { return t.binary("Min", opMin, x, y) }

// MSE is the mean of (x - y)^2, a [1,1] value.
func (t *TapeOf[T]) MSE(x, y Value) Value { return t.Mean(t.Square(t.Sub(x, y))) }

// extent returns the common length of two sides, of which one may be 1, or -1 if they do not fit.
func extent(a, b int) int {
	switch {
	case a == b || b == 1:
		return a
	case a == 1:
		return b
	}
	return -1
}

func (t *TapeOf[T]) binary(name string, o op, x, y Value) Value {
	a, b := &t.nodes[x], &t.nodes[y]
	rows, cols := extent(a.rows, b.rows), extent(a.cols, b.cols)
	if rows < 0 || cols < 0 {
		t.fail(name, "shapes %s and %s do not fit", t.shape(x), t.shape(y))
	}
	v, _ := t.push(o, rows, cols, a.need || b.need, x, y)
	p, q := t.expand(x, rows, cols), t.expand(y, rows, cols)
	n := &t.nodes[v]
	switch o {
	case opAdd:
		t.k.Add(n.data, p, q)
	case opSub:
		t.k.Sub(n.data, p, q)
	case opMul:
		t.k.Mul(n.data, p, q)
	case opDiv:
		t.k.Div(n.data, p, q)
	case opMax:
		t.k.Max(n.data, p, q)
	case opMin:
		t.k.Min(n.data, p, q)
	}
	return v
}

// expand returns the values of v repeated to the shape [rows, cols].
func (t *TapeOf[T]) expand(v Value, rows, cols int) []T {
	n := &t.nodes[v]
	if n.rows == rows && n.cols == cols {
		return n.data
	}
	out := t.memory.take(rows * cols)
	for i := range rows {
		row, src := out[i*cols:(i+1)*cols], n.data
		if n.rows > 1 {
			src = src[i*n.cols:]
		}
		if n.cols > 1 {
			copy(row, src)
			continue
		}
		for j := range row {
			row[j] = src[0]
		}
	}
	return out
}

// addReduced adds alpha g [rows, cols] to the gradient of v, summed over the sides v was repeated along.
func (t *TapeOf[T]) addReduced(v Value, g []T, rows, cols int, alpha T) {
	n := &t.nodes[v]
	if n.rows == rows && n.cols == cols {
		t.addGradient(v, g, alpha)
		return
	}
	if !n.need {
		return
	}
	dst := t.accumulator(v)
	switch {
	case n.rows == 1 && n.cols == 1:
		dst[0] += alpha * t.k.Sum(g)
	case n.rows == 1:
		sum := t.memory.take(cols)
		clear(sum)
		t.k.ColumnSum(sum, g, rows, cols)
		t.k.Axpy(dst, sum, alpha)
	default:
		for i := range rows {
			dst[i] += alpha * t.k.Sum(g[i*cols:(i+1)*cols])
		}
	}
}

func (t *TapeOf[T]) addBackward(n *node[T]) {
	t.addReduced(n.a, n.grad, n.rows, n.cols, 1)
	t.addReduced(n.b, n.grad, n.rows, n.cols, 1)
}

func (t *TapeOf[T]) subBackward(n *node[T]) {
	t.addReduced(n.a, n.grad, n.rows, n.cols, 1)
	t.addReduced(n.b, n.grad, n.rows, n.cols, -1)
}

func (t *TapeOf[T]) mulBackward(n *node[T]) {
	tmp := t.memory.take(len(n.data))
	if t.nodes[n.a].need {
		t.k.Mul(tmp, n.grad, t.expand(n.b, n.rows, n.cols))
		t.addReduced(n.a, tmp, n.rows, n.cols, 1)
	}
	if t.nodes[n.b].need {
		t.k.Mul(tmp, n.grad, t.expand(n.a, n.rows, n.cols))
		t.addReduced(n.b, tmp, n.rows, n.cols, 1)
	}
}

// divBackward uses d(x/y)/dx = 1/y and d(x/y)/dy = -(x/y)/y.
func (t *TapeOf[T]) divBackward(n *node[T]) {
	tmp := t.memory.take(len(n.data))
	t.k.Div(tmp, n.grad, t.expand(n.b, n.rows, n.cols))
	t.addReduced(n.a, tmp, n.rows, n.cols, 1)
	if t.nodes[n.b].need {
		t.k.Mul(tmp, tmp, n.data)
		t.addReduced(n.b, tmp, n.rows, n.cols, -1)
	}
}

func (t *TapeOf[T]) extremeBackward(n *node[T]) {
	for k, v := range [2]Value{n.a, n.b} {
		if !t.nodes[v].need {
			continue
		}
		x, other := t.expand(v, n.rows, n.cols), t.expand([2]Value{n.b, n.a}[k], n.rows, n.cols)
		tmp := t.memory.take(len(n.data))
		for i, g := range n.grad {
			switch {
			case x[i] == other[i]:
				g /= 2
			case x[i] != n.data[i]:
				g = 0
			}
			tmp[i] = g
		}
		t.addReduced(v, tmp, n.rows, n.cols, 1)
	}
}

// Where is x where mask is true and y elsewhere; all three have the same shape.
func (t *TapeOf[T]) Where(mask []bool, x, y Value) Value {
	a, b := &t.nodes[x], &t.nodes[y]
	if a.rows != b.rows || a.cols != b.cols || len(mask) != len(a.data) {
		t.fail("Where", "shapes %s and %s with a mask of %d", t.shape(x), t.shape(y), len(mask))
	}
	v, n := t.push(opWhere, a.rows, a.cols, a.need || b.need, x, y)
	a, b = &t.nodes[x], &t.nodes[y]
	n.mask = mask
	for i, m := range mask {
		if m {
			n.data[i] = a.data[i]
		} else {
			n.data[i] = b.data[i]
		}
	}
	return v
}

func (t *TapeOf[T]) whereBackward(n *node[T]) {
	for k, v := range [2]Value{n.a, n.b} {
		if !t.nodes[v].need {
			continue
		}
		dst := t.accumulator(v)
		for i, m := range n.mask {
			if m == (k == 0) {
				dst[i] += n.grad[i]
			}
		}
	}
}
