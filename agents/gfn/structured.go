package gfn

import (
	"fmt"
	"slices"

	"github.com/miniflow-rl/miniflow/agents/nn"
	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/internal/spelling"
)

// Network says what maps states to the outputs of policies and flows.
type Network uint8

// The networks. All but the first read states as gfnenvs.Structured: their
// outputs for an action come from the vectors of the elements that it changes and
// of the whole, so that permuting elements permutes outputs. (Elements that the
// rules call distinct have learned vectors of their own, which permute with them.)
const (
	// NetworkMLP takes every element of a state one-hot: for any rules.
	NetworkMLP Network = iota
	// NetworkDeepSets is a sum over the elements that are there (Zaheer et al. 2017,
	// arXiv 1703.06114): for sets and sequences of any order.
	NetworkDeepSets
	// NetworkSetTransformer is attention between elements (Lee et al. 2019, arXiv
	// 1810.00825): likewise.
	NetworkSetTransformer
	// NetworkGIN is a graph isomorphism network (Xu et al. 2019, arXiv 1810.00826).
	NetworkGIN
	// NetworkGCN is a graph convolutional network (Kipf and Welling 2017, arXiv
	// 1609.02907) with weights for each kind and direction of edges (Schlichtkrull
	// et al. 2018, arXiv 1703.06103).
	NetworkGCN
	// NetworkGRU reads sequences with gated recurrent units (Cho et al. 2014, arXiv
	// 1406.1078).
	NetworkGRU
	// NetworkTransformer reads sequences by attention (Vaswani et al. 2017, arXiv
	// 1706.03762).
	NetworkTransformer
)

var networkNames = []string{"mlp", "deepsets", "settransformer", "gin", "gcn", "gru", "transformer"}

// String returns the name.
func (k Network) String() string {
	if int(k) < len(networkNames) {
		return networkNames[k]
	}
	return fmt.Sprintf("Network(%d)", uint8(k))
}

// MarshalText implements encoding.TextMarshaler.
func (k Network) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (k *Network) UnmarshalText(text []byte) error {
	return spelling.Read(k, "network", networkNames, text)
}

// reads reports whether the network reads structures of a kind.
func (k Network) reads(s gfnenvs.StructureKind) bool {
	switch k {
	case NetworkDeepSets, NetworkSetTransformer:
		return s == gfnenvs.SetStructure || s == gfnenvs.SequenceStructure
	case NetworkGIN, NetworkGCN:
		return s == gfnenvs.GraphStructure
	case NetworkGRU, NetworkTransformer:
		return s == gfnenvs.SequenceStructure
	}
	return false
}

// readers are the names of the networks that read structures of a kind, and of the
// one that reads all.
func readers(s gfnenvs.StructureKind) (out []string) {
	for k, name := range networkNames {
		if Network(k).reads(s) {
			out = append(out, name)
		}
	}
	return append(out, NetworkMLP.String())
}

// readable names what it reads.
func (k Network) readable() string {
	switch k {
	case NetworkDeepSets, NetworkSetTransformer:
		return "sets and sequences"
	case NetworkGIN, NetworkGCN:
		return "graphs"
	}
	return "sequences"
}

// structured is a network on a tape: vectors of the elements of a state, and what
// is read from them.
type structured[T nn.Float] struct {
	*anatomy
	embedder embedder[T]
	readout  readout[T]
}

// embedder turns objects into vectors.
type embedder[T nn.Float] interface {
	embed(t *nn.TapeOf[T], x *objects[T]) embedding[T]
}

// embedding is one vector for each object, whole [n,width], and one for each
// element: that of element i of object o has the number at[o*Elements+i] in elements.
type embedding[T nn.Float] struct {
	whole    nn.Value
	elements *pool[T]
	at       []int32
}

// together is an embedding whose vectors of elements are the rows of h: that of
// element i of object o is row first + o*object + i*element.
func together[T nn.Float](t *nn.TapeOf[T], x *objects[T], whole, h nn.Value, first, object int) embedding[T] {
	e := embedding[T]{whole, &x.elements, x.ints.take(x.n * x.Elements)}
	for i := range e.at {
		e.at[i] = int32(first + i/x.Elements*object + i%x.Elements)
	}
	e.elements.reset()
	e.elements.add(t, h)
	return e
}

// newStructured adds a network of len(hidden) layers of hidden[0] units to a
// block.
func newStructured[T nn.Float](b nn.BlockOf[T], kind Network, a *anatomy, w answers, hidden []int, heads int, src nn.Source) (*structured[T], error) {
	if len(hidden) == 0 || slices.Max(hidden) != slices.Min(hidden) {
		return nil, fmt.Errorf("network %v: hidden is %v: want the same number of units for every layer, and a layer", kind, hidden)
	}
	if (kind == NetworkSetTransformer || kind == NetworkTransformer) && hidden[0]%heads != 0 {
		return nil, fmt.Errorf("network %v: heads is %d: want a divisor of %d, the units of a hidden layer", kind, heads, hidden[0])
	}
	m, width, layers := &structured[T]{anatomy: a}, hidden[0], len(hidden)
	var err error
	switch in := b.Sub("embed"); kind {
	case NetworkDeepSets:
		m.embedder = newDeepSets(in, a, width, layers, src)
	case NetworkSetTransformer:
		m.embedder, err = newSetTransformer(in, a, width, layers, heads, src)
	case NetworkGIN:
		m.embedder = newGIN(in, a, width, layers, src)
	case NetworkGCN:
		m.embedder = newGCN(in, a, width, layers, src)
	case NetworkGRU:
		m.embedder = newGRU(in, a, width, layers, src)
	case NetworkTransformer:
		m.embedder, err = newTransformer(in, a, width, layers, heads, src)
	}
	if err != nil {
		return nil, err
	}
	m.readout = newReadout(b.Sub("read"), a, w, width, src)
	return m, nil
}

// apply returns the outputs for objects, [n,outputs].
func (m *structured[T]) apply(t *nn.TapeOf[T], x *objects[T]) nn.Value {
	return m.readout.read(t, x, m.embedder.embed(t, x))
}

func (m *structured[T]) outputs() int { return len(m.readout.columns) }

// tapeNetwork is a structured network as a network.
type tapeNetwork struct{ *structured[float32] }

func (m tapeNetwork) last(n int) (out []nn.Linear) {
	for _, l := range [...]nn.Linear{m.readout.wholeOut, m.readout.elementOut, m.readout.pairOut} {
		if n > 0 && l.W.Valid() {
			out = append(out, l)
		}
	}
	return out
}

func (m tapeNetwork) evaluator(w *workers) evaluator {
	e := &tapeEvaluator{m: m, tape: nn.NewTape()}
	if n := w.crew.Members(); n > 1 {
		e.tape.SetThreads(n)
	}
	return e
}

// tapeEvaluator keeps the whole list of samples on one tape, a value for each
// call of forward.
type tapeEvaluator struct {
	m      tapeNetwork
	tape   *nn.Tape
	parts  []nn.Value
	out    []float32
	memory memory[float32]
}

func (e *tapeEvaluator) forward(in inputs, lo, hi int) {
	if lo == 0 {
		e.tape.Reset()
		e.memory.reset()
		e.parts = e.parts[:0]
	}
	n := e.m.outputs()
	e.out = extend(e.out, hi*n)
	v := e.m.apply(e.tape, read(e.m.anatomy, in, lo, hi, &e.memory))
	copy(e.out[lo*n:hi*n], e.tape.Data(v))
	e.parts = append(e.parts, v)
}

func (e *tapeEvaluator) values(n int) []float32 { return e.out[:n*e.m.outputs()] }

func (e *tapeEvaluator) backward(_ inputs, _ int, g []float32) {
	e.tape.BackwardFrom(e.tape.ConcatRows(e.parts...), g)
}
