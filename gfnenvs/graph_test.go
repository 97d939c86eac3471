package gfnenvs_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
)

// TestRings counts rings: (n-1)! directed ones through n nodes, half as many
// undirected ones from 3 nodes on.
func TestRings(t *testing.T) {
	for _, tc := range []struct {
		nodes    int
		directed bool
		rings    float64
	}{
		{2, true, 1}, {3, true, 2}, {4, true, 6}, {2, false, 0}, {3, false, 1}, {4, false, 3}, {5, false, 12},
	} {
		r, err := gfnenvs.NewGraph(gfnenvs.GraphConfig{MaxNodes: tc.nodes, EdgeLabels: 1, Directed: tc.directed, LogReward: func(g gfnenvs.GraphView) float64 {
			if g.IsRing() {
				return 0
			}
			return -30
		}})
		require.NoError(t, err)
		g, err := exact.Enumerate(r)
		require.NoError(t, err)
		n := 0.0
		for _, v := range g.LogReward() {
			if v == 0 {
				n++
			}
		}
		require.Equal(t, tc.rings, n, "%+v", tc)
	}
}

// TestGraphView builds a labelled triangle with a tail by hand.
func TestGraphView(t *testing.T) {
	var seen gfnenvs.GraphView
	r, err := gfnenvs.NewGraph(gfnenvs.GraphConfig{MaxNodes: 5, NodeLabels: 2, EdgeLabels: 3, LogReward: func(g gfnenvs.GraphView) float64 {
		seen = g
		return 0
	}})
	require.NoError(t, err)
	s := make([]int32, len(r.Layout().Values))
	require.Len(t, s, 5+10)
	for _, label := range []int{0, 1, 1, 0} {
		r.Apply(s, label)
	}
	// Pairs of 5 nodes are numbered 01 02 03 04 12 13 14 23 24 34.
	for pair, label := range map[int]int{0: 2, 1: 0, 4: 1, 7: 2} {
		r.Apply(s, 2+3*pair+label)
	}
	r.LogReward(s)
	require.Equal(t, 4, seen.Len())
	require.Equal(t, 4, seen.Edges())
	require.Equal(t, 1, seen.Triangles())
	require.False(t, seen.IsRing())
	require.Equal(t, []int{1, 2, 0, -1, 2}, []int{seen.Node(1), seen.Edge(1, 0), seen.Edge(0, 2), seen.Edge(1, 3), seen.Edge(3, 2)})
	require.Equal(t, 3, seen.OutDegree(2))
	mask := make([]bool, r.Layout().Actions)
	r.Backward(mask, s)
	require.False(t, mask[0] || mask[1], "the last node has an edge")
}

// TestFitch compares the cost of trees with a plain recursion over sets.
func TestFitch(t *testing.T) {
	const n, sites = 7, 37
	seqs := gfnenvs.EvolveDNA(n, sites, 0.4, 5)
	r, err := gfnenvs.NewPhylo(seqs, 10, 2)
	require.NoError(t, err)
	rng := miniflow.NewRand(1)
	for range 50 {
		s := make([]int32, n)
		trees := map[int][]uint8{}
		for i, q := range seqs {
			trees[i] = q
		}
		cost := 0
		mask := make([]bool, r.Layout().Actions)
		for {
			clear(mask)
			r.Forward(mask, s)
			a := int(randomLegal(rng, mask))
			if a == len(mask)-1 {
				break
			}
			i, j := pairOf(a, n)
			set := make([]uint8, sites)
			for k := range set {
				if set[k] = trees[i][k] & trees[j][k]; set[k] == 0 {
					set[k] = trees[i][k] | trees[j][k]
					cost++
				}
			}
			trees[i] = set
			delete(trees, j)
			r.Apply(s, a)
			require.Equal(t, cost, r.Cost(s))
			require.Equal(t, (10-float64(cost))/2, r.Potential(s))
		}
		require.Len(t, trees, 1)
	}
}

func pairOf(a, n int) (int, int) {
	for i := range n {
		if a < n-1-i {
			return i, i + 1 + a
		}
		a -= n - 1 - i
	}
	return 0, 0
}

// TestForests counts the trees of n leaves, (2n-3)!!, and the ranked histories
// that lead to them, n! (n-1)! / 2^(n-1).
func TestForests(t *testing.T) {
	r, err := gfnenvs.NewPhylo(gfnenvs.EvolveDNA(5, 4, 0.5, 1), 0, 1)
	require.NoError(t, err)
	g, err := exact.Enumerate(r)
	require.NoError(t, err)
	require.Equal(t, 7*5*3, g.Terminating())
	paths := 0.0
	for i, p := range g.Paths() {
		if g.CanExit(i) {
			paths += p
		}
	}
	require.Equal(t, 120*24/16., paths)
}

func TestParseDNA(t *testing.T) {
	got, err := gfnenvs.ParseDNA("ACGTu-Nryk")
	require.NoError(t, err)
	require.Equal(t, []uint8{8, 4, 2, 1, 1, 15, 15, 10, 5, 3}, got)
	_, err = gfnenvs.ParseDNA("ACX")
	require.ErrorIs(t, err, miniflow.ErrParam)
	require.ErrorContains(t, err, `'X' at site 2`)
}

func FuzzParseDNA(f *testing.F) {
	f.Add("ACGT-nRYKM")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := gfnenvs.ParseDNA(text)
		if err != nil {
			return
		}
		require.Len(t, got, len(text))
		for _, b := range got {
			require.True(t, b >= 1 && b <= 15)
		}
	})
}

// TestForeignSnapshot: the states of two hypergrids have the same size, and so
// have those of one with another reward.
func TestForeignSnapshot(t *testing.T) {
	make := func(id string, options ...miniflow.Option) (miniflow.Snapshotter, *miniflow.Batch) {
		env, err := miniflow.Make(id, options...)
		require.NoError(t, err)
		b := miniflow.NewBatch(env)
		require.NoError(t, env.Reset(b, 1))
		snap, ok := miniflow.As[miniflow.Snapshotter](env)
		require.True(t, ok)
		return snap, b
	}
	for _, ids := range [][2]string{{"HyperGrid-2x16", "HyperGrid-2x8"}, {"BoxPolar-0.25", "BoxCartesian-0.25"}} {
		from, b := make(ids[0])
		saved, err := from.Snapshot(nil, b, 0)
		require.NoError(t, err)
		to, other := make(ids[1])
		require.ErrorIs(t, to.Restore(other, 0, saved), miniflow.ErrSnapshot, ids)
	}
	from, b := make("HyperGrid-2x8")
	saved, err := from.Snapshot(nil, b, 0)
	require.NoError(t, err)
	to, other := make("HyperGrid-2x8", miniflow.WithParam("R0", 0.01))
	require.ErrorIs(t, to.Restore(other, 0, saved), miniflow.ErrSnapshot)
}

// FuzzRestore: no bytes make Restore panic, and a lane that takes them takes them
// again from its own snapshot.
func FuzzRestore(f *testing.F) {
	env, err := gfnenvs.Builder{ID: "Coins"}.Build(broken{[]int{2, 2}, 3, 0, false})
	require.NoError(f, err)
	b := miniflow.NewBatch(env)
	require.NoError(f, env.Reset(b, 1))
	seed, err := env.Snapshot(nil, b, 0)
	require.NoError(f, err)
	f.Add(seed)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, src []byte) {
		if env.Restore(b, 0, src) != nil {
			return
		}
		again, err := env.Snapshot(nil, b, 0)
		require.NoError(t, err)
		require.Equal(t, src, again)
	})
}

// TestDropoutPosterior: without data the masks follow the prior, so that every
// unit is kept with its probability and log Z is 0.
func TestDropoutPosterior(t *testing.T) {
	r, err := gfnenvs.NewDropout(gfnenvs.DropoutConfig{Widths: []int{3, 4}, Keep: 0.8})
	require.NoError(t, err)
	require.Equal(t, []int{0, 3, 7}, []int{r.Start(0), r.Start(1), r.Start(2)})
	g, err := exact.Enumerate(r)
	require.NoError(t, err)
	require.Equal(t, 128, g.Terminating())
	require.InDelta(t, 0, g.LogZ(), 1e-12)
	for j := range 7 {
		require.InDelta(t, 0.8, g.Marginal(g.Target(), j)[gfnenvs.Kept], 1e-12)
	}
	_, err = gfnenvs.NewDropout(gfnenvs.DropoutConfig{Widths: []int{3, 0}})
	require.ErrorIs(t, err, miniflow.ErrParam)
}

// TestPreferences: the reward is linear in the weights, so Z is too.
func TestPreferences(t *testing.T) {
	base, err := gfnenvs.NewHyperGrid(2, 4, nil)
	require.NoError(t, err)
	p, err := gfnenvs.NewPreferences(base, func(s []int32) float64 { return float64(s[0]) }, func(s []int32) float64 { return 3 })
	require.NoError(t, err)
	rules, err := gfnenvs.Given(p, 0.25, 0.75)
	require.NoError(t, err)
	g, err := exact.Enumerate(rules)
	require.NoError(t, err)
	require.InDelta(t, 0.25*4*(0+1+2+3)+0.75*16*3, math.Exp(g.LogZ()), 1e-9)
	both := make([]float64, 2)
	p.Objectives(both, []int32{2, 1})
	require.Equal(t, []float64{2, 3}, both)
	w, sum := make([]float64, 2), 0.0
	rng := miniflow.NewRand(1)
	for range 10_000 {
		p.DrawCondition(w, rng)
		require.InDelta(t, 1, w[0]+w[1], 1e-12)
		sum += w[0] / 10_000
	}
	require.InDelta(t, 0.5, sum, 0.02)
}
