package blocks

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents/nn"
)

// numbers brings rows of numbers of any type onto a tape, times a scale.
type numbers struct {
	scale  float32
	buffer []float32 // for types that a tape does not read
}

func (p *numbers) rows(t *nn.Tape, x *miniflow.Array, index []int32) nn.Value {
	size := x.Size()
	switch {
	case x.Type == miniflow.Uint8 && index == nil:
		return t.Bytes(x.U8, x.Len(), size, p.scale)
	case x.Type == miniflow.Uint8:
		return t.BytesRows(x.U8, size, index, p.scale)
	case x.Type == miniflow.Float32 && index == nil:
		return t.Input(x.F32, x.Len(), size)
	case x.Type == miniflow.Float32:
		return t.InputRows(x.F32, size, index)
	}
	n := x.Len()
	if index != nil {
		n = len(index)
	}
	if cap(p.buffer) < n*size {
		p.buffer = make([]float32, n*size)
	}
	p.buffer = p.buffer[:n*size]
	for i := range n {
		row := i
		if index != nil {
			row = int(index[i])
		}
		for j := range size {
			p.buffer[i*size+j] = float32(x.At(row, j))
		}
	}
	return t.Input(p.buffer, n, size)
}

// vector encodes numbers by one linear layer.
type vector struct {
	numbers
	linear nn.Linear
	act    nn.Activation
}

func newVector(b nn.Block, space miniflow.Space, c *Config, src nn.Source) part {
	inputs := 1
	for _, d := range space.Shape() {
		inputs *= d
	}
	p := &vector{numbers: numbers{scale: 1}, act: c.Activation.NN()}
	if s, ok := space.(miniflow.Box); ok && s.Type == miniflow.Uint8 {
		if _, high := s.Bounds(0); high > 0 {
			p.scale = float32(1 / high)
		}
	}
	p.linear = nn.NewLinear(b, "linear", inputs, c.VectorFeatures, initial(hidden, src), src)
	return p
}

func (p *vector) size() int { return p.linear.W.Cols }

func (p *vector) forward(t *nn.Tape, x *miniflow.Array, index []int32) nn.Value {
	return t.Linear(p.rows(t, x, index), p.linear, p.act)
}

// maxSymbols bounds the values of a discrete observation: each has a vector.
const maxSymbols = 1 << 16

// discrete encodes every integer of a row by a learned vector; all values of
// all columns share one table.
type discrete struct {
	table   nn.Embedding
	offset  []int32 // of a column's first value in the table, less its lowest value
	symbols []int32 // reused
}

func newDiscrete(b nn.Block, counts []int, start int, c *Config, src nn.Source) (part, error) {
	p, total := &discrete{offset: make([]int32, len(counts))}, 0
	for j, n := range counts {
		p.offset[j] = int32(total - start)
		total += n
	}
	if total > maxSymbols || len(counts) == 0 {
		return nil, fmt.Errorf("%d discrete values: want a number in [1,%d]", total, maxSymbols)
	}
	p.table = nn.NewEmbedding(b, "table", total, c.DiscreteFeatures, initial(nn.Normal{Std: 1}, src), src)
	return p, nil
}

func (p *discrete) size() int { return len(p.offset) * p.table.W.Cols }

func (p *discrete) forward(t *nn.Tape, x *miniflow.Array, index []int32) nn.Value {
	n, cols := x.Len(), len(p.offset)
	if index != nil {
		n = len(index)
	}
	if cap(p.symbols) < n*cols {
		p.symbols = make([]int32, n*cols)
	}
	p.symbols = p.symbols[:n*cols]
	for i := range n {
		row := i
		if index != nil {
			row = int(index[i])
		}
		for j, o := range p.offset {
			p.symbols[i*cols+j] = x.I32[row*cols+j] + o
		}
	}
	return t.Reshape(t.Embedding(p.symbols, p.table), n, p.size())
}
