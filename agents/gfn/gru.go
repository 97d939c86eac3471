package gfn

import (
	"fmt"

	"github.com/miniflow-rl/miniflow/agents/nn"
)

// gru reads the words of a sequence one after another, empty positions of
// sequences that grow in any order included. The vector of an element is the
// state behind it, that of the whole the state behind the last. Sequences that begin
// alike share their states: each beginning is read once a pass.
type gru[T nn.Float] struct {
	tokens tokens[T]
	cells  []nn.GRUOf[T]
	width  int
}

func newGRU[T nn.Float](b nn.BlockOf[T], a *anatomy, width, layers int, src nn.Source) *gru[T] {
	m := &gru[T]{tokens: newTokens(b, a, a.Labels+1, width, src), width: width}
	for k := range layers {
		m.cells = append(m.cells, nn.NewGRU(b, fmt.Sprint("cell", k), width, width, nn.Torch{}, src))
	}
	return m
}

func (m *gru[T]) embed(t *nn.TapeOf[T], x *objects[T]) embedding[T] {
	m.begin(t, x)
	all := x.labels[onElement] > 0
	last, at := x.ints.take(x.n), x.ints.take(x.n*x.Elements) // numbers of states
	clear(last)
	for i := range x.longest() {
		label, number, before := x.ints.take(x.n), x.ints.take(x.n), x.ints.take(x.n)
		n := 0
		for o := range last {
			v := x.label[o*x.Elements+i]
			if v == 0 && !all {
				continue
			}
			word := [2]int32{last[o], v}
			k, ok := x.known[word]
			if !ok {
				k = int32(len(x.known)) + 1
				x.known[word], label[n], number[n], before[n] = k, v, int32(i), last[o]
				n++
			}
			last[o], at[o*x.Elements+i] = k, k
		}
		if n > 0 {
			m.read(t, x, label[:n], number[:n], before[:n])
		}
	}
	top := &x.states[len(x.states)-1]
	return embedding[T]{top.vectors(t, x.memory, top.parts, last), top, at}
}

// begin makes state 0 of a pass, that before the first word.
func (m *gru[T]) begin(t *nn.TapeOf[T], x *objects[T]) {
	if x.known == nil {
		x.known, x.states = map[[2]int32]int32{}, make([]pool[T], len(m.cells))
	}
	if x.states[0].size > 0 {
		return
	}
	zero := x.floats.take(m.width)
	clear(zero)
	for k := range x.states {
		x.states[k].add(t, t.Input(zero, 1, m.width))
	}
}

// read adds the states behind words, given the numbers of those before them.
func (m *gru[T]) read(t *nn.TapeOf[T], x *objects[T], label, number, before []int32) {
	v := m.tokens.embed(t, label, number)
	for k, c := range m.cells {
		p := &x.states[k]
		v = t.GRU(v, p.vectors(t, x.memory, p.parts, before), c)
		p.add(t, v)
	}
}
