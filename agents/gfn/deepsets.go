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
// with φ a stack of layers with rectifiers and ρ one. There are few different
// elements: each is read once a pass.
type deepSets[T nn.Float] struct {
	tokens tokens[T]
	phi    []nn.LinearOf[T]
	rho    nn.LinearOf[T]
}

func newDeepSets[T nn.Float](b nn.BlockOf[T], a *anatomy, width, layers int, src nn.Source) *deepSets[T] {
	return &deepSets[T]{newTokens(b, a, a.Labels+1, width, src), newLayers(b, "phi", width, layers, src),
		nn.NewLinear(b, "rho", width, width, nn.Kaiming{}, src)}
}

func (m *deepSets[T]) embed(t *nn.TapeOf[T], x *objects[T]) embedding[T] {
	at, label, number := x.distinct()
	if len(label) > 0 {
		h := m.tokens.embed(t, label, number)
		for _, l := range m.phi {
			h = t.Linear(h, l, nn.ReLU)
		}
		x.elements.add(t, h)
	}
	var members terms
	for i := range x.Elements {
		of := x.ints.take(x.n)
		for o := range of {
			if of[o] = -1; x.label[o*x.Elements+i] > 0 {
				of[o] = at[o*x.Elements+i]
			}
		}
		members = x.elements.pick(members, x.memory, x.elements.parts, of)
	}
	sum := t.RowsSum(members.parts, members.index)
	return embedding[T]{t.Linear(sum, m.rho, nn.ReLU), &x.elements, at}
}

// fewWords is up to how many different elements are all read at the start of a pass.
const fewWords = 256

// distinct numbers the different elements of a pass: at [n*Elements] are the numbers
// of all elements, label and number are what the new ones are.
func (x *objects[T]) distinct() (at, label, number []int32) {
	if x.known == nil {
		x.known = map[[2]int32]int32{}
	}
	numbers := int32(1)
	if x.Distinct {
		numbers = int32(x.Elements)
	}
	of := func(label, number int32) int32 {
		word := [2]int32{label, number % numbers}
		k, ok := x.known[word]
		if !ok {
			k = int32(len(x.known))
			x.known[word] = k
		}
		return k
	}
	known := len(x.known)
	if words := int32(x.Labels+1) * numbers; known == 0 && words <= fewWords {
		for w := range words {
			of(w/numbers, w%numbers)
		}
	}
	at = x.ints.take(len(x.label))
	for i, v := range x.label {
		at[i] = of(v, x.number[i])
	}
	n := len(x.known) - known
	label, number = x.ints.take(n), x.ints.take(n)
	for word, k := range x.known { // any order
		if int(k) >= known {
			label[int(k)-known], number[int(k)-known] = word[0], word[1]
		}
	}
	return at, label, number
}
