package exact

import (
	"fmt"
	"math"
)

// Flows are the state and edge flows that the rewards and a backward policy
// imply:
//
//	F(s) = R(s) [s may exit] + Σ_{s→s'} F(s') P_B(s|s')
//
// The policy that follows them, P_F(s'|s) = F(s') P_B(s|s') / F(s), exits from x
// with probability R(x)/Z (Bengio et al. 2023, Foundations, arXiv 2111.09266).
type Flows struct {
	g *Graph
	// Log is the log flow of each state; Log[0] is log Z.
	Log []float64
	// edge is the log flow of each edge.
	edge []float64
}

// Flows computes the flows under a backward policy; nil is the uniform one. The
// masks that the policy gets are those of actions that can be undone; its last
// column, the exit, is never allowed.
func (g *Graph) Flows(backward Policy) (*Flows, error) {
	f := &Flows{g: g, Log: make([]float64, g.Len()), edge: make([]float64, g.Edges())}
	if backward == nil {
		backward = Uniform(g.layout.Actions)
	}
	err := g.ask(backward, true, func(i int, logP []float64) error {
		for e := g.in.start[i]; e < g.in.start[i+1]; e++ {
			v := logP[g.in.action[e]]
			if !(math.Exp(v) <= maxProbability) {
				return fmt.Errorf("backward: %w", g.badPolicy(i, int(g.in.action[e]), logP))
			}
			f.edge[g.in.number[e]] = v
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for l := len(g.layers) - 2; l >= 0; l-- {
		err := parallel(g.layers[l], g.layers[l+1], layerGrain, func(_, lo, hi int) error {
			for i := lo; i < hi; i++ {
				most := g.log[i]
				for e := g.out.start[i]; e < g.out.start[i+1]; e++ {
					f.edge[e] += f.Log[g.out.state[e]]
					most = max(most, f.edge[e])
				}
				if f.Log[i] = most; math.IsInf(most, -1) {
					continue
				}
				sum := math.Exp(g.log[i] - most)
				for e := g.out.start[i]; e < g.out.start[i+1]; e++ {
					sum += math.Exp(f.edge[e] - most)
				}
				f.Log[i] = most + math.Log(sum)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return f, nil
}

// Policy fills dst, one entry an action, with the forward probabilities in state
// i. They are all 0 where the state leads to no reward.
func (f *Flows) Policy(dst []float64, i int) {
	clear(dst)
	if math.IsInf(f.Log[i], -1) {
		return
	}
	g := f.g
	for e := g.out.start[i]; e < g.out.start[i+1]; e++ {
		dst[g.out.action[e]] = math.Exp(f.edge[e] - f.Log[i])
	}
	dst[g.layout.Exit()] = math.Exp(g.log[i] - f.Log[i])
}

// Uniform returns the policy that chooses evenly among the allowed ones of n
// actions.
func Uniform(n int) Policy {
	return func(_ int, _ []int32, mask []bool, logP []float64) error {
		for at := 0; at < len(mask); at += n {
			allowed := 0
			for _, ok := range mask[at : at+n] {
				if ok {
					allowed++
				}
			}
			v := -math.Log(float64(allowed))
			for a := range n {
				logP[at+a] = v
			}
		}
		return nil
	}
}

// Paths returns the number of constructions that lead to each state.
func (g *Graph) Paths() []float64 {
	paths := make([]float64, g.Len())
	paths[0] = 1
	for i := 1; i < len(paths); i++ {
		for e := g.in.start[i]; e < g.in.start[i+1]; e++ {
			paths[i] += paths[g.in.state[e]]
		}
	}
	return paths
}

// LogZAbove returns the conditional partition function of state i: the log of
// the rewards of all terminating states that it reaches, itself included. It
// takes time linear in the number of edges.
func (g *Graph) LogZAbove(i int) float64 {
	reached := make([]bool, g.Len()-i)
	reached[0] = true
	var logs []float64
	for j := i; j < g.Len(); j++ {
		if !reached[j-i] {
			continue
		}
		logs = append(logs, g.log[j])
		for e := g.out.start[j]; e < g.out.start[j+1]; e++ {
			reached[int(g.out.state[e])-i] = true
		}
	}
	return LogSumExp(logs)
}
