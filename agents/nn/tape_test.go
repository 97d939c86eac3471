package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFloat32AgreesWithFloat64 runs a network with most of the operations on both element types: the kernels against
// portable code. Float32 keeps seven digits; sums of some hundred terms and second thoughts of softmax leave five.
func TestFloat32AgreesWithFloat64(t *testing.T) {
	a, b := mixture[float32](t), mixture[float64](t)
	for range 2 { // the second pass uses the memory of the first
		la, ga := a()
		lb, gb := b()
		require.InDelta(t, lb, la, 1e-5*math.Abs(lb))
		require.Len(t, ga, len(gb))
		scale := 0.0
		for _, g := range gb {
			scale = max(scale, math.Abs(g))
		}
		for i := range gb {
			require.InDelta(t, gb[i], ga[i], 2e-5*scale, "gradient %d", i)
		}
	}
}

// mixture returns a training step without update, which returns the loss and the flat gradient.
func mixture[T Float](t testing.TB) func() (float64, []float64) {
	src := benchSource{rand.New(rand.NewPCG(3, 4))}
	var p ParamsOf[T]
	c1 := NewConv2d(p.Block("image"), "0", ConvConfig{Height: 7, Width: 7, Inputs: 3, Outputs: 16, Kernel: 3, Padding: 1}, Kaiming{}, src)
	c2 := NewConv2d(p.Block("image"), "1", ConvConfig{Height: 3, Width: 3, Inputs: 16, Outputs: 20, Kernel: 2}, Kaiming{}, src)
	e := NewEmbedding(p.Block("mission"), "0", 9, 24, Normal{Std: 0.5}, src)
	g := NewGRU(p.Block("mission"), "1", 24, 40, Torch{}, src)
	ln := NewLayerNorm(p.Block("trunk"), "0", 120)
	l := NewLinear(p.Block("trunk"), "1", 120, 50, Orthogonal{Gain: 1.4}, src)
	policy, value := NewLinear(p.Block("policy"), "0", 50, 7, Xavier{}, src), NewLinear(p.Block("value"), "0", 50, 1, Xavier{}, src)
	const rows = 30
	images, index := make([]uint8, 40*147), make([]int32, rows)
	words, segment := [3][]int32{}, make([]int32, rows)
	mask, actions := make([]bool, rows*7), make([]int32, rows)
	target, zeros := make([]T, rows), make([]T, rows*40)
	for i := range images {
		images[i] = uint8(src.IntN(11))
	}
	for i := range mask {
		mask[i] = src.IntN(3) > 0
	}
	for i := range rows {
		index[i], segment[i], target[i] = int32(src.IntN(40)), int32(i/4), T(src.NormFloat64())
		actions[i] = src.Int32N(7)
		mask[i*7+int(actions[i])] = true
	}
	for j := range words {
		words[j] = make([]int32, rows)
		for i := range words[j] {
			words[j][i] = src.Int32N(9)
		}
	}
	tape := NewTapeOf[T]()
	return func() (float64, []float64) {
		tape.Reset()
		p.ZeroGrad()
		x := c1.Forward(tape, tape.BytesRows(images, 147, index, 0.1), ReLU)
		x = c2.Forward(tape, tape.MaxPool(x, 7, 7, 16, 2), Tanh)
		h := tape.Input(zeros, rows, 40)
		for _, w := range words {
			h = tape.GRU(tape.Embedding(w, e), h, g)
		}
		y := tape.Linear(tape.LayerNorm(tape.ConcatColumns(x, h), ln), l, Sigmoid)
		logProb, entropy := tape.Categorical(tape.Linear(y, policy, Identity), mask, actions)
		v := tape.Linear(y, value, Identity)
		advantage := tape.StopGradient(tape.Sub(tape.Input(target, rows, 1), v))
		ratio := tape.Exp(tape.AddScalar(logProb, 0.3))
		clipped := tape.Min(tape.Mul(ratio, advantage), tape.Mul(tape.Clamp(ratio, 0.8, 1.2), advantage))
		balance := tape.Mean(tape.Square(tape.SegmentSum(logProb, segment, 8)))
		loss := tape.Add(tape.Neg(tape.Mean(clipped)), tape.Scale(tape.Mean(entropy), -0.01))
		loss = tape.Add(tape.Add(loss, tape.Scale(balance, 0.1)), tape.MSE(v, tape.Input(target, rows, 1)))
		tape.Backward(loss)
		var grad []float64
		for _, q := range p.All() {
			for _, g := range q.Grad() {
				grad = append(grad, float64(g))
			}
		}
		return float64(tape.Item(loss)), grad
	}
}

func TestMixtureDoesNotAllocate(t *testing.T) {
	var p Params
	src := benchSource{rand.New(rand.NewPCG(3, 4))}
	c := NewConv2d(p.Block("image"), "0", ConvConfig{Height: 7, Width: 7, Inputs: 3, Outputs: 8, Kernel: 2}, Kaiming{}, src)
	g := NewGRU(p.Block("core"), "0", 6*6*8, 32, Torch{}, src)
	head := NewLinear(p.Block("policy"), "0", 32, 7, Xavier{}, src)
	adam, err := NewAdam(&p, DefaultAdam())
	require.NoError(t, err)
	tape, image, zeros := NewTape(), make([]uint8, 16*147), make([]float32, 16*32)
	actions, logProbs, u := make([]int32, 16), make([]float32, 16), make([]float64, 16)
	step := func() {
		tape.Reset()
		p.ZeroGrad()
		x := c.Forward(tape, tape.Bytes(image, 16, 147, 1), ReLU)
		h := tape.GRU(x, tape.Input(zeros, 16, 32), g)
		logits := tape.Linear(tape.ConcatRows(h, h), head, Identity)
		tape.SampleCategorical(actions, logProbs, tape.RowRange(logits, 0, 16), nil, u)
		tape.Backward(tape.Mean(tape.LogSumExp(logits)))
		p.ClipGradNorm(0.5)
		adam.Step()
	}
	for range 3 {
		step()
	}
	require.Zero(t, testing.AllocsPerRun(10, step))
}

func TestGradientsAddUpUntilZeroGrad(t *testing.T) {
	var p ParamsOf[float64]
	w := p.Block("b").Add("w", 1, 2)
	w.Data()[0], w.Data()[1] = 2, 3
	tape := NewTapeOf[float64]()
	step := func() {
		tape.Reset()
		tape.Backward(tape.Sum(tape.Square(tape.Param(w))))
	}
	step()
	step()
	require.Equal(t, []float64{8, 12}, w.Grad())
	p.ZeroGrad()
	require.Equal(t, []float64{0, 0}, w.Grad())
	step()
	require.Equal(t, []float64{4, 6}, w.Grad())
	require.NoError(t, p.Freeze("b"))
	p.ZeroGrad()
	step()
	require.Equal(t, []float64{0, 0}, w.Grad(), "frozen")
}

func TestBackwardFrom(t *testing.T) {
	tape := NewTapeOf[float64]()
	x := tape.Leaf([]float64{1, 2, 3}, 3, 1)
	tape.BackwardFrom(tape.Square(x), []float64{1, 10, 100})
	require.Equal(t, []float64{2, 40, 600}, tape.Grad(x))
	tape.Reset()
	x = tape.Input([]float64{1}, 1, 1)
	tape.Backward(tape.Square(x))
	require.Nil(t, tape.Grad(x), "constants have no gradient")
}

func TestInputs(t *testing.T) {
	tape := NewTape()
	require.Equal(t, []float32{4, 5, 0, 1, 4, 5}, tape.Data(tape.InputRows([]float32{0, 1, 2, 3, 4, 5}, 2, []int32{2, 0, 2})))
	require.Equal(t, []float32{2, 2.5, 0, 0.5}, tape.Data(tape.BytesRows([]uint8{0, 1, 2, 3, 4, 5}, 2, []int32{2, 0}, 0.5)))
	require.Equal(t, []float32{0, 0.5, 1, 127.5}, tape.Data(tape.Bytes([]uint8{0, 1, 2, 255}, 2, 2, 0.5)))
}

func TestShapeErrorsNameTheOperation(t *testing.T) {
	var p Params
	l := NewLinear(p.Block("trunk"), "0", 3, 4, Zeros{}, nil)
	for want, f := range map[string]func(t *Tape, x Value){
		"nn: Add: shapes [2,3] and [3,2] do not fit":                    func(t *Tape, x Value) { t.Add(x, t.Transpose(x)) },
		"nn: Linear: trunk.0.weight wants 3 inputs, have shape [3,2]":   func(t *Tape, x Value) { t.Linear(t.Transpose(x), l, ReLU) },
		"nn: Backward: want shape [1,1], have [2,3]":                    func(t *Tape, x Value) { t.Backward(x) },
		"nn: Item: want shape [1,1], have [2,3]":                        func(t *Tape, x Value) { t.Item(x) },
		"nn: Categorical: a mask of 1 for shape [2,3]":                  func(t *Tape, x Value) { t.Categorical(x, []bool{true}, []int32{0, 0}) },
		"nn: Gather: 1 indices for shape [2,3]":                         func(t *Tape, x Value) { t.Gather(x, []int32{0}) },
		"nn: MatMul: shapes [2,3] and [2,3] do not fit in 1 batches":    func(t *Tape, x Value) { t.MatMul(x, x) },
		"nn: Reshape: shape [2,3] does not make [4,2]":                  func(t *Tape, x Value) { t.Reshape(x, 4, 2) },
		"nn: Columns: [1,4) is outside shape [2,3]":                     func(t *Tape, x Value) { t.Columns(x, 1, 4) },
		"nn: RowRange: [1,4) is outside shape [2,3]":                    func(t *Tape, x Value) { t.RowRange(x, 1, 4) },
		"nn: Input: 6 values do not make a matrix [2,2]":                func(t *Tape, x Value) { t.Input(t.Data(x), 2, 2) },
		"nn: ConcatRows: shapes [2,3] and [3,2] have different numbers": func(t *Tape, x Value) { t.ConcatRows(x, t.Transpose(x)) },
	} {
		func() {
			defer func() { require.Contains(t, recover(), want) }()
			tape := NewTape()
			f(tape, tape.Leaf(make([]float32, 6), 2, 3))
			t.Errorf("no panic: %s", want)
		}()
	}
	require.PanicsWithValue(t, "nn: parameter trunk.0.weight added twice", func() { NewLinear(p.Block("trunk"), "0", 3, 4, Zeros{}, nil) })
}

func TestCategorical(t *testing.T) {
	tape := NewTape()
	logits := tape.Input([]float32{0, 1, 2, 500, -500, 400, 1, 1, 1}, 3, 3)
	mask := []bool{true, true, false, true, true, true, false, false, false}
	logProb, entropy := tape.Categorical(logits, mask, []int32{0, 2, 1})
	p := 1 / (1 + math.E)
	require.InDelta(t, math.Log(p), tape.Data(logProb)[0], 1e-6)
	require.InDelta(t, -100, tape.Data(logProb)[1], 1e-4)
	require.Equal(t, float32(LogZero), tape.Data(logProb)[2])
	require.InDelta(t, -p*math.Log(p)-(1-p)*math.Log(1-p), tape.Data(entropy)[0], 1e-6)
	require.Equal(t, []float32{0, 0}, tape.Data(entropy)[1:])
}

func TestSampleCategoricalFollowsTheDistribution(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	tape := NewTape()
	const n = 20000
	logits, mask, u := make([]float32, 4*n), make([]bool, 4*n), make([]float64, n)
	for i := range n {
		copy(logits[4*i:], []float32{0, 1, 5, 2})
		copy(mask[4*i:], []bool{true, true, false, true})
		u[i] = rng.Float64()
	}
	u[0], u[1] = 0, math.Nextafter(1, 0)
	actions, logProbs := make([]int32, n), make([]float32, n)
	tape.SampleCategorical(actions, logProbs, tape.Input(logits, n, 4), mask, u)
	require.Equal(t, []int32{0, 3}, actions[:2])
	total := 1 + math.E + math.Exp(2)
	want, counts := [4]float64{1 / total, math.E / total, 0, math.Exp(2) / total}, [4]float64{}
	for i, a := range actions {
		counts[a]++
		require.InDelta(t, math.Log(want[a]), logProbs[i], 1e-5)
	}
	for a, p := range want { // five standard deviations
		require.InDelta(t, n*p, counts[a], 5*math.Sqrt(n*p*(1-p)), "action %d", a)
	}
	tape.SampleCategorical(actions[:1], logProbs[:1], tape.Input(logits[:4], 1, 4), make([]bool, 4), u[:1])
	require.Equal(t, int32(-1), actions[0])
	require.Equal(t, float32(LogZero), logProbs[0])
}

func TestInits(t *testing.T) {
	src := benchSource{rand.New(rand.NewPCG(1, 2))}
	for _, s := range [][2]int{{20, 30}, {30, 20}, {25, 25}} {
		var p ParamsOf[float64]
		l := NewLinear(p.Block("b"), "l", s[0], s[1], Orthogonal{Gain: 1.5}, src)
		w := l.W.Data()
		n, m := min(s[0], s[1]), max(s[0], s[1])
		at := func(i, k int) float64 { // vector i of the smaller side
			if s[0] <= s[1] {
				return w[i*s[1]+k]
			}
			return w[k*s[1]+i]
		}
		for i := range n {
			for j := range n {
				d, want := 0.0, 0.0
				for k := range m {
					d += at(i, k) * at(j, k)
				}
				if i == j {
					want = 1.5 * 1.5
				}
				require.InDelta(t, want, d, 1e-12, "%v rows %d and %d", s, i, j)
			}
		}
		require.Equal(t, make([]float64, s[1]), l.B.Data())
	}
	for name, c := range map[string]struct {
		init Init
		std  float64
	}{
		"kaiming": {Kaiming{}, math.Sqrt(2. / 200)}, "xavier": {Xavier{Gain: 2}, 2 * math.Sqrt(2./500)}, "normal": {Normal{Std: 0.3}, 0.3},
		"torch": {Torch{}, math.Sqrt(1. / 200 / 3)}, "zeros": {Zeros{}, 0},
	} {
		var p ParamsOf[float64]
		l := NewLinear(p.Block("b"), "l", 200, 300, c.init, src)
		s := 0.0
		for _, x := range l.W.Data() {
			s += x * x
		}
		require.InEpsilon(t, c.std+1, math.Sqrt(s/60000)+1, 5e-3, name)
		require.Equal(t, name == "torch", slices.Max(l.B.Data()) > 0)
	}
}

func TestTargetNetworks(t *testing.T) {
	var p, q, other Params
	a, b := p.Block("b").Add("w", 1, 3), q.Block("b").Add("w", 1, 3)
	copy(a.Data(), []float32{1, 2, 4})
	q.CopyFrom(&p)
	require.Equal(t, a.Data(), b.Data())
	copy(a.Data(), []float32{2, 2, 8})
	q.MixFrom(&p, 0.25)
	require.Equal(t, []float32{1.25, 2, 5}, b.Data())
	copy(a.Grad(), []float32{1, 2, 3})
	q.AddGrad(&p)
	q.AddGrad(&p)
	require.Equal(t, []float32{2, 4, 6}, b.Grad())
	p.ZeroGrad()
	q.AddGrad(&p)
	require.Equal(t, []float32{2, 4, 6}, b.Grad(), "gradients that nothing reached are not added")
	other.Block("b").Add("w", 3, 1)
	require.Panics(t, func() { other.CopyFrom(&p) })
	require.Panics(t, func() { other.AddGrad(&p) })
	require.Equal(t, 3, p.Size())
	require.Equal(t, []string{"b"}, p.Blocks())
	_, ok := p.Get("b.v")
	require.False(t, ok)
}
