package gfnenvs

import (
	"fmt"
	"math"
	"math/bits"
	"sync"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"github.com/miniflow-rl/miniflow"
)

// BGe is the Bayesian Gaussian equivalent score, the log marginal likelihood of
// a Gaussian network under a normal-Wishart prior: Geiger and Heckerman 1994, as
// corrected by Kuipers et al. 2014 (arXiv 1402.6863, equation 9).
type BGe struct {
	r       *mat.SymDense // the posterior's scale matrix
	gamma   []float64     // the terms that depend on the number of parents only
	samples float64
	df      float64 // alphaW - nodes
}

var _ DAGScore = (*BGe)(nil)

// NewBGe returns the score of data, one row a sample. alphaMu, the weight of the
// prior mean 0, must be above 0 (1 is usual), alphaW, the degrees of freedom,
// above the number of columns + 1 (2 more than the columns is usual).
func NewBGe(data [][]float64, alphaMu, alphaW float64) (*BGe, error) {
	x, err := dataMatrix(data)
	if err != nil {
		return nil, err
	}
	n, d := x.Dims()
	if !(alphaMu > 0) || !(alphaW > float64(d+1)) {
		return nil, fmt.Errorf("gfnenvs: bge: alphaMu %v and alphaW %v: want above 0 and above %d: %w", alphaMu, alphaW, d+1, miniflow.ErrParam)
	}
	samples, nodes := float64(n), float64(d)
	scale := alphaMu * (alphaW - nodes - 1) / (alphaMu + 1) // of the prior's matrix T
	b := &BGe{r: mat.NewSymDense(d, nil), gamma: make([]float64, d), samples: samples, df: alphaW - nodes}
	mean := make([]float64, d)
	for j := range mean {
		mean[j] = stat.Mean(mat.Col(nil, j, x), nil)
	}
	for i := range d {
		for j := i; j < d; j++ {
			v := samples * alphaMu / (samples + alphaMu) * mean[i] * mean[j]
			for k := range n {
				v += (x.At(k, i) - mean[i]) * (x.At(k, j) - mean[j])
			}
			if i == j {
				v += scale
			}
			b.r.SetSym(i, j, v)
		}
	}
	for l := range b.gamma {
		parents := float64(l)
		top, _ := math.Lgamma((samples + b.df + parents + 1) / 2)
		bottom, _ := math.Lgamma((b.df + parents + 1) / 2)
		b.gamma[l] = (math.Log(alphaMu)-math.Log(samples+alphaMu))/2 + top - bottom -
			samples/2*math.Log(math.Pi) + (b.df+2*parents+1)/2*math.Log(scale)
	}
	return b, nil
}

// Local implements [DAGScore].
func (b *BGe) Local(node int, parents uint64) float64 {
	l := bits.OnesCount64(parents)
	c := scratch.Get().(*cholesky)
	defer scratch.Put(c)
	for set := parents; set != 0; set &= set - 1 {
		c.nodes = append(c.nodes, bits.TrailingZeros64(set))
	}
	c.nodes = append(c.nodes, node)
	// The node comes last, so the factor of all of them starts with that of the
	// parents.
	c.factor(func(i, j int) float64 { return b.r.At(c.nodes[i], c.nodes[j]) })
	withNode := c.logDet(l + 1)
	return b.gamma[l] + (b.samples+b.df+float64(l))/2*c.logDet(l) - (b.samples+b.df+float64(l)+1)/2*withNode
}

// LinearGaussian is the exact log marginal likelihood of a linear network with
// weights from N(priorMean, priorScale²) and noise from N(0, obsScale²). It
// differs from gfnx 0.0.1, which has the signs of the log-determinant and the
// normalisation wrong.
type LinearGaussian struct {
	gram                          *mat.SymDense // XᵀX
	samples                       float64
	priorMean, priorVar, noiseVar float64
}

var _ DAGScore = (*LinearGaussian)(nil)

// NewLinearGaussian returns the score of data, one row a sample.
func NewLinearGaussian(data [][]float64, priorMean, priorScale, obsScale float64) (*LinearGaussian, error) {
	x, err := dataMatrix(data)
	if err != nil {
		return nil, err
	}
	if !(priorScale > 0) || !(obsScale > 0) || math.IsNaN(priorMean) {
		return nil, fmt.Errorf("gfnenvs: linear Gaussian score: prior mean %v and scales %v and %v: want scales above 0: %w", priorMean, priorScale, obsScale, miniflow.ErrParam)
	}
	n, d := x.Dims()
	g := mat.NewSymDense(d, nil)
	g.SymOuterK(1, x.T())
	return &LinearGaussian{g, float64(n), priorMean, priorScale * priorScale, obsScale * obsScale}, nil
}

// Local implements [DAGScore]: with y the node's samples less the prior mean of
// its parents' contribution and A = I + (τ²/σ²) X_PᵀX_P,
//
//	-½ (N log 2πσ² + log|A| + yᵀy/σ² - (τ²/σ⁴) yᵀX_P A⁻¹ X_Pᵀy)
func (g *LinearGaussian) Local(node int, parents uint64) float64 {
	c := scratch.Get().(*cholesky)
	defer scratch.Put(c)
	for set := parents; set != 0; set &= set - 1 {
		c.nodes = append(c.nodes, bits.TrailingZeros64(set))
	}
	yy := g.gram.At(node, node)
	for _, p := range c.nodes {
		yy -= 2 * g.priorMean * g.gram.At(p, node)
		xy := g.gram.At(p, node)
		for _, q := range c.nodes {
			yy += g.priorMean * g.priorMean * g.gram.At(p, q)
			xy -= g.priorMean * g.gram.At(p, q)
		}
		c.rhs = append(c.rhs, xy)
	}
	ratio := g.priorVar / g.noiseVar
	c.factor(func(i, j int) float64 {
		v := ratio * g.gram.At(c.nodes[i], c.nodes[j])
		if i == j {
			v++
		}
		return v
	})
	logDet := c.logDet(c.n)
	return -(g.samples*math.Log(2*math.Pi*g.noiseVar) + logDet + yy/g.noiseVar - ratio/g.noiseVar*c.quadratic()) / 2
}

func dataMatrix(data [][]float64) (*mat.Dense, error) {
	if len(data) == 0 || len(data[0]) == 0 {
		return nil, fmt.Errorf("gfnenvs: dag score: there are no data: %w", miniflow.ErrParam)
	}
	if len(data[0]) > 64 {
		return nil, fmt.Errorf("gfnenvs: dag score: %d variables: want at most 64: %w", len(data[0]), miniflow.ErrParam)
	}
	x := mat.NewDense(len(data), len(data[0]), nil)
	for i, row := range data {
		if len(row) != len(data[0]) {
			return nil, fmt.Errorf("gfnenvs: dag score: sample %d has %d variables, want %d: %w", i, len(row), len(data[0]), miniflow.ErrParam)
		}
		for j, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("gfnenvs: dag score: variable %d of sample %d is %v: %w", j, i, v, miniflow.ErrParam)
			}
		}
		x.SetRow(i, row)
	}
	return x, nil
}

// cholesky factors small matrices without allocating: gonum's allocates, and one
// log reward of a graph needs one factor for each of its nodes.
type cholesky struct {
	nodes []int     // the rows and columns of the big matrix
	rhs   []float64 // a right-hand side
	lower []float64 // the factor, row-major
	n     int
}

// scratch has room for the 64 nodes that a DAG may have.
var scratch = sync.Pool{New: func() any {
	return &cholesky{nodes: make([]int, 0, 64), rhs: make([]float64, 0, 64), lower: make([]float64, 64*64)}
}}

// factor computes the lower factor of the matrix of the chosen nodes. It empties
// the nodes when it is done, for the next use.
func (c *cholesky) factor(at func(i, j int) float64) {
	c.n = len(c.nodes)
	for i := range c.n {
		for j := 0; j <= i; j++ {
			v := at(i, j)
			for k := range j {
				v -= c.lower[i*c.n+k] * c.lower[j*c.n+k]
			}
			if i == j {
				c.lower[i*c.n+i] = math.Sqrt(v)
			} else {
				c.lower[i*c.n+j] = v / c.lower[j*c.n+j]
			}
		}
	}
	c.nodes = c.nodes[:0]
}

// logDet returns the log determinant of the leading m x m block.
func (c *cholesky) logDet(m int) float64 {
	v := 0.0
	for i := range m {
		v += 2 * math.Log(c.lower[i*c.n+i])
	}
	return v
}

// quadratic returns bᵀA⁻¹b for the right-hand side b, which it empties.
func (c *cholesky) quadratic() float64 {
	v := 0.0
	for i := range c.n {
		for k := range i {
			c.rhs[i] -= c.lower[i*c.n+k] * c.rhs[k]
		}
		c.rhs[i] /= c.lower[i*c.n+i]
		v += c.rhs[i] * c.rhs[i]
	}
	c.rhs = c.rhs[:0]
	return v
}
