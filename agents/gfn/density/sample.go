package density

import (
	"math"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// SampleBeta draws from the beta distribution with parameters a and b above 0, as
// x/(x+y) of gamma distributed x and y. They are drawn as logarithms: for small
// parameters both may be too small for float64.
func SampleBeta(rng *miniflow.Rand, a, b float64) float64 {
	x, y := logGamma(rng, a), logGamma(rng, b)
	return 1 / (1 + math.Exp(y-x))
}

// logGamma draws the logarithm of a number of the gamma distribution of the given
// shape and scale 1: by Marsaglia and Tsang (2000), "A Simple Method for Generating
// Gamma Variables", and below a shape of 1 as that of shape+1 times the power
// 1/shape of a uniform number.
func logGamma(rng *miniflow.Rand, shape float64) float64 {
	boost := 0.0
	if shape < 1 {
		boost = -rng.StandardExponential() / shape
		shape++
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := rng.StandardNormal()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		u := 1 - rng.Random()
		if u < 1-0.0331*(x*x)*(x*x) || math.Log(u) < x*x/2+d*(1-v+math.Log(v)) {
			return math.Log(d*v) + boost
		}
	}
}

// SampleVonMises draws an angle in [-π,π) from the von Mises distribution of the
// given mean and concentration kappa >= 0, by rejection from a wrapped Cauchy
// distribution (Best and Fisher 1979, "Efficient Simulation of the von Mises
// Distribution").
func SampleVonMises(rng *miniflow.Rand, mean, kappa float64) float64 {
	if kappa < 1e-6 { // uniform to that accuracy, where the envelope loses digits
		return gfnenvs.WrapAngle(mean + rng.Uniform(-math.Pi, math.Pi))
	}
	tau := 1 + math.Sqrt(1+4*kappa*kappa)
	rho := (tau - math.Sqrt(2*tau)) / (2 * kappa)
	r := (1 + rho*rho) / (2 * rho)
	for {
		z := math.Cos(math.Pi * rng.Random())
		f := (1 + r*z) / (r + z)
		c := kappa * (r - f)
		u := 1 - rng.Random()
		if c*(2-c) > u || math.Log(c/u)+1 >= c {
			a := math.Acos(min(max(f, -1), 1))
			if rng.Random() < 0.5 {
				a = -a
			}
			return gfnenvs.WrapAngle(mean + a)
		}
	}
}
