package gfn

import (
	"fmt"

	"github.com/miniflow-rl/miniflow/agents/nn"
)

// gru reads the words of a sequence one after another, empty positions of
// sequences that grow in any order included. The vector of an element is the
// state behind it, that of the whole the state behind the last.
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

func (m *gru[T]) embed(t *nn.TapeOf[T], x *objects[T]) embedding {
	length := x.longest()
	zero := x.floats.take(x.n * m.width)
	clear(zero)
	states, all := make([]nn.Value, len(m.cells)), make([]nn.Value, 1, length+1)
	for k := range states {
		states[k] = t.Input(zero, x.n, m.width)
	}
	all[0] = states[0]
	last := x.ints.take(x.n) // the row of the state behind the last word
	for o := range last {
		last[o] = int32(o)
	}
	for i := range length {
		label, number := x.ints.take(x.n), x.ints.take(x.n)
		for o := range label {
			label[o], number[o] = x.label[o*x.Elements+i], int32(i)
			if label[o] > 0 || x.labels[onElement] > 0 {
				last[o] = int32((i+1)*x.n + o)
			}
		}
		v := m.tokens.embed(t, label, number)
		for k, c := range m.cells {
			states[k] = t.GRU(v, states[k], c)
			v = states[k]
		}
		all = append(all, v)
	}
	h := t.ConcatRows(all...)
	return embedding{whole: t.Rows(h, last), elements: h, first: x.n, object: 1, element: x.n}
}
