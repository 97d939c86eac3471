package gfn

import (
	"fmt"
	"math"

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

// gcn is, with d the number of neighbours of a node and itself,
//
//	h_i' = relu(Σ L h_j / sqrt(d_i d_j) over neighbours j and i itself)
//	whole = relu(L Σ h_i)
//
// It sees neither kinds nor directions of edges: only the readout does.
type gcn[T nn.Float] struct {
	tokens tokens[T]
	layers []nn.LinearOf[T]
	pool   nn.LinearOf[T]
}

func newGCN[T nn.Float](b nn.BlockOf[T], a *anatomy, width, layers int, src nn.Source) *gcn[T] {
	return &gcn[T]{newTokens(b, a, a.Labels+1, width, src), newLayers(b, "layer", width, layers, src), nn.NewLinear(b, "pool", width, width, nn.Kaiming{}, src)}
}

func (m *gcn[T]) embed(t *nn.TapeOf[T], x *objects[T]) embedding[T] {
	edges, n := newAdjacency(x), x.n*x.Elements
	degree, own, across := x.floats.take(n), x.floats.take(n), x.floats.take(len(edges.node))
	for i := range degree {
		degree[i] = 1
	}
	for _, i := range edges.node {
		degree[i]++
	}
	for i, d := range degree {
		own[i] = 1 / d
	}
	for k, i := range edges.node {
		across[k] = T(1 / math.Sqrt(float64(degree[i]*degree[edges.neighbour[k]])))
	}
	h := m.tokens.embed(t, x.label, x.number)
	for _, l := range m.layers {
		y := t.Linear(h, l, nn.Identity)
		around := t.SegmentSum(t.Mul(t.Rows(y, edges.neighbour), t.Input(across, len(across), 1)), edges.node, n)
		h = t.ReLU(t.Add(t.Mul(y, t.Input(own, n, 1)), around))
	}
	sum := t.SegmentSum(h, x.members(), x.n)
	return together(t, x, t.Linear(sum, m.pool, nn.ReLU), h, 0, x.Elements)
}
