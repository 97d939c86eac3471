package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	G "gorgonia.org/gorgonia"
	T "gorgonia.org/tensor"
)

// graph builds Gorgonia expressions, on an engine independent of ours. What Gorgonia lacks is written with what it has.
type graph struct{ g *G.ExprGraph }

func must(n *G.Node, err error) *G.Node {
	if err != nil {
		panic(err)
	}
	return n
}

// leaf is a variable or constant with the given values.
func (b graph) leaf(data []float64, shape ...int) *G.Node {
	t := T.New(T.WithShape(shape...), T.WithBacking(slices.Clone(data)))
	return G.NewTensor(b.g, T.Float64, len(shape), G.WithShape(shape...), G.WithValue(t), G.WithName(fmt.Sprint("v", len(b.g.AllNodes()))))
}

// matrix is a constant with elements f(row, column).
func (b graph) matrix(rows, cols int, f func(i, j int) float64) *G.Node {
	data := make([]float64, rows*cols)
	for i := range data {
		data[i] = f(i/cols, i%cols)
	}
	return b.leaf(data, rows, cols)
}

func (b graph) fill(like *G.Node, x float64) *G.Node {
	return b.matrix(like.Shape()[0], like.Shape()[1], func(_, _ int) float64 { return x })
}

func (b graph) mul(x, y *G.Node) *G.Node  { return must(G.HadamardProd(x, y)) }
func (b graph) add(x, y *G.Node) *G.Node  { return must(G.Add(x, y)) }
func (b graph) sub(x, y *G.Node) *G.Node  { return must(G.Sub(x, y)) }
func (b graph) dot(x, y *G.Node) *G.Node  { return must(G.Mul(x, y)) }
func (b graph) neg(x *G.Node) *G.Node     { return must(G.Neg(x)) }
func (b graph) relu(x *G.Node) *G.Node    { return must(G.Rectify(x)) }
func (b graph) sigmoid(x *G.Node) *G.Node { return must(G.Sigmoid(x)) }
func (b graph) tanh(x *G.Node) *G.Node    { return must(G.Tanh(x)) }
func (b graph) exp(x *G.Node) *G.Node     { return must(G.Exp(x)) }
func (b graph) log(x *G.Node) *G.Node     { return must(G.Log(x)) }

func (b graph) scale(x *G.Node, s float64) *G.Node { return b.mul(x, b.fill(x, s)) }

// expand repeats a side with one row or column, by products with ones.
func (b graph) expand(x *G.Node, rows, cols int) *G.Node {
	if x.Shape()[0] < rows {
		x = b.dot(b.matrix(rows, 1, func(_, _ int) float64 { return 1 }), x)
	}
	if x.Shape()[1] < cols {
		x = b.dot(x, b.matrix(1, cols, func(_, _ int) float64 { return 1 }))
	}
	return x
}

// rowSum is [rows, 1].
func (b graph) rowSum(x *G.Node) *G.Node {
	return b.dot(x, b.matrix(x.Shape()[1], 1, func(_, _ int) float64 { return 1 }))
}

func (b graph) mask(like *G.Node, mask []bool, yes, no float64) *G.Node {
	return b.matrix(like.Shape()[0], like.Shape()[1], func(i, j int) float64 {
		if mask[i*like.Shape()[1]+j] {
			return yes
		}
		return no
	})
}

func (b graph) pick(x *G.Node, index []int32) *G.Node {
	return b.rowSum(b.mul(x, b.matrix(x.Shape()[0], x.Shape()[1], func(i, j int) float64 {
		if int(index[i]) == j {
			return 1
		}
		return 0
	})))
}

// logSoftmax masks by adding -1e9: Gorgonia has no selection, and an infinity would make NaN of the products after it.
func (b graph) logSoftmax(x *G.Node, mask []bool) *G.Node {
	if mask != nil {
		x = b.add(x, b.mask(x, mask, 0, LogZero))
	}
	lse := b.log(b.rowSum(b.exp(x)))
	return b.sub(x, b.expand(lse, x.Shape()[0], x.Shape()[1]))
}

func (b graph) entropy(x *G.Node, mask []bool) *G.Node {
	l := b.logSoftmax(x, mask)
	return b.neg(b.rowSum(b.mul(b.exp(l), b.mul(l, b.mask(l, mask, 1, 0)))))
}

func (b graph) clamp(x *G.Node, lo, hi float64) *G.Node {
	return b.add(b.sub(b.relu(b.sub(x, b.fill(x, lo))), b.relu(b.sub(x, b.fill(x, hi)))), b.fill(x, lo))
}

func (b graph) rows(x *G.Node, index []int32) *G.Node {
	return b.dot(b.matrix(len(index), x.Shape()[0], func(i, j int) float64 {
		if int(index[i]) == j {
			return 1
		}
		return 0
	}), x)
}

// cumulative is the product with a lower triangle of ones.
func (b graph) cumulative(x *G.Node) *G.Node {
	n := x.Shape()[0]
	return b.dot(b.matrix(n, n, func(i, j int) float64 {
		if j <= i {
			return 1
		}
		return 0
	}), x)
}

func (b graph) concat(axis int, xs ...*G.Node) *G.Node { return must(G.Concat(axis, xs...)) }

func (b graph) columns(x *G.Node, lo, hi int) *G.Node {
	return b.dot(x, b.matrix(x.Shape()[1], hi-lo, func(i, j int) float64 {
		if i == lo+j {
			return 1
		}
		return 0
	}))
}

func (b graph) batchMatMul(x, y *G.Node, batch int, trans bool) *G.Node {
	three := func(n *G.Node) *G.Node {
		return must(G.Reshape(n, T.Shape{batch, n.Shape()[0] / batch, n.Shape()[1]}))
	}
	return must(G.BatchedMatMul(three(x), three(y), false, trans))
}

func (b graph) image(x *G.Node, h, w, c int) *G.Node {
	x = must(G.Reshape(x, T.Shape{x.Shape()[0], h, w, c}))
	return must(G.Transpose(x, 0, 3, 1, 2))
}

func (b graph) flat(x *G.Node) *G.Node { return must(G.Transpose(x, 0, 2, 3, 1)) }

// oracles are Gorgonia's versions of gradientCases, by name. GELU is missing because Gorgonia has no error function; the
// selections of single elements that need none of its operations (reshape, row range) are covered by finite differences.
var oracles = map[string]func(b graph, x []*G.Node) *G.Node{
	"relu": func(b graph, x []*G.Node) *G.Node { return b.relu(x[0]) }, "tanh": func(b graph, x []*G.Node) *G.Node { return b.tanh(x[0]) },
	"sigmoid": func(b graph, x []*G.Node) *G.Node { return b.sigmoid(x[0]) }, "exp": func(b graph, x []*G.Node) *G.Node { return b.exp(x[0]) },
	"log": func(b graph, x []*G.Node) *G.Node { return b.log(x[0]) }, "square": func(b graph, x []*G.Node) *G.Node { return must(G.Square(x[0])) },
	"sqrt": func(b graph, x []*G.Node) *G.Node { return must(G.Sqrt(x[0])) }, "abs": func(b graph, x []*G.Node) *G.Node { return must(G.Abs(x[0])) },
	"neg": func(b graph, x []*G.Node) *G.Node { return b.neg(x[0]) }, "softplus": func(b graph, x []*G.Node) *G.Node { return must(G.Softplus(x[0])) },
	"logsigmoid": func(b graph, x []*G.Node) *G.Node { return b.log(b.sigmoid(x[0])) },
	"silu":       func(b graph, x []*G.Node) *G.Node { return b.mul(x[0], b.sigmoid(x[0])) },
	"elu": func(b graph, x []*G.Node) *G.Node {
		return b.add(b.relu(x[0]), must(G.Expm1(b.neg(b.relu(b.neg(x[0]))))))
	},
	"leakyrelu": func(b graph, x []*G.Node) *G.Node { return b.sub(b.relu(x[0]), b.scale(b.relu(b.neg(x[0])), 0.1)) },
	"huber": func(b graph, x []*G.Node) *G.Node {
		c := b.clamp(x[0], -0.8, 0.8)
		return b.sub(b.mul(c, x[0]), b.scale(must(G.Square(c)), 0.5))
	},
	"clamp":         func(b graph, x []*G.Node) *G.Node { return b.clamp(x[0], -0.5, 0.7) },
	"scale":         func(b graph, x []*G.Node) *G.Node { return b.scale(x[0], -2.5) },
	"addscalar":     func(b graph, x []*G.Node) *G.Node { return b.add(x[0], b.fill(x[0], 3)) },
	"sum":           func(b graph, x []*G.Node) *G.Node { return must(G.Sum(x[0])) },
	"mean":          func(b graph, x []*G.Node) *G.Node { return must(G.Mean(x[0])) },
	"rowsum":        func(b graph, x []*G.Node) *G.Node { return must(G.Sum(x[0], 1)) },
	"rowmean":       func(b graph, x []*G.Node) *G.Node { return must(G.Mean(x[0], 1)) },
	"columnsum":     func(b graph, x []*G.Node) *G.Node { return must(G.Sum(x[0], 0)) },
	"rowmax":        func(b graph, x []*G.Node) *G.Node { return must(G.Max(x[0], 1)) },
	"logsumexp":     func(b graph, x []*G.Node) *G.Node { return b.log(b.rowSum(b.exp(x[0]))) },
	"cumulativesum": func(b graph, x []*G.Node) *G.Node { return b.cumulative(x[0]) },
	"transpose":     func(b graph, x []*G.Node) *G.Node { return must(G.Transpose(x[0], 1, 0)) },
	"softmax":       func(b graph, x []*G.Node) *G.Node { return b.exp(b.logSoftmax(x[0], nil)) },
	"logsoftmax":    func(b graph, x []*G.Node) *G.Node { return b.logSoftmax(x[0], nil) },
	"maskedsoftmax": func(b graph, x []*G.Node) *G.Node {
		return b.mul(b.exp(b.logSoftmax(x[0], mask35)), b.mask(x[0], mask35, 1, 0))
	},
	"maskedlogsoftmax":    func(b graph, x []*G.Node) *G.Node { return b.pick(b.logSoftmax(x[0], mask35), actions3) },
	"categorical logprob": func(b graph, x []*G.Node) *G.Node { return b.pick(b.logSoftmax(x[0], mask35), actions3) },
	"categorical entropy": func(b graph, x []*G.Node) *G.Node { return b.entropy(x[0], mask35) },
	"gather":              func(b graph, x []*G.Node) *G.Node { return b.pick(x[0], []int32{4, -1, 0}) },
	"rows":                func(b graph, x []*G.Node) *G.Node { return b.rows(x[0], []int32{2, 0, 2, -1, 2}) },
	"rowrange":            func(b graph, x []*G.Node) *G.Node { return must(G.Slice(x[0], G.S(1, 3))) },
	"columns":             func(b graph, x []*G.Node) *G.Node { return must(G.Slice(x[0], nil, G.S(1, 4))) },
	"reshape":             func(b graph, x []*G.Node) *G.Node { return must(G.Square(must(G.Reshape(x[0], T.Shape{5, 3})))) },
	"stopgradient":        func(b graph, x []*G.Node) *G.Node { return b.add(x[0], b.fill(x[0], 2)) },
	"used twice":          func(b graph, x []*G.Node) *G.Node { return b.add(b.mul(x[0], b.tanh(x[0])), b.exp(x[0])) },
	"segmentsum": func(b graph, x []*G.Node) *G.Node {
		return b.dot(b.leaf([]float64{0, 0, 0, 1, 0, 1}, 2, 3), x[0])
	},
	"segmentsum column": func(b graph, x []*G.Node) *G.Node {
		return b.dot(b.leaf([]float64{0, 1, 0, 1, 0, 1}, 2, 3), b.rowSum(x[0]))
	},
	"max":                    func(b graph, x []*G.Node) *G.Node { return must(G.MaxBetween(x[0], x[1])) },
	"min":                    func(b graph, x []*G.Node) *G.Node { return must(G.MinBetween(x[0], x[1])) },
	"mse":                    func(b graph, x []*G.Node) *G.Node { return must(G.Mean(must(G.Square(b.sub(x[0], x[1]))))) },
	"matmul":                 func(b graph, x []*G.Node) *G.Node { return b.dot(x[0], x[1]) },
	"batchmatmul":            func(b graph, x []*G.Node) *G.Node { return b.batchMatMul(x[0], x[1], 2, false) },
	"batchmatmul transposed": func(b graph, x []*G.Node) *G.Node { return b.batchMatMul(x[0], x[1], 2, true) },
	"where": func(b graph, x []*G.Node) *G.Node {
		return b.add(b.mul(x[0], b.mask(x[0], mask35, 1, 0)), b.mul(x[1], b.mask(x[1], mask35, 0, 1)))
	},
	"concatcolumns": func(b graph, x []*G.Node) *G.Node { return b.concat(1, x[0], x[1], x[0]) },
	"rowssum": func(b graph, x []*G.Node) *G.Node {
		p, q := b.rows(x[0], []int32{2, -1, 0, -1}), b.rows(x[1], []int32{1, -1, -1, 0})
		return b.add(b.add(p, q), b.rows(x[0], []int32{2, -1, 1, -1}))
	},
	"concatrows": func(b graph, x []*G.Node) *G.Node { return b.concat(0, x[0], x[1], x[0]) },
	"maxpool": func(b graph, x []*G.Node) *G.Node {
		return b.flat(must(G.MaxPool2D(b.image(x[0], 5, 4, 3), T.Shape{2, 2}, []int{0, 0}, []int{2, 2})))
	},
	"add": func(b graph, x []*G.Node) *G.Node { p, q := b.both(x); return b.add(p, q) },
	"sub": func(b graph, x []*G.Node) *G.Node { p, q := b.both(x); return b.sub(p, q) },
	"mul": func(b graph, x []*G.Node) *G.Node { p, q := b.both(x); return b.mul(p, q) },
	"div": func(b graph, x []*G.Node) *G.Node { p, q := b.both(x); return must(G.HadamardDiv(p, q)) },
}

func (b graph) both(x []*G.Node) (p, q *G.Node) {
	rows, cols := max(x[0].Shape()[0], x[1].Shape()[0]), max(x[0].Shape()[1], x[1].Shape()[1])
	return b.expand(x[0], rows, cols), b.expand(x[1], rows, cols)
}

// gradients runs a Gorgonia graph and returns the weighted sum of out and its gradients.
func (b graph) gradients(t *testing.T, out *G.Node, wrt ...*G.Node) (float64, [][]float64) {
	w := make([]float64, out.Shape().TotalSize())
	for i := range w {
		w[i] = math.Sin(float64(i) + 1)
	}
	loss := out
	if out.IsScalar() {
		loss = must(G.Mul(out, G.NewConstant(w[0])))
	} else {
		loss = must(G.Sum(must(G.HadamardProd(out, b.leaf(w, out.Shape()...)))))
	}
	_, err := G.Grad(loss, wrt...)
	require.NoError(t, err)
	vm := G.NewTapeMachine(b.g, G.BindDualValues(wrt...))
	defer vm.Close()
	require.NoError(t, vm.RunAll())
	var grads [][]float64
	for _, x := range wrt {
		g, err := x.Grad()
		require.NoError(t, err)
		grads = append(grads, slices.Clone(g.Data().([]float64)))
	}
	return loss.Value().Data().(float64), grads
}

// Two float64 engines that add in different orders agree to about 1e-15 per operation.
const engineTolerance = 1e-11

func TestGradientsAgreeWithGorgonia(t *testing.T) {
	checked := 0
	for _, c := range gradientCases() {
		f, ok := oracles[c.name]
		if !ok {
			continue
		}
		checked++
		t.Run(c.name, func(t *testing.T) {
			b, data := graph{G.NewGraph()}, randomLeaves(c)
			var nodes []*G.Node
			tape := NewTapeOf[float64]()
			var leaves []Value
			for i, s := range c.shapes {
				nodes = append(nodes, b.leaf(data[i], s[0], s[1]))
				leaves = append(leaves, tape.Leaf(data[i], s[0], s[1]))
			}
			loss := weightedSum(tape, c.f(tape, leaves))
			tape.Backward(loss)
			want, grads := b.gradients(t, f(b, nodes), nodes...)
			require.InDelta(t, want, tape.Item(loss), engineTolerance*max(1, math.Abs(want)))
			for i, l := range leaves {
				requireClose(t, grads[i], tape.Grad(l), engineTolerance, "leaf %d", i)
			}
		})
	}
	require.GreaterOrEqual(t, checked, len(oracles), "every oracle has a case")
}

// layerOracles are Gorgonia's versions of layerCases; p are the parameters in the order they were added.
var layerOracles = map[string]func(b graph, x *G.Node, p []*G.Node) *G.Node{
	"meet": graph.meetings, "meet, wide": graph.meetings,
	"linear": func(b graph, x *G.Node, p []*G.Node) *G.Node {
		return b.mlp(x, p, func(x *G.Node) *G.Node { return x })
	},
	"linear relu":    func(b graph, x *G.Node, p []*G.Node) *G.Node { return b.mlp(x, p, b.relu) },
	"linear tanh":    func(b graph, x *G.Node, p []*G.Node) *G.Node { return b.mlp(x, p, b.tanh) },
	"linear sigmoid": func(b graph, x *G.Node, p []*G.Node) *G.Node { return b.mlp(x, p, b.sigmoid) },
	"shared linear": func(b graph, x *G.Node, p []*G.Node) *G.Node {
		return b.linear(b.tanh(b.linear(x, p[0], p[1])), p[0], p[1])
	},
	"conv":        func(b graph, x *G.Node, p []*G.Node) *G.Node { return b.relu(b.conv(x, p, 2, 1, 0)) },
	"conv padded": func(b graph, x *G.Node, p []*G.Node) *G.Node { return b.tanh(b.conv(x, p, 3, 2, 2)) },
	"embedding":   func(b graph, x *G.Node, p []*G.Node) *G.Node { return b.mul(x, b.rows(p[0], []int32{5, 0, 5})) },
	"layernorm": func(b graph, x *G.Node, p []*G.Node) *G.Node {
		mean := func(x *G.Node) *G.Node { return b.expand(b.scale(b.rowSum(x), 0.2), 3, 5) }
		d := b.sub(x, mean(x))
		z := must(G.HadamardDiv(d, must(G.Sqrt(b.add(mean(must(G.Square(d))), b.fill(x, 1e-5))))))
		return b.add(b.mul(z, b.expand(p[0], 3, 5)), b.expand(p[1], 3, 5))
	},
	"gru": func(b graph, x *G.Node, p []*G.Node) *G.Node {
		h := b.matrix(3, 4, func(_, _ int) float64 { return 0 })
		for range 3 {
			i, k := b.linear(x, p[0], p[1]), b.linear(h, p[2], p[3])
			r := b.sigmoid(b.add(b.columns(i, 0, 4), b.columns(k, 0, 4)))
			z := b.sigmoid(b.add(b.columns(i, 4, 8), b.columns(k, 4, 8)))
			n := b.tanh(b.add(b.columns(i, 8, 12), b.mul(r, b.columns(k, 8, 12))))
			h = b.add(b.mul(b.sub(b.fill(z, 1), z), n), b.mul(z, h))
		}
		return h
	},
	"attention": func(b graph, x *G.Node, p []*G.Node) *G.Node { // sequences and heads one by one
		q, k, v := b.linear(x, p[0], p[1]), b.linear(x, p[2], p[3]), b.linear(x, p[4], p[5])
		var heads []*G.Node
		for h := range 2 {
			var sequences []*G.Node
			for s := range 2 {
				part := func(x *G.Node) *G.Node {
					return b.columns(b.rows(x, []int32{int32(3 * s), int32(3*s + 1), int32(3*s + 2)}), 2*h, 2*h+2)
				}
				scores := b.scale(b.dot(part(q), must(G.Transpose(part(k), 1, 0))), math.Sqrt(0.5))
				sequences = append(sequences, b.dot(b.exp(b.logSoftmax(scores, mask63[9*s:9*s+9])), part(v)))
			}
			heads = append(heads, b.concat(0, sequences...))
		}
		return b.linear(b.concat(1, heads...), p[6], p[7])
	},
	"lstm": func(b graph, x *G.Node, p []*G.Node) *G.Node {
		h := b.matrix(3, 4, func(_, _ int) float64 { return 0 })
		c := h
		for range 3 {
			a := b.add(b.linear(x, p[0], p[1]), b.linear(h, p[2], p[3]))
			c = b.add(b.mul(b.sigmoid(b.columns(a, 4, 8)), c), b.mul(b.sigmoid(b.columns(a, 0, 4)), b.tanh(b.columns(a, 8, 12))))
			h = b.mul(b.sigmoid(b.columns(a, 12, 16)), b.tanh(c))
		}
		return b.add(h, c)
	},
}

func (b graph) meetings(x *G.Node, p []*G.Node) *G.Node {
	meet := func(x, y *G.Node) *G.Node { return b.linear(b.add(b.relu(b.add(x, y)), b.mul(x, y)), p[0], p[1]) }
	return b.add(meet(x, b.rows(x, []int32{2, 0, 2})), meet(b.tanh(x), b.rows(x, []int32{0, 1, 1})))
}

func (b graph) linear(x, w, bias *G.Node) *G.Node {
	y := b.dot(x, w)
	return b.add(y, b.expand(bias, y.Shape()[0], y.Shape()[1]))
}

func (b graph) mlp(x *G.Node, p []*G.Node, act func(*G.Node) *G.Node) *G.Node {
	return act(b.linear(act(b.linear(x, p[0], p[1])), p[2], p[3]))
}

// conv is a convolution of 5 x 4 images with 2 channels; Gorgonia wants channels before pixels.
func (b graph) conv(x *G.Node, p []*G.Node, kernel, stride, padding int) *G.Node {
	w := must(G.Reshape(must(G.Transpose(p[0], 1, 0)), T.Shape{3, kernel, kernel, 2}))
	w = must(G.Transpose(w, 0, 3, 1, 2))
	y := b.flat(must(G.Conv2d(b.image(x, 5, 4, 2), w, T.Shape{kernel, kernel}, []int{padding, padding}, []int{stride, stride}, []int{1, 1})))
	y = must(G.Reshape(y, T.Shape{y.Shape().TotalSize() / 3, 3}))
	return b.add(y, b.expand(p[1], y.Shape()[0], 3))
}

func TestLayerGradientsAgreeWithGorgonia(t *testing.T) {
	for _, c := range layerCases() {
		t.Run(c.name, func(t *testing.T) {
			oracle, ok := layerOracles[c.name]
			require.True(t, ok, "no oracle")
			var p ParamsOf[float64]
			f := c.f(&p, benchSource{rand.New(rand.NewPCG(5, 6))})
			x, tape, b := randomLeaves(gradientCase{shapes: [][2]int{{c.rows, c.cols}}})[0], NewTapeOf[float64](), graph{G.NewGraph()}
			in := b.leaf(x, c.rows, c.cols)
			var params []*G.Node
			for _, q := range p.All() {
				params = append(params, b.leaf(q.Data(), q.Rows, q.Cols))
			}
			leaf := tape.Leaf(x, c.rows, c.cols)
			loss := weightedSum(tape, f(tape, leaf))
			tape.Backward(loss)
			want, grads := b.gradients(t, oracle(b, in, params), append([]*G.Node{in}, params...)...)
			require.InDelta(t, want, tape.Item(loss), engineTolerance*max(1, math.Abs(want)))
			requireClose(t, grads[0], tape.Grad(leaf), engineTolerance, "input")
			for i, q := range p.All() {
				requireClose(t, grads[i+1], q.Grad(), engineTolerance, "%s", q.Name())
			}
		})
	}
}
