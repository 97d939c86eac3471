package gfnenvs

import (
	"math"

	"github.com/miniflow-rl/miniflow"
)

// init registers DAG structures whose data come from a random linear network.
func init() {
	Family{
		Name: "DAG", Doc: "Draw the structure of a Bayesian network from its posterior given data.",
		Params: []miniflow.Param{
			{Name: "nodes", Doc: "number of variables", Value: 5, Min: 1, Max: 64},
			{Name: "score", Doc: "marginal likelihood", Value: "bge", Choices: []string{"bge", "lingauss"}},
			{Name: "samples", Doc: "number of samples of the data", Value: 100, Min: 1, Max: 1 << 20},
			{Name: "edge_probability", Doc: "probability of an edge of the network that the data come from", Value: 0.4, Min: 0, Max: 1},
			{Name: "max_parents", Doc: "largest number of parents of a node; 0 for no limit", Value: 0, Min: 0, Max: 64},
			{Name: "data_seed", Doc: "seed of network and data", Value: 0, Min: 0, Max: 1 << 31},
		},
		Rules: func(c *miniflow.Config) (Rules, error) {
			n := c.Int("nodes")
			data := LinearData(n, c.Int("samples"), c.Float("edge_probability"), uint64(c.Int("data_seed")))
			var score DAGScore
			var err error
			if c.Text("score") == "bge" {
				score, err = NewBGe(data, 1, float64(n+2))
			} else {
				score, err = NewLinearGaussian(data, 0, 1, math.Sqrt(0.1))
			}
			if err != nil {
				return nil, err
			}
			return NewDAG(DAGConfig{Nodes: n, Score: score, MaxParents: c.Int("max_parents"), Relative: true})
		},
	}.mustRegister("DAG-5", nil)
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
