package nn

// Meet lets row i of x [rows, cols] meet row index[i] of whole, y, and takes what comes of it through a layer:
//
//	W (relu(x + y) + x y) + b
//
// The product lets every part weigh the whole in its own way. A layer of few outputs is computed at once.
func (t *TapeOf[T]) Meet(x, whole Value, index []int32, l LinearOf[T]) Value {
	rows, cols := t.Shape(x)
	if len(index) != rows || t.nodes[whole].cols != cols || l.W.Rows != cols {
		t.fail("Meet", "shapes %s and %s with %d rows and %d inputs", t.shape(x), t.shape(whole), len(index), l.W.Rows)
	}
	need := t.nodes[x].need || t.nodes[whole].need
	if l.W.Cols > narrow {
		v, n := t.push(opMeet, rows, cols, need, x, whole)
		n.idx = index
		for i := range index {
			t.meet(n, i, n.data[i*cols:(i+1)*cols])
		}
		return t.Linear(v, l, Identity)
	}
	v, n := t.push(opMeet, rows, l.W.Cols, need || !l.W.frozen() || !l.B.frozen(), x, whole)
	n.idx, n.w, n.bias, n.aux = index, l.W, l.B, t.memory.take(cols*l.W.Cols)
	t.k.Transpose(n.aux, l.W.Data(), cols, l.W.Cols)
	h := t.memory.take(cols)
	for i := range index {
		t.meet(n, i, h)
		out := n.data[i*n.cols : (i+1)*n.cols]
		for k := range out {
			out[k] = t.k.Dot(h, n.aux[k*cols:(k+1)*cols]) + l.B.Data()[k]
		}
	}
	return v
}

// narrow is the greatest number of outputs for which products of vectors are faster than those of matrices.
const narrow = 6

// meeting returns the two rows that meet in row i.
func (t *TapeOf[T]) meeting(n *node[T], i int) (x, y []T) {
	a, b, r := &t.nodes[n.a], &t.nodes[n.b], int(n.idx[i])
	return a.data[i*a.cols : (i+1)*a.cols], b.data[r*a.cols : (r+1)*a.cols]
}

func (t *TapeOf[T]) meet(n *node[T], i int, dst []T) {
	x, y := t.meeting(n, i)
	t.k.Add(dst, x, y)
	t.k.ReLU(dst, dst)
	t.k.MulAdd(dst, x, y)
}

// meetBackward uses, with g the gradient of relu(x + y) + x y and r that where x + y > 0, else 0,
//
//	dx = r + g y,  dy = r + g x
func (t *TapeOf[T]) meetBackward(n *node[T]) {
	cols := t.nodes[n.a].cols
	var dx, dy, dw, db []T
	fresh := false
	if t.nodes[n.a].need {
		dx, fresh = t.gradient(n.a)
	}
	if t.nodes[n.b].need {
		dy = t.accumulator(n.b)
	}
	layer := n.aux != nil
	if layer && !n.w.frozen() {
		dw = t.memory.take(len(n.aux)) // of the transpose
		clear(dw)
	}
	if layer && !n.bias.frozen() {
		db = n.bias.Grad()
	}
	sum, r, of := t.memory.take(cols), t.memory.take(cols), t.memory.take(cols)
	for i := range n.idx {
		x, y := t.meeting(n, i)
		g := n.grad[i*n.cols : (i+1)*n.cols]
		t.k.Add(sum, x, y)
		if layer {
			if !t.outputsBackward(n, g, of, dw, db, sum, r, x, y) {
				if fresh {
					clear(dx[i*cols : (i+1)*cols])
				}
				continue
			}
			g = of
		}
		copy(r, g)
		t.k.ReLUGrad(r, sum)
		if dx != nil {
			dst := dx[i*cols : (i+1)*cols]
			if fresh {
				copy(dst, r)
			} else {
				t.k.Add(dst, dst, r)
			}
			t.k.MulAdd(dst, g, y)
		}
		if dy != nil {
			dst := dy[int(n.idx[i])*cols : (int(n.idx[i])+1)*cols]
			t.k.Add(dst, dst, r)
			t.k.MulAdd(dst, g, x)
		}
	}
	if dw == nil {
		return
	}
	w, back := n.w.Grad(), t.memory.take(len(dw))
	t.k.Transpose(back, dw, n.cols, cols)
	t.k.Add(w, w, back)
}

// outputsBackward takes the gradient g of a row's outputs back through the layer to of, and adds those of the layer. It
// reports whether there is any: most actions are not taken.
func (t *TapeOf[T]) outputsBackward(n *node[T], g, of, dw, db, sum, h, x, y []T) bool {
	cols, some := len(of), false
	for k, v := range g {
		if v == 0 {
			continue
		}
		if dw != nil {
			if !some {
				t.k.ReLU(h, sum)
				t.k.MulAdd(h, x, y)
			}
			t.k.Axpy(dw[k*cols:(k+1)*cols], h, v)
		}
		if db != nil {
			db[k] += v
		}
		if some {
			t.k.Axpy(of, n.aux[k*cols:(k+1)*cols], v)
		} else {
			t.k.Scale(of, n.aux[k*cols:(k+1)*cols], v)
		}
		some = true
	}
	return some
}
