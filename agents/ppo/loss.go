package ppo

import (
	"math"

	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/nn"
)

// minibatch is a selection of a rollout's samples.
type minibatch struct {
	obs       *rollout // for the observations, which are read in place
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
	b.obs, b.index = r, index
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
func (a *Agent) loss(t *nn.Tape, b *minibatch) losses {
	c, n := &a.config, len(b.index)
	t.Reset()
	logits, value := a.net.forward(t, b.obs.obs, b.index)
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

// measures are what the curves show of gradient steps.
type measures struct {
	n                                                  float64
	policy, value, entropy, kl, clipFraction, gradNorm float64
}

// measure reads a minibatch's measures off the tape. kl is the low-variance
// estimate mean(ratio - 1 - log ratio) of KL(old, new) (Schulman, 2020).
func (b *minibatch) measure(t *nn.Tape, l *losses, clip float64) measures {
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

func (m *measures) add(o measures) {
	m.n++
	m.policy += o.policy
	m.value += o.value
	m.entropy += o.entropy
	m.kl += o.kl
	m.clipFraction += o.clipFraction
	m.gradNorm += o.gradNorm
}

// mean divides the sums by their number; nothing measured is NaN.
func (m measures) mean() measures {
	f := 1 / m.n
	if m.n == 0 {
		f = math.NaN()
	}
	return measures{m.n, f * m.policy, f * m.value, f * m.entropy, f * m.kl, f * m.clipFraction, f * m.gradNorm}
}

func (m measures) report(to *agents.Meter) {
	to.Set("loss/policy", m.policy)
	to.Set("loss/value", m.value)
	to.Set("policy/entropy", m.entropy)
	to.Set("policy/kl", m.kl)
	to.Set("policy/clip_fraction", m.clipFraction)
	to.Set("train/grad_norm", m.gradNorm)
	to.Set("train/gradient_steps", m.n)
}
