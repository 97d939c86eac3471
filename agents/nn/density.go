package nn

import "math"

// density is a family of densities with two parameters.
type density uint8

const (
	dNormal density = iota
	dBeta
	dVonMises
)

// NormalLogProb is the log density at x of normal distributions with the given
// means and logs of standard deviations, elementwise:
//
//	-((x - mean) / sd)²/2 - log sd - log(2π)/2
//
// mean and logSD have the same shape [n, k p]; x is [n, p] and is compared with
// each of the k groups of p columns: k components of a mixture at once.
func (t *TapeOf[T]) NormalLogProb(x, mean, logSD Value) Value {
	return t.density("NormalLogProb", dNormal, x, mean, logSD)
}

// BetaLogProb is the log density at x in (0,1) of beta distributions with
// parameters alpha and beta above 0; shapes as for [TapeOf.NormalLogProb]:
//
//	(alpha-1) log x + (beta-1) log(1-x) + log Γ(alpha+beta) - log Γ(alpha) - log Γ(beta)
func (t *TapeOf[T]) BetaLogProb(x, alpha, beta Value) Value {
	return t.density("BetaLogProb", dBeta, x, alpha, beta)
}

// VonMisesLogProb is the log density at the angle x of von Mises distributions
// with the given means and concentrations kappa >= 0; shapes as for
// [TapeOf.NormalLogProb]:
//
//	kappa cos(x - mean) - log(2π I_0(kappa))
func (t *TapeOf[T]) VonMisesLogProb(x, mean, kappa Value) Value {
	return t.density("VonMisesLogProb", dVonMises, x, mean, kappa)
}

func (t *TapeOf[T]) density(name string, d density, x, p, q Value) Value {
	a, b, at := &t.nodes[p], &t.nodes[q], &t.nodes[x]
	if a.rows != b.rows || a.cols != b.cols || at.rows != a.rows || at.cols == 0 || a.cols%at.cols != 0 {
		t.fail(name, "shapes %s, %s and %s do not fit", t.shape(x), t.shape(p), t.shape(q))
	}
	v, n := t.push(opDensity, a.rows, a.cols, at.need || a.need || b.need, p, q)
	a, b, at = &t.nodes[p], &t.nodes[q], &t.nodes[x]
	n.n, n.m = int(d), int(x)
	for i := range n.rows {
		points := at.data[i*at.cols : (i+1)*at.cols]
		for j := i * n.cols; j < (i+1)*n.cols; j += len(points) {
			for k, y := range points {
				n.data[j+k] = T(d.value(float64(y), float64(a.data[j+k]), float64(b.data[j+k])))
			}
		}
	}
	return v
}

func (t *TapeOf[T]) densityBackward(n *node[T]) {
	d, x := density(n.n), Value(n.m)
	a, b, at := &t.nodes[n.a], &t.nodes[n.b], &t.nodes[x]
	var da, db, dx []T
	if a.need {
		da = t.accumulator(n.a)
	}
	if b.need {
		db = t.accumulator(n.b)
	}
	if at.need {
		dx = t.accumulator(x)
	}
	for i := range n.rows {
		from := i * at.cols
		for j := i * n.cols; j < (i+1)*n.cols; j++ {
			g := float64(n.grad[j])
			if g == 0 {
				continue
			}
			k := from + (j-i*n.cols)%at.cols
			sx, sp, sq := d.slopes(float64(at.data[k]), float64(a.data[j]), float64(b.data[j]))
			if da != nil {
				da[j] += T(g * sp)
			}
			if db != nil {
				db[j] += T(g * sq)
			}
			if dx != nil {
				dx[k] += T(g * sx)
			}
		}
	}
}

// value is the log density at x.
func (d density) value(x, p, q float64) float64 {
	switch d {
	case dNormal:
		z := (x - p) * math.Exp(-q)
		return -z*z/2 - q - math.Log(2*math.Pi)/2
	case dBeta:
		return (p-1)*math.Log(x) + (q-1)*math.Log1p(-x) + logGamma(p+q) - logGamma(p) - logGamma(q)
	default: // dVonMises
		logI0, _ := besselI0(q)
		return q*math.Cos(x-p) - math.Log(2*math.Pi) - logI0
	}
}

// slopes are the derivatives of value.
func (d density) slopes(x, p, q float64) (dx, dp, dq float64) {
	switch d {
	case dNormal:
		inv := math.Exp(-q)
		z := (x - p) * inv
		return -z * inv, z * inv, z*z - 1
	case dBeta:
		both := digamma(p + q)
		return (p-1)/x - (q-1)/(1-x), math.Log(x) + both - digamma(p), math.Log1p(-x) + both - digamma(q)
	default: // dVonMises
		_, ratio := besselI0(q)
		sin, cos := math.Sincos(x - p)
		return -q * sin, q * sin, cos - ratio
	}
}
