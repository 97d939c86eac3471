package gfn

import (
	"fmt"

	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
)

// maxInputs is the largest number of inputs of a network: beyond it, one-hot
// elements are the wrong representation.
const maxInputs = 1 << 20

// encoder turns states into the inputs of networks that are 1: every element
// one-hot, or with a graph the number of the whole state, one-hot.
type encoder struct {
	offset []int32 // of each element's inputs
	inputs int
	width  int // inputs that are 1
	graph  *exact.Graph
	past   *History
}

func newEncoder(l gfnenvs.Layout) (*encoder, error) {
	e := &encoder{width: len(l.Values)}
	for _, v := range l.Values {
		e.offset = append(e.offset, int32(e.inputs))
		if e.inputs += v; e.inputs > maxInputs {
			return nil, fmt.Errorf("the state has more than %d values of elements: too many for one-hot inputs", maxInputs)
		}
	}
	return e, nil
}

func newTabularEncoder(g *exact.Graph) *encoder {
	return &encoder{inputs: g.Len(), width: 1, graph: g}
}

// newHistoryEncoder lets the rules choose their inputs.
func newHistoryEncoder(h *History) *encoder {
	return &encoder{inputs: h.total, width: h.width, past: h}
}

func (e *encoder) encode(dst []int32, s []int32) error {
	if e.past != nil {
		return e.past.encode(dst, s)
	}
	if e.graph != nil {
		i, ok := e.graph.Index(s)
		if !ok {
			return fmt.Errorf("state %v is not reachable from the source: %w", s, gfnenvs.ErrState)
		}
		dst[0] = int32(i)
		return nil
	}
	for j, v := range s {
		dst[j] = e.offset[j] + v
	}
	return nil
}
