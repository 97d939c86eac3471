package density

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents/nn"
	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/internal/golden"
)

// raw returns the output that becomes v.
func (m Mixture) raw(v float64) float64 {
	s := math.Log(v/m.Low) / math.Log(m.High/m.Low)
	return math.Log(s / (1 - s))
}

func logProb(m Mixture, out, x []float64) float64 {
	t := nn.NewTapeOf[float64]()
	return t.Data(LogProb(t, m, t.Input(out, 1, len(out)), t.Input(x, 1, len(x))))[0]
}

// requireDrawnFrom fails if the Kolmogorov-Smirnov distance between a sample and
// a distribution is one that a true sample exceeds with probability 1e-4: 2.23
// over the square root of its size. The seeds are fixed.
func requireDrawnFrom(t *testing.T, sample []float64, cdf func(x float64) float64, format string, args ...any) {
	slices.Sort(sample)
	n, worst := float64(len(sample)), 0.0
	for i, x := range sample {
		p := cdf(x)
		worst = max(worst, p-float64(i)/n, float64(i+1)/n-p)
	}
	require.Less(t, worst, 2.23/math.Sqrt(n), append([]any{format}, args...)...)
}

// Sample moves as many numbers to the edges as AtEdge says.
func TestAtEdge(t *testing.T) {
	const n = 50_000
	for _, m := range []Mixture{{Beta, 1, 1, 0.1, 5}, {Beta, 1, 1, 0.3, 50}, {Beta, 1, 1, 0.5, 200}} {
		p, x, rng := m.AtEdge(), make([]float64, 1), miniflow.NewRand(3)
		for _, out := range [][]float64{{0, -40, 40}, {0, 40, -40}} { // the ends of the range
			moved := 0.0
			for range n {
				if Sample(x, m, out, rng); x[0] == Edge || x[0] == 1-Edge {
					moved++
				}
			}
			require.InDelta(t, p, moved/n, 5*math.Sqrt(p/n), "%v, five standard errors", m)
		}
	}
	require.Less(t, Mixture{Beta, 1, 1, 0.5, 50}.AtEdge(), Mixture{Beta, 1, 1, 0.4, 50}.AtEdge())
	require.Less(t, Mixture{Beta, 1, 1, 0.5, 50}.AtEdge(), Mixture{Beta, 1, 1, 0.5, 60}.AtEdge())
	require.Zero(t, Mixture{Normal, 1, 1, 0.1, 50}.AtEdge())
}

// Beta draws have the distribution and the moments of gonum's.
func TestSampleBeta(t *testing.T) {
	const n = 50_000
	for _, c := range [][2]float64{{0.1, 0.1}, {0.1, 5}, {0.7, 0.3}, {1, 1}, {2, 5}, {30, 4}, {0.01, 0.02}} {
		d := distuv.Beta{Alpha: c[0], Beta: c[1]}
		rng, sample, mean, square := miniflow.NewRand(7), make([]float64, n), 0.0, 0.0
		for i := range sample {
			sample[i] = SampleBeta(rng, c[0], c[1])
			require.True(t, sample[i] >= 0 && sample[i] <= 1)
			mean += sample[i] / n
			square += sample[i] * sample[i] / n
		}
		// Five standard errors of the mean, and of the second moment, whose variance is below its mean.
		require.InDelta(t, d.Mean(), mean, 5*d.StdDev()/math.Sqrt(n), "mean of %v", c)
		second := d.Variance() + d.Mean()*d.Mean()
		require.InDelta(t, second, square, 5*math.Sqrt(second/n), "second moment of %v", c)
		if c[1] >= 0.3 { // below, much of the mass is closer to 1 than float64 tells apart
			requireDrawnFrom(t, sample, d.CDF, "beta %v", c)
		}
	}
}

// Von Mises draws have the distribution that their density integrates to.
func TestSampleVonMises(t *testing.T) {
	const n, cells = 50_000, 4000
	for _, kappa := range []float64{0, 1e-7, 0.01, 0.5, 4, 100} {
		m := Mixture{Family: VonMises, Components: 1, Params: 1, Low: max(kappa, 1e-9) / 2, High: max(kappa, 1e-9) * 2}
		cdf := make([]float64, cells+1)
		for k := range cells {
			x := -math.Pi + (float64(k)+0.5)*2*math.Pi/cells
			cdf[k+1] = cdf[k] + math.Exp(logProb(m, []float64{0, 0.9, 0}, []float64{x}))*2*math.Pi/cells
		}
		require.InDelta(t, 1, cdf[cells], 1e-6)
		rng, sample := miniflow.NewRand(3), make([]float64, n)
		for i := range sample {
			sample[i] = SampleVonMises(rng, 0.9, kappa)
		}
		requireDrawnFrom(t, sample, func(x float64) float64 {
			at := (x + math.Pi) / (2 * math.Pi) * cells
			k := min(int(at), cells-1)
			return cdf[k] + (at-float64(k))*(cdf[k+1]-cdf[k])
		}, "kappa %v", kappa)
	}
}

// Mixtures of every family integrate to 1, and draws fall into intervals as often
// as the density says (chi-square).
func TestSample(t *testing.T) {
	for _, c := range []struct {
		m         Mixture
		low, high float64
	}{
		{Mixture{Family: Beta, Components: 3, Params: 1, Low: 0.9, High: 20}, 0, 1},
		{Mixture{Family: Normal, Components: 3, Params: 1, Low: 0.1, High: 2}, -12, 12},
		{Mixture{Family: VonMises, Components: 3, Params: 1, Low: 0.1, High: 50}, -math.Pi, math.Pi},
	} {
		const cells, points, n = 20, 400, 40_000
		out := []float64{0.3, -0.5, 0.9, -2, 1, 2.5, 0.5, -1, 1.5}
		mass, total := make([]float64, cells), 0.0
		h := (c.high - c.low) / cells / points
		for k := range cells * points {
			p := math.Exp(logProb(c.m, out, []float64{c.low + (float64(k)+0.5)*h})) * h
			mass[k/points] += p
			total += p
		}
		require.InDelta(t, 1, total, 1e-3, "%v", c.m.Family)
		counts, rng, x := make([]float64, cells), miniflow.NewRand(11), make([]float64, 1)
		for range n {
			Sample(x, c.m, out, rng)
			counts[int((x[0]-c.low)/(c.high-c.low)*cells)]++
		}
		chi, freedom := 0.0, -1.0
		for k, p := range mass {
			if p*n < 5 {
				require.Less(t, counts[k], 30.0)
				continue
			}
			chi += (counts[k] - p*n) * (counts[k] - p*n) / (p * n)
			freedom++
		}
		require.Less(t, chi, distuv.ChiSquared{K: freedom}.Quantile(0.9999), "%v", c.m.Family)
		Mean(x, c.m, out)
		require.True(t, x[0] >= c.low && x[0] <= c.high)
	}
}

// Gradients with respect to the outputs of a network agree with differences.
func TestLogProbGradient(t *testing.T) {
	for _, m := range []Mixture{
		{Family: Beta, Components: 2, Params: 2, Low: 0.1, High: 5}, {Family: Normal, Components: 3, Params: 2, Low: 0.1, High: 2},
		{Family: VonMises, Components: 2, Params: 1, Low: 0.1, High: 50},
	} {
		out, x := make([]float64, 3*m.Outputs()), make([]float64, 3*m.Params)
		rng := miniflow.NewRand(2)
		for i := range out {
			out[i] = rng.StandardNormal()
		}
		for i := range x {
			x[i] = rng.Random()
		}
		tape := nn.NewTapeOf[float64]()
		run := func() (loss, leaf nn.Value) {
			tape.Reset()
			leaf = tape.Leaf(out, 3, m.Outputs())
			return tape.Sum(LogProb(tape, m, leaf, tape.Input(x, 3, m.Params))), leaf
		}
		loss, leaf := run()
		tape.Backward(loss)
		got := slices.Clone(tape.Grad(leaf))
		for i, v := range out {
			const e = 1e-6
			out[i] = v + e
			up, _ := run()
			high := tape.Item(up)
			out[i] = v - e
			down, _ := run()
			out[i] = v
			// The difference of values near 10 has an error of about 1e-9 / 2e-6 of their last digits.
			require.InDelta(t, (high-tape.Item(down))/(2*e), got[i], 1e-7, "%v output %d", m.Family, i)
		}
	}
}

// The densities of steps of torchgfn's polar box policies are those of their
// parameters less the log volume of the chart.
func TestGoldenPolarDensities(t *testing.T) {
	var d struct {
		ByDelta map[string]struct {
			QuarterCircle []struct {
				Northeastern  bool
				Centers       [][]float64
				MixtureLogits [][]float64 `json:"mixture_logits"`
				Alpha, Beta   [][]float64
				Actions       [][]float64
				LogProb       []float64 `json:"log_prob"`
			} `json:"quarter_circle"`
			QuarterDisk struct {
				MixtureLogits []float64 `json:"mixture_logits"`
				AlphaR        []float64 `json:"alpha_r"`
				BetaR         []float64 `json:"beta_r"`
				AlphaTheta    []float64 `json:"alpha_theta"`
				BetaTheta     []float64 `json:"beta_theta"`
				Actions       [][]float64
				LogProb       []float64 `json:"log_prob"`
			} `json:"quarter_disk"`
		} `json:"by_delta"`
	}
	if !golden.Decode(t, "gfn/box_polar_density.json", &d) {
		return
	}
	m := Mixture{Family: Beta, Low: 0.01, High: 100}
	out := func(logits []float64, first, second func(k int) []float64) []float64 {
		o := slices.Clone(logits)
		for k := range logits {
			o = append(o, first(k)...)
		}
		for k := range logits {
			o = append(o, second(k)...)
		}
		return o
	}
	near := func(want, got float64, step []float64) {
		t.Helper()
		require.InDelta(t, want, got, 1e-9*max(1, math.Abs(want)), "step %v", step)
	}
	for text, delta := range map[string]float64{"0.1": 0.1, "0.25": 0.25} {
		r, err := gfnenvs.NewBoxPolar(delta, gfnenvs.DefaultBoxReward())
		require.NoError(t, err)
		for _, q := range d.ByDelta[text].QuarterCircle {
			for i, s := range q.Centers {
				low, width := r.Arc(s, !q.Northeastern)
				if !q.Northeastern && math.Hypot(s[0], s[1]) <= delta {
					continue // the step to the source has no density
				}
				m.Components, m.Params = len(q.Alpha[i]), 1
				u := (math.Atan2(q.Actions[i][1], q.Actions[i][0]) - low) / width
				got := logProb(m, out(q.MixtureLogits[i], func(k int) []float64 { return []float64{m.raw(q.Alpha[i][k])} },
					func(k int) []float64 { return []float64{m.raw(q.Beta[i][k])} }), []float64{u})
				near(q.LogProb[i], got-math.Log(delta*width), q.Actions[i])
			}
		}
		q := d.ByDelta[text].QuarterDisk // radius and angle are drawn from mixtures of their own
		m.Components, m.Params = len(q.MixtureLogits), 1
		one := func(alpha, beta []float64, u float64) float64 {
			return logProb(m, out(q.MixtureLogits, func(k int) []float64 { return []float64{m.raw(alpha[k])} },
				func(k int) []float64 { return []float64{m.raw(beta[k])} }), []float64{u})
		}
		for i, a := range q.Actions {
			radius := math.Hypot(a[0], a[1])
			got := one(q.AlphaR, q.BetaR, radius/delta) + one(q.AlphaTheta, q.BetaTheta, math.Atan2(a[1], a[0])/(math.Pi/2))
			near(q.LogProb[i], got-math.Log(delta*math.Pi/2*radius), a) // the area of (radius, angle)
		}
	}
}
