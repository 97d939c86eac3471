package simd

import "math"

// AdamStep holds the scalars of one Adam step, in the order the assembly reads them:
//
//	g' = g + L2 w;  w *= Decay;  m += OneMinusBeta1 (g' - m);  v = Beta2 v + OneMinusBeta2 g'^2
//	w -= Size m / (sqrt(v) InvSqrtC2 + Epsilon)
type AdamStep[T Float] struct {
	Decay, L2, Size, OneMinusBeta1, Beta2, OneMinusBeta2, InvSqrtC2, Epsilon T
}

// RMSPropStep holds the scalars of one RMSProp step, in the order the assembly reads them:
//
//	g' = g + L2 w;  w *= Decay;  v = Alpha v + OneMinusAlpha g'^2;  w -= Size g' / (sqrt(v) + Epsilon)
type RMSPropStep[T Float] struct{ Decay, L2, Size, Alpha, OneMinusAlpha, Epsilon T }

// SGDStep holds the scalars of one step of gradient descent, in the order the assembly reads them:
//
//	g' = g + L2 w;  w *= Decay;  m = Momentum m + OneMinusDampening g';  w -= Size (Gradient g' + Buffer m)
type SGDStep[T Float] struct{ Decay, L2, Size, Momentum, OneMinusDampening, Gradient, Buffer T }

// tiny bounds what the portable optimisers keep in their state: denormals cost a hundred cycles an operation, and the
// moments of a parameter whose gradient has become zero would decay into them.
const tiny = 0x1p-126

func flush[T Float](x T) T {
	if x < tiny && x > -tiny {
		return 0
	}
	return x
}

func adam[T Float](w, g, m, v []T, h *AdamStep[T]) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	for i, x := range w {
		d := g[i] + h.L2*x
		mi := flush(m[i] + h.OneMinusBeta1*(d-m[i]))
		vi := flush(h.Beta2*v[i] + h.OneMinusBeta2*(d*d))
		m[i], v[i] = mi, vi
		w[i] = x*h.Decay - h.Size*(mi/(T(math.Sqrt(float64(vi)))*h.InvSqrtC2+h.Epsilon))
	}
}

func rmsprop[T Float](w, g, v []T, h *RMSPropStep[T]) {
	g, v = g[:len(w)], v[:len(w)]
	for i, x := range w {
		d := g[i] + h.L2*x
		vi := flush(h.Alpha*v[i] + h.OneMinusAlpha*(d*d))
		v[i] = vi
		w[i] = x*h.Decay - h.Size*(d/(T(math.Sqrt(float64(vi)))+h.Epsilon))
	}
}

func sgd[T Float](w, g, m []T, h *SGDStep[T]) {
	g, m = g[:len(w)], m[:len(w)]
	for i, x := range w {
		d := g[i] + h.L2*x
		m[i] = flush(h.Momentum*m[i] + h.OneMinusDampening*d)
		w[i] = x*h.Decay - h.Size*(h.Gradient*d+h.Buffer*m[i])
	}
}
