package gfn

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/nn"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// reader is a structured network in float64 with its inputs.
type reader struct {
	rules   gfnenvs.Rules
	encoder *encoder
	params  nn.ParamsOf[float64]
	m       *structured[float64]
}

func newReader(t *testing.T, rules gfnenvs.Rules, kind Network, conds int) *reader {
	e, err := newEncoder(rules.Layout())
	require.NoError(t, err)
	a, err := newAnatomy(rules, kind, e, conds)
	require.NoError(t, err)
	r := &reader{rules: rules, encoder: e}
	r.m, err = newStructured(r.params.Block("policy"), kind, a, answers{true, true, true}, []int{8, 8}, 2, miniflow.NewRand(5))
	require.NoError(t, err)
	require.Equal(t, 2*rules.Layout().Actions, r.m.outputs())
	return r
}

// outputs returns those for states, under the condition 0.3, 0.6, ...
func (r *reader) outputs(tape *nn.TapeOf[float64], states [][]int32) nn.Value {
	in := inputs{width: r.encoder.width}
	for i, s := range states {
		on := make([]int32, r.encoder.width)
		if err := r.encoder.encode(on, s); err != nil {
			panic(err)
		}
		in.on = append(in.on, on...)
		for k := range r.m.conds {
			in.dense = append(in.dense, 0.3*float32(i%3+k+1))
		}
	}
	return r.m.apply(tape, read(r.m.anatomy, in, 0, len(states), new(memory[float64])))
}

func (r *reader) rows(states ...[]int32) [][]float64 {
	tape := nn.NewTapeOf[float64]()
	v := tape.Data(r.outputs(tape, states))
	var out [][]float64
	for i := range states {
		n := r.m.outputs()
		out = append(out, v[i*n:(i+1)*n])
	}
	return out
}

// construction returns the actions of a random construction, the exit left out.
func construction(rules gfnenvs.Rules, rng *miniflow.Rand) (actions []int) {
	l := rules.Layout()
	s := make([]int32, len(l.Values))
	for {
		mask := make([]bool, l.Actions)
		rules.Forward(mask, s)
		var legal []int
		for a, ok := range mask {
			if ok {
				legal = append(legal, a)
			}
		}
		a := legal[rng.Intn(len(legal))]
		if a == l.Exit() {
			return actions
		}
		actions = append(actions, a)
		rules.Apply(s, a)
	}
}

// stateBehind returns the state behind actions.
func stateBehind(rules gfnenvs.Rules, actions []int) []int32 {
	s := make([]int32, len(rules.Layout().Values))
	for _, a := range actions {
		rules.Apply(s, a)
	}
	return s
}

func rulesOf(t *testing.T, id string, options ...miniflow.Option) gfnenvs.Rules {
	rules, err := gfnenvs.RulesOf(id, options...)
	require.NoError(t, err)
	return rules
}

type reading struct {
	kind Network
	id   string
}

// Every network with rules that it reads.
var readable = []reading{
	{NetworkDeepSets, "Set-16x8"},
	{NetworkDeepSets, "Multiset-6x8"},
	{NetworkDeepSets, "BitSequence-AnyOrder-16x4"},
	{NetworkSetTransformer, "Set-16x8"},
	{NetworkSetTransformer, "Ising-4x4"},
	{NetworkGIN, "GraphRing-4"},
	{NetworkGIN, "GraphTriangles-4"},
	{NetworkGIN, "DAG-5"},
	{NetworkGCN, "GraphRing-4"},
	{NetworkGCN, "GraphTriangles-4"},
	{NetworkGCN, "DAG-5"},
	{NetworkGRU, "BitSequence-16x4"},
	{NetworkGRU, "Sequence-Variable-8x4"},
	{NetworkGRU, "BitSequence-AnyOrder-16x4"},
	{NetworkTransformer, "BitSequence-PrependAppend-16x4"},
	{NetworkTransformer, "Sequence-Variable-8x4"},
	{NetworkTransformer, "BitSequence-AnyOrder-16x4"},
}

// What a network answers for a state does not depend on the others that it is
// evaluated with, however much longer or larger they are.
func TestNetworkRows(t *testing.T) {
	for _, c := range readable {
		t.Run(fmt.Sprint(c.kind, " ", c.id), func(t *testing.T) {
			rules, rng := rulesOf(t, c.id), miniflow.NewRand(2)
			r := newReader(t, rules, c.kind, 0)
			states := [][]int32{stateBehind(rules, nil)}
			for range 8 {
				actions := construction(rules, rng)
				states = append(states, stateBehind(rules, actions[:rng.Intn(len(actions)+1)]), stateBehind(rules, actions))
			}
			together := r.rows(states...)
			for i, s := range states {
				// The same sums in the same order but for the blocks of products.
				require.InDeltaSlice(t, r.rows(s)[0], together[i], 1e-12, "%v", s)
			}
		})
	}
}

// Permuting elements, with their vectors where they have some, permutes outputs.
func TestNetworkPermutations(t *testing.T) {
	undirected := miniflow.WithParam("directed", false)
	const kinds, kindsDirected = "two kinds of edges", "two kinds of directed edges"
	for _, c := range []struct {
		kind    Network
		id      string
		options []miniflow.Option
	}{
		{NetworkGIN, kinds, nil},
		{NetworkGIN, kindsDirected, nil},
		{NetworkGCN, kinds, nil},
		{NetworkGCN, kindsDirected, nil},
		{NetworkDeepSets, "Set-16x8", nil},
		{NetworkDeepSets, "Multiset-6x8", nil},
		{NetworkSetTransformer, "Set-16x8", nil},
		{NetworkSetTransformer, "Ising-4x4", nil},
		{NetworkTransformer, "BitSequence-AnyOrder-16x4", nil},
		{NetworkGIN, "GraphRing-4", nil},
		{NetworkGIN, "GraphRing-4", []miniflow.Option{undirected}},
		{NetworkGIN, "DAG-5", nil},
		{NetworkGCN, "GraphRing-4", nil},
		{NetworkGCN, "GraphRing-4", []miniflow.Option{undirected}},
		{NetworkGCN, "DAG-5", nil},
	} {
		t.Run(fmt.Sprint(c.kind, " ", c.id, " ", len(c.options)), func(t *testing.T) {
			var rules gfnenvs.Rules
			rng := miniflow.NewRand(3)
			switch c.id {
			case kinds, kindsDirected:
				var err error
				rules, err = gfnenvs.NewGraph(gfnenvs.GraphConfig{MaxNodes: 4, EdgeLabels: 2, Directed: c.id == kindsDirected, LogReward: func(gfnenvs.GraphView) float64 { return 0 }})
				require.NoError(t, err)
			default:
				rules = rulesOf(t, c.id, c.options...)
			}
			a, b := newReader(t, rules, c.kind, 2), newReader(t, rules, c.kind, 2)
			n := a.m.Elements
			place := make([]int, n)
			rng.Permutation(place)
			if p, ok := a.params.Get("policy.embed.number.weight"); ok {
				q, _ := b.params.Get("policy.embed.number.weight")
				for i, j := range place {
					copy(q.Data()[j*p.Cols:(j+1)*p.Cols], p.Data()[i*p.Cols:(i+1)*p.Cols])
				}
			} else {
				require.False(t, a.m.Distinct)
			}
			number := map[gfnenvs.Part]int{}
			for k, p := range a.m.parts {
				number[p] = k
			}
			move := func(action int) int {
				p := a.m.parts[action]
				if p.I >= 0 {
					p.I = place[p.I]
				}
				if p.J >= 0 {
					p.J = place[p.J]
				}
				if !a.m.Directed && p.J >= 0 && p.I > p.J {
					p.I, p.J = p.J, p.I
				}
				k, ok := number[p]
				require.True(t, ok, "%v", p)
				return k
			}
			for range 10 {
				actions := construction(rules, rng)
				actions = actions[:rng.Intn(len(actions)+1)]
				moved := make([]int, len(actions))
				for k, action := range actions {
					moved[k] = move(action)
				}
				want, got := a.rows(stateBehind(rules, actions))[0], b.rows(stateBehind(rules, moved))[0]
				exit := rules.Layout().Exit()
				for action := range exit {
					require.InDelta(t, want[action], got[move(action)], 1e-12)
					require.InDelta(t, want[exit+1+action], got[exit+1+move(action)], 1e-12)
				}
				require.InDelta(t, want[exit], got[exit], 1e-12)
				require.InDelta(t, want[2*exit+1], got[2*exit+1], 1e-12)
			}
		})
	}
}

// Graphs that differ in the kind or direction of one edge only differ in what the
// networks say of them: in log F, which the vectors of nodes reach through the
// whole only, and in the logits of a pair of other nodes.
func TestNetworkEdgeKinds(t *testing.T) {
	for _, directed := range []bool{false, true} {
		rules, err := gfnenvs.NewGraph(gfnenvs.GraphConfig{MaxNodes: 5, NodeLabels: 1, EdgeLabels: 2, Directed: directed, LogReward: func(gfnenvs.GraphView) float64 { return 0 }})
		require.NoError(t, err)
		for _, kind := range []Network{NetworkGIN, NetworkGCN} {
			r := newReader(t, rules, kind, 0)
			number := map[gfnenvs.Part]int{}
			for k, p := range r.m.parts {
				number[p] = k
			}
			graph := func(edges ...gfnenvs.Part) []int32 {
				actions := []int{0, 0, 0, 0, 0} // a node each
				for _, e := range edges {
					k, ok := number[e]
					require.True(t, ok, "%v", e)
					actions = append(actions, k)
				}
				return stateBehind(rules, actions)
			}
			path := gfnenvs.Part{I: 1, J: 2}
			states := [][]int32{
				graph(gfnenvs.Part{I: 0, J: 1}, path),
				graph(gfnenvs.Part{I: 0, J: 1, Label: 1}, path),
			}
			if directed {
				states = append(states, graph(gfnenvs.Part{I: 1, J: 0}, path))
			}
			rows := r.rows(states...)
			for i := range rows {
				for j := range i {
					for _, k := range []int{r.m.outputs() - 1, number[gfnenvs.Part{I: 2, J: 3}]} {
						require.Greater(t, math.Abs(rows[i][k]-rows[j][k]), 1e-3, "%v, directed %v: states %d and %d, output %d", kind, directed, i, j, k)
					}
				}
			}
		}
	}
}

// Nodes and words that are not there yet change nothing: a network for larger
// objects with the same weights gives the same answers.
func TestNetworkPadding(t *testing.T) {
	graph := func(nodes int) gfnenvs.Rules {
		r, err := gfnenvs.NewGraph(gfnenvs.GraphConfig{MaxNodes: nodes, NodeLabels: 2, EdgeLabels: 2, Directed: true, LogReward: func(gfnenvs.GraphView) float64 { return 0 }})
		require.NoError(t, err)
		return r
	}
	words := func(length int) gfnenvs.Rules {
		r, err := gfnenvs.NewSequence(gfnenvs.SequenceConfig{Words: 3, Length: length, MinLength: -1, LogReward: func([]int32) float64 { return 0 }})
		require.NoError(t, err)
		return r
	}
	for _, c := range []struct {
		kind         Network
		small, large gfnenvs.Rules
	}{{NetworkGIN, graph(4), graph(6)}, {NetworkGCN, graph(4), graph(6)}, {NetworkGRU, words(4), words(6)}, {NetworkTransformer, words(4), words(6)}} {
		a, b := newReader(t, c.small, c.kind, 0), newReader(t, c.large, c.kind, 0)
		for _, p := range a.params.All() {
			q, ok := b.params.Get(p.Name())
			require.True(t, ok)
			copy(q.Data(), p.Data())
		}
		part := map[gfnenvs.Part]int{}
		for k, p := range b.m.parts {
			part[p] = k
		}
		rng := miniflow.NewRand(4)
		for range 20 {
			actions := construction(c.small, rng)
			moved := make([]int, len(actions))
			for k, action := range actions {
				moved[k] = part[a.m.parts[action]]
			}
			want, got := a.rows(stateBehind(c.small, actions))[0], b.rows(stateBehind(c.large, moved))[0]
			for action, p := range a.m.parts {
				if c.kind <= NetworkGCN && p.I >= 0 && (a.m.graph.Node(stateBehind(c.small, actions), p.I) == 0 || a.m.graph.Node(stateBehind(c.small, actions), p.J) == 0) {
					continue // an edge of a node that is not there
				}
				require.InDelta(t, want[action], got[part[p]], 1e-12, "%v", c.kind)
			}
			require.InDelta(t, want[c.small.Layout().Exit()], got[c.large.Layout().Exit()], 1e-12, "%v", c.kind)
		}
	}
}

// Gradients of a weighted sum of outputs against central differences in float64:
// with steps of 1e-6 those are good to about 1e-8 where no rectifier switches.
func TestNetworkGradients(t *testing.T) {
	for _, c := range readable {
		t.Run(fmt.Sprint(c.kind, " ", c.id), func(t *testing.T) {
			rules, rng := rulesOf(t, c.id), miniflow.NewRand(6)
			r := newReader(t, rules, c.kind, 1)
			for _, p := range r.params.All() { // with biases of 0, sums over nothing are where rectifiers switch
				for i := range p.Data() {
					p.Data()[i] += rng.Normal(0, 0.1)
				}
			}
			var states [][]int32
			for range 5 {
				actions := construction(rules, rng)
				states = append(states, stateBehind(rules, actions[:rng.Intn(len(actions)+1)]))
			}
			weights := make([]float64, len(states)*r.m.outputs())
			for i := range weights {
				weights[i] = rng.Normal(0, 1)
			}
			tape := nn.NewTapeOf[float64]()
			loss := func() float64 {
				tape.Reset()
				sum := 0.0
				for i, v := range tape.Data(r.outputs(tape, states)) {
					sum += weights[i] * v
				}
				return sum
			}
			tape.BackwardFrom(r.outputs(tape, states), weights)
			for _, p := range r.params.All() {
				grad := append([]float64{}, p.Grad()...)
				for range min(6, len(grad)) {
					i, h := rng.Intn(len(grad)), 1e-6
					old := p.Data()[i]
					p.Data()[i] = old + h
					up := loss()
					p.Data()[i] = old - h
					down := loss()
					p.Data()[i] = old
					require.InDelta(t, (up-down)/(2*h), grad[i], 1e-6*max(1, math.Abs(grad[i])), "%s[%d]", p.Name(), i)
				}
			}
		})
	}
}

func TestNetworkErrors(t *testing.T) {
	for _, c := range []struct {
		id   string
		edit func(c *Config)
		want string
	}{
		{"HyperGrid-2x8", func(c *Config) { c.Network = NetworkGIN }, "network gin reads graphs: a state of *gfnenvs.HyperGrid is not made of like elements"},
		{"Set-16x8", func(c *Config) { c.Network = NetworkGRU }, "network gru reads sequences: a state here is a set; use deepsets, settransformer, mlp"},
		{"GraphRing-4", func(c *Config) { c.Network = NetworkDeepSets }, "network deepsets reads sets and sequences: a state here is a graph; use gin, gcn, mlp"},
		{"Set-16x8", func(c *Config) { c.Network, c.Hidden = NetworkDeepSets, []int{8, 16} }, "the same number of units"},
		{"Set-16x8", func(c *Config) { c.Network, c.Hidden = NetworkSetTransformer, []int{9} }, "heads is 4: want a divisor of 9"},
		{"Set-16x8", func(c *Config) { c.Network, c.Tabular = NetworkDeepSets, true }, "cannot be tabular"},
	} {
		config, err := DefaultConfig(ObjectiveTB)
		require.NoError(t, err)
		c.edit(&config)
		env, err := miniflow.Make(c.id)
		require.NoError(t, err)
		_, err = New(env, config, 1, 100)
		require.ErrorContains(t, err, c.want)
	}
	require.ErrorContains(t, new(Network).UnmarshalText([]byte("cnn")), "unknown")
}

// What a structured network learns depends on the number of processors as little
// as what an MLP does, with a flow and a backward policy of their own.
func TestNetworkProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, c := range readable {
		var want [][]float32
		for _, n := range []int{1, 2} {
			runtime.GOMAXPROCS(n)
			a, m := newAgent(t, c.id, ObjectiveSubTB, func(k *Config) {
				k.Network, k.Backward, k.Hidden, k.EvalStates, k.Lanes = c.kind, BackwardFree, []int{32, 32}, 0, 16
			})
			for range 2 {
				require.NoError(t, a.Update(context.Background(), m))
			}
			var got [][]float32
			for _, p := range a.model.params.All() {
				require.True(t, finite(p.Data()), p.Name())
				got = append(got, p.Data())
			}
			if want == nil {
				want = got
			}
			require.Equal(t, want, got, "%v on %s with %d processors", c.kind, c.id, n)
		}
	}
}

// A run with a structured, noisy network that stops and is resumed ends with the same
// bytes.
func TestNetworkResume(t *testing.T) {
	config, err := DefaultConfig(ObjectiveDB)
	require.NoError(t, err)
	config.Network, config.Hidden, config.EvalEvery, config.Replay, config.Average, config.NoisyLayers = NetworkGIN, []int{16}, 7, ReplayFIFO, 0.1, 1
	checkResume(t, agents.Run{Env: agents.EnvConfig{ID: "GraphTriangles-4"}, Algorithm: &config, Steps: 2000, Seed: 3})
}
