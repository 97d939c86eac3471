package gfnenvs_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
)

// extra are rules that no registered id has.
func extra(t testing.TB) map[string]gfnenvs.Rules {
	t.Helper()
	out := map[string]gfnenvs.Rules{}
	add := func(name string, r gfnenvs.Rules, err error) {
		require.NoError(t, err, name)
		out[name] = r
	}
	flat := func([]int32) float64 { return 0 }
	for _, order := range []gfnenvs.Order{gfnenvs.Append, gfnenvs.PrependAppend, gfnenvs.AnyOrder} {
		for _, least := range []int{0, -1, 2} {
			r, err := gfnenvs.NewSequence(gfnenvs.SequenceConfig{Words: 3, Length: 4, Order: order, MinLength: least, LogReward: flat})
			add("sequence "+order.String(), r, err)
			require.NoError(t, gfnenvs.CheckRules(r, 30, 1), "%v, at least %d", order, least)
		}
	}
	set, err := gfnenvs.NewMultiset(gfnenvs.SetConfig{Items: 3, Max: 4, Fixed: true, Energy: flat})
	add("fixed multiset", set, err)
	view := func(gfnenvs.GraphView) float64 { return 0 }
	for name, c := range map[string]gfnenvs.GraphConfig{
		"labelled graph":  {MaxNodes: 3, NodeLabels: 2, EdgeLabels: 2, MinNodes: 1, LogReward: view},
		"directed graph":  {MaxNodes: 3, NodeLabels: 1, EdgeLabels: 1, Directed: true, LogReward: view},
		"labelled edges":  {MaxNodes: 3, EdgeLabels: 2, LogReward: view},
		"edges, directed": {MaxNodes: 3, EdgeLabels: 2, Directed: true, LogReward: view},
	} {
		r, err := gfnenvs.NewGraph(c)
		add(name, r, err)
	}
	dag, err := gfnenvs.NewDAG(gfnenvs.DAGConfig{Nodes: 4, MaxParents: 1, Prior: gfnenvs.ErdosRenyiPrior(0.3)})
	add("forest", dag, err)
	for name, score := range wideScores(t) {
		r, err := gfnenvs.NewDAG(gfnenvs.DAGConfig{Nodes: 13, Score: score, Prior: gfnenvs.FairPrior(13)})
		add(name, r, err)
	}
	grid, err := gfnenvs.NewHyperGrid(2, 4, nil)
	require.NoError(t, err)
	both, err := gfnenvs.NewPreferences(grid, func(s []int32) float64 { return float64(s[0]) }, func(s []int32) float64 { return float64(s[1]) })
	add("preferences", both, err)
	return out
}

// wideScores are scores of graphs too wide for a table of parent sets.
func wideScores(t testing.TB) map[string]gfnenvs.DAGScore {
	data := gfnenvs.LinearData(13, 50, 0.3, 1)
	bge, err := gfnenvs.NewBGe(data, 1, 15)
	require.NoError(t, err)
	lin, err := gfnenvs.NewLinearGaussian(data, 0.5, 1, 0.3)
	require.NoError(t, err)
	return map[string]gfnenvs.DAGScore{"wide dag, bge": bge, "wide dag, linear Gaussian": lin}
}

// everything is the rules of all registered ids and the extra ones.
func everything(t testing.TB) map[string]gfnenvs.Rules {
	out := extra(t)
	for _, id := range miniflow.IDs() {
		r, err := gfnenvs.RulesOf(id)
		if err == nil {
			out[id] = r
		}
	}
	return out
}

func TestCheckRules(t *testing.T) {
	all := everything(t)
	require.Greater(t, len(all), 40)
	for name, r := range all {
		require.NoError(t, gfnenvs.CheckRules(r, 5, 1), name)
	}
}

// small is a bound of the state space below which it is enumerated.
const small = 30_000

// TestEnumerable checks on whole state spaces that there is no cycle, that the
// longest construction is as long as the layout says, that the two masks list
// the same edges, that every state leads to an exit, and that closed forms of log
// Z are right.
func TestEnumerable(t *testing.T) {
	n := 0
	for name, r := range everything(t) {
		g, err := exact.EnumerateUpTo(r, small)
		if errors.Is(err, exact.ErrTooMany) {
			continue
		}
		require.NoError(t, err, name)
		n++
		l := r.Layout()
		mask, backward, s := make([]bool, l.Actions), 0, make([]int32, len(l.Values))
		for i := range g.Len() {
			clear(mask)
			r.Backward(mask, g.State(i))
			for a, ok := range mask {
				if !ok {
					continue
				}
				backward++
				copy(s, g.State(i))
				r.Undo(s, a)
				p, ok := g.Index(s)
				require.True(t, ok, "%s: the parent %v of %v is not reachable", name, s, g.State(i))
				c, ok := g.Child(p, a)
				require.True(t, ok && c == i, "%s: action %d of %v", name, a, s)
			}
			require.False(t, i > 0 && !contains(mask, true), "%s: %v has no parent", name, g.State(i))
		}
		require.Equal(t, g.Edges(), backward, name)
		longest, exits := longestPath(g, l)
		require.True(t, exits, "%s: some state does not reach an exit", name)
		if l.Steps > 0 {
			require.Equal(t, l.Steps, longest+1, "%s: steps of the longest construction", name)
		}
		if p, ok := r.(gfnenvs.Partitioner); ok {
			if logZ, ok := p.LogZ(); ok {
				require.InDelta(t, logZ, g.LogZ(), 1e-9, name)
			}
		}
		f, err := g.Flows(nil)
		require.NoError(t, err)
		require.InDelta(t, g.LogZ(), f.Log[0], 1e-9, name)
	}
	require.Greater(t, n, 25)
}

func contains(mask []bool, v bool) bool {
	for _, m := range mask {
		if m == v {
			return true
		}
	}
	return false
}

// longestPath returns the number of actions of the longest construction without
// its exit, and whether every state reaches an exit.
func longestPath(g *exact.Graph, l gfnenvs.Layout) (int, bool) {
	depth := make([]int, g.Len())
	longest, exits := 0, true
	reaches := make([]bool, g.Len())
	for i := range g.Len() {
		for a := range l.Exit() {
			if c, ok := g.Child(i, a); ok {
				depth[c] = max(depth[c], depth[i]+1)
			}
		}
		longest = max(longest, depth[i])
	}
	for i := g.Len() - 1; i >= 0; i-- {
		reaches[i] = g.CanExit(i)
		for a := range l.Exit() {
			if c, ok := g.Child(i, a); ok {
				reaches[i] = reaches[i] || reaches[c]
			}
		}
		exits = exits && reaches[i]
	}
	return longest, exits
}

// TestCheckRulesFindsFaults checks the checker.
func TestCheckRulesFindsFaults(t *testing.T) {
	for _, tc := range []struct {
		rules gfnenvs.Rules
		words string
	}{
		{wrong{undo: true}, "undoing it leads to"},
		{wrong{backward: true}, "the other mask forbids undoing it"},
		{wrong{outside: true}, "element 0 is 2, not in [0,2)"},
		{wrong{steps: true}, "the layout promises at most 1"},
		{broken{[]int{2, 2}, 3, 0, true}, "no action is legal"},
		{broken{[]int{2, 0}, 3, 0, false}, "takes 0 values"},
	} {
		require.ErrorContains(t, gfnenvs.CheckRules(tc.rules, 20, 1), tc.words)
	}
	require.NoError(t, gfnenvs.CheckRules(wrong{}, 20, 1))
}

// wrong is one coin that is turned twice, with faults to choose from.
type wrong struct{ undo, backward, outside, steps bool }

func (r wrong) Layout() gfnenvs.Layout {
	if r.steps {
		return gfnenvs.Layout{Values: []int{2, 2}, Actions: 3, Steps: 1}
	}
	return gfnenvs.Layout{Values: []int{2, 2}, Actions: 3}
}

func (r wrong) Forward(dst []bool, s []int32) { dst[0], dst[1], dst[2] = s[0] == 0, s[1] == 0, true }

func (r wrong) Backward(dst []bool, s []int32) {
	dst[0], dst[1] = s[0] == 1, s[1] == 1 && !r.backward
}

func (r wrong) Apply(s []int32, a int) {
	s[a] = 1
	if r.outside {
		s[a] = 2
	}
}

func (r wrong) Undo(s []int32, a int) {
	s[a] = 0
	if r.undo {
		clear(s)
	}
}

func (r wrong) LogReward([]int32) float64 { return 0 }

// TestRulesDoNotAllocate covers every method of all rules.
func TestRulesDoNotAllocate(t *testing.T) {
	for name, r := range everything(t) {
		l := r.Layout()
		rng, s, mask := miniflow.NewRand(1), make([]int32, len(l.Values)), make([]bool, l.Actions)
		walk := func() {
			clear(s)
			for {
				clear(mask)
				r.Forward(mask, s)
				a := int(randomLegal(rng, mask))
				if a == l.Exit() {
					break
				}
				r.Apply(s, a)
				clear(mask)
				r.Backward(mask, s)
			}
			r.LogReward(s)
		}
		walk()
		require.Zero(t, testing.AllocsPerRun(3, walk), name)
	}
}
