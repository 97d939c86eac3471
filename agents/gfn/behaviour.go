package gfn

import "math"

// Behaviour is how trajectories are explored: it changes what is drawn, never
// what is learned from it. The zero value with Temperature 1 is on-policy.
type Behaviour struct {
	// ExitBias is subtracted from the logit of the exit, where it is legal.
	ExitBias float64 `json:"exit_bias"`
	// Temperature divides all logits. The default (zero) value is 1.
	Temperature float64 `json:"temperature"`
	// Epsilon is the share of actions that are drawn evenly from the legal ones.
	Epsilon float64 `json:"epsilon"`
}

// Probabilities writes to dst the probabilities of the actions of one state, from
// its logits and mask; the last action is the exit. It reports false if no
// action is legal or a logit is no number.
func (b Behaviour) Probabilities(dst []float64, logits []float32, mask []bool) bool {
	temperature := b.Temperature
	if temperature == 0 {
		temperature = 1
	}
	last, most, legal := len(dst)-1, math.Inf(-1), 0
	for a, ok := range mask {
		dst[a] = 0
		if !ok {
			continue
		}
		v := float64(logits[a])
		if a == last {
			v -= b.ExitBias
		}
		dst[a] = v / temperature
		most = max(most, dst[a])
		legal++
	}
	sum := 0.0
	for a, ok := range mask {
		if ok {
			dst[a] = math.Exp(dst[a] - most)
			sum += dst[a]
		}
	}
	if legal == 0 || !(sum > 0) {
		return false
	}
	scale, even := (1-b.Epsilon)/sum, b.Epsilon/float64(legal)
	for a, ok := range mask {
		if ok {
			dst[a] = dst[a]*scale + even
		}
	}
	return true
}

// draw returns the first index at which the running sum of p exceeds u in [0,1).
// Where rounding leaves the sum below u it is the last with a positive
// probability.
func draw(p []float64, u float64) int32 {
	last := int32(-1)
	for a, q := range p {
		if q > 0 {
			if last = int32(a); u < q {
				return last
			}
			u -= q
		}
	}
	return last
}
