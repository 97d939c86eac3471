package gfn

import (
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow/agents/nn"
	"github.com/miniflow-rl/miniflow/internal/spelling"
)

// Weighting says how [SubTB] weighs sub-trajectories. L is the number of
// transitions of their trajectory, l their own, N the number of trajectories.
type Weighting uint8

// The weightings.
const (
	// WeightGeometricWithin is λ^(l-1) / (N Σ_m (L-m) λ^m): the default of the
	// paper, within each trajectory.
	WeightGeometricWithin Weighting = iota
	// WeightGeometric is λ^(l-1) (1-λ)/(1-λ^M) over the mean of all of length l in
	// the batch, whose longest trajectory has M transitions.
	WeightGeometric
	// WeightEqualWithin is 2 / (L (L+1) N).
	WeightEqualWithin
	// WeightEqual gives all of the batch the same weight.
	WeightEqual
	// WeightTB is 1/N for whole trajectories: [TB] with log F(s0) for log Z.
	WeightTB
	// WeightDB gives all transitions the same weight: [DB].
	WeightDB
	// WeightModifiedDB is 1/(L N) for transitions.
	WeightModifiedDB
)

var weightingNames = []string{"geometric_within", "geometric", "equal_within", "equal", "TB", "DB", "ModifiedDB"}

// String returns the name.
func (w Weighting) String() string {
	if int(w) < len(weightingNames) {
		return weightingNames[w]
	}
	return fmt.Sprintf("Weighting(%d)", uint8(w))
}

// MarshalText implements encoding.TextMarshaler.
func (w Weighting) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (w *Weighting) UnmarshalText(text []byte) error {
	return spelling.Read(w, "weighting", weightingNames, text)
}

// SubTB is sub-trajectory balance (Madan et al. 2023, arXiv 2209.12782), a
// weighted sum over sub-trajectories s_i ... s_j of
//
//	g(log F(s_i) + Σ log P_F - Σ log P_B - log F(s_j))
//
// with log R(x) in place of log F(s_j) at the end, from LogPF, LogPB, LogF and
// LogReward; forward-looking also from Potential, as in [DB]. With WeightTB and
// WeightDB the sum reduction is that over trajectories and transitions; else it
// is the weighted sum, as the mean is. Time and memory are quadratic in the
// lengths.
func SubTB[T nn.Float](t *nn.TapeOf[T], x *Terms, w Weighting, lambda float64, forwardLooking bool, g Regression, r Reduction) nn.Value {
	n := x.Trajectories()
	flow := stateFlow(t, x, forwardLooking)
	x.subtrajectories(w, lambda, r)
	// Sums along each trajectory, in columns: sums over the whole batch would lose
	// digits.
	step := t.Reshape(t.Rows(t.Sub(x.LogPF, x.LogPB), x.padded), x.longest, n)
	sums := t.Reshape(t.CumulativeSum(step), x.longest*n, 1)
	// log F(s_i) less the sum of what lies before it, and the same behind each
	// transition. Rows -1 are zeros: nothing lies before a first state.
	level := t.Sub(t.Rows(flow, x.padded), t.Rows(sums, x.before))
	end := t.Sub(t.Rows(t.ConcatRows(flow, x.LogReward), x.behind), sums)
	residual := t.Sub(t.Rows(level, x.from), t.Rows(end, x.to))
	weight := t.AddScalar(t.StopGradient(residual), 0) // memory for a constant
	for k, v := range x.weight {
		t.Data(weight)[k] = T(v)
	}
	return t.Sum(t.Mul(regress(t, g, residual), weight))
}

// subtrajectories lists the sub-trajectories that have a weight.
func (b *Batch) subtrajectories(w Weighting, lambda float64, r Reduction) {
	b.pad()
	n, m := b.Trajectories(), b.Transitions()
	b.from, b.to, b.weight = b.from[:0], b.to[:0], b.weight[:0]
	b.count(lambda)
	for i := range n {
		length := b.Len(i)
		within := 0.0 // Σ_m (L-m) λ^m
		for k := range length {
			within += float64(length-k) * math.Pow(lambda, float64(k))
		}
		for first := range length {
			for last := first; last < length; last++ {
				l, v := last-first+1, 0.0
				switch w {
				case WeightGeometricWithin:
					v = math.Pow(lambda, float64(l-1)) / (within * float64(n))
				case WeightGeometric:
					v = b.byLength[l-1]
				case WeightEqualWithin:
					v = 2 / float64(length*(length+1)*n)
				case WeightEqual:
					v = 1 / float64(b.total)
				case WeightTB:
					v = whole(l == length, n, r)
				case WeightDB:
					v = whole(l == 1, m, r)
				case WeightModifiedDB:
					v = whole(l == 1, length*n, Mean)
				}
				if v != 0 {
					b.from, b.to, b.weight = append(b.from, int32(first*n+i)), append(b.to, int32(last*n+i)), append(b.weight, v)
				}
			}
		}
	}
}

// whole is 1/n, or 1 for a sum, where ok, and 0 elsewhere.
func whole(ok bool, n int, r Reduction) float64 {
	switch {
	case !ok:
		return 0
	case r == Sum:
		return 1
	}
	return 1 / float64(n)
}

// count counts the sub-trajectories and fills byLength with the weights of
// WeightGeometric.
func (b *Batch) count(lambda float64) {
	b.byLength = append(b.byLength[:0], make([]float64, b.longest)...)
	b.total = 0
	for i := range b.Trajectories() {
		length := b.Len(i)
		b.total += length * (length + 1) / 2
		for l := range length {
			b.byLength[l] += float64(length - l)
		}
	}
	norm := 0.0
	for l := range b.byLength {
		norm += math.Pow(lambda, float64(l))
	}
	for l, k := range b.byLength {
		b.byLength[l] = math.Pow(lambda, float64(l)) / (norm * k)
	}
}

// pad lays the transitions out in columns, one a trajectory.
func (b *Batch) pad() {
	n := b.Trajectories()
	b.padded, b.behind, b.before = b.padded[:0], b.behind[:0], b.before[:0]
	for step := range b.longest {
		for i := range n {
			k, next := int32(-1), int32(-1)
			if step < b.Len(i) {
				k = b.start[i] + int32(step)
				next = b.next[k]
			}
			b.padded, b.behind = append(b.padded, k), append(b.behind, next)
			b.before = append(b.before, int32((step-1)*n+i))
			if step == 0 {
				b.before[i] = -1
			}
		}
	}
}
