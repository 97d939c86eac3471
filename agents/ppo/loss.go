package ppo

import (
	"math"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/nn"
)

// minibatch is a selection of a rollout's samples.
type minibatch struct {
	obs       []miniflow.Array // of the whole rollout, read in place
	index     []int32
	mask      []bool
	action    []int32
	logProb   []float32
	value     []float32
	advantage []float32
	target    []float32
}

// gather selects the samples that index names.
func (b *minibatch) gather(r *rollout, index []int32, normalize bool) {
	b.obs, b.index = r.obs, index
	b.action = pick(b.action, r.action, index)
	b.logProb = pick(b.logProb, r.logProb, index)
	b.value = pick(b.value, r.value, index)
	b.advantage = pick(b.advantage, r.advantage, index)
	b.target = pick(b.target, r.target, index)
	if r.mask != nil {
		n := len(r.mask) / len(r.action)
		b.mask = b.mask[:0]
		for _, k := range index {
			b.mask = append(b.mask, r.mask[int(k)*n:(int(k)+1)*n]...)
		}
	}
	if normalize && len(index) > 1 {
		standardize(b.advantage)
	}
}

// part returns the samples [lo, hi) of the minibatch, without a copy.
func (b *minibatch) part(lo, hi int) minibatch {
	p := minibatch{b.obs, b.index[lo:hi], nil, b.action[lo:hi], b.logProb[lo:hi], b.value[lo:hi], b.advantage[lo:hi], b.target[lo:hi]}
	if b.mask != nil {
		n := len(b.mask) / len(b.index)
		p.mask = b.mask[lo*n : hi*n]
	}
	return p
}

func pick[T any](dst, src []T, index []int32) []T {
	dst = dst[:0]
	for _, k := range index {
		dst = append(dst, src[k])
	}
	return dst
}

// standardize shifts and scales x to mean 0 and (unbiased) standard deviation 1.
func standardize(x []float32) {
	sum, squares := 0.0, 0.0
	for _, v := range x {
		sum += float64(v)
	}
	mean := sum / float64(len(x))
	for _, v := range x {
		d := float64(v) - mean
		squares += float64(d * d)
	}
	scale := 1 / (math.Sqrt(squares/float64(len(x)-1)) + 1e-8)
	for k, v := range x {
		x[k] = float32((float64(v) - mean) * scale)
	}
}

// losses are values on a tape.
type losses struct{ policy, value, entropy, total, ratio, logRatio nn.Value }

// loss puts the loss of a minibatch on the tape:
//
//	ratio  = p(a|s) / p_old(a|s)
//	policy = -mean min(ratio A, clip(ratio, 1-c, 1+c) A)          (equation 7)
//	value  = mean (V - target)^2, or with a value clip of v
//	         mean max((V - target)^2, (V_old + clip(V - V_old, -v, v) - target)^2)
//	total  = policy + ValueCoef value - EntropyCoef mean H        (equation 9)
func (b *minibatch) loss(t *nn.Tape, net *network, c *Config) losses {
	n := len(b.index)
	t.Reset()
	logits, value := net.forward(t, b.obs, b.index)
	logProb, entropy := t.Categorical(logits, b.mask, b.action)
	var l losses
	l.logRatio = t.Sub(logProb, t.Input(b.logProb, n, 1))
	l.ratio = t.Exp(l.logRatio)
	advantage := t.Input(b.advantage, n, 1)
	clipped := t.Clamp(l.ratio, float32(1-c.Clip), float32(1+c.Clip))
	l.policy = t.Neg(t.Mean(t.Min(t.Mul(l.ratio, advantage), t.Mul(clipped, advantage))))

	target := t.Input(b.target, n, 1)
	squares := t.Square(t.Sub(value, target))
	if v := float32(c.ValueClip); v > 0 {
		old := t.Input(b.value, n, 1)
		near := t.Add(old, t.Clamp(t.Sub(value, old), -v, v))
		squares = t.Max(squares, t.Square(t.Sub(near, target)))
	}
	l.value = t.Mean(squares)
	l.entropy = t.Mean(entropy)
	l.total = t.Add(l.policy, t.Sub(t.Scale(l.value, float32(c.ValueCoef)), t.Scale(l.entropy, float32(c.EntropyCoef))))
	return l
}

// measures are what the curves show of gradient steps: sums, until mean.
type measures struct {
	n                                                  float64
	policy, value, entropy, kl, clipFraction, gradNorm float64
}

// measure reads a minibatch's measures off the tape. kl is the low-variance
// estimate mean(ratio - 1 - log ratio) of KL(old, new) (Schulman, 2020).
func (l *losses) measure(t *nn.Tape, clip float64) measures {
	m := measures{n: 1, policy: float64(t.Item(l.policy)), value: float64(t.Item(l.value)), entropy: float64(t.Item(l.entropy))}
	ratio, logRatio := t.Data(l.ratio), t.Data(l.logRatio)
	for k, r := range ratio {
		m.kl += float64(r) - 1 - float64(logRatio[k])
		if math.Abs(float64(r)-1) > clip {
			m.clipFraction++
		}
	}
	m.kl /= float64(len(ratio))
	m.clipFraction /= float64(len(ratio))
	return m
}

// add adds a share of other measures.
func (m *measures) add(o *measures, share float64) {
	m.n += share * o.n
	m.policy += share * o.policy
	m.value += share * o.value
	m.entropy += share * o.entropy
	m.kl += share * o.kl
	m.clipFraction += share * o.clipFraction
	m.gradNorm += share * o.gradNorm
}

// report sets the means; nothing measured is NaN.
func (m *measures) report(to *agents.Meter) {
	f := 1 / m.n
	if m.n == 0 {
		f = math.NaN()
	}
	to.Set("loss/policy", f*m.policy)
	to.Set("loss/value", f*m.value)
	to.Set("policy/entropy", f*m.entropy)
	to.Set("policy/kl", f*m.kl)
	to.Set("policy/clip_fraction", f*m.clipFraction)
	to.Set("train/grad_norm", f*m.gradNorm)
	to.Set("train/gradient_steps", m.n)
}
