package gfnenvs_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

func TestWords(t *testing.T) {
	for _, c := range []struct {
		id     string
		action int
		name   string
		path   []int // then action is not legal
		why    string
	}{
		{"HyperGrid-2x8", 1, "raise 1", []int{1, 1, 1, 1, 1, 1, 1}, "coordinate 1 is at its end, 7"},
		{"TemperedHyperGrid-2x8", 2, "exit", nil, ""},
		{"ConditionalHyperGrid-2x8", 0, "raise 0", []int{0, 0, 0, 0, 0, 0, 0}, "coordinate 0 is at its end, 7"},
		{"BitSequence-16x4", 5, "append 0101", []int{0, 0, 0, 0}, "all 4 words are there"},
		{"BitSequence-16x4", 16, "exit", []int{3}, "it has 1 of 4 words"},
		{"BitSequence-PrependAppend-16x4", 16 + 9, "prepend 1001", []int{0, 0, 0, 0}, "all 4 words are there"},
		{"Sequence-AnyOrder-6x4", 2*4 + 3, "put 3 at 2", []int{2 * 4}, "position 2 is taken"},
		{"Set-16x8", 3, "add item 3", []int{3}, "item 3 is in the set already"},
		{"Set-16x8", 9, "add item 9", []int{0, 1, 2, 3, 4, 5, 6, 7}, "the set is full: it has 8 items"},
		{"Set-Fixed-16x8", 16, "exit", []int{0, 1}, "it has 2 of 8 items"},
		{"Multiset-6x8", 2, "add item 2", []int{2, 2, 2, 2, 2, 2, 2, 2}, "the multiset is full: it has 8 items"},
		{"PerfectTree-4", 2, "exit", []int{0}, "only leaves can exit"},
		{"PerfectTree-4", 0, "left", []int{0, 1, 0, 1}, "this is a leaf"},
		{"Ising-4x4", 16 + 2, "site 2 up", []int{2}, "site 2 is set"},
		{"Ising-4x4", 32, "exit", []int{2}, "1 of 16 sites are set"},
		{"GraphRing-4", 0, "edge 0 → 1", []int{0}, "nodes 0 and 1 are joined already"},
		{"GraphTriangles-4", 1, "add a node of kind 1", []int{0, 0, 0, 0}, "all 4 nodes are there"},
		{"GraphTriangles-4", 2, "edge 0 – 1", []int{0}, "there is no node 1 yet"},
		{"DAG-5", 1, "edge 0 → 1", []int{1}, "the edge is there already"},
		{"DAG-5", 10, "edge 2 → 0", []int{1, 5 + 2}, "that would close a cycle: there is a path from 0 to 2"},
		{"DAG-5", 0, "edge 0 → 0", nil, "node 0 cannot be its own parent"},
		{"Dropout-2x5", 2, "exit", []int{0}, "1 of 10 units are decided"},
		{"Dropout-2x5", 1, "keep", []int{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}, "all units are decided"},
		{"PhyloTree-6x32", 0, "join 0 and 1", []int{0}, "1 is part of the tree of 0"},
		{"PhyloTree-6x32", 15, "exit", []int{0}, "there are 5 trees: join them into one"},
	} {
		r, err := gfnenvs.RulesOf(c.id)
		require.NoError(t, err)
		require.Equal(t, c.name, gfnenvs.ActionName(r, c.action), c.id)
		if c.why == "" {
			continue
		}
		l := r.Layout()
		s, legal := make([]int32, len(l.Values)), make([]bool, l.Actions)
		for _, a := range c.path {
			clear(legal)
			r.Forward(legal, s)
			require.True(t, legal[a], "%s: %s", c.id, gfnenvs.ActionName(r, a))
			r.Apply(s, a)
		}
		clear(legal)
		r.Forward(legal, s)
		require.False(t, legal[c.action], c.id)
		require.Equal(t, c.why, gfnenvs.WhyNot(r, s, c.action), c.id)
	}
}

// In every registered environment actions have names of their own, and there is a
// reason for whatever is not legal along a walk.
func TestEveryIDHasWords(t *testing.T) {
	n := 0
	for _, id := range miniflow.IDs() {
		r, err := gfnenvs.RulesOf(id)
		if err != nil {
			continue // its actions are real vectors, or it is no construction
		}
		n++
		l := r.Layout()
		names := make([]string, l.Actions)
		for a := range names {
			names[a] = gfnenvs.ActionName(r, a)
			require.NotEmpty(t, names[a])
		}
		slices.Sort(names)
		require.Len(t, slices.Compact(names), l.Actions, "%s: two actions have one name", id)
		rng := miniflow.NewRand(1)
		s, legal := make([]int32, len(l.Values)), make([]bool, l.Actions)
		for {
			clear(legal)
			r.Forward(legal, s)
			var can []int
			for a, ok := range legal {
				if ok {
					can = append(can, a)
					continue
				}
				why := gfnenvs.WhyNot(r, s, a)
				require.NotEmpty(t, why, "%s: %v", id, s)
				require.False(t, strings.HasSuffix(why, "."), why)
			}
			a := can[rng.Intn(len(can))]
			if a == l.Exit() {
				break
			}
			r.Apply(s, a)
		}
	}
	require.Greater(t, n, 30)
}

// Rules without words of their own have numbers.
func TestWordsOfPlainRules(t *testing.T) {
	r := plain{}
	require.Equal(t, "action 1", gfnenvs.ActionName(r, 1))
	require.Equal(t, "exit", gfnenvs.ActionName(r, 2))
	require.Equal(t, "action 1 is not legal in this state", gfnenvs.WhyNot(r, []int32{1}, 1))
	require.Equal(t, "the object is not complete", gfnenvs.WhyNot(r, []int32{1}, 2))
}

// plain are rules that only say what they must.
type plain struct{}

func (plain) Layout() gfnenvs.Layout      { return gfnenvs.Layout{Values: []int{2}, Actions: 3} }
func (plain) Forward([]bool, []int32)     {}
func (plain) Backward([]bool, []int32)    {}
func (plain) Apply([]int32, int)          {}
func (plain) Undo([]int32, int)           {}
func (plain) LogReward(s []int32) float64 { return 0 }
