package exact_test

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
)

func grid(t testing.TB, ndim, height int) *gfnenvs.HyperGrid {
	t.Helper()
	g, err := gfnenvs.NewHyperGrid(ndim, height, nil)
	require.NoError(t, err)
	return g
}

func enumerate(t testing.TB, r gfnenvs.Rules) *exact.Graph {
	t.Helper()
	g, err := exact.Enumerate(r)
	require.NoError(t, err)
	return g
}

func TestEnumerateGrid(t *testing.T) {
	r := grid(t, 3, 5)
	g := enumerate(t, r)
	require.Equal(t, 125, g.Len())
	require.Equal(t, 125, g.Terminating())
	require.Equal(t, 3*25*4, g.Edges())
	logZ, _ := r.LogZ()
	require.InDelta(t, logZ, g.LogZ(), 1e-12)
	require.Equal(t, []int32{0, 0, 0}, g.State(0))
	for i := range g.Len() {
		at, ok := g.Index(g.State(i))
		require.True(t, ok)
		require.Equal(t, i, at)
		for a := range 3 {
			if c, ok := g.Child(i, a); ok {
				require.Greater(t, c, i)
				require.Equal(t, g.State(i)[a]+1, g.State(c)[a])
			}
		}
	}
	_, ok := g.Index([]int32{0, 0, 5})
	require.False(t, ok)
	_, ok = g.Index([]int32{0, 0})
	require.False(t, ok)
}

// jump is a walk along a line by 1 or 2 cells, so that paths to a state differ in
// length, with a third action that does the same as the first.
type jump struct {
	end     int32
	mistake string
}

func (r jump) Layout() gfnenvs.Layout {
	return gfnenvs.Layout{Values: []int{int(r.end) + 1}, Actions: 4}
}

func (r jump) Forward(dst []bool, s []int32) {
	dst[0], dst[1], dst[2] = s[0] < r.end, s[0] < r.end-1, s[0] < r.end
	dst[3] = s[0] == r.end && r.mistake != "dead end"
	switch {
	case r.mistake == "outside" && s[0] == r.end:
		dst[0] = true
	case r.mistake == "cycle" && s[0] == r.end:
		dst[2] = true
	}
}

func (r jump) Backward(dst []bool, s []int32) {
	dst[0], dst[1], dst[2] = s[0] > 0, s[0] > 1, s[0] > 0
}

func (r jump) Apply(s []int32, a int) {
	if r.mistake == "cycle" && s[0] == r.end {
		s[0] = 1
		return
	}
	s[0] += 1 + int32(a&1)
}

func (r jump) Undo(s []int32, a int) { s[0] -= 1 + int32(a&1) }

func (r jump) LogReward(s []int32) float64 {
	switch r.mistake {
	case "nan":
		return math.NaN()
	case "inf":
		return math.Inf(1)
	case "no support":
		return math.Inf(-1)
	}
	return 1
}

// TestPathsOfDifferentLength counts walks: with steps 1, 1', 2 the number of ways
// to n is w(n) = 2 w(n-1) + w(n-2).
func TestPathsOfDifferentLength(t *testing.T) {
	g := enumerate(t, jump{end: 6})
	require.Equal(t, 7, g.Len())
	require.Equal(t, []float64{1, 2, 5, 12, 29, 70, 169}, g.Paths())
	require.InDelta(t, 1, g.LogZ(), 1e-15)
	var d exact.Distribution
	require.NoError(t, g.Evaluate(&d, exact.Uniform(4)))
	require.InDeltaSlice(t, []float64{0, 0, 0, 0, 0, 0, 1}, d.P, 1e-15)
	require.InDelta(t, 2./3, d.Visit[1], 1e-15)
	f, err := g.Flows(nil)
	require.NoError(t, err)
	require.InDelta(t, 1, f.Log[0], 1e-15)
}

func TestMistakes(t *testing.T) {
	for _, tc := range []struct {
		mistake string
		want    error
		words   string
	}{
		{"nan", gfnenvs.ErrReward, "action 3 (exit): the log reward of state [6] is NaN"},
		{"inf", gfnenvs.ErrReward, "action 3 (exit): the log reward of state [6] is +Inf"},
		{"no support", exact.ErrSupport, "exact_test.jump"},
		{"dead end", gfnenvs.ErrDeadEnd, "state [6]"},
		{"outside", gfnenvs.ErrRules, "state [6]: action 0: it leads to [7]"},
		{"cycle", gfnenvs.ErrRules, "state [1], reached by action 0 from state [0], lies on or behind a cycle"},
	} {
		_, err := exact.Enumerate(jump{6, tc.mistake})
		require.ErrorIs(t, err, tc.want, tc.mistake)
		require.ErrorContains(t, err, tc.words)
	}
	_, err := exact.EnumerateUpTo(grid(t, 3, 8), 500)
	require.ErrorIs(t, err, exact.ErrTooMany)
}

func TestBadPolicies(t *testing.T) {
	g := enumerate(t, grid(t, 2, 3))
	var d exact.Distribution
	err := g.Evaluate(&d, func(_ int, _ []int32, _ []bool, logP []float64) error {
		for i := range logP {
			logP[i] = math.NaN()
		}
		return nil
	})
	require.ErrorContains(t, err, "state [0 0]: the policy gives action 0 the log probability NaN")
	boom := errors.New("boom")
	err = g.Evaluate(&d, func(int, []int32, []bool, []float64) error { return boom })
	require.ErrorIs(t, err, boom)
}

// TestFlowsGiveTarget checks that the policy of exact flows, evaluated, is the
// target, for the uniform and for a random backward policy.
func TestFlowsGiveTarget(t *testing.T) {
	for _, r := range []gfnenvs.Rules{grid(t, 2, 8), grid(t, 4, 5), jump{end: 9}} {
		g := enumerate(t, r)
		n := r.Layout().Actions
		random := func(_ int, states []int32, mask []bool, logP []float64) error {
			k := len(r.Layout().Values)
			for at := 0; at < len(mask); at += n {
				sum := 0.0
				for a := range n {
					w := 1 + math.Abs(math.Sin(float64(int(states[at/n*k])*7+a)))
					logP[at+a] = math.Log(w)
					if mask[at+a] {
						sum += w
					}
				}
				for a := range n {
					logP[at+a] -= math.Log(sum)
				}
			}
			return nil
		}
		for _, backward := range []exact.Policy{nil, random} {
			f, err := g.Flows(backward)
			require.NoError(t, err)
			require.InDelta(t, g.LogZ(), f.Log[0], 1e-12)
			var d exact.Distribution
			require.NoError(t, g.Evaluate(&d, followFlows(g, f, n)))
			require.Less(t, exact.L1(d.P, g.Target()), 1e-12)
		}
	}
}

// followFlows is the forward policy of exact flows.
func followFlows(g *exact.Graph, f *exact.Flows, n int) exact.Policy {
	return func(_ int, states []int32, mask []bool, logP []float64) error {
		k := len(states) / (len(mask) / n)
		p := make([]float64, n)
		for r := range len(mask) / n {
			i, _ := g.Index(states[r*k : (r+1)*k])
			f.Policy(p, i)
			for a, v := range p {
				logP[r*n+a] = math.Log(v)
			}
		}
		return nil
	}
}

// TestAgainstSampling compares the terminating distribution of the uniform policy
// with draws from it: 4e5 draws over 16 states put the L1 distance at about
// 16 sqrt(2/(16 pi 4e5)) = 0.005.
func TestAgainstSampling(t *testing.T) {
	r := grid(t, 2, 4)
	g := enumerate(t, r)
	var d exact.Distribution
	require.NoError(t, g.Evaluate(&d, exact.Uniform(3)))
	const draws = 400_000
	rng, mask, s := miniflow.NewRand(1), make([]bool, 3), make([]int32, 2)
	count := make([]float64, g.Len())
	for range draws {
		clear(s)
		for {
			clear(mask)
			r.Forward(mask, s)
			a := rng.Intn(3)
			for !mask[a] {
				a = rng.Intn(3)
			}
			if a == 2 {
				break
			}
			r.Apply(s, a)
		}
		i, _ := g.Index(s)
		count[i] += 1. / draws
	}
	require.Less(t, exact.L1(count, d.P), 0.02)
}

// TestProcessors checks that results do not depend on how many there are.
func TestProcessors(t *testing.T) {
	r := grid(t, 3, 32)
	run := func(procs int) (float64, []float64) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		g := enumerate(t, r)
		var d exact.Distribution
		require.NoError(t, g.Evaluate(&d, exact.Uniform(4)))
		return g.LogZ(), d.P
	}
	z1, p1 := run(1)
	z2, p2 := run(4)
	require.Equal(t, z1, z2)
	require.Equal(t, p1, p2)
}

// TestWithRewards evaluates several conditions on one enumeration.
func TestWithRewards(t *testing.T) {
	base := grid(t, 2, 8)
	tempered, err := gfnenvs.NewTempered(base, 0, 4)
	require.NoError(t, err)
	g := enumerate(t, base)
	for _, beta := range []float64{0, 0.5, 1, 4} {
		r, err := gfnenvs.Given(tempered, beta)
		require.NoError(t, err)
		h, err := g.WithRewards(r)
		require.NoError(t, err)
		require.Equal(t, enumerate(t, r).LogZ(), h.LogZ())
		require.Equal(t, 64, h.Terminating())
		z := 0.0
		for _, v := range g.LogReward() {
			z += math.Exp(beta * v)
		}
		require.InDelta(t, math.Log(z), h.LogZ(), 1e-12)
	}
	_, err = g.WithRewards(grid(t, 2, 9))
	require.ErrorIs(t, err, gfnenvs.ErrRules)
	_, err = gfnenvs.Given(tempered, 5)
	require.ErrorContains(t, err, "not in [0,4]")
}

func TestMeasures(t *testing.T) {
	p, q := []float64{0.5, 0.5, 0}, []float64{0.25, 0.25, 0.5}
	require.InDelta(t, 1.0, exact.L1(p, q), 1e-15)
	require.InDelta(t, 0.5, exact.TV(p, q), 1e-15)
	require.InDelta(t, math.Ln2, exact.KL(p, q), 1e-15)
	require.True(t, math.IsInf(exact.KL(q, p), 1))
	require.InDelta(t, math.Ln2, exact.JSD([]float64{1, 0}, []float64{0, 1}), 1e-15)
	require.InDelta(t, math.Ln2, exact.Entropy(p), 1e-15)
	require.True(t, math.IsInf(exact.LogSumExp(nil), -1))
	require.InDelta(t, 1000+math.Ln2, exact.LogSumExp([]float64{1000, 1000}), 1e-12)
	require.Panics(t, func() { exact.L1(p, q[:2]) })
	g := enumerate(t, grid(t, 2, 4))
	require.InDelta(t, 1, g.Expect(g.Target(), func([]int32) float64 { return 1 }), 1e-12)
}

// The 16^4 grid has 65,536 terminal states, whose log Z has a closed form.
func TestEnumerateLargeGrid(t *testing.T) {
	r := grid(t, 4, 16)
	g := enumerate(t, r)
	require.Equal(t, 1<<16, g.Terminating())
	logZ, ok := r.LogZ()
	require.True(t, ok)
	require.InDelta(t, logZ, g.LogZ(), 1e-9)
	sum := 0.0
	for _, p := range g.Target() {
		sum += p
	}
	require.InDelta(t, 1, sum, 1e-9)
}

// BenchmarkEnumerate is the enumeration of 16^4 terminal states with their exact
// distribution and the terminating distribution of a policy.
func BenchmarkEnumerate(b *testing.B) {
	for _, size := range [][2]int{{4, 8}, {4, 16}, {4, 20}} {
		b.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(b *testing.B) {
			r := grid(b, size[0], size[1])
			for b.Loop() {
				g, err := exact.Enumerate(r)
				if err != nil {
					b.Fatal(err)
				}
				var d exact.Distribution
				if err := g.Evaluate(&d, exact.Uniform(size[0]+1)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
