package simd

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// reference computes a product in float64 with gonum.
func reference(p Product[float32]) []float32 {
	wide := func(x []float32) []float64 {
		out := make([]float64, len(x))
		for i, v := range x {
			out[i] = float64(v)
		}
		return out
	}
	trans := func(t bool) blas.Transpose {
		if t {
			return blas.Trans
		}
		return blas.NoTrans
	}
	general := func(t bool, rows, cols, stride int, data []float32) blas64.General {
		if t {
			rows, cols = cols, rows
		}
		return blas64.General{Rows: rows, Cols: cols, Stride: stride, Data: wide(data)}
	}
	c := blas64.General{Rows: p.M, Cols: p.N, Stride: p.LDC, Data: wide(p.C)}
	for i := range p.M {
		for j := range p.N {
			switch {
			case p.Bias != nil:
				c.Data[i*p.LDC+j] = float64(p.Bias[j])
			case !p.Accumulate:
				c.Data[i*p.LDC+j] = 0
			}
		}
	}
	if p.M*p.N*p.K > 0 { // gonum does not take empty matrices
		blas64.Gemm(trans(p.TransA), trans(p.TransB), 1, general(p.TransA, p.M, p.K, p.LDA, p.A), general(p.TransB, p.K, p.N, p.LDB, p.B), 1, c)
	}
	out := clone(p.C)
	for i := range p.M {
		for j := range p.N {
			v := float32(c.Data[i*p.LDC+j])
			if p.ReLU {
				v = max(v, 0)
			}
			out[i*p.LDC+j] = v
		}
	}
	return out
}

func randomProduct(rng *rand.Rand, m, n, k int, flags uint8) Product[float32] {
	p := Product[float32]{M: m, N: n, K: k, TransA: flags&1 > 0, TransB: flags&2 > 0, Accumulate: flags&4 > 0, ReLU: flags&16 > 0}
	rowsA, rowsB := m, k
	p.LDA, p.LDB, p.LDC = k+int(flags>>5), n+int(flags>>6), n+int(flags>>7)
	if p.TransA {
		rowsA, p.LDA = k, m+int(flags>>5)
	}
	if p.TransB {
		rowsB, p.LDB = n, k+int(flags>>6)
	}
	p.A, p.B, p.C = normal(rng, rowsA*p.LDA+1), normal(rng, rowsB*p.LDB+1), normal(rng, m*p.LDC+1)
	if flags&8 > 0 {
		p.Bias = normal(rng, n)
	}
	return p
}

// checkProduct compares all sets with gonum. A sum of k products of standard normals has size sqrt(k) and, in float32,
// rounding errors of about k units of 6e-8; 2e-6 k leaves a factor of thirty.
func checkProduct(t *testing.T, rng *rand.Rand, m, n, k int, flags uint8) {
	t.Helper()
	p := randomProduct(rng, m, n, k, flags)
	want, start := reference(p), p.C
	for _, s := range Sets() {
		var w Work[float32]
		p.C = clone(start)
		s.Product(&w, p)
		near(t, want, p.C, 2e-6*float64(k)+1e-6, "%s %dx%dx%d flags %08b", s.Name, m, n, k, flags)
	}
}

func TestProductAgreesWithGonum(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for flags := range 32 {
		for _, m := range []int{1, 5, 11, 12, 13, 16, 25, 60} {
			for _, n := range []int{1, 7, 8, 16, 17, 32, 33, 70} {
				checkProduct(t, rng, m, n, 1+rng.IntN(40), uint8(flags)|uint8(rng.IntN(8))<<5)
			}
		}
		checkProduct(t, rng, 50+rng.IntN(50), 30+rng.IntN(100), 250+rng.IntN(400), uint8(flags))
	}
	checkProduct(t, rng, 530, 40, 20, 0)
	checkProduct(t, rng, 30, 70, 530, 16)
	checkProduct(t, rng, 120, 70, 800, 12)
	checkProduct(t, rng, 530, 70, 20, 1)
	checkProduct(t, rng, 3, 4, 0, 0)
	checkProduct(t, rng, 3, 4, 0, 8)
}

func FuzzProduct(f *testing.F) {
	f.Add(uint64(1), uint8(16), uint8(32), uint16(64), uint8(0))
	f.Add(uint64(63), uint8(0), uint8(117), uint16(248), uint8(29))
	f.Add(uint64(2), uint8(255), uint8(255), uint16(300), uint8(3))
	f.Fuzz(func(t *testing.T, seed uint64, m, n uint8, k uint16, flags uint8) {
		checkProduct(t, rand.New(rand.NewPCG(seed, 1)), int(m), int(n), int(k%700), flags)
	})
}

func BenchmarkProduct(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, s := range Sets() {
		for _, c := range []struct {
			m, n, k int
			flags   uint8
			name    string
		}{
			{16, 256, 256, 0, "NN"}, {64, 256, 256, 0, "NN"}, {256, 256, 256, 0, "NN"}, {1024, 256, 256, 0, "NN"}, {1024, 256, 64, 0, "NN"},
			{256, 256, 16, 1, "TN"}, {256, 256, 64, 1, "TN"}, {256, 256, 1024, 1, "TN"}, {64, 256, 1024, 1, "TN"},
			{16, 256, 256, 2, "NT"}, {64, 256, 256, 2, "NT"}, {1024, 256, 256, 2, "NT"}, {1024, 256, 8, 2, "NT"},
			{1024, 1024, 1024, 0, "NN"}, {1024, 1024, 1024, 1, "TN"}, {1024, 1024, 1024, 2, "NT"},
		} {
			if s.Name == "go" && c.m*c.n*c.k > 1<<23 {
				continue
			}
			b.Run(fmt.Sprintf("%s/%s/%dx%dx%d", s.Name, c.name, c.m, c.k, c.n), func(b *testing.B) {
				p, w := randomProduct(rng, c.m, c.n, c.k, c.flags), &Work[float32]{}
				require.NotPanics(b, func() { s.Product(w, p) })
				for b.Loop() {
					s.Product(w, p)
				}
				b.ReportMetric(2*float64(c.m*c.n*c.k)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
			})
		}
	}
}

func BenchmarkTranspose(b *testing.B) {
	x, y := make([]float32, 64*256), make([]float32, 64*256)
	for _, r := range []int{64, 256} {
		b.Run(fmt.Sprint(r), func(b *testing.B) {
			for b.Loop() {
				Float32().Transpose(x, y, r, 64*256/r)
			}
		})
	}
}

func BenchmarkAdam(b *testing.B) {
	for _, n := range []int{1 << 10, 84000, 1 << 20} {
		for _, s := range Sets() {
			w, g, m, v := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
			b.Run(fmt.Sprintf("%s/%d", s.Name, n), func(b *testing.B) {
				for b.Loop() {
					s.Adam(w, g, m, v, &AdamStep[float32]{Decay: 1, Size: 1e-3, OneMinusBeta1: 0.1, Beta2: 0.999, OneMinusBeta2: 0.001, InvSqrtC2: 1, Epsilon: 1e-8})
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/value")
			})
		}
	}
}
