package nn

import "math"

// Source is a generator of random numbers for initial weights; miniflow's Rand is one.
type Source interface {
	Random() float64         // uniform on [0,1)
	StandardNormal() float64 // mean 0, variance 1
}

// Shape tells an Init what it fills: a weight matrix [Rows, Cols] of a layer with FanIn inputs and FanOut outputs per unit.
type Shape struct{ Rows, Cols, FanIn, FanOut int }

// Init fills the weight matrix, row-major [inputs, outputs], and the bias of a new layer.
type Init interface {
	Weight(dst []float64, s Shape, src Source)
	Bias(dst []float64, s Shape, src Source)
}

// ZeroBias leaves biases at zero; inits embed it.
type ZeroBias struct{}

// Bias does nothing: new parameters are zero.
func (ZeroBias) Bias([]float64, Shape, Source) {}

// Zeros sets weights and biases to zero.
type Zeros struct{ ZeroBias }

// Weight does nothing: new parameters are zero.
func (Zeros) Weight([]float64, Shape, Source) {}

// Orthogonal draws a matrix with orthonormal rows or columns, whichever are fewer, times Gain (Saxe et al., 2014); biases are
// zero. Usual gains are sqrt(2) before a rectifier, 0.01 for a policy head and 1 for a value head.
type Orthogonal struct {
	ZeroBias
	Gain float64
}

// Weight fills dst by the Gram-Schmidt process, run twice for accuracy.
func (o Orthogonal) Weight(dst []float64, s Shape, src Source) {
	n, m, transposed := s.Rows, s.Cols, false // n vectors of length m
	if n > m {
		n, m, transposed = m, n, true
	}
	q := make([]float64, n*m)
	for i := range q {
		q[i] = src.StandardNormal()
	}
	for i := range n {
		v := q[i*m : (i+1)*m]
		for range 2 {
			for j := range i {
				u := q[j*m : (j+1)*m]
				d := 0.0
				for k, x := range u {
					d += x * v[k]
				}
				for k, x := range u {
					v[k] -= d * x
				}
			}
		}
		norm := 0.0
		for _, x := range v {
			norm += x * x
		}
		for k := range v {
			v[k] /= math.Sqrt(norm)
		}
	}
	for i := range n {
		for k := range m {
			if transposed {
				dst[k*n+i] = o.Gain * q[i*m+k]
			} else {
				dst[i*m+k] = o.Gain * q[i*m+k]
			}
		}
	}
}

// Kaiming draws weights uniformly with variance Gain^2 / fan-in (He et al., 2015); biases are zero. The default (zero) gain
// is sqrt(2), for rectifiers.
type Kaiming struct {
	ZeroBias
	Gain float64
}

// Weight fills dst uniformly on +-Gain sqrt(3 / fan-in).
func (k Kaiming) Weight(dst []float64, s Shape, src Source) {
	g := k.Gain
	if g == 0 {
		g = math.Sqrt2
	}
	uniform(dst, g*math.Sqrt(3/float64(s.FanIn)), src)
}

// Xavier draws weights uniformly with variance 2 Gain^2 / (fan-in + fan-out) (Glorot and Bengio, 2010); biases are zero. The
// default (zero) gain is 1.
type Xavier struct {
	ZeroBias
	Gain float64
}

// Weight fills dst uniformly on +-Gain sqrt(6 / (fan-in + fan-out)).
func (x Xavier) Weight(dst []float64, s Shape, src Source) {
	g := x.Gain
	if g == 0 {
		g = 1
	}
	uniform(dst, g*math.Sqrt(6/float64(s.FanIn+s.FanOut)), src)
}

// Normal draws weights from a normal distribution with mean 0 and standard deviation Std; biases are zero.
type Normal struct {
	ZeroBias
	Std float64
}

// Weight fills dst.
func (n Normal) Weight(dst []float64, _ Shape, src Source) {
	for i := range dst {
		dst[i] = n.Std * src.StandardNormal()
	}
}

// Torch draws weights and biases uniformly on +-1/sqrt(fan-in), as the layers of PyTorch do by default.
type Torch struct{}

// Weight fills dst.
func (Torch) Weight(dst []float64, s Shape, src Source) {
	uniform(dst, 1/math.Sqrt(float64(s.FanIn)), src)
}

// Bias fills dst.
func (Torch) Bias(dst []float64, s Shape, src Source) {
	uniform(dst, 1/math.Sqrt(float64(s.FanIn)), src)
}

func uniform(dst []float64, bound float64, src Source) {
	for i := range dst {
		dst[i] = bound * (2*src.Random() - 1)
	}
}

// fill runs f on a float64 buffer, so that both element types start from the same draws.
func fill[T Float](p ParamOf[T], f func(dst []float64)) {
	buf := make([]float64, p.Rows*p.Cols)
	f(buf)
	for i, x := range buf {
		p.Data()[i] = T(x)
	}
}
