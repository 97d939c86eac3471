package gfnenvs_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
)

func continuousRules(t testing.TB) map[string]gfnenvs.ContinuousRules {
	t.Helper()
	out := map[string]gfnenvs.ContinuousRules{}
	for _, id := range miniflow.IDs() {
		if r, err := gfnenvs.ContinuousRulesOf(id); err == nil {
			out[id] = r
		}
	}
	wide, err := gfnenvs.NewBoxCartesian(4, 0.05, gfnenvs.DefaultBoxReward())
	require.NoError(t, err)
	out["box of 4 dimensions"] = wide
	return out
}

func TestCheckContinuous(t *testing.T) {
	all := continuousRules(t)
	require.Greater(t, len(all), 12)
	for name, r := range all {
		// Steps that turn an angle past π jump in the chart of the state.
		volumes := !strings.HasPrefix(name, "Torus")
		require.NoError(t, gfnenvs.CheckContinuous(r, volumes, 50, 1), name)
	}
}

// TestPartitionByImportance estimates log Z of continuous environments as the log
// of the mean of R(x) P_B(τ)/P_F(τ) over trajectories of a simple policy: equal
// odds of the kinds, uniform unit parameters and angles, wide normal numbers.
// That is right only if the volumes of both directions fit each other. With the
// number of trajectories below, the relative error is about 1 %; 5 % is allowed.
func TestPartitionByImportance(t *testing.T) {
	for _, id := range []string{"BoxPolar-0.25", "BoxCartesian-0.25", "Line-2", "Torus-2", "HybridLine-3"} {
		r, err := gfnenvs.ContinuousRulesOf(id)
		require.NoError(t, err)
		want := math.Log(6) // of HybridLine-3: weights 1, 2 and 3
		if p, ok := r.(gfnenvs.Partitioner); ok {
			if z, ok := p.LogZ(); ok {
				want = z
			}
		}
		rng := miniflow.NewRand(4)
		const n = 100_000
		logs := make([]float64, n)
		for i := range logs {
			logs[i] = importance(r, rng)
		}
		got := exact.LogSumExp(logs) - math.Log(n)
		require.InDelta(t, want, got, 0.05, id)
	}
}

// importance draws a trajectory and returns log R(x) P_B(τ)/P_F(τ).
func importance(r gfnenvs.ContinuousRules, rng *miniflow.Rand) float64 {
	l := r.Layout()
	s := append([]float64{}, l.Source...)
	mask := make([]bool, len(l.Kinds))
	weight := 0.0
	for {
		clear(mask)
		r.Forward(mask, s)
		k, odds := choose(rng, mask)
		weight -= odds
		if k == l.Exit() {
			return weight + r.LogReward(s)
		}
		kind := l.Kinds[k]
		u, v := make([]float64, kind.Params), make([]float64, kind.Back)
		for j := range u {
			switch kind.Domain {
			case gfnenvs.Unit:
				u[j] = rng.Random()
			case gfnenvs.Circle:
				u[j] = rng.Uniform(-math.Pi, math.Pi)
			case gfnenvs.Real:
				u[j] = 1 + 1.5*rng.StandardNormal()
			}
			weight -= logDensity(kind.Domain, u[j], 1, 1.5)
		}
		volume, volumeBack := r.Apply(s, k, u, v)
		weight += volume - volumeBack
		for _, x := range v {
			// Of normal walks, the way back is the Brownian bridge from the point
			// s[end-1] after s[end] steps, or the variance of the weights is infinite.
			steps, point := s[len(s)-1], s[max(0, len(s)-2)]
			weight += logDensity(kind.Domain, x, point/steps, 1.5*math.Sqrt((steps-1)/steps))
		}
		clear(mask)
		r.Backward(mask, s)
		weight += logOdds(mask)
	}
}

func logDensity(d gfnenvs.Domain, u, mean, sd float64) float64 {
	switch d {
	case gfnenvs.Circle:
		return -math.Log(2 * math.Pi)
	case gfnenvs.Real:
		return distuv.Normal{Mu: mean, Sigma: sd}.LogProb(u)
	}
	return 0
}

func logOdds(mask []bool) float64 {
	n := 0
	for _, ok := range mask {
		if ok {
			n++
		}
	}
	return -math.Log(float64(n))
}

func choose(rng *miniflow.Rand, mask []bool) (int, float64) {
	return int(randomLegal(rng, mask)), logOdds(mask)
}

func TestWellIntegral(t *testing.T) {
	sum := 0.0
	const h = 1e-3
	for i := -6000; i <= 6000; i++ {
		x := float64(i) * h
		sum += h * math.Exp(-x*x*x*x+6*x*x+x/2)
	}
	require.InDelta(t, 16*(math.Log(sum)+math.Log(2*math.Pi)/2), gfnenvs.ManyWell{N: 32}.LogZ(), 1e-11)
}

// The slope of a walk is how the log reward changes with the parameters of a step.
func TestSlope(t *testing.T) {
	for _, id := range []string{"Line-2", "Torus-2", "Diffusion-gmm8", "Diffusion-many_well"} {
		rules, err := gfnenvs.ContinuousRulesOf(id)
		require.NoError(t, err)
		n := len(rules.Layout().Source) - 1
		s, slope := make([]float64, n+1), make([]float64, n)
		for d := range n {
			s[d] = 0.1 * float64(d+1)
		}
		s[n] = 2
		require.True(t, rules.(gfnenvs.Sloper).Slope(slope, s))
		const h = 1e-5
		for d := range n {
			var v [2]float64
			for k, sign := range [2]float64{1, -1} {
				u, next := make([]float64, n), append([]float64{}, s...)
				u[d] = sign * h
				rules.Apply(next, gfnenvs.WalkNext, u, make([]float64, n))
				v[k] = rules.LogReward(next)
			}
			require.InDelta(t, (v[0]-v[1])/(2*h), slope[d], 1e-6, "%s %d", id, d) // of order h²
		}
	}
}

// TestGradients compares with central differences; the tolerance is their error.
func TestGradients(t *testing.T) {
	rng := miniflow.NewRand(1)
	targets := map[string]gfnenvs.Target{"von Mises": gfnenvs.VonMises{Means: [][]float64{{0, 1}, {2, 3}}, Kappa: 3}}
	for _, name := range gfnenvs.Targets {
		target, err := gfnenvs.NewTarget(name)
		require.NoError(t, err)
		targets[name] = target
	}
	line, err := gfnenvs.NewLine([]float64{2, 5}, []float64{.5, 1})
	require.NoError(t, err)
	targets["line"] = line
	for name, target := range targets {
		g := target.(gfnenvs.Differentiable)
		x, dst := make([]float64, target.Dim()), make([]float64, target.Dim())
		for range 20 {
			for j := range x {
				x[j] = rng.Normal(0, 2)
			}
			g.Gradient(dst, x)
			for j := range x {
				const h = 1e-5
				at := func(d float64) float64 {
					x[j] += d
					defer func() { x[j] -= d }()
					return target.LogDensity(x)
				}
				require.InDelta(t, (at(h)-at(-h))/(2*h), dst[j], 1e-4*max(1, math.Abs(dst[j])), "%s, element %d", name, j)
			}
		}
	}
}

// TestSamples compares samplers of targets with their densities: the mean of the
// gradient of a log density over draws from it is 0.
func TestSamples(t *testing.T) {
	for _, name := range []string{"gmm2", "gmm8", "gmm25", "easy_funnel", "many_well"} {
		target, err := gfnenvs.NewTarget(name)
		require.NoError(t, err)
		rng := miniflow.NewRand(2)
		x, g := make([]float64, target.Dim()), make([]float64, target.Dim())
		const n = 100_000
		sum, square := make([]float64, len(x)), make([]float64, len(x))
		for range n {
			target.(gfnenvs.Sampler).Sample(x, rng)
			target.(gfnenvs.Differentiable).Gradient(g, x)
			for j, v := range g {
				sum[j] += v / n
				square[j] += v * v / n
			}
		}
		for j := range x {
			require.Less(t, math.Abs(sum[j]), 5*math.Sqrt(square[j]/n), "%s, element %d", name, j)
		}
	}
}

// TestMass checks that cells sum to 1 and a cell agrees with a fine sum.
func TestMass(t *testing.T) {
	box, err := gfnenvs.NewBoxPolar(0.25, gfnenvs.DefaultBoxReward())
	require.NoError(t, err)
	logZ, _ := box.LogZ()
	total := 0.0
	for i := range 20 {
		for j := range 20 {
			low := []float64{float64(i) / 20, float64(j) / 20}
			high := []float64{float64(i+1) / 20, float64(j+1) / 20}
			m := box.Mass(low, high)
			total += m
			fine := 0.0
			for a := range 50 {
				for b := range 50 {
					fine += math.Exp(box.LogReward([]float64{low[0] + (float64(a)+.5)/1000, low[1] + (float64(b)+.5)/1000})-logZ) / 1e6
				}
			}
			require.InDelta(t, fine, m, 1e-9)
		}
	}
	require.InDelta(t, 1, total, 1e-12)
	line, err := gfnenvs.NewLine([]float64{2, 5}, []float64{.5, .5})
	require.NoError(t, err)
	require.InDelta(t, 1, line.Mass([]float64{-10}, []float64{20}), 1e-12)
	require.InDelta(t, 0.25, line.Mass([]float64{-10}, []float64{2}), 1e-8)
}

// sour is a walk whose reward is no number.
type sour struct{ v float64 }

func (s sour) Dim() int                     { return 1 }
func (s sour) LogDensity([]float64) float64 { return s.v }

func TestBadContinuous(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1)} {
		w, err := gfnenvs.NewWalk(gfnenvs.WalkConfig{Target: sour{v}, Steps: 1})
		require.NoError(t, err)
		env, err := gfnenvs.Builder{ID: "Sour"}.BuildContinuous(w)
		require.NoError(t, err)
		b := miniflow.NewBatch(env)
		require.NoError(t, env.Reset(b, 1))
		require.NoError(t, env.Step(b))
		err = env.Step(b)
		require.ErrorIs(t, err, gfnenvs.ErrReward)
		require.ErrorContains(t, err, "step Sour: lane 0: action 2 (exit): the log reward of state [0 1] is")
	}
	_, err := gfnenvs.NewWalk(gfnenvs.WalkConfig{Steps: 1})
	require.ErrorIs(t, err, miniflow.ErrParam)
	_, err = gfnenvs.NewWalk(gfnenvs.WalkConfig{Target: sour{}, Steps: 1, Source: []float64{1, 2}})
	require.ErrorIs(t, err, miniflow.ErrParam)
	_, err = gfnenvs.NewBoxPolar(1, gfnenvs.DefaultBoxReward())
	require.ErrorIs(t, err, miniflow.ErrParam)
	_, err = gfnenvs.NewLine([]float64{1}, []float64{0})
	require.ErrorIs(t, err, miniflow.ErrParam)
	_, err = gfnenvs.NewMixture([]float64{1}, [][]float64{{0, 0}}, [][][]float64{{{1, 2}, {2, 1}}})
	require.ErrorContains(t, err, "covariance 0 is not positive definite")
	_, err = gfnenvs.NewTarget("gmm3")
	require.ErrorIs(t, err, miniflow.ErrParam)
}

func TestContinuousDoesNotAllocate(t *testing.T) {
	for name, r := range continuousRules(t) {
		l := r.Layout()
		s, u, v, mask := make([]float64, len(l.Source)), make([]float64, l.Params()), make([]float64, l.Params()), make([]bool, len(l.Kinds))
		rng := miniflow.NewRand(1)
		walk := func() {
			copy(s, l.Source)
			for {
				clear(mask)
				r.Forward(mask, s)
				k := int(randomLegal(rng, mask))
				if k == l.Exit() {
					r.LogReward(s)
					return
				}
				for j := range u {
					u[j] = rng.Random()
				}
				r.Apply(s, k, u[:l.Kinds[k].Params], v[:l.Kinds[k].Back])
				clear(mask)
				r.Backward(mask, s)
			}
		}
		walk()
		require.Zero(t, testing.AllocsPerRun(5, walk), name)
	}
}
