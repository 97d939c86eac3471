package nn

// Sum is the sum of all elements, a [1,1] value.
func (t *TapeOf[T]) Sum(x Value) Value { return t.scaledSum(x, 1) }

// Mean is the mean of all elements, a [1,1] value.
func (t *TapeOf[T]) Mean(x Value) Value { return t.scaledSum(x, 1/T(max(1, len(t.nodes[x].data)))) }

func (t *TapeOf[T]) scaledSum(x Value, alpha T) Value {
	v, n := t.unary(opSum, 1, 1, x)
	n.s = alpha
	n.data[0] = alpha * t.k.Sum(t.nodes[x].data)
	return v
}

func (t *TapeOf[T]) sumBackward(n *node[T]) {
	dst, fresh := t.gradient(n.a)
	g := n.s * n.grad[0]
	if !fresh {
		t.k.AddScalar(dst, dst, g)
		return
	}
	for i := range dst {
		dst[i] = g
	}
}

// RowSum is the sum of every row, [rows, 1].
func (t *TapeOf[T]) RowSum(x Value) Value { return t.scaledRowSum(x, 1) }

// RowMean is the mean of every row, [rows, 1].
func (t *TapeOf[T]) RowMean(x Value) Value { return t.scaledRowSum(x, 1/T(max(1, t.nodes[x].cols))) }

func (t *TapeOf[T]) scaledRowSum(x Value, alpha T) Value {
	rows, cols := t.Shape(x)
	v, n := t.unary(opRowSum, rows, 1, x)
	n.s = alpha
	in := t.nodes[x].data
	for i := range rows {
		n.data[i] = alpha * t.k.Sum(in[i*cols:(i+1)*cols])
	}
	return v
}

func (t *TapeOf[T]) rowSumBackward(n *node[T]) {
	dst, cols := t.accumulator(n.a), t.nodes[n.a].cols
	for i, g := range n.grad {
		row := dst[i*cols : (i+1)*cols]
		t.k.AddScalar(row, row, n.s*g)
	}
}

// ColumnSum is the sum of every column, [1, cols].
func (t *TapeOf[T]) ColumnSum(x Value) Value {
	rows, cols := t.Shape(x)
	v, n := t.unary(opColumnSum, 1, cols, x)
	clear(n.data)
	t.k.ColumnSum(n.data, t.nodes[x].data, rows, cols)
	return v
}

func (t *TapeOf[T]) columnSumBackward(n *node[T]) {
	dst := t.accumulator(n.a)
	for i := range t.nodes[n.a].rows {
		row := dst[i*n.cols : (i+1)*n.cols]
		t.k.Add(row, row, n.grad)
	}
}

// RowMax is the greatest element of every row, [rows, 1]; the gradient goes to the first one.
func (t *TapeOf[T]) RowMax(x Value) Value {
	rows, cols := t.Shape(x)
	v, n := t.unary(opRowMax, rows, 1, x)
	n.idx = t.ints.take(rows)
	for i := range rows {
		row := t.nodes[x].data[i*cols : (i+1)*cols]
		best := 0
		for j, y := range row {
			if y > row[best] {
				best = j
			}
		}
		n.idx[i], n.data[i] = int32(best), row[best]
	}
	return v
}

// LogSumExp is the logarithm of the sum of the exponentials of every row, [rows, 1], computed without overflow.
func (t *TapeOf[T]) LogSumExp(x Value) Value {
	rows, cols := t.Shape(x)
	v, n := t.unary(opLogSumExp, rows, 1, x)
	n.aux = t.memory.take(rows * cols)
	largest, dots := t.memory.take(rows), t.memory.take(rows)
	t.k.Softmax(&t.work, n.aux, t.nodes[x].data, nil, rows, cols, largest, n.data, dots)
	t.k.Log(n.data, n.data)
	t.k.Add(n.data, n.data, largest)
	return v
}

func (t *TapeOf[T]) logSumExpBackward(n *node[T]) {
	dst, cols := t.accumulator(n.a), t.nodes[n.a].cols
	for i, g := range n.grad {
		t.k.Axpy(dst[i*cols:(i+1)*cols], n.aux[i*cols:(i+1)*cols], g)
	}
}

// SegmentSum adds up rows: row i of x goes to row segment[i] of the result [segments, cols]. Rows with a negative segment are
// left out.
func (t *TapeOf[T]) SegmentSum(x Value, segment []int32, segments int) Value {
	rows, cols := t.Shape(x)
	if len(segment) != rows {
		t.fail("SegmentSum", "%d segment numbers for shape %s", len(segment), t.shape(x))
	}
	v, n := t.unary(opSegmentSum, segments, cols, x)
	n.idx = segment
	clear(n.data)
	in := t.nodes[x].data
	if cols == 1 {
		for i, s := range segment {
			if s >= 0 {
				n.data[s] += in[i]
			}
		}
		return v
	}
	for i, s := range segment {
		if s >= 0 {
			dst := n.data[int(s)*cols : (int(s)+1)*cols]
			t.k.Add(dst, dst, in[i*cols:(i+1)*cols])
		}
	}
	return v
}

func (t *TapeOf[T]) segmentSumBackward(n *node[T]) {
	dst, cols := t.accumulator(n.a), n.cols
	for i, s := range n.idx {
		if s < 0 {
			continue
		}
		if cols == 1 {
			dst[i] += n.grad[s]
			continue
		}
		row := dst[i*cols : (i+1)*cols]
		t.k.Add(row, row, n.grad[int(s)*cols:(int(s)+1)*cols])
	}
}

// CumulativeSum is the running sum down every column: row i holds the sum of rows 0 to i.
func (t *TapeOf[T]) CumulativeSum(x Value) Value {
	rows, cols := t.Shape(x)
	v, n := t.unary(opCumulativeSum, rows, cols, x)
	in := t.nodes[x].data
	for i, y := range in {
		if i >= cols {
			y += n.data[i-cols]
		}
		n.data[i] = y
	}
	return v
}

func (t *TapeOf[T]) cumulativeSumBackward(n *node[T]) {
	for i := len(n.grad) - 1 - n.cols; i >= 0; i-- {
		n.grad[i] += n.grad[i+n.cols]
	}
	t.addGradient(n.a, n.grad, 1)
}
