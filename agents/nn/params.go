package nn

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/miniflow-rl/miniflow/internal/simd"
)

// Float is the element type of parameters and tapes. float32 runs on vector kernels and is what agents train with; float64
// runs on portable Go and serves gradient checks.
type Float = simd.Float

// Params holds the parameters of a network in float32; see [ParamsOf].
type Params = ParamsOf[float32]

// ParamsOf holds all parameters of a network, and their gradients, in one flat vector each, so that an optimiser step is one
// pass and a copy is one copy. Parameters are matrices with names of the form block.layer.tensor; the first part is the block,
// the unit that is loaded, frozen and given its own learning rate.
//
// The zero value is an empty network, ready for use. Reading is safe for concurrent use, anything else is not.
type ParamsOf[T Float] struct {
	data, grad []T
	tensors    []tensor
	names      map[string]int
}

// tensor describes one parameter. touched says that its gradient is valid: gradients are cleared by forgetting them.
type tensor struct {
	name            string
	rows, cols, off int
	frozen, touched bool
}

func (s *tensor) size() int { return s.rows * s.cols }

// Param is a parameter matrix in float32; see [ParamOf].
type Param = ParamOf[float32]

// ParamOf names one parameter matrix [Rows, Cols] of a ParamsOf. It is a small value, valid for the life of its ParamsOf.
type ParamOf[T Float] struct {
	set        *ParamsOf[T]
	id         int
	Rows, Cols int
}

// Valid reports whether p names a parameter; the zero value does not.
func (p ParamOf[T]) Valid() bool { return p.set != nil }

// Data returns the values, row-major. The slice is valid until the next parameter is added.
func (p ParamOf[T]) Data() []T {
	s := &p.set.tensors[p.id]
	return p.set.data[s.off : s.off+s.size() : s.off+s.size()]
}

// Grad returns the gradient, row-major; it is zero if no backward pass reached p since the last ZeroGrad. The slice is valid
// until the next parameter is added.
func (p ParamOf[T]) Grad() []T {
	g, fresh := p.NextGrad()
	if fresh {
		clear(g)
	}
	return g
}

// Name returns the full name, such as "policy.0.weight".
func (p ParamOf[T]) Name() string { return p.set.tensors[p.id].name }

// NextGrad is Grad for callers that write a fresh gradient themselves: fresh says that no backward pass reached p since the
// last ZeroGrad, and g holds garbage then.
func (p ParamOf[T]) NextGrad() (g []T, fresh bool) {
	s := &p.set.tensors[p.id]
	fresh, s.touched = !s.touched, true
	return p.set.grad[s.off : s.off+s.size() : s.off+s.size()], fresh
}

func (p ParamOf[T]) frozen() bool { return p.set.tensors[p.id].frozen }

// Block is a named part of a network in float32; see [BlockOf].
type Block = BlockOf[float32]

// BlockOf adds parameters to a network under a common name.
type BlockOf[T Float] struct {
	set    *ParamsOf[T]
	prefix string
}

// Block returns the block of that name, to which layers are added. Names must not contain dots.
func (p *ParamsOf[T]) Block(name string) BlockOf[T] { return BlockOf[T]{p, name} }

// Sub returns a part of the block, whose parameters are called block.name....
func (b BlockOf[T]) Sub(name string) BlockOf[T] { return BlockOf[T]{b.set, b.prefix + "." + name} }

// Add adds a parameter [rows, cols] of zeros. It panics if the name is taken or a size is negative.
func (b BlockOf[T]) Add(name string, rows, cols int) ParamOf[T] {
	p, full := b.set, b.prefix+"."+name
	if _, taken := p.names[full]; taken {
		panic("nn: parameter " + full + " added twice")
	}
	if p.names == nil {
		p.names = map[string]int{}
	}
	p.names[full] = len(p.tensors)
	off := len(p.data)
	p.tensors = append(p.tensors, tensor{name: full, rows: rows, cols: cols, off: off})
	n := off + (rows*cols+align-1)&^(align-1)
	p.data, p.grad = extend(p.data, n), extend(p.grad, n)
	return ParamOf[T]{p, len(p.tensors) - 1, rows, cols}
}

// extend returns x with n values, the new ones zero, starting at a multiple of a cache line.
func extend[T Float](x []T, n int) []T {
	if n > cap(x) {
		y := aligned[T](max(n, 2*cap(x)))
		copy(y, x)
		x = y[:len(x)]
	}
	m := len(x)
	x = x[:n]
	clear(x[m:])
	return x
}

// Len returns the number of parameters, Size the number of values in all of them.
func (p *ParamsOf[T]) Len() int { return len(p.tensors) }

// Size returns the number of values in all parameters.
func (p *ParamsOf[T]) Size() int {
	n := 0
	for i := range p.tensors {
		n += p.tensors[i].size()
	}
	return n
}

// Get returns the parameter of that full name, and whether there is one.
func (p *ParamsOf[T]) Get(name string) (ParamOf[T], bool) {
	i, ok := p.names[name]
	if !ok {
		return ParamOf[T]{}, false
	}
	return ParamOf[T]{p, i, p.tensors[i].rows, p.tensors[i].cols}, true
}

// All returns the parameters in the order they were added.
func (p *ParamsOf[T]) All() []ParamOf[T] {
	out := make([]ParamOf[T], len(p.tensors))
	for i, s := range p.tensors {
		out[i] = ParamOf[T]{p, i, s.rows, s.cols}
	}
	return out
}

// Blocks returns the names of the blocks in the order they were added.
func (p *ParamsOf[T]) Blocks() []string {
	var out []string
	for _, s := range p.tensors {
		if b := blockOf(s.name); !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	return out
}

func blockOf(name string) string {
	b, _, _ := strings.Cut(name, ".")
	return b
}

// Freeze stops training of the blocks (all if none is named): backward passes leave their gradients out and optimisers their
// values alone. It returns an error if a block does not exist.
func (p *ParamsOf[T]) Freeze(blocks ...string) error { return p.setFrozen(true, blocks) }

// Unfreeze undoes Freeze.
func (p *ParamsOf[T]) Unfreeze(blocks ...string) error { return p.setFrozen(false, blocks) }

func (p *ParamsOf[T]) setFrozen(frozen bool, blocks []string) error {
	if err := p.checkBlocks(blocks); err != nil {
		return err
	}
	for i := range p.tensors {
		if s := &p.tensors[i]; len(blocks) == 0 || slices.Contains(blocks, blockOf(s.name)) {
			s.frozen = frozen
		}
	}
	return nil
}

func (p *ParamsOf[T]) checkBlocks(blocks []string) error {
	have := p.Blocks()
	for _, b := range blocks {
		if !slices.Contains(have, b) {
			return fmt.Errorf("nn: no block %q in this network; it has %s", b, strings.Join(have, ", "))
		}
	}
	return nil
}

// ZeroGrad forgets all gradients. It costs next to nothing: the next backward pass overwrites them.
func (p *ParamsOf[T]) ZeroGrad() {
	for i := range p.tensors {
		p.tensors[i].touched = false
	}
}

// AddGrad adds the gradients of a network of the same shape, which computed them from other samples. It panics if the shapes
// differ.
func (p *ParamsOf[T]) AddGrad(src *ParamsOf[T]) {
	p.mustMatch(src)
	k := simd.For[T]()
	for i := range src.tensors {
		s, d := &src.tensors[i], &p.tensors[i]
		if !s.touched {
			continue
		}
		from, to := src.grad[s.off:s.off+s.size()], p.grad[d.off:d.off+d.size()]
		if d.touched {
			k.Add(to, to, from)
		} else {
			copy(to, from)
			d.touched = true
		}
	}
}

// CopyFrom copies all values from a network of the same shape. It panics if the shapes differ.
func (p *ParamsOf[T]) CopyFrom(src *ParamsOf[T]) {
	p.mustMatch(src)
	copy(p.data, src.data)
}

// MixFrom moves all values towards those of a network of the same shape: p = (1-tau) p + tau src, the soft update of target
// networks. It panics if the shapes differ.
func (p *ParamsOf[T]) MixFrom(src *ParamsOf[T], tau float64) {
	p.mustMatch(src)
	k := simd.For[T]()
	k.Scale(p.data, p.data, T(1-tau))
	k.Axpy(p.data, src.data, T(tau))
}

// mustMatch reads nothing that a backward pass on either network writes.
func (p *ParamsOf[T]) mustMatch(q *ParamsOf[T]) {
	same := len(p.tensors) == len(q.tensors)
	for i := 0; same && i < len(p.tensors); i++ {
		same = p.tensors[i].rows == q.tensors[i].rows && p.tensors[i].cols == q.tensors[i].cols
	}
	if !same {
		panic("nn: networks of different shapes")
	}
}

// GradNorm returns the Euclidean norm of all gradients of parameters that are not frozen.
func (p *ParamsOf[T]) GradNorm() float64 {
	k, total := simd.For[T](), 0.0
	for off, n := range p.runs() {
		total += float64(k.SumSquares(p.grad[off : off+n]))
	}
	return math.Sqrt(total)
}

// ClipGradNorm scales all gradients down so that their norm is at most limit, and returns the norm before. As in PyTorch, the
// factor is limit / (norm + 1e-6).
func (p *ParamsOf[T]) ClipGradNorm(limit float64) float64 {
	norm := p.GradNorm()
	if f := limit / (norm + 1e-6); f < 1 {
		k := simd.For[T]()
		for off, n := range p.runs() {
			k.Scale(p.grad[off:off+n], p.grad[off:off+n], T(f))
		}
	}
	return norm
}

// runs walks over the stretches of the flat vector in which all gradients are valid and not frozen. Gradients of the padding
// between parameters are always zero.
func (p *ParamsOf[T]) runs() func(yield func(off, n int) bool) {
	return func(yield func(off, n int) bool) {
		for i := 0; i < len(p.tensors); {
			s := &p.tensors[i]
			if s.frozen || !s.touched {
				i++
				continue
			}
			off, end := s.off, s.off+s.size()
			for i++; i < len(p.tensors) && !p.tensors[i].frozen && p.tensors[i].touched; i++ {
				end = p.tensors[i].off + p.tensors[i].size()
			}
			if !yield(off, end-off) {
				return
			}
		}
	}
}
