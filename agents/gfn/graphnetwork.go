package gfn

import (
	"fmt"

	"github.com/miniflow-rl/miniflow/agents/nn"
)

// adjacency lists the neighbours of nodes, those joined by an edge in either
// direction.
type adjacency struct {
	node, neighbour []int32 // rows of elements
	relation        []int32
}

func newAdjacency[T nn.Float](x *objects[T]) adjacency {
	n, k := x.Elements, 0
	all := x.n * n * (n - 1)
	a := adjacency{x.ints.take(all), x.ints.take(all), x.ints.take(all)}
	for o := range x.n {
		s := x.object(o)
		for i := range n {
			for j := range n {
				if r := x.relation(s, i, j); r != 0 {
					a.node[k], a.neighbour[k], a.relation[k] = int32(o*n+i), int32(o*n+j), r
					k++
				}
			}
		}
	}
	return adjacency{a.node[:k], a.neighbour[:k], a.relation[:k]}
}

// gin is
//
//	h_i' = MLP(h_i + Σ relu(h_j + E[edge i→j, edge j→i]) over neighbours j)
//	whole = relu(L [Σ h_i of each layer])
//
// with an MLP of two layers. The relu with vectors of edges is that of Hu et al.
// 2020 (arXiv 1905.12265), which keeps kinds and directions of edges apart; ε of
// the original is 0.
type gin[T nn.Float] struct {
	tokens        tokens[T]
	first, second []nn.LinearOf[T]
	edges         []nn.EmbeddingOf[T]
	pool          nn.LinearOf[T]
}

func newGIN[T nn.Float](b nn.BlockOf[T], a *anatomy, width, layers int, src nn.Source) *gin[T] {
	m := &gin[T]{tokens: newTokens(b, a, a.Labels+1, width, src), first: newLayers(b, "first", width, layers, src), second: newLayers(b, "second", width, layers, src)}
	for k := range layers {
		m.edges = append(m.edges, nn.NewEmbedding(b, fmt.Sprint("edge", k), a.relations(), width, nn.Torch{}, src))
	}
	m.pool = nn.NewLinear(b, "pool", (layers+1)*width, width, nn.Kaiming{}, src)
	return m
}

func (m *gin[T]) embed(t *nn.TapeOf[T], x *objects[T]) embedding[T] {
	edges, members := newAdjacency(x), x.members()
	h := m.tokens.embed(t, x.label, x.number)
	sums := []nn.Value{t.SegmentSum(h, members, x.n)}
	for k := range m.first {
		message := t.ReLU(t.Add(t.Rows(h, edges.neighbour), t.Embedding(edges.relation, m.edges[k])))
		h = t.Add(h, t.SegmentSum(message, edges.node, x.n*x.Elements))
		h = t.Linear(t.Linear(h, m.first[k], nn.ReLU), m.second[k], nn.ReLU)
		sums = append(sums, t.SegmentSum(h, members, x.n))
	}
	return together(t, x, t.Linear(t.ConcatColumns(sums...), m.pool, nn.ReLU), h, 0, x.Elements)
}

// gcn is, with N_r(i) the neighbours of i by edges of kind and direction r, of
// which there are |N_r(i)|,
//
//	h_i' = relu(L h_i + Σ_r Σ W_r h_j / |N_r(i)| over j in N_r(i))
//	whole = relu(L Σ h_i)
//
// the relational graph convolution of Schlichtkrull et al. 2018 (arXiv 1703.06103,
// equation 2), which becomes that of Kipf and Welling where all edges are alike,
// but for the weights of a node's own vector and how neighbours are weighed.
type gcn[T nn.Float] struct {
	tokens tokens[T]
	own    []nn.LinearOf[T]
	around [][]nn.LinearOf[T] // of each layer, of each kind and direction
	pool   nn.LinearOf[T]
}

func newGCN[T nn.Float](b nn.BlockOf[T], a *anatomy, width, layers int, src nn.Source) *gcn[T] {
	m := &gcn[T]{tokens: newTokens(b, a, a.Labels+1, width, src), own: newLayers(b, "own", width, layers, src)}
	for k := range layers {
		m.around = append(m.around, newLayers(b, fmt.Sprint("around", k, "_"), width, a.bonds(), src))
	}
	m.pool = nn.NewLinear(b, "pool", width, width, nn.Kaiming{}, src)
	return m
}

func (m *gcn[T]) embed(t *nn.TapeOf[T], x *objects[T]) embedding[T] {
	bonds, members := newBonds(x), x.members()
	h := m.tokens.embed(t, x.label, x.number)
	for k, own := range m.own {
		y := t.Linear(h, own, nn.Identity)
		for r, b := range bonds {
			if len(b.node) > 0 { // the mean is taken first: it has fewer rows
				mean := t.Mul(t.SegmentSum(t.Rows(h, b.neighbour), b.row, len(b.node)), t.Input(b.share, len(b.node), 1))
				y = t.Add(y, t.SegmentSum(t.Linear(mean, m.around[k][r], nn.Identity), b.node, x.n*x.Elements))
			}
		}
		h = t.ReLU(y)
	}
	sum := t.SegmentSum(h, members, x.n)
	return together(t, x, t.Linear(sum, m.pool, nn.ReLU), h, 0, x.Elements)
}

// bonds is the number of kinds and directions of edges.
func (a *anatomy) bonds() int {
	if a.Directed {
		return 2 * a.EdgeLabels
	}
	return a.EdgeLabels
}

// bond lists the neighbours of nodes by edges of one kind and direction.
type bond[T nn.Float] struct {
	neighbour []int32 // rows of elements
	row       []int32 // of each neighbour, that of its node in node
	node      []int32 // the nodes that have such neighbours
	share     []T     // of a neighbour of each: 1 / their number
}

// newBonds returns those of each kind of edges there, then of edges back.
func newBonds[T nn.Float](x *objects[T]) []bond[T] {
	n, out := x.Elements, make([]bond[T], x.bonds())
	for r := range out {
		b, label, back := &out[r], int32(r%x.EdgeLabels)+1, r >= x.EdgeLabels
		for o := range x.n {
			s := x.object(o)
			for i := range n {
				degree := 0
				for j := range n {
					from, to := i, j
					if back {
						from, to = j, i
					}
					if i == j || x.graph.Edge(s, from, to) != label {
						continue
					}
					b.neighbour, b.row = append(b.neighbour, int32(o*n+j)), append(b.row, int32(len(b.node)))
					degree++
				}
				if degree > 0 {
					b.node, b.share = append(b.node, int32(o*n+i)), append(b.share, 1/T(degree))
				}
			}
		}
	}
	return out
}
