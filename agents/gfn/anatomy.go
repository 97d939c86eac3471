package gfn

import (
	"fmt"
	"strings"

	"github.com/miniflow-rl/miniflow/agents/nn"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// anatomy is what structured networks know of rules: the elements that states
// are made of, and which of them each action changes.
type anatomy struct {
	gfnenvs.Structure
	graph  gfnenvs.Graphical // of graphs
	parts  []gfnenvs.Part    // of every action but the exit
	pairs  [][2]int          // edges that actions change
	slot   []int             // of every action: its element, or its place in pairs
	labels [3]int            // of the actions on the whole, on elements and on pairs
	offset []int32           // of each element of a state among the inputs
	conds  int               // elements of a condition
}

// Places are where an action belongs.
const (
	onWhole = iota
	onElement
	onPair
)

func place(p gfnenvs.Part) int {
	switch {
	case p.I < 0:
		return onWhole
	case p.J < 0:
		return onElement
	}
	return onPair
}

// newAnatomy reads the rules, as a network wants them to be.
func newAnatomy(rules gfnenvs.Rules, want Network, e *encoder, conds int) (*anatomy, error) {
	inner := gfnenvs.Innermost(rules)
	r, ok := inner.(gfnenvs.Structured)
	if !ok || !want.reads(r.Structure().Kind) {
		if ok {
			kind := r.Structure().Kind
			return nil, fmt.Errorf("network %v reads %s: a state here is a %v; use %s", want, want.readable(), kind, strings.Join(readers(kind), ", "))
		}
		return nil, fmt.Errorf("network %v reads %s: a state of %T is not made of like elements; use mlp, or give the rules the methods of gfnenvs.Structured", want, want.readable(), inner)
	}
	a := &anatomy{Structure: r.Structure(), offset: e.offset, conds: conds}
	if a.Kind == gfnenvs.GraphStructure {
		if a.graph, ok = inner.(gfnenvs.Graphical); !ok {
			return nil, fmt.Errorf("network %v: %T has a structure of graphs, but not the methods of gfnenvs.Graphical", want, inner)
		}
	}
	if e.offset == nil {
		return nil, fmt.Errorf("network %v reads states: it cannot be tabular", want)
	}
	known := map[[2]int]int{}
	for action := range rules.Layout().Exit() {
		p := r.Part(action)
		at, slot := place(p), 0
		switch at {
		case onElement:
			slot = p.I
		case onPair:
			ij := [2]int{p.I, p.J}
			if slot, ok = known[ij]; !ok {
				slot = len(a.pairs)
				known[ij], a.pairs = slot, append(a.pairs, ij)
			}
		}
		a.parts, a.slot = append(a.parts, p), append(a.slot, slot)
		a.labels[at] = max(a.labels[at], p.Label+1)
	}
	return a, nil
}

// relations is the number of ways in which two nodes can be joined or not, label
// there and label back.
func (a *anatomy) relations() int { return (a.EdgeLabels + 1) * (a.EdgeLabels + 1) }

func (a *anatomy) relation(s []int32, i, j int) int32 {
	if i == j {
		return 0
	}
	return a.graph.Edge(s, i, j)*int32(a.EdgeLabels+1) + a.graph.Edge(s, j, i)
}

// objects are states as structured networks read them.
type objects[T nn.Float] struct {
	*anatomy
	n      int
	state  []int32 // [n,k]
	label  []int32 // [n*Elements]
	owner  []int32 // of each element, its object
	number []int32 // of each element, which it is
	dense  []T     // [n,conds]
	*memory[T]
}

// memory is what lists of a pass over a network lie in, and what all its objects
// have in common.
type memory[T nn.Float] struct {
	ints     scratch[int32]
	bools    scratch[bool]
	floats   scratch[T]
	elements pool[T]
	states   []pool[T] // of each layer of recurrent units
	known    map[[2]int32]int32
}

func (m *memory[T]) reset() {
	m.elements.reset()
	for k := range m.states {
		m.states[k].reset()
	}
	clear(m.known)
	m.ints.reset()
	m.bools.reset()
	m.floats.reset()
}

// read makes samples [lo,hi) of in into objects.
func read[T nn.Float](a *anatomy, in inputs, lo, hi int, m *memory[T]) *objects[T] {
	n, k := hi-lo, len(a.offset)
	x := &objects[T]{anatomy: a, n: n, memory: m, state: m.ints.take(n * k), dense: m.floats.take(n * a.conds)}
	for i := range n {
		for j, at := range a.offset {
			x.state[i*k+j] = in.on[(lo+i)*in.width+j] - at
		}
	}
	for i := range x.dense {
		x.dense[i] = T(in.dense[lo*a.conds+i])
	}
	e := a.Elements
	x.label, x.owner, x.number = m.ints.take(n*e), m.ints.take(n*e), m.ints.take(n*e)
	for i := range n {
		s := x.object(i)
		for j := range e {
			at := i*e + j
			x.owner[at], x.number[at] = int32(i), int32(j)
			if a.graph != nil {
				x.label[at] = a.graph.Node(s, j)
			} else {
				x.label[at] = s[j]
			}
		}
	}
	return x
}

// object returns the state of object i.
func (x *objects[T]) object(i int) []int32 {
	k := len(x.offset)
	return x.state[i*k : (i+1)*k]
}

// members returns the owner of each element that is there, -1 of those that are
// not.
func (x *objects[T]) members() []int32 {
	out := x.ints.take(len(x.owner))
	for i, v := range x.label {
		if out[i] = -1; v > 0 {
			out[i] = x.owner[i]
		}
	}
	return out
}

// scratch hands out memory that is taken back all at once.
type scratch[T any] struct {
	chunk       []T
	used, total int
}

// take returns n values of garbage.
func (s *scratch[T]) take(n int) []T {
	if s.used+n > len(s.chunk) {
		s.chunk, s.used = make([]T, max(n, 2*len(s.chunk), 1<<10)), 0
	}
	s.used, s.total = s.used+n, s.total+n
	return s.chunk[s.used-n : s.used : s.used]
}

func (s *scratch[T]) reset() {
	if s.total > len(s.chunk) {
		s.chunk = make([]T, s.total+s.total/8)
	}
	s.used, s.total = 0, 0
}
