package gfnenvs

import (
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow"
)

// GraphConfig says what graphs are built.
type GraphConfig struct {
	// MaxNodes is the largest number of nodes, EdgeLabels the number of kinds of
	// edges (at least 1).
	MaxNodes, EdgeLabels int
	// NodeLabels is the number of kinds of nodes. The default (zero) means that all
	// MaxNodes nodes are there, alike, from the start, and only edges are added.
	NodeLabels int
	// Directed is whether an edge from i to j differs from one from j to i.
	Directed bool
	// MinNodes is the number of nodes from which on a graph may exit. The default
	// (zero) is 0: even the empty graph may.
	MinNodes int
	// LogReward is the log reward of a graph. It must be safe for concurrent use
	// and must not keep its argument.
	LogReward func(g GraphView) float64
}

// Graph builds graphs, labelled or not, directed or not, by adding nodes and
// edges in any order. Nodes are numbered in the order in which they were added:
// two graphs that differ by the numbers of their nodes are two states.
//
// The state is int32 [n + pairs]: for every node its label from 1 on, 0 where
// there is none yet (this part is missing where only edges are added), then the
// same for every pair of nodes: i<j row by row, or all i≠j row by row if directed.
// Action c < NodeLabels adds a node of label c, action NodeLabels + p·EdgeLabels + c
// an edge of label c to pair p, and the last action exits.
type Graph struct {
	c     GraphConfig
	nodes int      // length of the state's part for nodes
	pair  [][2]int // the nodes of every pair
	index []int    // i*MaxNodes+j to its pair
}

var (
	_ Rules     = (*Graph)(nil)
	_ Graphical = (*Graph)(nil)
)

// NewGraph returns the rules of c.
func NewGraph(c GraphConfig) (*Graph, error) {
	if c.MaxNodes < 1 || c.MaxNodes > 1024 || c.EdgeLabels < 1 || c.NodeLabels < 0 || c.MinNodes > c.MaxNodes {
		return nil, fmt.Errorf("gfnenvs: graphs of %d to %d nodes of %d kinds with %d kinds of edges: %w", c.MinNodes, c.MaxNodes, c.NodeLabels, c.EdgeLabels, miniflow.ErrParam)
	}
	if c.LogReward == nil {
		return nil, fmt.Errorf("gfnenvs: graph: LogReward is nil: %w", miniflow.ErrParam)
	}
	r := &Graph{c: c, index: make([]int, c.MaxNodes*c.MaxNodes)}
	if c.NodeLabels > 0 {
		r.nodes = c.MaxNodes
	}
	for i := range c.MaxNodes {
		for j := range c.MaxNodes {
			switch {
			case i == j:
				continue
			case i > j && !c.Directed:
				r.index[i*c.MaxNodes+j] = r.index[j*c.MaxNodes+i]
				continue
			}
			r.index[i*c.MaxNodes+j] = len(r.pair)
			r.pair = append(r.pair, [2]int{i, j})
		}
	}
	return r, nil
}

// Layout implements [Rules].
func (r *Graph) Layout() Layout {
	values := make([]int, r.nodes+len(r.pair))
	for i := range values {
		values[i] = r.c.EdgeLabels + 1
		if i < r.nodes {
			values[i] = r.c.NodeLabels + 1
		}
	}
	return Layout{Values: values, Actions: r.c.NodeLabels + len(r.pair)*r.c.EdgeLabels + 1, Steps: r.nodes + len(r.pair) + 1}
}

// size returns how many nodes s has.
func (r *Graph) size(s []int32) int {
	if r.nodes == 0 {
		return r.c.MaxNodes
	}
	n := 0
	for n < r.nodes && s[n] != 0 {
		n++
	}
	return n
}

// Forward implements [Rules].
func (r *Graph) Forward(dst []bool, s []int32) {
	n, k := r.size(s), r.c.EdgeLabels
	if n < r.nodes {
		fill(dst[:r.c.NodeLabels])
	}
	edges := s[r.nodes:]
	for p, ij := range r.pair {
		if ij[0] < n && ij[1] < n && edges[p] == 0 {
			at := r.c.NodeLabels + p*k
			fill(dst[at : at+k])
		}
	}
	dst[len(dst)-1] = n >= r.c.MinNodes
}

// Backward implements [Rules]. The last node can be taken back if it has no
// edges.
func (r *Graph) Backward(dst []bool, s []int32) {
	last := r.size(s) - 1
	free := r.nodes > 0 && last >= 0
	for p, v := range s[r.nodes:] {
		if v != 0 {
			dst[r.c.NodeLabels+p*r.c.EdgeLabels+int(v)-1] = true
			free = free && r.pair[p][0] != last && r.pair[p][1] != last
		}
	}
	if free {
		dst[s[last]-1] = true
	}
}

// Apply implements [Rules].
func (r *Graph) Apply(s []int32, a int) {
	if a < r.c.NodeLabels {
		s[r.size(s)] = int32(a) + 1
		return
	}
	a -= r.c.NodeLabels
	s[r.nodes+a/r.c.EdgeLabels] = int32(a%r.c.EdgeLabels) + 1
}

// Undo implements [Rules].
func (r *Graph) Undo(s []int32, a int) {
	if a < r.c.NodeLabels {
		s[r.size(s)-1] = 0
		return
	}
	s[r.nodes+(a-r.c.NodeLabels)/r.c.EdgeLabels] = 0
}

// LogReward implements [Rules].
func (r *Graph) LogReward(s []int32) float64 { return r.c.LogReward(GraphView{r, s}) }

// ActionName implements [ActionNamer].
func (r *Graph) ActionName(a int) string {
	if a < r.c.NodeLabels {
		if r.c.NodeLabels == 1 {
			return "add a node"
		}
		return fmt.Sprintf("add a node of kind %d", a)
	}
	a -= r.c.NodeLabels
	ij, kind := r.pair[a/r.c.EdgeLabels], ""
	if r.c.EdgeLabels > 1 {
		kind = fmt.Sprintf(" of kind %d", a%r.c.EdgeLabels)
	}
	if r.c.Directed {
		return fmt.Sprintf("edge %d → %d%s", ij[0], ij[1], kind)
	}
	return fmt.Sprintf("edge %d – %d%s", ij[0], ij[1], kind)
}

// WhyNot implements [Explainer].
func (r *Graph) WhyNot(s []int32, a int) string {
	n := r.size(s)
	switch {
	case a == r.c.NodeLabels+len(r.pair)*r.c.EdgeLabels:
		return fmt.Sprintf("it has %d nodes: %d are needed", n, r.c.MinNodes)
	case a < r.c.NodeLabels:
		return fmt.Sprintf("all %d nodes are there", n)
	}
	ij := r.pair[(a-r.c.NodeLabels)/r.c.EdgeLabels]
	if last := max(ij[0], ij[1]); last >= n {
		return fmt.Sprintf("there is no node %d yet", last)
	}
	return fmt.Sprintf("nodes %d and %d are joined already", ij[0], ij[1])
}

// Directed reports whether edges have a direction.
func (r *Graph) Directed() bool { return r.c.Directed }

// Nodes implements [Graphical].
func (r *Graph) Nodes() int { return r.c.MaxNodes }

// Node implements [Graphical].
func (r *Graph) Node(s []int32, i int) int32 {
	if r.nodes == 0 {
		return 1
	}
	return s[i]
}

// Edge implements [Graphical].
func (r *Graph) Edge(s []int32, i, j int) int32 {
	if i == j {
		return 0
	}
	return s[r.nodes+r.index[i*r.c.MaxNodes+j]]
}

// GraphView is a state of a [Graph] read as a graph. It is valid as long as the
// state does not change.
type GraphView struct {
	r *Graph
	s []int32
}

// Len returns the number of nodes.
func (g GraphView) Len() int { return g.r.size(g.s) }

// Node returns the label of node i, from 0 on.
func (g GraphView) Node(i int) int { return int(g.r.Node(g.s, i)) - 1 }

// Edge returns the label of the edge from i to j, from 0 on, or -1 if there is
// none.
func (g GraphView) Edge(i, j int) int { return int(g.r.Edge(g.s, i, j)) - 1 }

// Edges returns the number of edges.
func (g GraphView) Edges() int {
	n := 0
	for _, v := range g.s[g.r.nodes:] {
		if v != 0 {
			n++
		}
	}
	return n
}

// OutDegree returns the number of edges from node i; in an undirected graph, all
// of its edges.
func (g GraphView) OutDegree(i int) int {
	n := 0
	for j := range g.Len() {
		if g.Edge(i, j) >= 0 {
			n++
		}
	}
	return n
}

// IsRing reports whether the edges are one ring through all nodes (a directed
// one, in a directed graph): two nodes make a directed ring only.
func (g GraphView) IsRing() bool {
	n, degree := g.Len(), 2
	if g.r.c.Directed {
		degree = 1
	}
	if n <= degree { // the smallest rings have 2 nodes, undirected ones 3
		return false
	}
	for i := range n {
		if g.OutDegree(i) != degree {
			return false
		}
	}
	// Every node has one way out other than back, so the walk from node 0 comes
	// home after all n nodes if and only if they are one ring.
	at, from := 0, -1
	for step := 1; step <= n; step++ {
		for j := range n {
			if g.Edge(at, j) >= 0 && (j != from || g.r.c.Directed) {
				at, from = j, at
				break
			}
		}
		if at == 0 {
			return step == n
		}
	}
	return false
}

// Triangles returns the number of triples of nodes that are joined pairwise, in
// whatever direction.
func (g GraphView) Triangles() int {
	n, count := g.Len(), 0
	joined := func(i, j int) bool { return g.Edge(i, j) >= 0 || g.Edge(j, i) >= 0 }
	for i := range n {
		for j := i + 1; j < n; j++ {
			for k := j + 1; k < n && joined(i, j); k++ {
				if joined(i, k) && joined(j, k) {
					count++
				}
			}
		}
	}
	return count
}

func init() {
	Family{
		Name: "GraphRing", Doc: "Add edges to a graph; a single ring through all nodes has the reward 100, anything else 0.1.",
		Params: []miniflow.Param{
			{Name: "nodes", Doc: "number of nodes", Value: 4, Min: 2, Max: 64},
			{Name: "directed", Doc: "whether edges have a direction", Value: true},
		},
		Rules: func(c *miniflow.Config) (Rules, error) {
			return NewGraph(GraphConfig{MaxNodes: c.Int("nodes"), EdgeLabels: 1, Directed: c.Bool("directed"), LogReward: func(g GraphView) float64 {
				if g.IsRing() {
					return math.Log(100)
				}
				return math.Log(0.1)
			}})
		},
	}.mustRegister("GraphRing-4", nil)
	Family{
		Name: "GraphTriangles", Doc: "Add nodes of two colours and edges; triangles are rewarded, edges between nodes of one colour are not.",
		Params: []miniflow.Param{
			{Name: "nodes", Doc: "largest number of nodes", Value: 4, Min: 1, Max: 64},
			{Name: "bonus", Doc: "log reward of a triangle", Value: 1.0, Min: -100, Max: 100},
			{Name: "malus", Doc: "loss of log reward by an edge between nodes of one colour", Value: 0.5, Min: -100, Max: 100},
		},
		Rules: func(c *miniflow.Config) (Rules, error) {
			bonus, malus := c.Float("bonus"), c.Float("malus")
			return NewGraph(GraphConfig{MaxNodes: c.Int("nodes"), NodeLabels: 2, EdgeLabels: 1, LogReward: func(g GraphView) float64 {
				v := bonus * float64(g.Triangles())
				for i := range g.Len() {
					for j := range i {
						if g.Edge(i, j) >= 0 && g.Node(i) == g.Node(j) {
							v -= malus
						}
					}
				}
				return v
			}})
		},
	}.mustRegister("GraphTriangles-4", nil)
}
