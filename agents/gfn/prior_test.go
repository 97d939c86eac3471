package gfn

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
)

// The posterior of a trained prior under the reward is learned from the folder of
// the prior's run: its exact target is P_T of the prior times R, and log Z the log
// of their sum.
func TestPrior(t *testing.T) {
	config, err := DefaultConfig(ObjectiveTB)
	require.NoError(t, err)
	config.Hidden, config.Lanes, config.EvalEvery = []int{32}, 32, 1000
	run := agents.Run{Dir: t.TempDir() + "/prior", Env: agents.EnvConfig{ID: "HyperGrid-2x8"}, Algorithm: &config, Steps: 20_000, Seed: 3}
	_, err = agents.Train(context.Background(), run, agents.Options{Episodes: -1})
	require.NoError(t, err)

	for _, o := range []Objective{ObjectiveRTB, ObjectiveRelativeVarGrad, ObjectiveTrustPCL} {
		a, m := newAgent(t, "HyperGrid-2x8", o, func(c *Config) { c.Prior, c.Lanes, c.Hidden = run.Dir, 64, []int{64, 64} })
		var d exact.Distribution
		require.NoError(t, a.graph.Evaluate(&d, a.priorPolicy()))
		require.Greater(t, exact.L1(d.P, exactUniform(t, a)), 0.3, "the prior is not the uniform policy")
		z := 0.0
		for i, p := range d.P {
			z += p * math.Exp(a.graph.LogReward()[i])
		}
		all, err := a.targets()
		require.NoError(t, err)
		require.InDelta(t, math.Log(z), all[0].logZ, 1e-12)
		x := train(t, a, m, 20_000)
		t.Logf("%s %+v", o, x)
		require.Less(t, x.L1, 0.2)
	}
	for want, edit := range map[string]func(c *Config){
		"not a run": func(c *Config) { c.Prior = t.TempDir() },
		"tabular":   func(c *Config) { c.Prior, c.Tabular = run.Dir, true },
	} {
		c, err := DefaultConfig(ObjectiveRTB)
		require.NoError(t, err)
		edit(&c)
		env, err := run.Env.Make()
		require.NoError(t, err)
		_, err = New(env, c, 1, 100)
		require.ErrorContains(t, err, want)
	}
	c, err := DefaultConfig(ObjectiveRTB)
	require.NoError(t, err)
	c.Prior = run.Dir
	env, err := agents.EnvConfig{ID: "HyperGrid-2x16"}.Make()
	require.NoError(t, err)
	_, err = New(env, c, 1, 100)
	require.ErrorContains(t, err, "not those of HyperGrid-2x16")
}

func exactUniform(t *testing.T, a *Agent) []float64 {
	var d exact.Distribution
	require.NoError(t, a.graph.Evaluate(&d, exact.Uniform(a.layout.Actions)))
	return d.P
}
