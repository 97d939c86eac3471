package nn

import "math"

// function is an elementwise function and its derivative, in terms of input x and output y.
type function uint8

const (
	fReLU function = iota
	fTanh
	fSigmoid
	fExp
	fLog
	fSquare
	fSqrt
	fAbs
	fSoftplus
	fSiLU
	fGELU
	fELU
	fLeakyReLU
	fHuber
	fLogGamma
	fLogBesselI0
)

// ReLU is max(0, x), elementwise like all functions below.
func (t *TapeOf[T]) ReLU(x Value) Value { return t.apply(fReLU, x, 0) }

// Tanh is the hyperbolic tangent.
func (t *TapeOf[T]) Tanh(x Value) Value { return t.apply(fTanh, x, 0) }

// Sigmoid is 1 / (1 + exp(-x)).
func (t *TapeOf[T]) Sigmoid(x Value) Value { return t.apply(fSigmoid, x, 0) }

// Exp is e to the power x.
func (t *TapeOf[T]) Exp(x Value) Value { return t.apply(fExp, x, 0) }

// Log is the natural logarithm.
func (t *TapeOf[T]) Log(x Value) Value { return t.apply(fLog, x, 0) }

// Square is x^2.
func (t *TapeOf[T]) Square(x Value) Value { return t.apply(fSquare, x, 0) }

// Sqrt is the square root.
func (t *TapeOf[T]) Sqrt(x Value) Value { return t.apply(fSqrt, x, 0) }

// Abs is the absolute value, with derivative 0 at 0.
func (t *TapeOf[T]) Abs(x Value) Value { return t.apply(fAbs, x, 0) }

// Softplus is log(1 + exp(x)), computed without overflow.
func (t *TapeOf[T]) Softplus(x Value) Value { return t.apply(fSoftplus, x, 0) }

// LogSigmoid is log(1 / (1 + exp(-x))), computed without overflow.
func (t *TapeOf[T]) LogSigmoid(x Value) Value { return t.Neg(t.Softplus(t.Neg(x))) }

// SiLU is x Sigmoid(x), also called swish.
func (t *TapeOf[T]) SiLU(x Value) Value { return t.apply(fSiLU, x, 0) }

// GELU is x times the normal distribution function at x.
func (t *TapeOf[T]) GELU(x Value) Value { return t.apply(fGELU, x, 0) }

// ELU is x above 0 and exp(x) - 1 below.
func (t *TapeOf[T]) ELU(x Value) Value { return t.apply(fELU, x, 0) }

// LeakyReLU is x above 0 and slope x below.
func (t *TapeOf[T]) LeakyReLU(x Value, slope T) Value { return t.apply(fLeakyReLU, x, slope) }

// Huber is x^2/2 where |x| <= delta and delta (|x| - delta/2) elsewhere.
func (t *TapeOf[T]) Huber(x Value, delta T) Value { return t.apply(fHuber, x, delta) }

// LogGamma is the logarithm of the gamma function at x > 0.
func (t *TapeOf[T]) LogGamma(x Value) Value { return t.apply(fLogGamma, x, 0) }

// LogBesselI0 is the logarithm of the modified Bessel function of the first kind
// of order 0, at x >= 0.
func (t *TapeOf[T]) LogBesselI0(x Value) Value { return t.apply(fLogBesselI0, x, 0) }

// Apply is the activation of that name.
func (t *TapeOf[T]) Apply(x Value, a Activation) Value {
	switch a {
	case ReLU:
		return t.ReLU(x)
	case Tanh:
		return t.Tanh(x)
	case Sigmoid:
		return t.Sigmoid(x)
	}
	return x
}

func (t *TapeOf[T]) apply(f function, x Value, s T) Value {
	rows, cols := t.Shape(x)
	v, n := t.unary(opUnary, rows, cols, x)
	n.n, n.s = int(f), s
	in := t.nodes[x].data
	switch f {
	case fReLU:
		t.k.ReLU(n.data, in)
	case fTanh:
		t.k.Tanh(n.data, in)
	case fSigmoid:
		t.k.Sigmoid(n.data, in)
	case fExp:
		t.k.Exp(n.data, in)
	case fLog:
		t.k.Log(n.data, in)
	case fSquare:
		t.k.Mul(n.data, in, in)
	case fSiLU:
		t.k.Sigmoid(n.data, in)
		t.k.Mul(n.data, n.data, in)
	default:
		for i, x := range in {
			n.data[i] = T(f.value(float64(x), float64(s)))
		}
	}
	return v
}

func (f function) value(x, s float64) float64 {
	switch f {
	case fSqrt:
		return math.Sqrt(x)
	case fAbs:
		return math.Abs(x)
	case fSoftplus:
		return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
	case fGELU:
		return x * normalCDF(x)
	case fELU:
		if x < 0 {
			return math.Expm1(x)
		}
		return x
	case fLeakyReLU:
		if x < 0 {
			return s * x
		}
		return x
	case fLogGamma:
		return logGamma(x)
	case fLogBesselI0:
		v, _ := besselI0(x)
		return v
	default: // fHuber
		if a := math.Abs(x); a > s {
			return s * (a - s/2)
		}
		return x * x / 2
	}
}

func (f function) slope(x, y, s float64) float64 {
	switch f {
	case fSqrt:
		return 0.5 / y
	case fAbs:
		if x == 0 {
			return 0
		}
		return math.Copysign(1, x)
	case fSoftplus:
		return 1 / (1 + math.Exp(-x))
	case fGELU:
		return normalCDF(x) + x*math.Exp(-x*x/2)/math.Sqrt(2*math.Pi)
	case fELU:
		if x < 0 {
			return y + 1
		}
		return 1
	case fLeakyReLU:
		if x < 0 {
			return s
		}
		return 1
	case fLogGamma:
		return digamma(x)
	case fLogBesselI0:
		_, ratio := besselI0(x)
		return ratio
	default: // fHuber
		return max(-s, min(s, x))
	}
}

func normalCDF(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }

func (t *TapeOf[T]) unaryBackward(n *node[T]) {
	x, f, g := t.nodes[n.a].data, function(n.n), n.grad
	switch f {
	case fReLU:
		t.k.ReLUGrad(g, n.data)
	case fTanh:
		t.k.TanhGrad(g, n.data)
	case fSigmoid:
		t.k.SigmoidGrad(g, n.data)
	case fExp:
		t.k.Mul(g, g, n.data)
	case fLog:
		t.k.Div(g, g, x)
	case fSquare:
		t.k.Mul(g, g, x)
		t.addGradient(n.a, g, 2)
		return
	case fSiLU: // s (1 + x (1-s)) = s + y - s y with s the sigmoid
		s, sy := t.memory.take(len(x)), t.memory.take(len(x))
		t.k.Sigmoid(s, x)
		t.k.Mul(sy, s, n.data)
		t.k.Add(s, s, n.data)
		t.k.Axpy(s, sy, -1)
		t.k.Mul(g, g, s)
	default:
		for i, y := range n.data {
			g[i] *= T(f.slope(float64(x[i]), float64(y), float64(n.s)))
		}
	}
	t.addGradient(n.a, g, 1)
}

// Clamp is x limited to [lo, hi]; the gradient passes where lo <= x <= hi.
func (t *TapeOf[T]) Clamp(x Value, lo, hi T) Value {
	rows, cols := t.Shape(x)
	v, n := t.unary(opClamp, rows, cols, x)
	n.s, n.s2 = lo, hi
	for i, x := range t.nodes[x].data {
		n.data[i] = max(lo, min(hi, x))
	}
	return v
}

func (t *TapeOf[T]) clampBackward(n *node[T]) {
	for i, x := range t.nodes[n.a].data {
		if x < n.s || x > n.s2 {
			n.grad[i] = 0
		}
	}
	t.addGradient(n.a, n.grad, 1)
}

// Scale is alpha x.
func (t *TapeOf[T]) Scale(x Value, alpha T) Value { return t.affine(x, alpha, 0) }

// Neg is -x.
func (t *TapeOf[T]) Neg(x Value) Value { return t.affine(x, -1, 0) }

// AddScalar is x + c.
func (t *TapeOf[T]) AddScalar(x Value, c T) Value { return t.affine(x, 1, c) }

func (t *TapeOf[T]) affine(x Value, alpha, c T) Value {
	rows, cols := t.Shape(x)
	v, n := t.unary(opScale, rows, cols, x)
	n.s = alpha
	if c != 0 {
		t.k.AddScalar(n.data, t.nodes[x].data, c)
	} else {
		t.k.Scale(n.data, t.nodes[x].data, alpha)
	}
	return v
}

func (t *TapeOf[T]) scaleBackward(n *node[T]) { t.addGradient(n.a, n.grad, n.s) }
