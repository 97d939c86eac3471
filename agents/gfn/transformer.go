package gfn

import (
	"fmt"

	"github.com/miniflow-rl/miniflow/agents/nn"
)

// attentionBlock is
//
//	h = norm(x + attention(x)),  x' = norm(h + L relu(L h))
type attentionBlock[T nn.Float] struct {
	attention   nn.AttentionOf[T]
	first, last nn.LayerNormOf[T]
	up, down    nn.LinearOf[T]
}

func newAttentionBlocks[T nn.Float](b nn.BlockOf[T], width, layers, heads int, src nn.Source) ([]attentionBlock[T], error) {
	var out []attentionBlock[T]
	for k := range layers {
		in := b.Sub(fmt.Sprint("block", k))
		a, err := nn.NewAttention(in, "attention", width, heads, nn.Xavier{}, src)
		if err != nil {
			return nil, err
		}
		out = append(out, attentionBlock[T]{a, nn.NewLayerNorm(in, "first", width), nn.NewLayerNorm(in, "last", width),
			nn.NewLinear(in, "up", width, 2*width, nn.Torch{}, src), nn.NewLinear(in, "down", 2*width, width, nn.Torch{}, src)})
	}
	return out, nil
}

func (b *attentionBlock[T]) apply(t *nn.TapeOf[T], x nn.Value, length int, mask []bool) nn.Value {
	h := t.LayerNorm(t.Add(x, t.Attention(x, b.attention, length, mask)), b.first)
	return t.LayerNorm(t.Add(h, t.Linear(t.Linear(h, b.up, nn.ReLU), b.down, nn.Identity)), b.last)
}

// transformer reads the words that are there, each with the vector of its
// position, behind a symbol of its own, whose last vector is that of the whole.
// All attend to these only.
type transformer[T nn.Float] struct {
	tokens tokens[T]
	blocks []attentionBlock[T]
}

func newTransformer[T nn.Float](b nn.BlockOf[T], a *anatomy, width, layers, heads int, src nn.Source) (*transformer[T], error) {
	m := &transformer[T]{tokens: newTokens(b, a, a.Labels+2, width, src)} // the last label is the symbol of the whole
	var err error
	m.blocks, err = newAttentionBlocks(b, width, layers, heads, src)
	return m, err
}

func (m *transformer[T]) embed(t *nn.TapeOf[T], x *objects[T]) embedding[T] {
	length := 1 + x.longest()
	n := x.n * length
	label, number, whole := x.ints.take(n), x.ints.take(n), x.ints.take(x.n)
	for o := range x.n {
		at := o * length
		whole[o], label[at], number[at] = int32(at), int32(x.Labels+1), -1
		for i := 1; i < length; i++ {
			label[at+i], number[at+i] = x.label[o*x.Elements+i-1], int32(i-1)
		}
	}
	mask := x.bools.take(n * length)
	for row := range n {
		o := row / length
		for i := range length {
			mask[row*length+i] = label[o*length+i] > 0
		}
	}
	h := m.tokens.embed(t, label, number)
	for k := range m.blocks {
		h = m.blocks[k].apply(t, h, length, mask)
	}
	return together(t, x, t.Rows(h, whole), h, 1, length)
}

// longest returns how many elements are to be read: all where actions change
// elements, else as far as something is there.
func (x *objects[T]) longest() int {
	if x.labels[onElement] > 0 {
		return x.Elements
	}
	n := 0
	for i, v := range x.label {
		if v > 0 {
			n = max(n, int(x.number[i])+1)
		}
	}
	return n
}
