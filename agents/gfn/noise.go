package gfn

import (
	"math"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents/nn"
)

// noise makes layers of networks noisy, with factorised Gaussian noise (Fortunato
// et al. 2018, arXiv 1706.10295, equations 10 and 11):
//
//	W = μ + σ f(ε_in) f(ε_out)ᵀ,  b = μ + σ' f(ε_out),  f(x) = sign(x) sqrt|x|
//
// μ and σ are learned. The layers' own values are μ but during an update, which
// draws ε once: for what it explores and for the probabilities that it learns
// from. So everything else, evaluation included, is without noise.
type noise struct {
	layers []noisyLayer
	on     bool
}

type noisyLayer struct {
	tensors [2]noisyTensor // weights and biases
	in, out []float32      // f(ε)
}

// noisyTensor is a parameter with its standard deviations.
type noisyTensor struct {
	of, sigma nn.Param
	mean, eps []float32
}

// addNoise makes the given layers noisy, with standard deviations that start at
// sigma / sqrt(inputs).
func addNoise(b nn.Block, layers []nn.Linear, sigma float64) *noise {
	n := &noise{}
	for _, l := range layers {
		x := noisyLayer{in: make([]float32, l.W.Rows), out: make([]float32, l.W.Cols)}
		for k, p := range [...]nn.Param{l.W, l.B} {
			x.tensors[k] = noisyTensor{p, b.Add(p.Name(), p.Rows, p.Cols), make([]float32, p.Rows*p.Cols), make([]float32, p.Rows*p.Cols)}
			for i := range x.tensors[k].mean {
				x.tensors[k].sigma.Data()[i] = float32(sigma / math.Sqrt(float64(l.W.Rows)))
			}
		}
		n.layers = append(n.layers, x)
	}
	return n
}

// begin draws noise and adds it to the layers.
func (n *noise) begin(rng *miniflow.Rand) {
	n.on = len(n.layers) > 0
	for i := range n.layers {
		l := &n.layers[i]
		for _, eps := range [...][]float32{l.in, l.out} {
			for j := range eps {
				v := rng.StandardNormal()
				eps[j] = float32(math.Copysign(math.Sqrt(math.Abs(v)), v))
			}
		}
		weight, bias := l.tensors[0].eps, l.tensors[1].eps
		copy(bias, l.out)
		for r, in := range l.in {
			for c, out := range l.out {
				weight[r*len(l.out)+c] = in * out
			}
		}
		for k := range l.tensors {
			x := &l.tensors[k]
			copy(x.mean, x.of.Data())
			for j, s := range x.sigma.Data() {
				x.of.Data()[j] += s * x.eps[j]
			}
		}
	}
}

// gradients computes those of the standard deviations from those of the layers.
func (n *noise) gradients() {
	for i := range n.layers {
		for k := range n.layers[i].tensors {
			x := &n.layers[i].tensors[k]
			dst := x.sigma.Grad()
			for j, g := range x.of.Grad() {
				dst[j] += g * x.eps[j]
			}
		}
	}
}

// end takes the noise away, if there is any.
func (n *noise) end() {
	if !n.on {
		return
	}
	n.on = false
	for i := range n.layers {
		for k := range n.layers[i].tensors {
			copy(n.layers[i].tensors[k].of.Data(), n.layers[i].tensors[k].mean)
		}
	}
}
