package gfn

import (
	"math"

	"github.com/miniflow-rl/miniflow/agents/nn"
)

// setTransformer lets all elements, each with a vector that says whether it is
// there, attend to each other, and pools them by attention of a learned query.
type setTransformer[T nn.Float] struct {
	tokens tokens[T]
	blocks []attentionBlock[T]
	pool   attentionPool[T]
}

func newSetTransformer[T nn.Float](b nn.BlockOf[T], a *anatomy, width, layers, heads int, src nn.Source) (*setTransformer[T], error) {
	m := &setTransformer[T]{tokens: newTokens(b, a, a.Labels+1, width, src)}
	var err error
	if m.blocks, err = newAttentionBlocks(b, width, layers, heads, src); err != nil {
		return nil, err
	}
	m.pool = newAttentionPool(b.Sub("pool"), width, heads, src)
	return m, nil
}

func (m *setTransformer[T]) embed(t *nn.TapeOf[T], x *objects[T]) embedding[T] {
	h := m.tokens.embed(t, x.label, x.number)
	for k := range m.blocks {
		h = m.blocks[k].apply(t, h, x.Elements, nil)
	}
	return together(t, x, m.pool.apply(t, h, x.n), h, 0, x.Elements)
}

// attentionPool is, with a learned query q for each head,
//
//	L [softmax(q Kᵀ / sqrt(size of a head)) V]
type attentionPool[T nn.Float] struct {
	query           nn.ParamOf[T] // [1,width]
	key, value, out nn.LinearOf[T]
	heads           int
}

func newAttentionPool[T nn.Float](b nn.BlockOf[T], width, heads int, src nn.Source) attentionPool[T] {
	layer := func(name string) nn.LinearOf[T] { return nn.NewLinear(b, name, width, width, nn.Xavier{}, src) }
	p := attentionPool[T]{b.Add("query", 1, width), layer("key"), layer("value"), layer("out"), heads}
	for i := range p.query.Data() {
		p.query.Data()[i] = T(src.StandardNormal())
	}
	return p
}

// apply pools the rows of x [n*any,width] to [n,width].
func (p *attentionPool[T]) apply(t *nn.TapeOf[T], x nn.Value, n int) nn.Value {
	rows, width := t.Shape(x)
	q, k, v := t.Param(p.query), t.Linear(x, p.key, nn.Identity), t.Linear(x, p.value, nn.Identity)
	size := width / p.heads
	var out nn.Value
	for h := range p.heads {
		lo, hi := h*size, (h+1)*size
		scores := t.RowSum(t.Mul(t.Columns(k, lo, hi), t.Columns(q, lo, hi)))
		weights := t.Softmax(t.Scale(t.Reshape(scores, n, rows/n), T(1/math.Sqrt(float64(size)))))
		y := t.BatchMatMul(weights, t.Columns(v, lo, hi), n, false)
		if h == 0 {
			out = y
		} else {
			out = t.ConcatColumns(out, y)
		}
	}
	return t.Linear(out, p.out, nn.Identity)
}
