package ppo

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	_ "github.com/miniflow-rl/miniflow/gfnenvs"
)

// PPO learns to build objects of high reward: on the grid random actions earn
// 0.5 on average, the best cells 2.6.
func TestLearnsFlow(t *testing.T) {
	const id = "HyperGrid-2x8"
	config := DefaultConfig()
	run := agents.Run{Dir: t.TempDir() + "/run", Env: agents.EnvConfig{ID: id}, Algorithm: &config, Steps: 60_000, Seed: 1}
	result, err := agents.Train(context.Background(), run, agents.Options{})
	require.NoError(t, err)
	env, err := miniflow.Make(id, miniflow.WithAutoreset(miniflow.Disabled))
	require.NoError(t, err)
	random, err := agents.Evaluate(context.Background(), env, agents.NewRandomPolicy(env), 1000, 1, false)
	require.NoError(t, err)
	t.Logf("mean reward %v, of random actions %v", result.Evaluation.Mean, random.Mean)
	require.Greater(t, result.Evaluation.Mean.Value, 3*random.Mean.Value)
}
