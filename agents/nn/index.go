package nn

// Gather picks element index[i] of row i, [rows, 1]: the value of the action taken. A negative index gives 0.
func (t *TapeOf[T]) Gather(x Value, index []int32) Value {
	rows, cols := t.Shape(x)
	if len(index) != rows {
		t.fail("Gather", "%d indices for shape %s", len(index), t.shape(x))
	}
	v, n := t.unary(opGather, rows, 1, x)
	n.idx = index
	in := t.nodes[x].data
	for i, j := range index {
		if n.data[i] = 0; j >= 0 {
			n.data[i] = in[i*cols : (i+1)*cols][j]
		}
	}
	return v
}

func (t *TapeOf[T]) gatherBackward(n *node[T]) {
	dst, cols := t.accumulator(n.a), t.nodes[n.a].cols
	for i, j := range n.idx {
		if j >= 0 {
			dst[i*cols+int(j)] += n.grad[i]
		}
	}
}

// Rows returns the rows of x that index names, in that order; a row may be named any number of times. A negative index gives
// a row of zeros.
func (t *TapeOf[T]) Rows(x Value, index []int32) Value {
	_, cols := t.Shape(x)
	v, n := t.unary(opRows, len(index), cols, x)
	n.idx = index
	in := t.nodes[x].data
	if cols == 1 { // as objectives of GFlowNets have it: a loop is faster than kernels
		for i, r := range index {
			if n.data[i] = 0; r >= 0 {
				n.data[i] = in[r]
			}
		}
		return v
	}
	for i, r := range index {
		dst := n.data[i*cols : (i+1)*cols]
		if r < 0 {
			clear(dst)
			continue
		}
		copy(dst, in[int(r)*cols:(int(r)+1)*cols])
	}
	return v
}

func (t *TapeOf[T]) rowsBackward(n *node[T]) {
	t.addRows(t.accumulator(n.a), n.grad, n.idx, n.cols)
}

// addRows adds row i of src to row index[i] of dst, and those of negative ones to none.
func (t *TapeOf[T]) addRows(dst, src []T, index []int32, cols int) {
	if cols == 1 {
		for i, r := range index {
			if r >= 0 {
				dst[r] += src[i]
			}
		}
		return
	}
	for i, r := range index {
		if r >= 0 {
			row := dst[int(r)*cols : (int(r)+1)*cols]
			t.k.Add(row, row, src[i*cols:(i+1)*cols])
		}
	}
}

// Embedding is a table of vectors in float32; see [EmbeddingOf].
type Embedding = EmbeddingOf[float32]

// EmbeddingOf is a table [count, size] of one learned vector per symbol.
type EmbeddingOf[T Float] struct{ W ParamOf[T] }

// NewEmbedding adds a table with parameter name.weight to block b; fan-in counts as 1.
func NewEmbedding[T Float](b BlockOf[T], name string, count, size int, init Init, src Source) EmbeddingOf[T] {
	e := EmbeddingOf[T]{b.Sub(name).Add("weight", count, size)}
	fill(e.W, func(dst []float64) { init.Weight(dst, Shape{count, size, 1, size}, src) })
	return e
}

// Embedding returns the vectors of the symbols, [len(symbols), size]; a negative symbol gives zeros.
func (t *TapeOf[T]) Embedding(symbols []int32, e EmbeddingOf[T]) Value {
	return t.Rows(t.Param(e.W), symbols)
}

// RowRange returns rows lo to hi of x, without a copy.
func (t *TapeOf[T]) RowRange(x Value, lo, hi int) Value {
	n := &t.nodes[x]
	if lo < 0 || hi < lo || hi > n.rows {
		t.fail("RowRange", "[%d,%d) is outside shape %s", lo, hi, t.shape(x))
	}
	return t.view(x, lo*n.cols, hi-lo, n.cols)
}

// Reshape returns x with another shape of the same size, without a copy.
func (t *TapeOf[T]) Reshape(x Value, rows, cols int) Value {
	if rows*cols != len(t.nodes[x].data) {
		t.fail("Reshape", "shape %s does not make [%d,%d]", t.shape(x), rows, cols)
	}
	return t.view(x, 0, rows, cols)
}

func (t *TapeOf[T]) view(x Value, off, rows, cols int) Value {
	n := &t.nodes[x]
	v := t.leaf(opView, n.data[off:off+rows*cols:off+rows*cols], rows, cols, n.need)
	t.nodes[v].a, t.nodes[v].n = x, off
	return v
}

// Columns returns columns lo to hi of x.
func (t *TapeOf[T]) Columns(x Value, lo, hi int) Value {
	rows, cols := t.Shape(x)
	if lo < 0 || hi < lo || hi > cols {
		t.fail("Columns", "[%d,%d) is outside shape %s", lo, hi, t.shape(x))
	}
	v, n := t.unary(opColumns, rows, hi-lo, x)
	n.n = lo
	in := t.nodes[x].data
	for i := range rows {
		copy(n.data[i*n.cols:(i+1)*n.cols], in[i*cols+lo:])
	}
	return v
}

func (t *TapeOf[T]) columnsBackward(n *node[T]) {
	dst, cols := t.accumulator(n.a), t.nodes[n.a].cols
	for i := range n.rows {
		row := dst[i*cols+n.n : i*cols+n.n+n.cols]
		t.k.Add(row, row, n.grad[i*n.cols:(i+1)*n.cols])
	}
}

// ConcatColumns puts matrices with equal numbers of rows side by side.
func (t *TapeOf[T]) ConcatColumns(parts ...Value) Value {
	rows, cols, need := t.nodes[parts[0]].rows, 0, false
	for _, p := range parts {
		n := &t.nodes[p]
		if n.rows != rows {
			t.fail("ConcatColumns", "shapes %s and %s have different numbers of rows", t.shape(parts[0]), t.shape(p))
		}
		cols += n.cols
		need = need || n.need
	}
	v, n := t.push(opConcatColumns, rows, cols, need, -1, -1)
	n.n, n.m = t.list(parts)
	at := 0
	for _, p := range parts {
		part := &t.nodes[p]
		for i := range rows {
			copy(n.data[i*cols+at:i*cols+at+part.cols], part.data[i*part.cols:])
		}
		at += part.cols
	}
	return v
}

func (t *TapeOf[T]) concatColumnsBackward(n *node[T]) {
	at := 0
	for _, p := range t.lists[n.n:n.m] {
		cols := t.nodes[p].cols
		if t.nodes[p].need {
			dst := t.accumulator(p)
			for i := range n.rows {
				row := dst[i*cols : (i+1)*cols]
				t.k.Add(row, row, n.grad[i*n.cols+at:i*n.cols+at+cols])
			}
		}
		at += cols
	}
}

// ConcatRows puts matrices with equal numbers of columns on top of each other.
func (t *TapeOf[T]) ConcatRows(parts ...Value) Value {
	rows, cols, need := 0, t.nodes[parts[0]].cols, false
	for _, p := range parts {
		n := &t.nodes[p]
		if n.cols != cols {
			t.fail("ConcatRows", "shapes %s and %s have different numbers of columns", t.shape(parts[0]), t.shape(p))
		}
		rows += n.rows
		need = need || n.need
	}
	v, n := t.push(opConcatRows, rows, cols, need, -1, -1)
	n.n, n.m = t.list(parts)
	at := 0
	for _, p := range parts {
		at += copy(n.data[at:], t.nodes[p].data)
	}
	return v
}

func (t *TapeOf[T]) concatRowsBackward(n *node[T]) {
	at := 0
	for _, p := range t.lists[n.n:n.m] {
		size := len(t.nodes[p].data)
		t.addGradient(p, n.grad[at:at+size], 1)
		at += size
	}
}

// list remembers values until Reset and returns where.
func (t *TapeOf[T]) list(vs []Value) (from, to int) {
	from = len(t.lists)
	t.lists = append(t.lists, vs...)
	return from, len(t.lists)
}

// Transpose returns x with rows and columns exchanged.
func (t *TapeOf[T]) Transpose(x Value) Value {
	rows, cols := t.Shape(x)
	v, n := t.unary(opTranspose, cols, rows, x)
	t.k.Transpose(n.data, t.nodes[x].data, rows, cols)
	return v
}

func (t *TapeOf[T]) transposeBackward(n *node[T]) {
	tmp := t.memory.take(len(n.grad))
	t.k.Transpose(tmp, n.grad, n.rows, n.cols)
	t.addGradient(n.a, tmp, 1)
}
