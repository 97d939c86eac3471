package objects

import (
	"image"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// Samples of the target itself are as far from it as the noise that is shown, and
// those of something else further.
func TestDistanceOfExactSamples(t *testing.T) {
	for _, id := range []string{"HyperGrid-2x8", "PerfectTree-4", "Ising-4x4"} {
		rules, err := gfnenvs.RulesOf(id)
		require.NoError(t, err)
		s, err := NewSamples(rules, 70_000)
		if id == "Ising-4x4" { // 3^16 states
			require.ErrorIs(t, err, exact.ErrTooMany)
			continue
		}
		require.NoError(t, err)
		g, err := exact.Enumerate(rules)
		require.NoError(t, err)
		require.True(t, math.IsNaN(s.Distance().L1))
		rng, mean := miniflow.NewRand(1), 0.0
		const rounds, n = 20, 500
		var d Distance
		for range rounds {
			s.Clear()
			for range n {
				u, i := rng.Random(), 0
				for u >= g.Target()[i] {
					u -= g.Target()[i]
					i++
				}
				s.Add(g.State(i))
			}
			d = s.Distance()
			mean += d.L1 / rounds
		}
		require.InDelta(t, d.Noise, mean, 0.1*d.Noise, id)
		x := s.graph.State(s.graph.Len() - 1)
		before := s.Distance()
		s.Add(x)
		s.Remove(x)
		require.Equal(t, before, s.Distance())
		for range 5 * n {
			s.Add(x)
		}
		require.Greater(t, s.Distance().L1, 5*s.Distance().Noise)
	}
}

// The masses of cells are those that the rules know, and samples of a target come
// near to it.
func TestCells(t *testing.T) {
	for id, dims := range map[string]int{"BoxPolar-0.25": 2, "Line-2": 1, "Torus-2": 2, "Diffusion-gmm25": 2, "Diffusion-many_well": 0, "HybridLine-3": 0} {
		env, err := miniflow.Make(id)
		require.NoError(t, err)
		e, ok := miniflow.As[*gfnenvs.ContinuousEnv](env)
		require.True(t, ok)
		p := NewPoints(e.Rules())
		s := NewCells(p)
		if dims == 0 {
			require.Nil(t, s, id)
			continue
		}
		require.Len(t, p.axes, dims, id)
		sum := 0.0
		for _, v := range s.target {
			sum += v
		}
		require.InDelta(t, 1, sum, 1e-9)
		if m, ok := e.Rules().(gfnenvs.Masser); ok && dims == 1 {
			for k, v := range s.target {
				w := (p.high[0] - p.low[0]) / float64(s.w)
				mass := m.Mass([]float64{p.low[0] + w*float64(k)}, []float64{p.low[0] + w*float64(k+1)})
				if !math.IsNaN(mass) {
					require.InDelta(t, mass/m.Mass([]float64{-1e3}, []float64{1e3}), v, 1e-3, "%s cell %d", id, k)
				}
			}
		}
		walk, ok := e.Rules().(*gfnenvs.Walk)
		if !ok {
			continue
		}
		if target, ok := walk.Target().(gfnenvs.Sampler); ok {
			rng, x := miniflow.NewRand(2), make([]float64, walk.Target().Dim()+1)
			for range 20_000 {
				target.Sample(x[:len(x)-1], rng)
				s.Add(x)
			}
			d := s.Distance()
			require.Less(t, d.L1, 1.3*d.Noise, id)
			s.Remove(x)
			require.Equal(t, 19_999, s.Len())
		}
	}
}

// A phylogeny's leaves are in an order in which no lines cross, and its joins in
// one in which they can have been.
func TestForest(t *testing.T) {
	rules, err := gfnenvs.RulesOf("PhyloTree-6x32")
	require.NoError(t, err)
	rng, n := miniflow.NewRand(3), rules.Layout().Actions
	for range 50 {
		s := make([]int32, 6)
		for {
			mask := make([]bool, n)
			rules.Forward(mask, s)
			if mask[n-1] {
				break
			}
			a := rng.Intn(n - 1)
			if mask[a] {
				rules.Apply(s, a)
			}
		}
		f := &forest{s: s}
		order := []int{}
		f.list(0, &order)
		require.ElementsMatch(t, []int{0, 1, 2, 3, 4, 5}, order)
		again := make([]int32, 6)
		for _, j := range f.joins() {
			i, before := f.parent(j), 0
			for _, v := range again {
				if v > 0 && (int(v)-1)/6 == i {
					before++
				}
			}
			again[j] = int32(1 + i*6 + before)
		}
		require.Equal(t, s, again)
	}
}

// Whatever the size, something is drawn, and nothing outside the place.
func TestDrawInside(t *testing.T) {
	for _, id := range []string{"HyperGrid-2x64", "BitSequence-120x4", "Set-16x8", "DAG-5", "PerfectTree-4"} {
		rules, err := gfnenvs.RulesOf(id)
		require.NoError(t, err)
		p := NewPainter(rules, math.Inf(-1))
		s := Scene{State: make([]int32, len(rules.Layout().Values))}
		for _, size := range []float64{9, 60, 200, 700} {
			img := image.NewRGBA(image.Rect(0, 0, 800, 800))
			p.Draw(ui.NewCanvas(img, 1), ui.Rect{X: 40, Y: 40, W: size, H: size}, s)
			painted := image.Rectangle{}
			for y := range 800 {
				for x := range 800 {
					if img.RGBAAt(x, y).A != 0 {
						painted = painted.Union(image.Rect(x, y, x+1, y+1))
					}
				}
			}
			if size > 100 {
				require.False(t, painted.Empty(), "%s %v", id, size)
				require.True(t, painted.In(image.Rect(38, 38, 42+int(size), 42+int(size))), "%s %v: %v", id, size, painted)
			}
		}
	}
}
