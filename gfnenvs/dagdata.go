package gfnenvs

import (
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow"
)

// init registers DAG structures whose data come from a random linear network.
func init() {
	Family{
		Name: "DAG", Doc: "Draw the structure of a Bayesian network from its posterior given data.",
		Params: []miniflow.Param{
			{Name: "nodes", Doc: "number of variables; that of the columns, where there are data", Value: 5, Min: 1, Max: 64},
			{Name: "data", Doc: "file of samples: numbers with commas between them, a sample a line; empty for samples of a random network", Value: "", File: true},
			{Name: "score", Doc: "marginal likelihood", Value: "bge", Choices: []string{"bge", "lingauss"}},
			{Name: "samples", Doc: "number of samples of the data", Value: 100, Min: 1, Max: 1 << 20},
			{Name: "edge_probability", Doc: "probability of an edge of the network that the data come from", Value: 0.4, Min: 0, Max: 1},
			{Name: "prior", Doc: "prior of structures: uniform, every edge with probability edge_prior (erdos_renyi), edge_prior of log prior an edge (edge), or every number of parents alike (fair)",
				Value: "uniform", Choices: dagPriors},
			{Name: "edge_prior", Doc: "see prior", Value: 0.2, Min: -1e3, Max: 1e3},
			{Name: "max_parents", Doc: "largest number of parents of a node; 0 for no limit", Value: 0, Min: 0, Max: 64},
			{Name: "data_seed", Doc: "seed of network and data", Value: 0, Min: 0, Max: 1 << 31},
		},
		Rules: func(c *miniflow.Config) (Rules, error) {
			data := LinearData(c.Int("nodes"), c.Int("samples"), c.Float("edge_probability"), uint64(c.Int("data_seed")))
			var err error
			if path := c.Text("data"); path != "" {
				if data, err = ReadSamples(path); err != nil {
					return nil, err
				}
			}
			n := len(data[0])
			prior, err := dagPrior(c.Text("prior"), c.Float("edge_prior"), n)
			if err != nil {
				return nil, err
			}
			var score DAGScore
			if c.Text("score") == "bge" {
				score, err = NewBGe(data, 1, float64(n+2))
			} else {
				score, err = NewLinearGaussian(data, 0, 1, math.Sqrt(0.1))
			}
			if err != nil {
				return nil, err
			}
			return NewDAG(DAGConfig{Nodes: n, Score: score, Prior: prior, MaxParents: c.Int("max_parents"), Relative: true})
		},
	}.mustRegister("DAG-5", nil)
}

var dagPriors = []string{"uniform", "erdos_renyi", "edge", "fair"}

// dagPrior returns one of dagPriors.
func dagPrior(name string, v float64, nodes int) (func(parents int) float64, error) {
	switch name {
	case "erdos_renyi":
		if !(v > 0 && v < 1) {
			return nil, fmt.Errorf("gfnenvs: dag: edge_prior %v: want a probability in (0,1): %w", v, miniflow.ErrParam)
		}
		return ErdosRenyiPrior(v), nil
	case "edge":
		return EdgePrior(v), nil
	case "fair":
		return FairPrior(nodes), nil
	}
	return nil, nil
}

// LinearData draws samples of a random linear Gaussian network: every edge of a
// random order is there with probability p, weights are standard normal, and the
// noise has variance 0.1.
func LinearData(nodes, samples int, p float64, seed uint64) [][]float64 {
	rng := miniflow.NewRand(seed)
	order := make([]int, nodes)
	rng.Permutation(order)
	weight := make([][]float64, nodes)
	for j := range weight {
		weight[j] = make([]float64, nodes)
		for i := range j {
			if rng.Random() < p {
				weight[j][i] = rng.StandardNormal()
			}
		}
	}
	data := make([][]float64, samples)
	for k := range data {
		x := make([]float64, nodes) // in the order's numbering
		data[k] = make([]float64, nodes)
		for j := range x {
			x[j] = rng.Normal(0, math.Sqrt(0.1))
			for i, w := range weight[j][:j] {
				x[j] += w * x[i]
			}
			data[k][order[j]] = x[j]
		}
	}
	return data
}
