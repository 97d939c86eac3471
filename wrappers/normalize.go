package wrappers

import (
	"math"

	"github.com/miniflow-rl/miniflow"
)

// Normalizer is a wrapper that scales by statistics of what it has seen so far.
// Each lane has its own, as in Gymnasium, and they live over resets.
type Normalizer struct {
	*Wrapper
	frozen bool
}

// Freeze stops the statistics from changing (true), for evaluation, or lets them
// go on (false).
func (n *Normalizer) Freeze(frozen bool) { n.frozen = frozen }

// NormalizeObservation scales each element of the named observations to mean 0
// and variance 1: they become float32,
//
//	(x - mean) / sqrt(variance + epsilon)
//
// No names stands for all observations that are not text. epsilon is 1e-8 in
// Gymnasium.
func NormalizeObservation(env miniflow.Env, epsilon float64, names ...string) (*Normalizer, error) {
	w := newWrapper(env, "normalize_obs")
	if !(epsilon > 0) {
		return nil, w.fail("epsilon %v: want a positive number: %w", epsilon, miniflow.ErrParam)
	}
	from, err := w.numeric(names)
	if err != nil {
		return nil, err
	}
	n := &Normalizer{Wrapper: w}
	to := make([]int, len(from))
	stats := make([]*moments, len(from))
	var saved []*miniflow.Array
	for j, k := range from {
		o := env.Spec().Observation[k]
		to[j] = w.set(o.Name, miniflow.NewBox(miniflow.Float32, math.Inf(-1), math.Inf(1), o.Space.Shape()...))
		// Gymnasium keeps the variance to begin with in float32.
		stats[j] = newMoments(env.Len(), size(o.Space), float64(float32(priorWeight)))
		saved = append(saved, stats[j].arrays()...)
	}
	w.push = func(i int, src []miniflow.Array) {
		if n.frozen {
			return
		}
		for j, s := range stats {
			s.update(i, &src[from[j]])
		}
	}
	w.write = func(i int, dst, src []miniflow.Array) {
		for j, s := range stats {
			mean, variance := s.mean.RowF64(i), s.variance.RowF64(i)
			out := dst[to[j]].RowF32(i)
			for e := range out {
				out[e] = float32((src[from[j]].At(i, e) - mean[e]) / math.Sqrt(variance[e]+epsilon))
			}
		}
	}
	w.saveRows(saved...)
	w.build()
	return n, nil
}

// NormalizeReward divides rewards by the standard deviation of the discounted
// sum of rewards up to now,
//
//	r / sqrt(variance + epsilon)
//
// In Gymnasium gamma is 0.99 and epsilon 1e-8.
func NormalizeReward(env miniflow.Env, gamma, epsilon float64) (*Normalizer, error) {
	w := newWrapper(env, "normalize_reward")
	if !(gamma >= 0 && gamma <= 1) || !(epsilon > 0) {
		return nil, w.fail("gamma %v and epsilon %v: want gamma in [0,1] and a positive epsilon: %w", gamma, epsilon, miniflow.ErrParam)
	}
	n := &Normalizer{Wrapper: w}
	sum := miniflow.NewArray(miniflow.Float64, env.Len(), 1)
	stats := newMoments(env.Len(), 1, priorWeight)
	w.step = func(i int, b *miniflow.Batch) {
		s := sum.F64[i]
		if b.Terminated[i] {
			s = 0
		}
		sum.F64[i] = float64(s*gamma) + b.Reward[i]
		if !n.frozen {
			stats.update(i, &sum)
		}
		b.Reward[i] /= math.Sqrt(stats.variance.F64[i] + epsilon)
	}
	w.spec.Reward = [2]float64{math.Inf(-1), math.Inf(1)}
	w.saveRows(append(stats.arrays(), &sum)...)
	w.build()
	return n, nil
}

// moments is the running mean and variance of a row of numbers, one a lane, by
// the parallel algorithm of Chan, Golub and LeVeque (1979). Like Gymnasium it
// starts from mean 0, variance 1 and a weight of 1e-4.
type moments struct {
	mean, variance, count miniflow.Array
	prior                 float64 // variance times weight at the start
}

const priorWeight = 1e-4

func newMoments(lanes, size int, prior float64) *moments {
	m := &moments{
		miniflow.NewArray(miniflow.Float64, lanes, size),
		miniflow.NewArray(miniflow.Float64, lanes, size),
		miniflow.NewArray(miniflow.Float64, lanes, 1),
		prior,
	}
	for k := range m.variance.F64 {
		m.variance.F64[k] = 1
	}
	for k := range m.count.F64 {
		m.count.F64[k] = priorWeight
	}
	return m
}

func (m *moments) arrays() []*miniflow.Array {
	return []*miniflow.Array{&m.mean, &m.variance, &m.count}
}

// update adds row i of x, a sample of one.
func (m *moments) update(i int, x *miniflow.Array) {
	mean, variance := m.mean.RowF64(i), m.variance.RowF64(i)
	count := m.count.F64[i]
	total := count + 1
	for e := range mean {
		delta := x.At(i, e) - mean[e]
		mean[e] += delta / total
		spread := m.prior
		if count != priorWeight {
			spread = variance[e] * count
		}
		square := float64(delta * delta)
		variance[e] = (float64(spread) + float64(square*count)/total) / total
	}
	m.count.F64[i] = total
}
