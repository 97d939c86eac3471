package gfn

import (
	"slices"

	"github.com/miniflow-rl/miniflow/agents/nn"
)

// pool holds vectors of elements, numbered from 0 on over all its parts [any,width],
// and what layers make of them: each once, however often they are read.
type pool[T nn.Float] struct {
	parts  []nn.Value
	start  []int32 // the number of each part's first vector
	size   int32
	behind [poolLayers][]nn.Value
}

// Layers of pools.
const (
	layerElement = iota
	layerFrom
	layerTo
	poolLayers
)

func (p *pool[T]) reset() {
	p.parts, p.start, p.size = p.parts[:0], p.start[:0], 0
	for k := range p.behind {
		p.behind[k] = p.behind[k][:0]
	}
}

// add appends the rows of v.
func (p *pool[T]) add(t *nn.TapeOf[T], v nn.Value) {
	rows, _ := t.Shape(v)
	p.parts, p.start, p.size = append(p.parts, v), append(p.start, p.size), p.size+int32(rows)
}

// through returns the parts behind a layer.
func (p *pool[T]) through(t *nn.TapeOf[T], layer int, l nn.LinearOf[T]) []nn.Value {
	for k := len(p.behind[layer]); k < len(p.parts); k++ {
		p.behind[layer] = append(p.behind[layer], t.Linear(p.parts[k], l, nn.Identity))
	}
	return p.behind[layer]
}

// terms are the arguments of nn.TapeOf.RowsSum.
type terms struct {
	parts []nn.Value
	index [][]int32
}

// pick appends what gives the vectors of the given numbers, none of negative ones;
// parts are those of the pool, or what is behind a layer.
func (p *pool[T]) pick(x terms, m *memory[T], parts []nn.Value, at []int32) terms {
	if len(parts) == 1 {
		return terms{append(x.parts, parts[0]), append(x.index, at)}
	}
	first := len(x.parts)
	of := make([]int, len(parts)) // of each part, its place among those picked, from 1 on; 0 if it is not
	for i, v := range at {
		if v < 0 {
			continue
		}
		k, found := slices.BinarySearch(p.start, v)
		if !found {
			k--
		}
		if of[k] == 0 {
			rows := m.ints.take(len(at))
			for j := range rows {
				rows[j] = -1
			}
			x.parts, x.index = append(x.parts, parts[k]), append(x.index, rows)
			of[k] = len(x.parts) - first
		}
		x.index[first+of[k]-1][i] = v - p.start[k]
	}
	if len(x.parts) == 0 {
		return terms{append(x.parts, parts[0]), append(x.index, at)}
	}
	return x
}

// vectors returns those of the given numbers, one a row.
func (p *pool[T]) vectors(t *nn.TapeOf[T], m *memory[T], parts []nn.Value, at []int32) nn.Value {
	x := p.pick(terms{}, m, parts, at)
	return t.RowsSum(x.parts, x.index)
}
