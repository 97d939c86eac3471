package gfnenvs_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

var modes = []miniflow.Autoreset{miniflow.NextStep, miniflow.SameStep, miniflow.Disabled}

// ids returns the registered ids of this package.
func ids(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, id := range miniflow.IDs() {
		spec, err := miniflow.Lookup(id)
		require.NoError(t, err)
		if !strings.HasPrefix(spec.Family, "Test") {
			out = append(out, id)
		}
	}
	return out
}

func TestCheckEnv(t *testing.T) {
	for _, id := range ids(t) {
		for _, mode := range modes {
			require.NoError(t, miniflow.CheckID(id, miniflow.WithAutoreset(mode)), "%s, %v", id, mode)
		}
	}
}

// broken is a row of two coins whose rules can be made to misbehave.
type broken struct {
	values  []int
	actions int
	reward  float64
	deadEnd bool
}

func (r broken) Layout() gfnenvs.Layout {
	return gfnenvs.Layout{Values: r.values, Actions: r.actions}
}

func (r broken) Forward(dst []bool, s []int32) {
	dst[0] = s[0] == 0
	dst[1] = s[1] == 0
	dst[2] = !r.deadEnd
}

func (r broken) Backward(dst []bool, s []int32) { dst[0], dst[1] = s[0] == 1, s[1] == 1 }
func (r broken) Apply(s []int32, a int)         { s[a] = 1 }
func (r broken) Undo(s []int32, a int)          { s[a] = 0 }
func (r broken) LogReward(s []int32) float64    { return r.reward }

// TestBadRules covers rewards that are no numbers, states without actions and
// layouts that make no sense.
func TestBadRules(t *testing.T) {
	for _, tc := range []struct {
		rules  broken
		target error
		words  string
	}{
		{broken{[]int{2, 2}, 3, math.NaN(), false}, gfnenvs.ErrReward, "step Coins: lane 0: action 2 (exit): the log reward of state [1 1] is NaN"},
		{broken{[]int{2, 2}, 3, math.Inf(1), false}, gfnenvs.ErrReward, "step Coins: lane 0: action 2 (exit): the log reward of state [1 1] is +Inf"},
		{broken{[]int{2, 2}, 3, 0, true}, gfnenvs.ErrDeadEnd, "Coins: lane 0: state [1 1], reached by action 1"},
		{broken{nil, 3, 0, false}, gfnenvs.ErrRules, "build Coins: the state has no elements"},
		{broken{[]int{2, 0}, 3, 0, false}, gfnenvs.ErrRules, "element 1 of the state takes 0 values"},
		{broken{[]int{2, 2}, 0, 0, false}, gfnenvs.ErrRules, "0 actions"},
	} {
		env, err := gfnenvs.Builder{ID: "Coins"}.Build(tc.rules)
		if err == nil {
			b := miniflow.NewBatch(env)
			require.NoError(t, env.Reset(b, 1))
			for a := int32(0); a < 3 && err == nil; a++ {
				b.Action.I32[0] = a
				err = env.Step(b)
			}
		}
		require.ErrorIs(t, err, tc.target)
		require.ErrorContains(t, err, tc.words)
	}
}

// TestIllegalActions checks that a refused action moves no lane.
func TestIllegalActions(t *testing.T) {
	env, err := gfnenvs.Builder{ID: "Coins", Lanes: 2}.Build(broken{[]int{2, 2}, 3, 0, false})
	require.NoError(t, err)
	b := miniflow.NewBatch(env)
	require.NoError(t, env.Reset(b, 1))
	copy(b.Action.I32, []int32{0, 0})
	require.NoError(t, env.Step(b))
	copy(b.Action.I32, []int32{1, 0})
	err = env.Step(b)
	require.ErrorIs(t, err, miniflow.ErrAction)
	require.ErrorContains(t, err, "lane 1: action 0 is not legal in state [1 0]")
	require.Equal(t, []int32{1, 0, 1, 0}, b.Obs[0].I32)
	copy(b.Action.I32, []int32{0, 1})
	err = env.StepBack(b)
	require.ErrorIs(t, err, miniflow.ErrAction)
	require.ErrorContains(t, err, "lane 1: action 1 cannot have led to state [1 0]")
	require.Equal(t, []int32{1, 0}, env.State(0))
	require.ErrorIs(t, env.SetState(b, 0, []int32{1}), gfnenvs.ErrState)
	require.ErrorIs(t, env.SetState(b, 0, []int32{1, 2}), gfnenvs.ErrState)
	require.NoError(t, env.SetState(b, 0, []int32{1, 1}))
	require.Equal(t, []int32{1, 1, 1, 0}, b.Obs[0].I32)
}

// TestExit follows a construction through its exit and back.
func TestExit(t *testing.T) {
	env, err := miniflow.Make("HyperGrid-2x8", miniflow.WithAutoreset(miniflow.Disabled))
	require.NoError(t, err)
	flow, ok := miniflow.As[miniflow.Reversible](env)
	require.True(t, ok)
	b := miniflow.NewBatch(env)
	require.NoError(t, env.Reset(b))
	logReward, mask := make([]float64, 1), make([]bool, 3)
	for _, a := range []int32{0, 1, 2} {
		b.Action.I32[0] = a
		require.NoError(t, env.Step(b))
	}
	require.Equal(t, []int32{1, 1}, b.Obs[0].I32)
	require.True(t, b.Terminated[0])
	require.InDelta(t, 2.6, b.Reward[0], 1e-15) // |1/7 - 0.5| = 0.357 lies in the ring
	flow.LogReward(logReward)
	require.InDelta(t, math.Log(2.6), logReward[0], 1e-15)
	flow.BackwardMask(mask)
	require.Equal(t, []bool{false, false, true}, mask)
	require.NoError(t, flow.StepBack(b))
	require.False(t, b.Terminated[0])
	flow.BackwardMask(mask)
	require.Equal(t, []bool{true, true, false}, mask)
	b.Action.I32[0] = 1
	require.NoError(t, flow.StepBack(b))
	require.Equal(t, []int32{1, 0}, b.Obs[0].I32)
	b.Action.I32[0] = 0
	require.NoError(t, flow.StepBack(b))
	require.NoError(t, flow.StepBack(b), "a lane in its source state stays there")
	require.Equal(t, []int32{0, 0}, b.Obs[0].I32)
}

func TestConditions(t *testing.T) {
	env, err := miniflow.Make("ConditionalHyperGrid-2x8")
	require.NoError(t, err)
	b := miniflow.NewBatch(env)
	require.NoError(t, env.Reset(b, 5))
	require.Equal(t, miniflow.NewRand(5).Random(), b.Obs[1].F64[0])
	e := env.(*gfnenvs.Env)
	require.NoError(t, e.SetCondition(b, 0, 0.5))
	require.Error(t, e.SetCondition(b, 0, 1.5))
	require.Error(t, e.SetCondition(b, 0))
	b.Action.I32[0] = 2
	require.NoError(t, env.Step(b))
	require.InDelta(t, 0.5*2.6+0.5*0.6, b.Reward[0], 1e-15)
	rules, err := gfnenvs.Given(e.Rules().(gfnenvs.Conditional), 0)
	require.NoError(t, err)
	require.InDelta(t, math.Log(2.6), rules.LogReward([]int32{0, 0}), 1e-15)
}

func TestThreads(t *testing.T) {
	play := func(threads int) []float64 {
		env, err := miniflow.Make("HyperGrid-4x8", miniflow.WithLanes(256), miniflow.WithThreads(threads))
		require.NoError(t, err)
		b := miniflow.NewBatch(env)
		require.NoError(t, env.Reset(b, 1))
		rng, mask := miniflow.NewRand(3), make([]bool, 256*5)
		m, _ := miniflow.As[miniflow.Masker](env)
		var out []float64
		for range 50 {
			m.ActionMask(mask)
			for i := range 256 {
				b.Action.I32[i] = randomLegal(rng, mask[i*5:(i+1)*5])
			}
			require.NoError(t, env.Step(b))
			out = append(out, b.Reward...)
		}
		return out
	}
	require.Equal(t, play(1), play(3))
}

func randomLegal(rng *miniflow.Rand, mask []bool) int32 {
	for {
		if a := rng.Intn(len(mask)); mask[a] {
			return int32(a)
		}
	}
}

func TestErrorsAreDistinct(t *testing.T) {
	require.False(t, errors.Is(gfnenvs.ErrReward, gfnenvs.ErrState))
	_, err := gfnenvs.RulesOf("HyperGrid-2x9")
	require.ErrorIs(t, err, miniflow.ErrUnknownID)
}

// BenchmarkStep measures transitions through the Env, masks and choice included.
func BenchmarkStep(b *testing.B) {
	for _, id := range []string{"HyperGrid-2x8", "HyperGrid-4x20", "BitSequence-32x4", "BitSequence-AnyOrder-32x4", "Set-16x8", "Ising-4x4",
		"DAG-5", "PhyloTree-6x32", "GraphTriangles-4", "Dropout-2x5"} {
		b.Run(id, func(b *testing.B) { benchmarkStep(b, id, 16) })
	}
}

// BenchmarkRules measures transitions by the rules alone, as a sampler of its own
// makes them: mask, choice, move, and the log reward at the exit.
func BenchmarkRules(b *testing.B) {
	for _, id := range []string{"HyperGrid-2x8", "HyperGrid-4x20", "BitSequence-AnyOrder-32x4", "DAG-5"} {
		b.Run(id, func(b *testing.B) {
			r, err := gfnenvs.RulesOf(id)
			require.NoError(b, err)
			l := r.Layout()
			s, mask := make([]int32, len(l.Values)), make([]bool, l.Actions)
			start := 0
			for b.Loop() {
				clear(mask)
				r.Forward(mask, s)
				a := nextLegal(mask, start)
				start++
				if a == l.Exit() {
					r.LogReward(s)
					clear(s)
					continue
				}
				r.Apply(s, a)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "steps/s")
		})
	}
}

// nextLegal returns the first legal action from start on, around the end.
func nextLegal(mask []bool, start int) int {
	a := start % len(mask)
	for !mask[a] {
		if a++; a == len(mask) {
			a = 0
		}
	}
	return a
}

// benchmarkStep steps with autoreset and a fixed cheap policy: the first legal
// action from a rotating start.
func benchmarkStep(b *testing.B, id string, lanes int) {
	env, err := miniflow.Make(id, miniflow.WithLanes(lanes), miniflow.WithAutoreset(miniflow.SameStep))
	require.NoError(b, err)
	batch := miniflow.NewBatch(env)
	require.NoError(b, env.Reset(batch, 1))
	n := env.Spec().NumActions()
	mask := make([]bool, n*lanes)
	m, _ := miniflow.As[miniflow.Masker](env)
	b.ReportAllocs()
	t := 0
	for b.Loop() {
		m.ActionMask(mask)
		for i := range lanes {
			batch.Action.I32[i] = int32(nextLegal(mask[i*n:(i+1)*n], t+i))
		}
		if err := env.Step(batch); err != nil {
			b.Fatal(err)
		}
		t++
	}
	b.ReportMetric(float64(b.N*lanes)/b.Elapsed().Seconds(), "steps/s")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*lanes), "ns/step")
}
