package nn

// RowsSum adds up rows of values with equal numbers of columns: row i of the result [rows, cols] is the sum of rows
// index[k][i] of parts[k], of which negative ones are left out. Where only one part
// has a row for each, that is [TapeOf.Rows] of all parts put on top of each other, without a copy of them.
func (t *TapeOf[T]) RowsSum(parts []Value, index [][]int32) Value {
	rows, cols, need := len(index[0]), t.nodes[parts[0]].cols, false
	for k, p := range parts {
		n := &t.nodes[p]
		if n.cols != cols || len(index[k]) != rows {
			t.fail("RowsSum", "shapes %s and %s with %d and %d rows", t.shape(parts[0]), t.shape(p), rows, len(index[k]))
		}
		need = need || n.need
	}
	v, n := t.push(opRowsSum, rows, cols, need, -1, -1)
	n.n, n.m = t.list(parts)
	n.k = len(t.indices)
	t.indices = append(t.indices, index...)
	for i := range rows {
		dst, some := n.data[i*cols:(i+1)*cols], false
		for k, p := range parts {
			r := int(index[k][i])
			if r < 0 {
				continue
			}
			src := t.nodes[p].data[r*cols : (r+1)*cols]
			if some {
				t.k.Add(dst, dst, src)
			} else {
				copy(dst, src)
			}
			some = true
		}
		if !some {
			clear(dst)
		}
	}
	return v
}

func (t *TapeOf[T]) rowsSumBackward(n *node[T]) {
	for k, p := range t.lists[n.n:n.m] {
		if t.nodes[p].need {
			t.addRows(t.accumulator(p), n.grad, t.indices[n.k+k], n.cols)
		}
	}
}
