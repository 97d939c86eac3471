package simd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// near reports whether float32 results agree: 4e-6 relative is some thirty units in the last place, which covers the
// polynomials (at most three) and sums of a few hundred terms in another order; abs covers cancellation and flushed denormals.
func near(t *testing.T, want, got []float32, abs float64, format string, args ...any) {
	t.Helper()
	require.Len(t, got, len(want))
	for i, w := range want {
		g := got[i]
		if w == g || w != w && g != g {
			continue
		}
		if d := math.Abs(float64(w) - float64(g)); !(d <= abs+4e-6*math.Abs(float64(w))) {
			t.Fatalf("%s: [%d] = %v, want %v", fmt.Sprintf(format, args...), i, g, w)
		}
	}
}

// sizes cover empty, partial, whole and several vectors of both widths.
var sizes = []int{0, 1, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 257}

func normal(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

func clone(x []float32) []float32 { return append([]float32(nil), x...) }

func eachSet(t *testing.T, f func(t *testing.T, s *Set[float32])) {
	for _, s := range Sets() {
		if s.Name != "go" {
			t.Run(s.Name, func(t *testing.T) { f(t, s) })
		}
	}
}

func TestElementwiseAgreesWithPortable(t *testing.T) {
	ref := Portable[float32]()
	eachSet(t, func(t *testing.T, s *Set[float32]) {
		rng := rand.New(rand.NewPCG(1, 2))
		for _, n := range sizes {
			x, y, d := normal(rng, n), normal(rng, n), normal(rng, n)
			positive := make([]float32, n)
			for i := range positive {
				positive[i] = float32(math.Exp(120*rng.Float64() - 60))
				x[i] *= float32(math.Exp(2 * rng.NormFloat64()))
			}
			two := func(name string, f func(*Set[float32]) func(dst, x []float32), x []float32, abs float64) {
				want, got := clone(d), clone(d)
				f(ref)(want, x)
				f(s)(got, x)
				near(t, want, got, abs, "%s n=%d", name, n)
			}
			two("exp", func(s *Set[float32]) func(dst, x []float32) { return s.Exp }, x, 1e-37)
			two("log", func(s *Set[float32]) func(dst, x []float32) { return s.Log }, positive, 1e-37)
			two("tanh", func(s *Set[float32]) func(dst, x []float32) { return s.Tanh }, x, 1e-37)
			two("sigmoid", func(s *Set[float32]) func(dst, x []float32) { return s.Sigmoid }, x, 1e-37)
			two("relu", func(s *Set[float32]) func(dst, x []float32) { return s.ReLU }, x, 1e-37)
			two("reluGrad", func(s *Set[float32]) func(dst, x []float32) { return s.ReLUGrad }, x, 1e-37)
			two("tanhGrad", func(s *Set[float32]) func(dst, x []float32) { return s.TanhGrad }, y, 1e-6)
			two("sigmoidGrad", func(s *Set[float32]) func(dst, x []float32) { return s.SigmoidGrad }, y, 1e-37)
			three := func(name string, f func(*Set[float32]) func(dst, x, y []float32), abs float64) {
				want, got := clone(d), clone(d)
				f(ref)(want, x, y)
				f(s)(got, x, y)
				near(t, want, got, abs, "%s n=%d", name, n)
			}
			three("add", func(s *Set[float32]) func(dst, x, y []float32) { return s.Add }, 0)
			three("sub", func(s *Set[float32]) func(dst, x, y []float32) { return s.Sub }, 0)
			three("mul", func(s *Set[float32]) func(dst, x, y []float32) { return s.Mul }, 0)
			three("div", func(s *Set[float32]) func(dst, x, y []float32) { return s.Div }, 0)
			three("max", func(s *Set[float32]) func(dst, x, y []float32) { return s.Max }, 0)
			three("min", func(s *Set[float32]) func(dst, x, y []float32) { return s.Min }, 0)
			three("mulAdd", func(s *Set[float32]) func(dst, x, y []float32) { return s.MulAdd }, 1e-5)
			scaled := func(name string, f func(*Set[float32]) func(dst, x []float32, alpha float32), abs float64) {
				want, got := clone(d), clone(d)
				f(ref)(want, x, -0.7)
				f(s)(got, x, -0.7)
				near(t, want, got, abs, "%s n=%d", name, n)
			}
			scaled("axpy", func(s *Set[float32]) func(dst, x []float32, alpha float32) { return s.Axpy }, 1e-5)
			scaled("scale", func(s *Set[float32]) func(dst, x []float32, alpha float32) { return s.Scale }, 0)
			scaled("addScalar", func(s *Set[float32]) func(dst, x []float32, alpha float32) { return s.AddScalar }, 0)
			near(t, []float32{ref.Sum(d), ref.SumSquares(d), ref.Dot(d, y)}, []float32{s.Sum(d), s.SumSquares(d), s.Dot(d, y)}, 1e-4, "sums n=%d", n)
			bytes := make([]uint8, n)
			for i := range bytes {
				bytes[i] = uint8(rng.Uint32())
			}
			want, got := make([]float32, n), make([]float32, n)
			ref.FromBytes(want, bytes, 1./255)
			s.FromBytes(got, bytes, 1./255)
			require.Equal(t, want, got)
		}
	})
}

func TestSpecialValues(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	x := []float32{0, 1, -1, inf, -inf, nan, 88.7, 88.73, -87.3, -88, -104, 1e-30, -1e-30, 3e38, -3e38, 1e-6, 9, -9, 20}
	for _, s := range Sets() {
		got := make([]float32, len(x))
		for _, f := range []struct {
			name string
			asm  func(dst, x []float32)
			want func(float64) float64
		}{
			{"exp", s.Exp, math.Exp}, {"tanh", s.Tanh, math.Tanh}, {"log", s.Log, math.Log},
			{"sigmoid", s.Sigmoid, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }},
			{"relu", s.ReLU, func(x float64) float64 {
				if x < 0 {
					return 0
				}
				return x
			}},
		} {
			f.asm(got, x)
			want := make([]float32, len(x))
			for i, v := range x {
				want[i] = float32(f.want(float64(v)))
			}
			near(t, want, got, 1.2e-38, "%s %s", s.Name, f.name) // results below the smallest normal number become zero
		}
	}
}

// TestAssemblySetsGiveEqualBits is why a run may move between machines with and without AVX-512.
func TestAssemblySetsGiveEqualBits(t *testing.T) {
	sets := assembly()
	if len(sets) < 2 {
		t.Skip("this processor runs one assembly set at most")
	}
	rng := rand.New(rand.NewPCG(3, 4))
	a, b := sets[0], sets[1]
	for _, n := range sizes {
		x, d := normal(rng, n), normal(rng, n)
		for _, f := range [][2]func(dst, x []float32){{a.Exp, b.Exp}, {a.Tanh, b.Tanh}, {a.Sigmoid, b.Sigmoid}, {a.Log, b.Log}, {a.TanhGrad, b.TanhGrad}, {a.ReLU, b.ReLU}} {
			p, q := clone(d), clone(d)
			f[0](p, x)
			f[1](q, x)
			for i := range p {
				require.Equal(t, math.Float32bits(p[i]), math.Float32bits(q[i]), "n=%d x=%v", n, x[i])
			}
		}
	}
	var wa, wb Work[float32]
	for range 200 {
		m, n, k := 1+rng.IntN(80), 1+rng.IntN(80), 1+rng.IntN(600)
		p := Product[float32]{M: m, N: n, K: k, A: normal(rng, m*k), B: normal(rng, n*k), C: make([]float32, m*n), LDC: n, TransA: rng.IntN(2) == 0, TransB: rng.IntN(2) == 0}
		p.LDA, p.LDB = k, n
		if p.TransA {
			p.LDA = m
		}
		if p.TransB {
			p.LDB = k
		}
		q := p
		q.C = make([]float32, m*n)
		a.Product(&wa, p)
		b.Product(&wb, q)
		require.True(t, slices.Equal(p.C, q.C), "%dx%dx%d", m, n, k)
	}
}

func TestColumnSumsAndTranspose(t *testing.T) {
	ref := Portable[float32]()
	eachSet(t, func(t *testing.T, s *Set[float32]) {
		rng := rand.New(rand.NewPCG(5, 6))
		for _, rows := range []int{0, 1, 2, 8, 13, 16, 40} {
			for _, cols := range sizes[1:] {
				x, y, d := normal(rng, rows*cols), normal(rng, rows*cols), normal(rng, cols)
				want, got := clone(d), clone(d)
				ref.ColumnSum(want, x, rows, cols)
				s.ColumnSum(got, x, rows, cols)
				near(t, want, got, 1e-5, "columnSum %dx%d", rows, cols)
				p, q := clone(x), clone(x)
				ref.ReLUGradColumnSum(want, p, y, rows, cols)
				s.ReLUGradColumnSum(got, q, y, rows, cols)
				near(t, want, got, 1e-5, "reluGradColumnSum %dx%d", rows, cols)
				require.True(t, slices.Equal(p, q))
				ref.Transpose(p, x, rows, cols)
				s.Transpose(q, x, rows, cols)
				require.True(t, slices.Equal(p, q), "transpose %dx%d", rows, cols)
			}
		}
	})
}

func TestSoftmaxAgreesWithPortable(t *testing.T) {
	ref := Portable[float32]()
	eachSet(t, func(t *testing.T, s *Set[float32]) {
		rng := rand.New(rand.NewPCG(7, 8))
		var w Work[float32]
		for _, rows := range []int{1, 2, 5, 9} {
			for _, cols := range sizes[1:] {
				x := normal(rng, rows*cols)
				for _, mask := range [][]bool{nil, make([]bool, rows*cols)} {
					for i := range mask {
						mask[i] = rng.IntN(3) > 0 && (i/cols != 1) // the second row has no legal entry
					}
					var out [2][4][]float32
					for i, s := range []*Set[float32]{ref, s} {
						out[i] = [4][]float32{make([]float32, rows*cols), make([]float32, rows), make([]float32, rows), make([]float32, rows)}
						s.Softmax(&w, out[i][0], x, mask, rows, cols, out[i][1], out[i][2], out[i][3])
					}
					for i := range 4 {
						near(t, out[0][i], out[1][i], 1e-5, "softmax %dx%d output %d", rows, cols, i)
					}
					h := [3]float32{0.3, -0.5, 0.2}
					want, got := clone(x[:cols]), clone(x[:cols])
					ref.CategoricalGrad(want, out[0][0][:cols], x[:cols], &h)
					s.CategoricalGrad(got, out[0][0][:cols], x[:cols], &h)
					near(t, want, got, 1e-5, "categoricalGrad %d", cols)
				}
			}
		}
	})
}

func TestOptimisersAgreeWithPortable(t *testing.T) {
	ref := Portable[float32]()
	eachSet(t, func(t *testing.T, s *Set[float32]) {
		rng := rand.New(rand.NewPCG(9, 10))
		for _, n := range sizes {
			w, m, v := normal(rng, n), normal(rng, n), normal(rng, n)
			for i := range v {
				v[i] *= v[i]
			}
			var out [2][3][]float32
			for i, s := range []*Set[float32]{ref, s} {
				w, m, v := clone(w), clone(m), clone(v)
				rng := rand.New(rand.NewPCG(11, 12))
				for range 3 {
					g := normal(rng, n)
					s.Adam(w, g, m, v, &AdamStep[float32]{0.999, 0.01, 1e-2, 0.1, 0.999, 0.001, 3, 1e-8})
					s.RMSProp(w, g, v, &RMSPropStep[float32]{0.999, 0.01, 1e-2, 0.99, 0.01, 1e-5})
					s.SGD(w, g, m, &SGDStep[float32]{0.999, 0.01, 1e-2, 0.9, 0.8, 0.3, 0.7})
				}
				out[i] = [3][]float32{w, m, v}
			}
			for i := range 3 {
				near(t, out[0][i], out[1][i], 1e-5, "n=%d output %d", n, i)
			}
		}
	})
}

func TestAdamFlushesDenormals(t *testing.T) {
	for _, s := range Sets() {
		w, g, m, v := []float32{1}, []float32{0}, []float32{1e-30}, []float32{1e-30}
		for range 400 {
			s.Adam(w, g, m, v, &AdamStep[float32]{1, 0, 1e-3, 0.1, 0.9, 0.1, 1, 1e-8})
		}
		require.Zero(t, m[0], s.Name)
		require.Zero(t, v[0], s.Name)
		x := float32(1e-38)
		require.NotZero(t, x*0.5, "%s: denormals must work again after a kernel", s.Name)
	}
}

func TestChoose(t *testing.T) {
	s, err := choose("go")
	require.NoError(t, err)
	require.Equal(t, "go", s.Name)
	s, err = choose("")
	require.NoError(t, err)
	require.Equal(t, Sets()[0].Name, s.Name)
	_, err = choose("mmx")
	require.ErrorContains(t, err, "MINIFLOW_SIMD=mmx is not available here")
}

func TestKernelsDoNotAllocate(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, s := range Sets() {
		var w Work[float32]
		x, y, d := normal(rng, 64*64), normal(rng, 64*64), normal(rng, 64*64)
		mask := make([]bool, 64*64)
		h := &[3]float32{}
		f := func() {
			s.Exp(d, x)
			s.Axpy(d, x, 0.5)
			s.Sum(x)
			s.Softmax(&w, d, x, mask, 64, 64, y[:64], y[64:128], y[128:192])
			s.CategoricalGrad(d, x, y, h)
			s.Product(&w, Product[float32]{M: 64, N: 64, K: 64, A: x, LDA: 64, B: y, LDB: 64, C: d, LDC: 64, TransB: true})
			s.Product(&w, Product[float32]{M: 8, N: 64, K: 64, A: x, LDA: 64, B: y, LDB: 64, C: d, LDC: 64, TransB: true})
		}
		f()
		require.Zero(t, testing.AllocsPerRun(20, f), s.Name)
	}
}
