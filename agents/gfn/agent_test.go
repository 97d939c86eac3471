package gfn

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
)

func newAgent(t testing.TB, id string, o Objective, edit func(c *Config)) (*Agent, *agents.Meter) {
	config, err := DefaultConfig(o)
	require.NoError(t, err)
	config.EvalEvery = math.MaxInt32
	if edit != nil {
		edit(&config)
	}
	env, err := miniflow.Make(id, config.Options()...)
	require.NoError(t, err)
	agent, err := New(env, config, 1, 1_000_000)
	require.NoError(t, err)
	return agent, agents.NewMeter(1, math.NaN())
}

func train(t testing.TB, a *Agent, m *agents.Meter, trajectories int) Exact {
	for m.Episodes() < trajectories {
		require.NoError(t, a.Update(context.Background(), m))
	}
	x, err := a.Evaluate()
	require.NoError(t, err)
	return x
}

// Every objective must learn the 8x8 grid from a fixed seed.
func TestLearning(t *testing.T) {
	for _, o := range Objectives {
		t.Run(string(o), func(t *testing.T) {
			a, m := newAgent(t, "HyperGrid-2x8", o, func(c *Config) {
				c.Lanes, c.Hidden = 64, []int{64, 64}
			})
			x := train(t, a, m, 20_000)
			t.Logf("%+v", x)
			require.Less(t, x.L1, 0.2)
		})
	}
}
