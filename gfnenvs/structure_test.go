package gfnenvs

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
)

// Actions change the part of the state that the rules say, and two actions never
// share part and label.
func TestParts(t *testing.T) {
	kinds := map[StructureKind]int{}
	for _, id := range miniflow.IDs() {
		rules, err := RulesOf(id)
		if err != nil {
			continue
		}
		inner := Innermost(rules)
		r, ok := inner.(Structured)
		if !ok {
			continue
		}
		x, l := r.Structure(), rules.Layout()
		kinds[x.Kind]++
		seen := map[Part]bool{}
		for a := range l.Exit() {
			require.False(t, seen[r.Part(a)], "%s: action %d", id, a)
			seen[r.Part(a)] = true
		}
		rng := miniflow.NewRand(1)
		for range 20 {
			s, mask := make([]int32, len(l.Values)), make([]bool, l.Actions)
			for {
				clear(mask)
				rules.Forward(mask, s)
				var legal []int
				for a, ok := range mask {
					if ok {
						legal = append(legal, a)
					}
				}
				a := legal[rng.Intn(len(legal))]
				if a == l.Exit() {
					break
				}
				before := slices.Clone(s)
				rules.Apply(s, a)
				p := r.Part(a)
				for i := range x.Elements {
					was, is := element(inner, before, i), element(inner, s, i)
					require.LessOrEqual(t, int(is), x.Labels, id)
					require.True(t, p.I < 0 || p.J < 0 && p.I == i || was == is, "%s: action %d changes element %d", id, a, i)
					require.True(t, p.I != i || p.J >= 0 || was != is, "%s: action %d does not change element %d", id, a, i)
					for j := range x.Elements {
						g, ok := inner.(Graphical)
						if !ok || i == j {
							continue
						}
						changed := g.Edge(before, i, j) != g.Edge(s, i, j)
						of := p.I == i && p.J == j || !x.Directed && p.I == j && p.J == i
						require.Equal(t, of, changed, "%s: action %d, edge %d %d", id, a, i, j)
						require.LessOrEqual(t, int(g.Edge(s, i, j)), x.EdgeLabels, id)
					}
				}
			}
		}
	}
	t.Log(kinds)
	for _, k := range []StructureKind{SetStructure, SequenceStructure, GraphStructure} {
		require.GreaterOrEqual(t, kinds[k], 3, k)
	}
}

func element(r Rules, s []int32, i int) int32 {
	if g, ok := r.(Graphical); ok {
		return g.Node(s, i)
	}
	return s[i]
}
