package nn

// GRU is a recurrent cell in float32; see [GRUOf].
type GRU = GRUOf[float32]

// GRUOf is a gated recurrent unit (Cho et al., 2014) in the form of PyTorch, with input x and state h:
//
//	r = sigmoid(x Wr + h Ur),  z = sigmoid(x Wz + h Uz),  n = tanh(x Wn + r (h Un))
//	h' = (1-z) n + z h
//
// Biases are left out of the formulas. The three matrices of each side are stored side by side in the order r, z, n.
type GRUOf[T Float] struct {
	Input, Hidden LinearOf[T]
	Size          int
}

// NewGRU adds a cell with layers name.input and name.hidden to block b.
func NewGRU[T Float](b BlockOf[T], name string, inputs, size int, init Init, src Source) GRUOf[T] {
	b = b.Sub(name)
	return GRUOf[T]{newGates(b, "input", inputs, size, 3, init, src), newGates(b, "hidden", size, size, 3, init, src), size}
}

// newGates is a layer of several gates, each initialised as a layer of its own.
func newGates[T Float](b BlockOf[T], name string, inputs, size, gates int, init Init, src Source) LinearOf[T] {
	b = b.Sub(name)
	l := LinearOf[T]{b.Add("weight", inputs, gates*size), b.Add("bias", 1, gates*size)}
	s := Shape{inputs, size, inputs, size}
	for g := range gates {
		w, c := make([]float64, inputs*size), make([]float64, size)
		init.Weight(w, s, src)
		init.Bias(c, s, src)
		for i, x := range w {
			l.W.Data()[i/size*gates*size+g*size+i%size] = T(x)
		}
		for i, x := range c {
			l.B.Data()[g*size+i] = T(x)
		}
	}
	return l
}

// GRU returns the next state [rows, Size] for input x [rows, inputs] and state h [rows, Size].
func (t *TapeOf[T]) GRU(x, h Value, c GRUOf[T]) Value {
	s := c.Size
	a, b := t.Linear(x, c.Input, Identity), t.Linear(h, c.Hidden, Identity)
	gates := t.Sigmoid(t.Add(t.Columns(a, 0, 2*s), t.Columns(b, 0, 2*s)))
	r, z := t.Columns(gates, 0, s), t.Columns(gates, s, 2*s)
	n := t.Tanh(t.Add(t.Columns(a, 2*s, 3*s), t.Mul(r, t.Columns(b, 2*s, 3*s))))
	return t.Add(n, t.Mul(z, t.Sub(h, n)))
}

// LSTM is a recurrent cell in float32; see [LSTMOf].
type LSTM = LSTMOf[float32]

// LSTMOf is a long short-term memory cell (Hochreiter and Schmidhuber, 1997; forget gate of Gers et al., 2000) in the form of
// PyTorch, with input x, state h and cell c:
//
//	i, f, o = sigmoid(x W + h U),  g = tanh(x Wg + h Ug)
//	c' = f c + i g,  h' = o tanh(c')
//
// The four matrices of each side are stored side by side in the order i, f, g, o.
type LSTMOf[T Float] struct {
	Input, Hidden LinearOf[T]
	Size          int
}

// NewLSTM adds a cell with layers name.input and name.hidden to block b.
func NewLSTM[T Float](b BlockOf[T], name string, inputs, size int, init Init, src Source) LSTMOf[T] {
	b = b.Sub(name)
	return LSTMOf[T]{newGates(b, "input", inputs, size, 4, init, src), newGates(b, "hidden", size, size, 4, init, src), size}
}

// LSTM returns the next state and cell, both [rows, Size], for input x [rows, inputs], state h and cell c.
func (t *TapeOf[T]) LSTM(x, h, c Value, l LSTMOf[T]) (state, cell Value) {
	s := l.Size
	a := t.Add(t.Linear(x, l.Input, Identity), t.Linear(h, l.Hidden, Identity))
	i, f := t.Sigmoid(t.Columns(a, 0, s)), t.Sigmoid(t.Columns(a, s, 2*s))
	g, o := t.Tanh(t.Columns(a, 2*s, 3*s)), t.Sigmoid(t.Columns(a, 3*s, 4*s))
	cell = t.Add(t.Mul(f, c), t.Mul(i, g))
	return t.Mul(o, t.Tanh(cell)), cell
}
