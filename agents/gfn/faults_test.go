package gfn

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// faulty is a user's grid of 4x4 points with a fault at one of them.
type faulty struct {
	*gfnenvs.HyperGrid
	forward  func(dst []bool, s []int32) // after the grid's own
	backward func(dst []bool, s []int32)
	apply    func(s []int32, a int)
	undo     func(s []int32, a int)
	reward   func(s []int32) float64
	endless  bool // the layout promises no length
}

func (f faulty) Layout() gfnenvs.Layout {
	l := f.HyperGrid.Layout()
	if f.endless {
		l.Steps = 0
	}
	return l
}

func (f faulty) Forward(dst []bool, s []int32) {
	if f.HyperGrid.Forward(dst, s); f.forward != nil {
		f.forward(dst, s)
	}
}

func (f faulty) Backward(dst []bool, s []int32) {
	if f.HyperGrid.Backward(dst, s); f.backward != nil {
		f.backward(dst, s)
	}
}

func (f faulty) Apply(s []int32, a int) {
	if f.HyperGrid.Apply(s, a); f.apply != nil {
		f.apply(s, a)
	}
}

func (f faulty) Undo(s []int32, a int) {
	if f.HyperGrid.Undo(s, a); f.undo != nil {
		f.undo(s, a)
	}
}

func (f faulty) LogReward(s []int32) float64 {
	if f.reward != nil {
		return f.reward(s)
	}
	return 0
}

func (f faulty) Potential(s []int32) float64 { return f.LogReward(s) }

func at(s []int32, x, y int32) bool { return s[0] == x && s[1] == y }

func rewardAt(x, y int32, v float64) func([]int32) float64 {
	return func(s []int32) float64 {
		if at(s, x, y) {
			return v
		}
		return 0
	}
}

// Whatever is wrong with rules, the error names environment, state and action,
// wherever it shows: when states are enumerated, when a trajectory is drawn or an
// environment stepped. No parameter is anything but a number then.
func TestFaults(t *testing.T) {
	grid, err := gfnenvs.NewHyperGrid(2, 4, nil)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		rules             faulty
		wraps             error
		state, action     string
		data              []int32 // what to learn from
		objective         Objective
		onlyDrawn, noStep bool
		path              []int32 // actions that show it in Env.Step
	}{
		"NaN":  {rules: faulty{reward: rewardAt(3, 0, math.NaN())}, wraps: gfnenvs.ErrReward, state: "[3 0]", action: "2 (exit)", path: []int32{0, 0, 0, 2}},
		"+Inf": {rules: faulty{reward: rewardAt(3, 0, math.Inf(1))}, wraps: gfnenvs.ErrReward, state: "[3 0]", action: "2 (exit)", path: []int32{0, 0, 0, 2}},
		"NaN of a potential": {rules: faulty{reward: rewardAt(1, 1, math.NaN()), forward: func(dst []bool, s []int32) { dst[2] = !at(s, 1, 1) }},
			objective: ObjectiveFLDB, onlyDrawn: true, noStep: true, wraps: gfnenvs.ErrReward, state: "[1 1]"},
		"no action": {rules: faulty{forward: func(dst []bool, s []int32) {
			if at(s, 1, 0) {
				clear(dst)
			}
		}}, wraps: gfnenvs.ErrDeadEnd, state: "[1 0]", action: "0 (raise 0)", path: []int32{0}},
		"out of the state space": {rules: faulty{forward: func(dst []bool, s []int32) { dst[1] = dst[1] || at(s, 0, 3) }},
			state: "[0 3]", action: "1 (raise 1)", path: []int32{1, 1, 1, 1}},
		"negative": {rules: faulty{apply: func(s []int32, a int) {
			if a == 0 && at(s, 2, 1) {
				s[0] = -1
			}
		}}, state: "[1 1]", action: "0 (raise 0)", path: []int32{0, 1, 0}},
		"no way back": {rules: faulty{backward: func(dst []bool, s []int32) {
			if at(s, 1, 2) {
				dst[0] = false
			}
		}}, wraps: gfnenvs.ErrRules, state: "[0 2]", action: "0 (raise 0)", onlyDrawn: true, noStep: true},
		"no way forward": {rules: faulty{forward: func(dst []bool, s []int32) { dst[0] = dst[0] && !at(s, 0, 2) }}, data: []int32{1, 2},
			wraps: gfnenvs.ErrRules, state: "[1 2]", action: "0 (raise 0)", onlyDrawn: true, noStep: true},
		"cycle": {rules: faulty{forward: func(dst []bool, s []int32) { dst[2] = at(s, 3, 3) }, apply: func(s []int32, a int) {
			if at(s, 2, 2) {
				s[0], s[1] = 1, 1
			}
		}, backward: func(dst []bool, s []int32) { dst[0], dst[1] = true, true }}, wraps: gfnenvs.ErrRules, state: "state [", action: "(raise ", noStep: true},
		"cycle without a length": {rules: faulty{endless: true, forward: func(dst []bool, s []int32) { dst[0], dst[1], dst[2] = true, false, false }, apply: func(s []int32, a int) { s[0] = 1 },
			backward: func(dst []bool, s []int32) { dst[0] = true }}, wraps: gfnenvs.ErrRules, state: "[1 0]", action: "0 (raise 0)", noStep: true},
	} {
		t.Run(name, func(t *testing.T) {
			c.rules.HyperGrid = grid
			env, err := gfnenvs.Builder{ID: "Faulty-4x4"}.Build(c.rules)
			require.NoError(t, err)
			check := func(err error) {
				t.Helper()
				require.Error(t, err)
				t.Log(err)
				if c.wraps != nil {
					require.ErrorIs(t, err, c.wraps)
				}
				for _, part := range []string{"Faulty-4x4", c.state, c.action} {
					require.ErrorContains(t, err, part)
				}
			}
			objective := c.objective
			if objective == "" {
				objective = ObjectiveTB
			}
			config, err := DefaultConfig(objective)
			require.NoError(t, err)
			config.Hidden, config.Lanes, config.Backward = []int{8}, 8, BackwardUniform
			if !c.onlyDrawn {
				_, err = New(env, config, 1, 100)
				check(err)
			}
			config.EvalStates = 0
			a, err := New(env, config, 1, 100)
			require.NoError(t, err)
			if c.data != nil {
				require.NoError(t, a.SetData([][]int32{c.data}))
			}
			m := agents.NewMeter(1, math.NaN())
			for err == nil && m.Episodes() < 10_000 {
				err = a.Update(context.Background(), m)
			}
			check(err)
			for _, p := range a.model.params.All() {
				require.True(t, finite(p.Data()), p.Name())
			}
			if c.noStep {
				return
			}
			b := miniflow.NewBatch(env)
			require.NoError(t, env.Reset(b, 1))
			for k, action := range c.path {
				b.Action.I32[0] = action
				if err = env.Step(b); k < len(c.path)-1 {
					require.NoError(t, err)
				}
			}
			check(err)
		})
	}
}

// wide is a grid whose layout is wrong.
type wide struct {
	*gfnenvs.HyperGrid
	layout gfnenvs.Layout
}

func (w wide) Layout() gfnenvs.Layout { return w.layout }

// Wrong dimensions and rewards that are 0 everywhere have no action to name: the
// error names the environment and what is wrong.
func TestFaultyDimensions(t *testing.T) {
	grid, err := gfnenvs.NewHyperGrid(2, 4, nil)
	require.NoError(t, err)
	for want, l := range map[string]gfnenvs.Layout{
		"the state has no elements":             {Actions: 3},
		"element 1 of the state takes 0 values": {Values: []int{4, 0}, Actions: 3},
		"0 actions: want at least 1, the exit":  {Values: []int{4, 4}},
		"2 action names for 3 actions":          {Values: []int{4, 4}, Actions: 3, Names: []string{"a", "b"}},
	} {
		_, err := gfnenvs.Builder{ID: "Faulty-4x4"}.Build(wide{grid, l})
		require.ErrorIs(t, err, gfnenvs.ErrRules)
		require.ErrorContains(t, err, "Faulty-4x4")
		require.ErrorContains(t, err, want)
	}
	env, err := gfnenvs.Builder{ID: "Faulty-4x4"}.Build(faulty{HyperGrid: grid, reward: func([]int32) float64 { return math.Inf(-1) }})
	require.NoError(t, err)
	config, err := DefaultConfig(ObjectiveTB)
	require.NoError(t, err)
	_, err = New(env, config, 1, 100)
	require.ErrorContains(t, err, "Faulty-4x4")
	require.ErrorContains(t, err, "no terminating state with a reward above 0")
	config.EvalStates, config.Hidden = 0, []int{8}
	a, err := New(env, config, 1, 100)
	require.NoError(t, err)
	m := agents.NewMeter(1, math.NaN())
	for range 20 { // all weigh exp(MinLogReward)
		require.NoError(t, a.Update(context.Background(), m))
	}
	for _, p := range a.model.params.All() {
		require.True(t, finite(p.Data()), p.Name())
	}
	require.ErrorContains(t, a.SetData([][]int32{{0, 4}}), "element 1 is 4, not in [0,4)")
}
