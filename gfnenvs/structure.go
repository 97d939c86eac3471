package gfnenvs

// StructureKind says how the elements of a state belong together.
type StructureKind uint8

// The kinds of structures.
const (
	SetStructure      StructureKind = iota + 1 // elements in no order
	SequenceStructure                          // elements one behind the other
	GraphStructure                             // nodes, joined by edges: the rules are Graphical
)

var structureNames = [...]string{"", "set", "sequence", "graph"}

// String returns the kind's name.
func (k StructureKind) String() string { return structureNames[k] }

// Structure says what like elements states are made of: the items of a set, the
// positions of a sequence, the nodes of a graph.
type Structure struct {
	Kind StructureKind
	// Elements is their number. Each has a label in [0,Labels], 0 where there is
	// nothing yet: what Node of [Graphical] returns in graphs, else the element of
	// the state.
	Elements, Labels int
	// EdgeLabels is the number of kinds of edges of a graph, Directed whether an
	// edge from i to j differs from one from j to i.
	EdgeLabels int
	Directed   bool
	// Distinct is whether the number of an element matters, because of rewards or
	// rules. Without it states that differ by a permutation of their elements are
	// alike.
	Distinct bool
}

// Part is what an action changes.
type Part struct {
	// I is an element, I and J are the edge from I to J. I = -1 means the whole
	// object, J = -1 the element I.
	I, J int
	// Label tells actions on the same part from each other, from 0 on.
	Label int
}

// Structured is for [Rules] whose states are made of like elements, so that a
// network can treat them alike.
type Structured interface {
	Structure() Structure
	// Part returns what action a, not the exit, changes.
	Part(a int) Part
}

var (
	_ Structured = (*Set)(nil)
	_ Structured = (*Multiset)(nil)
	_ Structured = (*Sequence)(nil)
	_ Structured = (*EBM)(nil)
	_ Structured = (*Graph)(nil)
	_ Structured = (*DAG)(nil)
)

// Structure implements [Structured]: items have weights of their own.
func (r *Set) Structure() Structure {
	return Structure{Kind: SetStructure, Elements: r.c.Items, Labels: 1, Distinct: true}
}

// Part implements [Structured].
func (r *Set) Part(a int) Part { return Part{a, -1, 0} }

// Structure implements [Structured]: items have weights of their own.
func (r *Multiset) Structure() Structure {
	return Structure{Kind: SetStructure, Elements: r.c.Items, Labels: r.c.Max, Distinct: true}
}

// Part implements [Structured].
func (r *Multiset) Part(a int) Part { return Part{a, -1, 0} }

// Structure implements [Structured].
func (q *Sequence) Structure() Structure {
	return Structure{Kind: SequenceStructure, Elements: q.c.Length, Labels: q.c.Words, Distinct: true}
}

// Part implements [Structured].
func (q *Sequence) Part(a int) Part {
	if q.c.Order == AnyOrder {
		return Part{a / q.c.Words, -1, a % q.c.Words}
	}
	return Part{-1, -1, a}
}

// Structure implements [Structured]: sites have couplings of their own.
func (r *EBM) Structure() Structure {
	return Structure{Kind: SetStructure, Elements: r.n, Labels: 2, Distinct: true}
}

// Part implements [Structured].
func (r *EBM) Part(a int) Part { return Part{a % r.n, -1, a / r.n} }

// Structure implements [Structured]. Nodes that are added one by one are distinct:
// only the last one can be taken back.
func (r *Graph) Structure() Structure {
	return Structure{Kind: GraphStructure, Elements: r.c.MaxNodes, Labels: max(1, r.c.NodeLabels), EdgeLabels: r.c.EdgeLabels,
		Directed: r.c.Directed, Distinct: r.nodes > 0}
}

// Part implements [Structured].
func (r *Graph) Part(a int) Part {
	if a < r.c.NodeLabels {
		return Part{-1, -1, a}
	}
	a -= r.c.NodeLabels
	ij := r.pair[a/r.c.EdgeLabels]
	return Part{ij[0], ij[1], a % r.c.EdgeLabels}
}

// Structure implements [Structured]: nodes are variables with data of their own.
func (r *DAG) Structure() Structure {
	return Structure{Kind: GraphStructure, Elements: r.c.Nodes, Labels: 1, EdgeLabels: 1, Directed: true, Distinct: true}
}

// Part implements [Structured].
func (r *DAG) Part(a int) Part { return Part{a / r.c.Nodes, a % r.c.Nodes, 0} }
