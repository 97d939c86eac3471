package gfnenvs

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/miniflow-rl/miniflow"
)

// DAGScore is the log marginal likelihood of one node of a Bayesian network given
// the set of its parents: bit i of parents is node i. It is safe for concurrent
// use.
type DAGScore interface {
	Local(node int, parents uint64) float64
}

// DAGConfig says what graphs are built and scored.
type DAGConfig struct {
	// Nodes is the number of nodes, at most 64.
	Nodes int
	// Score is the likelihood. The default (nil) is 0 for every graph.
	Score DAGScore
	// Prior is the log prior of a node with the given number of parents, up to a
	// constant. The default (nil) is 0: uniform over graphs.
	Prior func(parents int) float64
	// MaxParents is the largest number of parents of a node. The default (zero) is
	// no limit.
	MaxParents int
	// Relative is whether log rewards are relative to that of the empty graph.
	Relative bool
}

// DAG builds directed acyclic graphs edge by edge: Bayesian network structures
// as in Deleu et al. 2022 (arXiv 2202.13903). The log reward is the sum over the
// nodes of score and prior.
//
// The state is int32 [Nodes*Nodes], the adjacency matrix, row-major: element
// i*Nodes+j is 1 for the edge i→j. Action i*Nodes+j adds the edge i→j if it closes
// no cycle; action Nodes*Nodes exits, always legal.
type DAG struct {
	c     DAGConfig
	table []float64 // scores of all parent sets of each node, if they are few
	empty float64   // the log reward of the empty graph
}

var (
	_ Rules     = (*DAG)(nil)
	_ Potential = (*DAG)(nil)
	_ Graphical = (*DAG)(nil)
)

// tableNodes is the number of nodes up to which all local scores are computed
// once: 12 nodes have 49 152.
const tableNodes = 12

// NewDAG returns the rules of c.
func NewDAG(c DAGConfig) (*DAG, error) {
	if c.Nodes < 1 || c.Nodes > 64 || c.MaxParents < 0 {
		return nil, fmt.Errorf("gfnenvs: dag of %d nodes with at most %d parents: want 1 to 64 nodes: %w", c.Nodes, c.MaxParents, miniflow.ErrParam)
	}
	if c.MaxParents == 0 {
		c.MaxParents = c.Nodes
	}
	r := &DAG{c: c}
	if c.Nodes <= tableNodes {
		sets := 1 << c.Nodes
		r.table = make([]float64, c.Nodes*sets)
		for j := range c.Nodes {
			for set := range sets {
				if set>>j&1 == 0 && bits.OnesCount(uint(set)) <= c.MaxParents {
					r.table[j*sets+set] = r.compute(j, uint64(set))
				}
			}
		}
	}
	if c.Relative {
		for j := range c.Nodes {
			r.empty += r.local(j, 0)
		}
	}
	return r, nil
}

// compute returns score and prior of a node.
func (r *DAG) compute(j int, parents uint64) float64 {
	v := 0.0
	if r.c.Score != nil {
		v = r.c.Score.Local(j, parents)
	}
	if r.c.Prior != nil {
		v += r.c.Prior(bits.OnesCount64(parents))
	}
	return v
}

func (r *DAG) local(j int, parents uint64) float64 {
	if r.table != nil {
		return r.table[j<<r.c.Nodes|int(parents)]
	}
	return r.compute(j, parents)
}

// Layout implements [Rules].
func (r *DAG) Layout() Layout {
	n := r.c.Nodes
	values := make([]int, n*n)
	for i := range values {
		values[i] = 2
	}
	edges := 0
	for j := range n { // in a full graph, node j of some order has j parents
		edges += min(j, r.c.MaxParents)
	}
	return Layout{Values: values, Actions: n*n + 1, Steps: edges + 1}
}

// Forward implements [Rules].
func (r *DAG) Forward(dst []bool, s []int32) {
	n := r.c.Nodes
	var reach, parents [64]uint64 // bit k of reach[i]: there is a path from i to k
	for i := range n {
		reach[i] = 1 << i
		for j, v := range s[i*n : (i+1)*n] {
			reach[i] |= uint64(v) << j
			parents[j] += uint64(v)
		}
	}
	for k := range n {
		for i := range n {
			if reach[i]>>k&1 == 1 {
				reach[i] |= reach[k]
			}
		}
	}
	for i := range n {
		for j := range n {
			dst[i*n+j] = s[i*n+j] == 0 && reach[j]>>i&1 == 0 && int(parents[j]) < r.c.MaxParents
		}
	}
	dst[n*n] = true
}

// Backward implements [Rules].
func (r *DAG) Backward(dst []bool, s []int32) {
	for e, v := range s {
		dst[e] = v == 1
	}
}

// Apply implements [Rules].
func (r *DAG) Apply(s []int32, a int) { s[a] = 1 }

// Undo implements [Rules].
func (r *DAG) Undo(s []int32, a int) { s[a] = 0 }

// LogReward implements [Rules].
func (r *DAG) LogReward(s []int32) float64 {
	n := r.c.Nodes
	v := -r.empty
	for j := range n {
		var parents uint64
		for i := range n {
			parents |= uint64(s[i*n+j]) << i
		}
		v += r.local(j, parents)
	}
	return v
}

// Potential implements [Potential]: every graph may exit.
func (r *DAG) Potential(s []int32) float64 { return r.LogReward(s) }

// Delta returns by how much adding the edge of action a to s changes the log
// reward, at the cost of two local scores.
func (r *DAG) Delta(s []int32, a int) float64 {
	n := r.c.Nodes
	i, j := a/n, a%n
	var parents uint64
	for k := range n {
		parents |= uint64(s[k*n+j]) << k
	}
	return r.local(j, parents|1<<i) - r.local(j, parents&^(1<<i))
}

// ActionName implements [ActionNamer].
func (r *DAG) ActionName(a int) string {
	return fmt.Sprintf("edge %d → %d", a/r.c.Nodes, a%r.c.Nodes)
}

// WhyNot implements [Explainer].
func (r *DAG) WhyNot(s []int32, a int) string {
	i, j := a/r.c.Nodes, a%r.c.Nodes
	switch {
	case i == j:
		return fmt.Sprintf("node %d cannot be its own parent", i)
	case s[a] == 1:
		return "the edge is there already"
	case r.HasPath(s, j, i):
		return fmt.Sprintf("that would close a cycle: there is a path from %d to %d", j, i)
	}
	return fmt.Sprintf("node %d has %d parents already", j, r.c.MaxParents)
}

// Nodes implements [Graphical].
func (r *DAG) Nodes() int { return r.c.Nodes }

// Node implements [Graphical]: all nodes are there and alike.
func (r *DAG) Node([]int32, int) int32 { return 1 }

// Edge implements [Graphical].
func (r *DAG) Edge(s []int32, i, j int) int32 { return s[i*r.c.Nodes+j] }

// HasPath reports whether the graph s has a path of at least one edge from i to j.
func (r *DAG) HasPath(s []int32, i, j int) bool {
	n := r.c.Nodes
	seen, todo := uint64(0), uint64(1)<<i
	for todo != 0 {
		k := bits.TrailingZeros64(todo)
		todo &^= 1 << k
		for t, v := range s[k*n : (k+1)*n] {
			if v == 1 && seen>>t&1 == 0 {
				seen |= 1 << t
				todo |= 1 << t
			}
		}
	}
	return seen>>j&1 == 1
}

// ErdosRenyiPrior is the log prior under which every edge is there with
// probability p, independently, up to the constraint of acyclicity.
func ErdosRenyiPrior(p float64) func(parents int) float64 {
	odds := math.Log(p) - math.Log1p(-p)
	return func(parents int) float64 { return float64(parents) * odds }
}

// EdgePrior is the log prior of beta an edge.
func EdgePrior(beta float64) func(parents int) float64 {
	return func(parents int) float64 { return float64(parents) * beta }
}

// FairPrior is the log prior under which every number of parents of a node of
// the given number of nodes is equally likely (Eggeling et al. 2019).
func FairPrior(nodes int) func(parents int) float64 {
	return func(parents int) float64 {
		all, _ := math.Lgamma(float64(nodes))
		some, _ := math.Lgamma(float64(parents + 1))
		rest, _ := math.Lgamma(float64(nodes - parents))
		return -(all - some - rest)
	}
}

// Graphical is for [Rules] whose states are graphs, as graph networks read them.
type Graphical interface {
	// Nodes returns the largest number of nodes.
	Nodes() int
	// Node returns the label of node i of s, from 1 on, or 0 if there is none.
	Node(s []int32, i int) int32
	// Edge returns the label of the edge from node i to node j, from 1 on, or 0 if
	// there is none.
	Edge(s []int32, i, j int) int32
}
