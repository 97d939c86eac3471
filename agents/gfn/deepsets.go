package gfn

import (
	"fmt"

	"github.com/miniflow-rl/miniflow/agents/nn"
)

// tokens are the first vectors of elements: one for each label and, where elements
// are distinct, one for each element, added.
type tokens[T nn.Float] struct{ label, number nn.EmbeddingOf[T] }

func newTokens[T nn.Float](b nn.BlockOf[T], a *anatomy, labels, width int, src nn.Source) tokens[T] {
	k := tokens[T]{label: nn.NewEmbedding(b, "label", labels, width, nn.Torch{}, src)}
	if a.Distinct {
		k.number = nn.NewEmbedding(b, "number", a.Elements, width, nn.Torch{}, src)
	}
	return k
}

// embed returns the vectors of elements with the given labels and numbers.
func (k tokens[T]) embed(t *nn.TapeOf[T], label, number []int32) nn.Value {
	v := t.Embedding(label, k.label)
	if k.number.W.Valid() {
		v = t.Add(v, t.Embedding(number, k.number))
	}
	return v
}

// newLayers is a stack of layers of one width.
func newLayers[T nn.Float](b nn.BlockOf[T], name string, width, layers int, src nn.Source) (out []nn.LinearOf[T]) {
	for k := range layers {
		out = append(out, nn.NewLinear(b, fmt.Sprint(name, k), width, width, nn.Kaiming{}, src))
	}
	return out
}

// deepSets is
//
//	h_i = φ(element i),  whole = ρ(Σ h_i over the elements that are there)
//
// with φ a stack of layers with rectifiers and ρ one.
type deepSets[T nn.Float] struct {
	tokens tokens[T]
	phi    []nn.LinearOf[T]
	rho    nn.LinearOf[T]
}

func newDeepSets[T nn.Float](b nn.BlockOf[T], a *anatomy, width, layers int, src nn.Source) *deepSets[T] {
	return &deepSets[T]{newTokens(b, a, a.Labels+1, width, src), newLayers(b, "phi", width, layers, src),
		nn.NewLinear(b, "rho", width, width, nn.Kaiming{}, src)}
}

func (m *deepSets[T]) embed(t *nn.TapeOf[T], x *objects[T]) embedding {
	h := m.tokens.embed(t, x.label, x.number)
	for _, l := range m.phi {
		h = t.Linear(h, l, nn.ReLU)
	}
	sum := t.SegmentSum(h, x.members(), x.n)
	return embedding{whole: t.Linear(sum, m.rho, nn.ReLU), elements: h, object: x.Elements, element: 1}
}
