package exact

import (
	"fmt"
	"math"
)

// Policy computes log probabilities of actions. states has n rows, the states;
// mask has n rows of as many entries as there are actions, the exit last: those
// that the policy may choose from. It fills the same rows of logP; entries that
// mask does not allow are not read. Calls with different workers, which are in
// [0, Workers()), run at the same time.
type Policy func(worker int, states []int32, mask []bool, logP []float64) error

// policyRows is how many states a [Policy] gets in one call.
const policyRows = 512

// Distribution is what a forward policy does, by state number. The zero value
// is ready for [Graph.Evaluate], which reuses its memory.
type Distribution struct {
	// P is the terminating distribution: the probability to exit from each state.
	P []float64
	// Visit is the probability that a construction passes through each state.
	Visit []float64

	edge []float64 // probability of each edge, given its state
	exit []float64 // probability of the exit, given its state
}

// Evaluate computes the terminating distribution of a forward policy by dynamic
// programming over all states:
//
//	visit(s') = Σ_{s→s'} visit(s) P_F(s'|s),  P(x) = visit(x) P_F(exit|x)
func (g *Graph) Evaluate(dst *Distribution, policy Policy) error {
	n := g.Len()
	dst.P, dst.Visit, dst.exit = resize(dst.P, n), resize(dst.Visit, n), resize(dst.exit, n)
	dst.edge = resize(dst.edge, g.Edges())
	err := g.ask(policy, false, func(i int, logP []float64) error {
		for e := g.out.start[i]; e < g.out.start[i+1]; e++ {
			p := math.Exp(logP[g.out.action[e]])
			if !(p <= maxProbability) {
				return g.badPolicy(i, int(g.out.action[e]), logP)
			}
			dst.edge[e] = p
		}
		dst.exit[i] = 0
		if g.exits[i] {
			p := math.Exp(logP[g.layout.Exit()])
			if !(p <= maxProbability) {
				return g.badPolicy(i, g.layout.Exit(), logP)
			}
			dst.exit[i] = p
		}
		return nil
	})
	if err != nil {
		return err
	}
	return g.forward(dst)
}

// maxProbability leaves room for the rounding of policies in float32.
const maxProbability = 1 + 1e-3

func (g *Graph) badPolicy(i, a int, logP []float64) error {
	return fmt.Errorf("exact: state %v: the policy gives action %d the log probability %v", g.State(i), a, logP[a])
}

// ask calls policy for all states with their forward (or backward) masks and
// hands on the rows of its answer.
func (g *Graph) ask(policy Policy, backward bool, take func(i int, logP []float64) error) error {
	n, k := g.layout.Actions, len(g.layout.Values)
	return parallel(0, g.Len(), policyRows, func(worker, lo, hi int) error {
		mask, logP := make([]bool, policyRows*n), make([]float64, policyRows*n)
		for ; lo < hi; lo += policyRows {
			rows := min(policyRows, hi-lo)
			clear(mask)
			for r := range rows {
				g.mask(mask[r*n:(r+1)*n], lo+r, backward)
			}
			if err := policy(worker, g.rows[lo*k:(lo+rows)*k], mask[:rows*n], logP[:rows*n]); err != nil {
				return err
			}
			for r := range rows {
				if err := take(lo+r, logP[r*n:(r+1)*n]); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// mask sets the forward or backward mask of state i; row is all false on entry.
func (g *Graph) mask(row []bool, i int, backward bool) {
	side := &g.out
	if backward {
		side = &g.in
	}
	for e := side.start[i]; e < side.start[i+1]; e++ {
		row[side.action[e]] = true
	}
	if !backward {
		row[g.layout.Exit()] = g.exits[i]
	}
}

// layerGrain is the number of states of a layer below which a goroutine costs
// more than it saves.
const layerGrain = 8192

// forward computes visit and terminating probabilities, layer by layer. Every
// state adds up its own parents in their order, so the bits do not depend on the
// number of goroutines.
func (g *Graph) forward(dst *Distribution) error {
	dst.Visit[0] = 1
	dst.P[0] = dst.exit[0]
	for l := 1; l+1 < len(g.layers); l++ {
		err := parallel(g.layers[l], g.layers[l+1], layerGrain, func(_, lo, hi int) error {
			for i := lo; i < hi; i++ {
				v := 0.0
				for e := g.in.start[i]; e < g.in.start[i+1]; e++ {
					v += dst.Visit[g.in.state[e]] * dst.edge[g.in.number[e]]
				}
				dst.Visit[i] = v
				dst.P[i] = v * dst.exit[i]
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func resize(v []float64, n int) []float64 {
	if cap(v) < n {
		return make([]float64, n)
	}
	return v[:n]
}
