package nn

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// gradientCase is a function of leaves with the given shapes. All operations of the package appear in one; the same table is
// compared with Gorgonia in gorgonia_test.go.
type gradientCase struct {
	name   string
	shapes [][2]int
	f      func(t *TapeOf[float64], x []Value) Value
	// positive says that the leaves must be positive.
	positive bool
}

func one2one(name string, f func(t *TapeOf[float64], x Value) Value) gradientCase {
	return gradientCase{name: name, shapes: [][2]int{{3, 5}}, f: func(t *TapeOf[float64], x []Value) Value { return f(t, x[0]) }}
}

func two2one(name string, a, b [2]int, f func(t *TapeOf[float64], x, y Value) Value) gradientCase {
	return gradientCase{name: name, shapes: [][2]int{a, b}, f: func(t *TapeOf[float64], x []Value) Value { return f(t, x[0], x[1]) }}
}

// densityCase is a density at the points of(x), x [3,2], of 2 components each.
func densityCase(name string, f func(t *TapeOf[float64], x, p, q Value) Value, of func(t *TapeOf[float64], x Value) Value) gradientCase {
	return gradientCase{name: name, shapes: [][2]int{{3, 2}, {3, 4}, {3, 4}}, f: func(t *TapeOf[float64], x []Value) Value { return f(t, of(t, x[0]), x[1], x[2]) }}
}

type tape64 = TapeOf[float64]

var (
	mask35   = []bool{true, true, false, true, true, false, true, true, false, true, true, true, true, true, false}
	noLegal  = []bool{true, true, false, true, true, false, false, false, false, false, true, true, true, true, false}
	actions3 = []int32{1, 4, 0}
	mask63   = []bool{true, false, false, true, true, false, true, true, true, true, true, true, false, true, true, false, false, true}
)

func gradientCases() []gradientCase {
	positive := func(c gradientCase) gradientCase { c.positive = true; return c }
	cases := []gradientCase{
		one2one("relu", (*tape64).ReLU), one2one("tanh", (*tape64).Tanh), one2one("sigmoid", (*tape64).Sigmoid), one2one("exp", (*tape64).Exp),
		positive(one2one("log", (*tape64).Log)), one2one("square", (*tape64).Square), positive(one2one("sqrt", (*tape64).Sqrt)), one2one("abs", (*tape64).Abs),
		one2one("softplus", (*tape64).Softplus), one2one("logsigmoid", (*tape64).LogSigmoid), one2one("silu", (*tape64).SiLU),
		one2one("gelu", (*tape64).GELU), one2one("elu", (*tape64).ELU), one2one("neg", (*tape64).Neg),
		positive(one2one("loggamma", (*tape64).LogGamma)), positive(one2one("logbesseli0", (*tape64).LogBesselI0)),
		one2one("leakyrelu", func(t *tape64, x Value) Value { return t.LeakyReLU(x, 0.1) }),
		one2one("huber", func(t *tape64, x Value) Value { return t.Huber(x, 0.8) }),
		one2one("clamp", func(t *tape64, x Value) Value { return t.Clamp(x, -0.5, 0.7) }),
		one2one("scale", func(t *tape64, x Value) Value { return t.Scale(x, -2.5) }),
		one2one("addscalar", func(t *tape64, x Value) Value { return t.AddScalar(x, 3) }),
		one2one("sum", (*tape64).Sum), one2one("mean", (*tape64).Mean), one2one("rowsum", (*tape64).RowSum), one2one("rowmean", (*tape64).RowMean),
		one2one("columnsum", (*tape64).ColumnSum), one2one("rowmax", (*tape64).RowMax), one2one("logsumexp", (*tape64).LogSumExp),
		one2one("cumulativesum", (*tape64).CumulativeSum), one2one("transpose", (*tape64).Transpose), one2one("softmax", (*tape64).Softmax),
		one2one("segmentsum", func(t *tape64, x Value) Value { return t.SegmentSum(x, []int32{1, -1, 1}, 2) }),
		one2one("segmentsum column", func(t *tape64, x Value) Value { return t.SegmentSum(t.RowSum(x), []int32{1, 0, 1}, 2) }),
		one2one("maskedsoftmax", func(t *tape64, x Value) Value { return t.MaskedSoftmax(x, mask35) }),
		one2one("row without legal entries", func(t *tape64, x Value) Value { return t.MaskedSoftmax(x, noLegal) }),
		one2one("logsoftmax", func(t *tape64, x Value) Value { return t.LogSoftmax(x, nil) }),
		one2one("maskedlogsoftmax", func(t *tape64, x Value) Value {
			return t.Gather(t.LogSoftmax(x, mask35), actions3)
		}),
		one2one("categorical logprob", func(t *tape64, x Value) Value { p, _ := t.Categorical(x, mask35, actions3); return p }),
		one2one("categorical entropy", func(t *tape64, x Value) Value { _, h := t.Categorical(x, mask35, actions3); return h }),
		one2one("categorical both", func(t *tape64, x Value) Value {
			p, h := t.Categorical(x, noLegal, []int32{1, -1, 0})
			return t.Add(t.Clamp(p, -100, 100), t.Square(h))
		}),
		one2one("gather", func(t *tape64, x Value) Value { return t.Gather(x, []int32{4, -1, 0}) }),
		one2one("rows", func(t *tape64, x Value) Value { return t.Rows(x, []int32{2, 0, 2, -1, 2}) }),
		one2one("rowrange", func(t *tape64, x Value) Value { return t.RowRange(x, 1, 3) }),
		one2one("reshape", func(t *tape64, x Value) Value { return t.Square(t.Reshape(x, 5, 3)) }),
		one2one("columns", func(t *tape64, x Value) Value { return t.Columns(x, 1, 4) }),
		one2one("stopgradient", func(t *tape64, x Value) Value { return t.Add(x, t.StopGradient(t.Scalar(2))) }),
		one2one("used twice", func(t *tape64, x Value) Value { return t.Add(t.Mul(x, t.Tanh(x)), t.Exp(x)) }),
		two2one("max", [2]int{3, 5}, [2]int{3, 5}, (*tape64).Max), two2one("min", [2]int{3, 5}, [2]int{3, 5}, (*tape64).Min),
		two2one("mse", [2]int{3, 5}, [2]int{3, 5}, (*tape64).MSE), two2one("matmul", [2]int{3, 5}, [2]int{5, 4}, (*tape64).MatMul),
		two2one("batchmatmul", [2]int{6, 5}, [2]int{10, 4}, func(t *tape64, x, y Value) Value { return t.BatchMatMul(x, y, 2, false) }),
		two2one("batchmatmul transposed", [2]int{6, 5}, [2]int{8, 5}, func(t *tape64, x, y Value) Value { return t.BatchMatMul(x, y, 2, true) }),
		two2one("where", [2]int{3, 5}, [2]int{3, 5}, func(t *tape64, x, y Value) Value { return t.Where(mask35, x, y) }),
		two2one("concatcolumns", [2]int{3, 5}, [2]int{3, 2}, func(t *tape64, x, y Value) Value { return t.ConcatColumns(x, y, x) }),
		two2one("rowssum", [2]int{3, 5}, [2]int{2, 5}, func(t *tape64, x, y Value) Value {
			return t.RowsSum([]Value{x, y, x}, [][]int32{{2, -1, 0, -1}, {1, -1, -1, 0}, {2, -1, 1, -1}})
		}),
		two2one("concatrows", [2]int{3, 5}, [2]int{2, 5}, func(t *tape64, x, y Value) Value { return t.ConcatRows(x, y, x) }),
		densityCase("normal", (*tape64).NormalLogProb, func(t *tape64, x Value) Value { return x }),
		densityCase("beta", func(t *tape64, x, p, q Value) Value { return t.BetaLogProb(x, t.Exp(p), t.Exp(q)) }, (*tape64).Sigmoid),
		densityCase("vonmises", func(t *tape64, x, p, q Value) Value { return t.VonMisesLogProb(x, p, t.Exp(q)) }, func(t *tape64, x Value) Value { return x }),
		{name: "maxpool", shapes: [][2]int{{2, 5 * 4 * 3}}, f: func(t *tape64, x []Value) Value { return t.MaxPool(x[0], 5, 4, 3, 2) }},
	}
	for name, f := range map[string]func(t *tape64, x, y Value) Value{"add": (*tape64).Add, "sub": (*tape64).Sub, "mul": (*tape64).Mul, "div": (*tape64).Div} {
		for _, s := range [][2][2]int{{{3, 5}, {3, 5}}, {{3, 5}, {1, 5}}, {{3, 5}, {3, 1}}, {{3, 5}, {1, 1}}, {{1, 5}, {3, 1}}, {{1, 1}, {3, 5}}} {
			c := two2one(name, s[0], s[1], f)
			c.positive = name == "div"
			cases = append(cases, c)
		}
	}
	return cases
}

// weightedSum makes a scalar of any value, with a different weight for every element.
func weightedSum(t *tape64, v Value) Value {
	rows, cols := t.Shape(v)
	w := make([]float64, rows*cols)
	for i := range w {
		w[i] = math.Sin(float64(i) + 1)
	}
	return t.Sum(t.Mul(v, t.Input(w, rows, cols)))
}

func randomLeaves(c gradientCase) [][]float64 {
	rng := rand.New(rand.NewPCG(1, 2))
	var out [][]float64
	for _, s := range c.shapes {
		x := make([]float64, s[0]*s[1])
		for i := range x {
			x[i] = rng.NormFloat64()
			if c.positive {
				x[i] = math.Exp(x[i])
			}
		}
		out = append(out, x)
	}
	return out
}

// finiteDifference is (f(x+e) - f(x-e)) / 2e for every element of x.
func finiteDifference(x []float64, f func() float64) []float64 {
	const e = 1e-6
	out := make([]float64, len(x))
	for i, v := range x {
		x[i] = v + e
		up := f()
		x[i] = v - e
		out[i] = (up - f()) / (2 * e)
		x[i] = v
	}
	return out
}

// Central differences with step 1e-6 have an error of about 1e-9 relative to the function's values.
const differenceTolerance = 2e-8

func requireClose(t *testing.T, want, got []float64, tolerance float64, format string, args ...any) {
	t.Helper()
	require.Len(t, got, len(want), append([]any{format}, args...)...)
	scale := 1.0
	for _, w := range want {
		scale = max(scale, math.Abs(w))
	}
	for i := range want {
		require.InDelta(t, want[i], got[i], tolerance*scale, append([]any{format + " [%d]"}, append(args, i)...)...)
	}
}

func TestGradientsAgreeWithFiniteDifferences(t *testing.T) {
	for _, c := range gradientCases() {
		t.Run(c.name, func(t *testing.T) {
			x, tape := randomLeaves(c), NewTapeOf[float64]()
			run := func() (Value, []Value) {
				tape.Reset()
				var leaves []Value
				for i, s := range c.shapes {
					leaves = append(leaves, tape.Leaf(x[i], s[0], s[1]))
				}
				return weightedSum(tape, c.f(tape, leaves)), leaves
			}
			loss, leaves := run()
			tape.Backward(loss)
			var got [][]float64
			for _, l := range leaves {
				got = append(got, append([]float64(nil), tape.Grad(l)...))
			}
			for i := range x {
				want := finiteDifference(x[i], func() float64 { v, _ := run(); return tape.Item(v) })
				requireClose(t, want, got[i], differenceTolerance, "%s leaf %d", c.name, i)
			}
		})
	}
}

// layerCase is a network with an input of the given shape.
type layerCase struct {
	name       string
	rows, cols int
	f          func(p *ParamsOf[float64], src Source) func(t *tape64, x Value) Value
}

func layerCases() []layerCase {
	init := Torch{}
	linear := func(a Activation) func(p *ParamsOf[float64], src Source) func(t *tape64, x Value) Value {
		return func(p *ParamsOf[float64], src Source) func(t *tape64, x Value) Value {
			l := NewLinear(p.Block("b"), "l", 5, 4, init, src)
			m := NewLinear(p.Block("b"), "m", 4, 3, init, src)
			return func(t *tape64, x Value) Value { return t.Linear(t.Linear(x, l, a), m, a) }
		}
	}
	conv := func(c ConvConfig, a Activation) func(p *ParamsOf[float64], src Source) func(t *tape64, x Value) Value {
		return func(p *ParamsOf[float64], src Source) func(t *tape64, x Value) Value {
			l := NewConv2d(p.Block("b"), "c", c, init, src)
			return func(t *tape64, x Value) Value { return t.Conv2d(x, l, a) }
		}
	}
	meet := func(outputs int) func(p *ParamsOf[float64], src Source) func(t *tape64, x Value) Value {
		return func(p *ParamsOf[float64], src Source) func(t *tape64, x Value) Value {
			l := NewLinear(p.Block("b"), "l", 4, outputs, init, src)
			return func(t *tape64, x Value) Value { // both sides twice
				v := t.Meet(x, x, []int32{2, 0, 2}, l)
				return t.Add(v, t.Meet(t.Tanh(x), x, []int32{0, 1, 1}, l))
			}
		}
	}
	return []layerCase{
		{"meet", 3, 4, meet(2)}, {"meet, wide", 3, 4, meet(narrow + 1)},
		{"linear", 3, 5, linear(Identity)}, {"linear relu", 3, 5, linear(ReLU)}, {"linear tanh", 3, 5, linear(Tanh)}, {"linear sigmoid", 3, 5, linear(Sigmoid)},
		{"shared linear", 3, 4, func(p *ParamsOf[float64], src Source) func(t *tape64, x Value) Value {
			l := NewLinear(p.Block("b"), "l", 4, 4, init, src)
			return func(t *tape64, x Value) Value { return t.Linear(t.Linear(x, l, Tanh), l, Identity) }
		}},
		{"conv", 2, 5 * 4 * 2, conv(ConvConfig{Height: 5, Width: 4, Inputs: 2, Outputs: 3, Kernel: 2}, ReLU)},
		{"conv padded", 2, 5 * 4 * 2, conv(ConvConfig{Height: 5, Width: 4, Inputs: 2, Outputs: 3, Kernel: 3, Stride: 2, Padding: 2}, Tanh)},
		{"embedding", 3, 4, func(p *ParamsOf[float64], src Source) func(t *tape64, x Value) Value {
			e := NewEmbedding(p.Block("b"), "e", 6, 4, Normal{Std: 1}, src)
			return func(t *tape64, x Value) Value { return t.Mul(x, t.Embedding([]int32{5, 0, 5}, e)) }
		}},
		{"layernorm", 3, 5, func(p *ParamsOf[float64], src Source) func(t *tape64, x Value) Value {
			l := NewLayerNorm(p.Block("b"), "n", 5)
			for i := range l.Gain.Data() {
				l.Gain.Data()[i], l.Bias.Data()[i] = src.StandardNormal(), src.StandardNormal()
			}
			return func(t *tape64, x Value) Value { return t.LayerNorm(x, l) }
		}},
		{"gru", 3, 5, func(p *ParamsOf[float64], src Source) func(t *tape64, x Value) Value {
			g := NewGRU(p.Block("b"), "g", 5, 4, init, src)
			return func(t *tape64, x Value) Value {
				h := t.Input(make([]float64, 12), 3, 4)
				for range 3 {
					h = t.GRU(x, h, g)
				}
				return h
			}
		}},
		{"attention", 6, 4, func(p *ParamsOf[float64], src Source) func(t *tape64, x Value) Value {
			a, err := NewAttention(p.Block("b"), "a", 4, 2, init, src)
			if err != nil {
				panic(err)
			}
			return func(t *tape64, x Value) Value { return t.Attention(x, a, 3, mask63) }
		}},
		{"lstm", 3, 5, func(p *ParamsOf[float64], src Source) func(t *tape64, x Value) Value {
			g := NewLSTM(p.Block("b"), "g", 5, 4, init, src)
			return func(t *tape64, x Value) Value {
				h := t.Input(make([]float64, 12), 3, 4)
				c := h
				for range 3 {
					h, c = t.LSTM(x, h, c, g)
				}
				return t.Add(h, c)
			}
		}},
	}
}

func TestLayerGradientsAgreeWithFiniteDifferences(t *testing.T) {
	for _, c := range layerCases() {
		t.Run(c.name, func(t *testing.T) {
			var p ParamsOf[float64]
			f := c.f(&p, benchSource{rand.New(rand.NewPCG(5, 6))})
			for _, q := range p.All() {
				for i := range q.Data() {
					q.Data()[i] += 0.1 * math.Cos(float64(i)) // biases and kinks off zero
				}
			}
			x, tape := randomLeaves(gradientCase{shapes: [][2]int{{c.rows, c.cols}}})[0], NewTapeOf[float64]()
			run := func() (loss, leaf Value) {
				tape.Reset()
				leaf = tape.Leaf(x, c.rows, c.cols)
				return weightedSum(tape, f(tape, leaf)), leaf
			}
			loss, leaf := run()
			tape.Backward(loss)
			got := append([]float64(nil), tape.Grad(leaf)...)
			value := func() float64 { v, _ := run(); return tape.Item(v) }
			requireClose(t, finiteDifference(x, value), got, differenceTolerance, "input")
			for _, q := range p.All() {
				requireClose(t, finiteDifference(q.Data(), value), q.Grad(), differenceTolerance, "%s", q.Name())
			}
		})
	}
}
