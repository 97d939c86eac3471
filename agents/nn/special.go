package nn

import "math"

// logGamma is log Γ(x) for x > 0.
func logGamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// digamma is the derivative of log Γ at x > 0, to about 1e-15: the asymptotic
// series (Abramowitz and Stegun 6.3.18) above 8, and below it the recurrence
// ψ(x) = ψ(x+1) - 1/x.
func digamma(x float64) float64 {
	v := 0.0
	for x < 8 {
		v -= 1 / x
		x++
	}
	z := 1 / (x * x)
	return v + math.Log(x) - 0.5/x - z*(1.0/12-z*(1.0/120-z*(1.0/252-z*(1.0/240-z*(1.0/132-z*(691.0/32760-z/12))))))
}

// besselI0 returns log I_0(x) and its derivative I_1(x)/I_0(x) for x >= 0, where
// I are modified Bessel functions of the first kind: the power series
// (Abramowitz and Stegun 9.6.10) up to 20 and the asymptotic one (9.7.1) above,
// both to about 1e-14.
func besselI0(x float64) (logI0, ratio float64) {
	if x <= 20 {
		q := x * x / 4
		i0, i1, term := 1.0, 1.0, 1.0 // i1 is I_1(x)·2/x
		for k := 1.0; term > 1e-17*i0; k++ {
			term *= q / (k * k)
			i0 += term
			i1 += term / (k + 1)
		}
		return math.Log(i0), x / 2 * i1 / i0
	}
	series := func(order float64) float64 {
		sum, term := 1.0, 1.0
		for k := 1.0; k < 30; k++ {
			next := term * ((2*k-1)*(2*k-1) - 4*order*order) / (8 * k * x)
			if math.Abs(next) >= math.Abs(term) || math.Abs(next) < 1e-17 {
				break
			}
			term = next
			sum += term
		}
		return sum
	}
	i0 := series(0)
	return x - math.Log(2*math.Pi*x)/2 + math.Log(i0), series(1) / i0
}
