package exact

import "math"

// LogSumExp returns log Σ exp(v), -Inf if v is empty.
func LogSumExp(v []float64) float64 {
	most := math.Inf(-1)
	for _, x := range v {
		most = max(most, x)
	}
	if math.IsInf(most, 0) {
		return most
	}
	sum := 0.0
	for _, x := range v {
		sum += math.Exp(x - most)
	}
	return most + math.Log(sum)
}

// L1 returns Σ |p-q|, which is in [0,2]. Like its siblings it panics if p and q
// are not equally long.
func L1(p, q []float64) float64 {
	sum := 0.0
	same(p, q)
	for i, x := range p {
		sum += math.Abs(x - q[i])
	}
	return sum
}

func same(p, q []float64) {
	if len(p) != len(q) {
		panic("exact: distributions of different lengths")
	}
}

// TV returns the total variation distance, half of [L1].
func TV(p, q []float64) float64 { return L1(p, q) / 2 }

// KL returns the Kullback-Leibler divergence Σ p log(p/q) in nats; +Inf where q
// misses something that p has.
func KL(p, q []float64) float64 {
	sum := 0.0
	same(p, q)
	for i, x := range p {
		if x > 0 {
			sum += x * math.Log(x/q[i])
		}
	}
	return sum
}

// JSD returns the Jensen-Shannon divergence of p and q in nats, in [0, ln 2].
func JSD(p, q []float64) float64 {
	sum := 0.0
	same(p, q)
	for i, x := range p {
		m := (x + q[i]) / 2
		if x > 0 {
			sum += x * math.Log(x/m)
		}
		if q[i] > 0 {
			sum += q[i] * math.Log(q[i]/m)
		}
	}
	return sum / 2
}

// Entropy returns -Σ p log p in nats.
func Entropy(p []float64) float64 {
	sum := 0.0
	for _, x := range p {
		if x > 0 {
			sum -= x * math.Log(x)
		}
	}
	return sum
}

// Expect returns the mean of f over the distribution p of states.
func (g *Graph) Expect(p []float64, f func(s []int32) float64) float64 {
	sum := 0.0
	for i, x := range p {
		if x > 0 {
			sum += x * f(g.State(i))
		}
	}
	return sum
}

// Marginal returns the distribution of element j of the state under p.
func (g *Graph) Marginal(p []float64, j int) []float64 {
	out := make([]float64, g.layout.Values[j])
	for i, x := range p {
		out[g.State(i)[j]] += x
	}
	return out
}

// MutualInformation returns that of elements j and k of the state under p, in
// nats.
func (g *Graph) MutualInformation(p []float64, j, k int) float64 {
	n := g.layout.Values[k]
	joint := make([]float64, g.layout.Values[j]*n)
	for i, x := range p {
		s := g.State(i)
		joint[int(s[j])*n+int(s[k])] += x
	}
	return Entropy(g.Marginal(p, j)) + Entropy(g.Marginal(p, k)) - Entropy(joint)
}

// Modes returns the numbers of the states that the rules count as modes, and
// false if the rules do not say.
func (g *Graph) Modes() ([]int, bool) {
	m, ok := g.rules.(interface{ IsMode(s []int32) bool })
	if !ok {
		return nil, false
	}
	var out []int
	for i, exit := range g.exits {
		if exit && m.IsMode(g.State(i)) {
			out = append(out, i)
		}
	}
	return out, true
}
