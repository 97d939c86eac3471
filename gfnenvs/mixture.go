package gfnenvs

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/miniflow-rl/miniflow"
)

// Mixture is a mixture of normal densities with full covariances.
type Mixture struct {
	dim        int
	weights    []float64   // sum to 1
	means      [][]float64 // [component][dim]
	precisions [][]float64 // inverse covariances, row-major
	factors    [][]float64 // lower Cholesky factors of the covariances, row-major
	constants  []float64   // log weight - ½ log|2π Σ|
}

var (
	_ Target         = (*Mixture)(nil)
	_ Normalised     = (*Mixture)(nil)
	_ Differentiable = (*Mixture)(nil)
	_ Sampler        = (*Mixture)(nil)
)

// NewMixture returns the mixture of the given weights, means and covariances.
// The weights are scaled to sum to 1.
func NewMixture(weights []float64, means [][]float64, covs [][][]float64) (*Mixture, error) {
	if len(weights) == 0 || len(means) != len(weights) || len(covs) != len(weights) {
		return nil, fmt.Errorf("gfnenvs: mixture: %d weights, %d means and %d covariances: %w", len(weights), len(means), len(covs), miniflow.ErrParam)
	}
	m := &Mixture{dim: len(means[0])}
	total := sum(weights)
	if !(total > 0) || math.IsInf(total, 1) || nonNegative(weights...) != nil {
		return nil, fmt.Errorf("gfnenvs: mixture: weights %v: want numbers that are not negative, one above 0: %w", weights, miniflow.ErrParam)
	}
	for k, w := range weights {
		if len(means[k]) != m.dim || len(covs[k]) != m.dim || m.dim == 0 {
			return nil, fmt.Errorf("gfnenvs: mixture: component %d has %d dimensions and a covariance of %d, want %d: %w", k, len(means[k]), len(covs[k]), m.dim, miniflow.ErrParam)
		}
		cov := mat.NewSymDense(m.dim, nil)
		for i, row := range covs[k] {
			if len(row) != m.dim {
				return nil, fmt.Errorf("gfnenvs: mixture: row %d of covariance %d has %d elements, want %d: %w", i, k, len(row), m.dim, miniflow.ErrParam)
			}
			for j := i; j < m.dim; j++ {
				cov.SetSym(i, j, row[j])
			}
		}
		var c mat.Cholesky
		if !c.Factorize(cov) {
			return nil, fmt.Errorf("gfnenvs: mixture: covariance %d is not positive definite: %w", k, miniflow.ErrParam)
		}
		var precision mat.SymDense
		if err := c.InverseTo(&precision); err != nil {
			return nil, fmt.Errorf("gfnenvs: mixture: covariance %d: %w: %w", k, err, miniflow.ErrParam)
		}
		var lower mat.TriDense
		c.LTo(&lower)
		flat, factor := make([]float64, m.dim*m.dim), make([]float64, m.dim*m.dim)
		for i := range m.dim {
			for j := range m.dim {
				flat[i*m.dim+j] = precision.At(i, j)
				factor[i*m.dim+j] = lower.At(i, j)
			}
		}
		m.weights = append(m.weights, w/total)
		m.means = append(m.means, append([]float64{}, means[k]...))
		m.precisions = append(m.precisions, flat)
		m.factors = append(m.factors, factor)
		m.constants = append(m.constants, math.Log(w/total)-(float64(m.dim)*math.Log(2*math.Pi)+c.LogDet())/2)
	}
	return m, nil
}

// Dim implements [Target].
func (m *Mixture) Dim() int { return m.dim }

// component returns the log density of component k at x, its weight included.
func (m *Mixture) component(k int, x []float64) float64 {
	q := 0.0
	for i, mi := range m.means[k] {
		row := m.precisions[k][i*m.dim : (i+1)*m.dim]
		for j, mj := range m.means[k] {
			q += (x[i] - mi) * row[j] * (x[j] - mj)
		}
	}
	return m.constants[k] - q/2
}

// LogDensity implements [Target].
func (m *Mixture) LogDensity(x []float64) float64 {
	var all logSum
	for k := range m.weights {
		all.add(m.component(k, x))
	}
	return all.value()
}

// LogZ implements [Normalised].
func (m *Mixture) LogZ() float64 { return 0 }

// Gradient implements [Differentiable].
func (m *Mixture) Gradient(dst, x []float64) {
	clear(dst)
	all := m.LogDensity(x)
	for k := range m.weights {
		p := math.Exp(m.component(k, x) - all)
		for i := range dst {
			for j, mj := range m.means[k] {
				dst[i] -= p * m.precisions[k][i*m.dim+j] * (x[j] - mj)
			}
		}
	}
}

// Sample implements [Sampler].
func (m *Mixture) Sample(dst []float64, rng *miniflow.Rand) {
	k := rng.ChoiceP(m.weights)
	copy(dst, m.means[k])
	for j := range dst {
		z := rng.StandardNormal()
		for i := j; i < m.dim; i++ {
			dst[i] += m.factors[k][i*m.dim+j] * z
		}
	}
}

// RandomMixture returns the mixture that torchgfn draws with NumPy's generator
// and SciPy's Wishart distribution: means uniform in [-10,10), covariances from
// Wishart(dim+2, I), weights uniform in [0.3,0.7) before scaling. Its "gmm2",
// "gmm4" and "gmm8" are those of 2 dimensions and seed 3.
func RandomMixture(components, dim int, seed uint64) (*Mixture, error) {
	if components < 1 || dim < 1 {
		return nil, fmt.Errorf("gfnenvs: mixture of %d components in %d dimensions: want at least 1: %w", components, dim, miniflow.ErrParam)
	}
	rng := miniflow.NewRand(seed)
	means, covs, weights := make([][]float64, components), make([][][]float64, components), make([]float64, components)
	for k := range means {
		means[k] = make([]float64, dim)
		for d := range means[k] {
			means[k][d] = rng.Uniform(-10, 10)
		}
	}
	for k := range covs {
		covs[k] = wishart(rng, dim, float64(dim+2))
	}
	for k := range weights {
		weights[k] = rng.Uniform(0.3, 0.7)
	}
	return NewMixture(weights, means, covs)
}

// wishart draws from Wishart(df, I) as SciPy does: A Aᵀ with A lower triangular,
// normal below the diagonal (drawn first, row by row), and the square roots of
// chi-squared numbers of df, df-1, ... degrees of freedom on it.
func wishart(rng *miniflow.Rand, dim int, df float64) [][]float64 {
	a, out := make([][]float64, dim), make([][]float64, dim)
	for i := range a {
		a[i], out[i] = make([]float64, dim), make([]float64, dim)
		for j := range i {
			a[i][j] = rng.StandardNormal()
		}
	}
	for i := range a {
		a[i][i] = math.Sqrt(2 * standardGamma(rng, (df-float64(i))/2))
	}
	for i := range out {
		for j := range out {
			for k := range dim {
				out[i][j] += a[i][k] * a[j][k]
			}
		}
	}
	return out
}

// standardGamma draws from the gamma distribution of scale 1 and a shape of at
// least 1, as NumPy's Generator does (Marsaglia and Tsang 2000).
func standardGamma(rng *miniflow.Rand, shape float64) float64 {
	if shape == 1 {
		return rng.StandardExponential()
	}
	b := shape - 1.0/3
	c := 1 / math.Sqrt(9*b)
	for {
		x, v := 0.0, 0.0
		for v <= 0 {
			x = rng.StandardNormal()
			v = 1 + c*x
		}
		v = v * v * v
		u := rng.Random()
		if u < 1-0.0331*(x*x)*(x*x) || math.Log(u) < 0.5*x*x+b*(1-v+math.Log(v)) {
			return b * v
		}
	}
}

// gridMixture returns a mixture in the plane of round components of variance 0.3.
func gridMixture(weights []float64, means [][]float64) (*Mixture, error) {
	covs := make([][][]float64, len(means))
	for k := range covs {
		covs[k] = [][]float64{{0.3, 0}, {0, 0.3}}
	}
	return NewMixture(weights, means, covs)
}

// GridMixture returns 25 equal components of variance 0.3 on the grid of
// {-10, -5, 0, 5, 10}²: "gmm25".
func GridMixture() (*Mixture, error) {
	var means [][]float64
	var weights []float64
	for _, a := range []float64{-10, -5, 0, 5, 10} {
		for _, b := range []float64{-10, -5, 0, 5, 10} {
			means, weights = append(means, []float64{a, b}), append(weights, 1)
		}
	}
	return gridMixture(weights, means)
}

// PosteriorRatio is the likelihood that turns the prior "gmm25" into a posterior
// of nine of its components: the reward of fine-tuning by relative trajectory
// balance. It is the ratio of two normalised densities; its integral under the
// prior is 1.
type PosteriorRatio struct{ prior, posterior *Mixture }

var (
	_ Target         = (*PosteriorRatio)(nil)
	_ Differentiable = (*PosteriorRatio)(nil)
	_ Sampler        = (*PosteriorRatio)(nil)
)

// NewPosteriorRatio returns torchgfn's "gmm25_posterior9".
func NewPosteriorRatio() (*PosteriorRatio, error) {
	prior, err := GridMixture()
	if err != nil {
		return nil, err
	}
	posterior, err := gridMixture([]float64{4, 10, 4, 5, 10, 5, 4, 15, 4},
		[][]float64{{-10, -5}, {-5, -10}, {-5, 0}, {10, -5}, {0, 0}, {0, 5}, {5, -5}, {5, 0}, {5, 10}})
	if err != nil {
		return nil, err
	}
	return &PosteriorRatio{prior, posterior}, nil
}

// Prior returns the density of "gmm25".
func (p *PosteriorRatio) Prior() *Mixture { return p.prior }

// Dim implements [Target].
func (p *PosteriorRatio) Dim() int { return 2 }

// LogDensity implements [Target]: the log ratio of posterior and prior.
func (p *PosteriorRatio) LogDensity(x []float64) float64 {
	return p.posterior.LogDensity(x) - p.prior.LogDensity(x)
}

// Gradient implements [Differentiable].
func (p *PosteriorRatio) Gradient(dst, x []float64) {
	var prior [2]float64
	p.prior.Gradient(prior[:], x)
	p.posterior.Gradient(dst, x)
	dst[0] -= prior[0]
	dst[1] -= prior[1]
}

// Sample implements [Sampler]: it draws from the posterior.
func (p *PosteriorRatio) Sample(dst []float64, rng *miniflow.Rand) { p.posterior.Sample(dst, rng) }
