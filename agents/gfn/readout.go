package gfn

import (
	"github.com/miniflow-rl/miniflow/agents/nn"
)

// answers are what a network is asked of every state. Its outputs are, in this
// order, a logit for each action, one for undoing each action but the exit, and
// log F.
type answers struct{ forward, backward, flow bool }

func (w answers) size(actions int) int {
	n := 0
	if w.forward {
		n += actions
	}
	if w.backward {
		n += actions - 1
	}
	if w.flow {
		n++
	}
	return n
}

// readout reads answers from the vectors of elements and of the whole. An action
// on an element is answered from its vector and that of the whole, one on an edge
// from those of its two nodes, of how they are joined and of the whole, all others
// from that of the whole:
//
//	w = relu(L [whole, condition])
//	logit of the whole = L w
//	logit of element i = meet(L h_i, L w)
//	logit of edge i→j  = meet(L h_i + L' h_j + E[label i→j, label j→i], L w)
//
// with meet nn.TapeOf.Meet; for an undirected edge it is that of both directions,
// added.
type readout[T nn.Float] struct {
	columns []column
	sizes   [3]int // outputs of the whole, of an element and of a pair

	whole, wholeOut            nn.LinearOf[T]
	element, within            nn.LinearOf[T]
	from, to, between          nn.LinearOf[T]
	elementOut, pairOut        nn.LinearOf[T]
	relation                   nn.EmbeddingOf[T]
	hasWhole, hasElem, hasPair bool
}

// column says where an output of the network is read: output k of a place's slot.
type column struct{ place, slot, k int }

func newReadout[T nn.Float](b nn.BlockOf[T], a *anatomy, w answers, width int, src nn.Source) readout[T] {
	var r readout[T]
	actions := func(first [3]int) {
		for action, p := range a.parts {
			c := column{place(p), a.slot[action], first[place(p)] + p.Label}
			r.columns = append(r.columns, c)
			r.sizes[c.place] = max(r.sizes[c.place], c.k+1)
		}
	}
	single := func() {
		r.columns = append(r.columns, column{onWhole, 0, r.sizes[onWhole]})
		r.sizes[onWhole]++
	}
	if w.forward {
		actions([3]int{})
		single()
	}
	if w.backward {
		actions(r.sizes)
	}
	if w.flow {
		single()
	}
	layer := func(name string, inputs, outputs int) nn.LinearOf[T] {
		return nn.NewLinear(b, name, inputs, outputs, nn.Torch{}, src)
	}
	r.hasWhole, r.hasElem, r.hasPair = r.sizes[onWhole] > 0, r.sizes[onElement] > 0, r.sizes[onPair] > 0
	r.whole = nn.NewLinear(b, "whole", width+a.conds, width, nn.Kaiming{}, src)
	if r.hasWhole {
		r.wholeOut = layer("whole_out", width, r.sizes[onWhole])
	}
	if r.hasElem {
		r.element, r.within = layer("element", width, width), layer("within", width, width)
		r.elementOut = layer("element_out", width, r.sizes[onElement])
	}
	if r.hasPair {
		r.from, r.to, r.between = layer("from", width, width), layer("to", width, width), layer("between", width, width)
		r.relation = nn.NewEmbedding(b, "relation", a.relations(), width, nn.Torch{}, src)
		r.pairOut = layer("pair_out", width, r.sizes[onPair])
	}
	return r
}

func (r *readout[T]) read(t *nn.TapeOf[T], x *objects[T], e embedding[T]) nn.Value {
	whole := e.whole
	if x.conds > 0 {
		whole = t.ConcatColumns(whole, t.Input(x.dense, x.n, x.conds))
	}
	whole = t.Linear(whole, r.whole, nn.ReLU)
	if !r.hasElem && !r.hasPair {
		return t.Linear(whole, r.wholeOut, nn.Identity)
	}
	var parts []nn.Value
	var first [3]int // of each place, in the list of all outputs
	total := 0
	add := func(at int, v nn.Value) {
		rows, cols := t.Shape(v)
		first[at], total = total, total+rows*cols
		parts = append(parts, t.Reshape(v, rows*cols, 1))
	}
	if r.hasWhole {
		add(onWhole, t.Linear(whole, r.wholeOut, nn.Identity))
	}
	if r.hasElem {
		own := e.elements.vectors(t, x.memory, e.elements.through(t, layerElement, r.element), e.at)
		add(onElement, t.Meet(own, t.Linear(whole, r.within, nn.Identity), x.owner, r.elementOut))
	}
	if r.hasPair {
		add(onPair, r.pairs(t, x, e, whole))
	}
	slots := [3]int{1, x.Elements, len(x.pairs)}
	index := x.ints.take(x.n * len(r.columns))
	for o := range x.n {
		for k, c := range r.columns {
			index[o*len(r.columns)+k] = int32(first[c.place] + (o*slots[c.place]+c.slot)*r.sizes[c.place] + c.k)
		}
	}
	return t.Reshape(t.Rows(t.ConcatRows(parts...), index), x.n, len(r.columns))
}

// pairs returns the outputs of every edge that actions change, [n*pairs,any].
func (r *readout[T]) pairs(t *nn.TapeOf[T], x *objects[T], e embedding[T], whole nn.Value) nn.Value {
	n := x.n * len(x.pairs)
	i, j, owner, relation := x.ints.take(n), x.ints.take(n), x.ints.take(n), x.ints.take(n)
	for o := range x.n {
		for k, p := range x.pairs {
			at := o*len(x.pairs) + k
			i[at], j[at], owner[at] = e.at[o*x.Elements+p[0]], e.at[o*x.Elements+p[1]], int32(o)
			relation[at] = x.relation(x.object(o), p[0], p[1])
		}
	}
	from, to := e.elements.through(t, layerFrom, r.from), e.elements.through(t, layerTo, r.to)
	joined, between := t.Param(r.relation.W), t.Linear(whole, r.between, nn.Identity)
	edge := func(i, j []int32) nn.Value {
		v := e.elements.pick(terms{}, x.memory, from, i)
		v = e.elements.pick(v, x.memory, to, j)
		return t.Meet(t.RowsSum(append(v.parts, joined), append(v.index, relation)), between, owner, r.pairOut)
	}
	out := edge(i, j)
	if !x.Directed {
		out = t.Add(out, edge(j, i))
	}
	return out
}
