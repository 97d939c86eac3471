package gfnenvs

import (
	"fmt"
	"math"
	"strings"

	"github.com/miniflow-rl/miniflow"
)

// Funnel is Neal's funnel (Neal 2003): x_0 ~ N(0, SD²), x_i ~ N(0, exp(x_0)).
type Funnel struct {
	// N is the number of dimensions, at least 2; SD the standard deviation of x_0.
	N  int
	SD float64
}

var (
	_ Target         = Funnel{}
	_ Normalised     = Funnel{}
	_ Differentiable = Funnel{}
	_ Sampler        = Funnel{}
)

// Dim implements [Target].
func (f Funnel) Dim() int { return f.N }

// LogDensity implements [Target].
func (f Funnel) LogDensity(x []float64) float64 {
	v := logNormal(x[0], 0, f.SD)
	for _, y := range x[1:] {
		v -= (math.Log(2*math.Pi) + x[0] + y*y*math.Exp(-x[0])) / 2
	}
	return v
}

// LogZ implements [Normalised].
func (f Funnel) LogZ() float64 { return 0 }

// Gradient implements [Differentiable].
func (f Funnel) Gradient(dst, x []float64) {
	dst[0] = -x[0] / (f.SD * f.SD)
	inv := math.Exp(-x[0])
	for i, y := range x[1:] {
		dst[0] += (y*y*inv - 1) / 2
		dst[i+1] = -y * inv
	}
}

// Sample implements [Sampler].
func (f Funnel) Sample(dst []float64, rng *miniflow.Rand) {
	dst[0] = rng.Normal(0, f.SD)
	for i := range dst[1:] {
		dst[i+1] = rng.Normal(0, math.Exp(dst[0]/2))
	}
}

// ManyWell is N/2 independent pairs of a double well and a normal number (Noé et
// al. 2019):
//
//	log R = Σ -x⁴ + 6x² + x/2 - y²/2
type ManyWell struct {
	// N is the number of dimensions, even.
	N int
}

var (
	_ Target         = ManyWell{}
	_ Normalised     = ManyWell{}
	_ Differentiable = ManyWell{}
	_ Sampler        = ManyWell{}
)

// Dim implements [Target].
func (m ManyWell) Dim() int { return m.N }

func well(x float64) float64 { return -x*x*x*x + 6*x*x + x/2 }

// LogDensity implements [Target].
func (m ManyWell) LogDensity(x []float64) float64 {
	v := 0.0
	for i := 0; i < len(x); i += 2 {
		v += well(x[i]) - x[i+1]*x[i+1]/2
	}
	return v
}

// wellIntegral is the integral of exp(-x⁴ + 6x² + x/2), by the trapezoidal rule,
// which converges exponentially for so smooth a function; see the test.
const wellIntegral = 11784.509265127826

// LogZ implements [Normalised].
func (m ManyWell) LogZ() float64 {
	return float64(m.N/2) * (math.Log(wellIntegral) + math.Log(2*math.Pi)/2)
}

// Gradient implements [Differentiable].
func (m ManyWell) Gradient(dst, x []float64) {
	for i := 0; i < len(x); i += 2 {
		dst[i] = -4*x[i]*x[i]*x[i] + 12*x[i] + 0.5
		dst[i+1] = -x[i+1]
	}
}

// Sample implements [Sampler], by rejection from a uniform number in [-4,4]: the
// well beyond it has less than e^-150 of the mass.
func (m ManyWell) Sample(dst []float64, rng *miniflow.Rand) {
	const top = 9.9 // above the highest well: 9.875 near 1.751
	for i := 0; i < len(dst); i += 2 {
		for {
			dst[i] = rng.Uniform(-4, 4)
			if math.Log1p(-rng.Random()) < well(dst[i])-top {
				break
			}
		}
		dst[i+1] = rng.StandardNormal()
	}
}

// VonMises is a mixture of products of von Mises densities on a torus, not
// normalised: R(θ) = Σ_k exp(κ Σ_d (cos(θ_d - mean_kd) - 1)).
type VonMises struct {
	Means [][]float64 // [component][dim], angles
	Kappa float64     // concentration
}

var (
	_ Target         = VonMises{}
	_ Normalised     = VonMises{}
	_ Differentiable = VonMises{}
)

// Dim implements [Target].
func (v VonMises) Dim() int { return len(v.Means[0]) }

func (v VonMises) component(k int, x []float64) float64 {
	l := 0.0
	for d, m := range v.Means[k] {
		l += v.Kappa * (math.Cos(x[d]-m) - 1)
	}
	return l
}

// LogDensity implements [Target].
func (v VonMises) LogDensity(x []float64) float64 {
	var all logSum
	for k := range v.Means {
		all.add(v.component(k, x))
	}
	return all.value()
}

// LogZ implements [Normalised]: each component integrates to (2π e^-κ I_0(κ))^dim.
func (v VonMises) LogZ() float64 {
	// The trapezoidal rule converges exponentially for a periodic function.
	const n = 1 << 12
	integral := 0.0
	for i := range n {
		integral += math.Exp(v.Kappa*(math.Cos(2*math.Pi*float64(i)/n)-1)) * 2 * math.Pi / n
	}
	return math.Log(float64(len(v.Means))) + float64(v.Dim())*math.Log(integral)
}

// Gradient implements [Differentiable].
func (v VonMises) Gradient(dst, x []float64) {
	clear(dst)
	all := v.LogDensity(x)
	for k, means := range v.Means {
		p := math.Exp(v.component(k, x) - all)
		for d, m := range means {
			dst[d] -= p * v.Kappa * math.Sin(x[d]-m)
		}
	}
}

// Targets are the names of the standard targets of diffusion samplers.
var Targets = []string{"gmm2", "gmm4", "gmm8", "gmm25", "gmm25_posterior9", "easy_funnel", "hard_funnel", "many_well"}

// NewTarget returns one of the [Targets], with torchgfn's numbers.
func NewTarget(name string) (Target, error) {
	switch name {
	case "gmm2":
		return RandomMixture(2, 2, 3)
	case "gmm4":
		return RandomMixture(4, 2, 3)
	case "gmm8":
		return RandomMixture(8, 2, 3)
	case "gmm25":
		return GridMixture()
	case "gmm25_posterior9":
		return NewPosteriorRatio()
	case "easy_funnel":
		return Funnel{10, 1}, nil
	case "hard_funnel":
		return Funnel{10, 3}, nil
	case "many_well":
		return ManyWell{32}, nil
	}
	return nil, fmt.Errorf("gfnenvs: target %q: want one of %s: %w", name, strings.Join(Targets, ", "), miniflow.ErrParam)
}
