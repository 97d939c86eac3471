package ppo

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	_ "github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/wrappers"
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

// PPO takes every registered construction environment with discrete actions: with
// log rewards, which differ by less than rewards, it makes finite updates.
func TestAllFlows(t *testing.T) {
	learned := 0
	for _, id := range miniflow.IDs() {
		env, err := miniflow.Make(id, miniflow.WithLanes(8), miniflow.WithAutoreset(miniflow.SameStep))
		require.NoError(t, err)
		if _, ok := miniflow.As[miniflow.Flow](env); !ok || env.Spec().NumActions() == 0 {
			continue
		}
		env, err = wrappers.Apply(env, "log_reward")
		require.NoError(t, err)
		c := DefaultConfig()
		c.Lanes, c.Epochs, c.Trunk, c.Policy, c.Value = 8, 1, []int{16}, nil, nil
		a, err := c.New(env, 1, 1000)
		require.NoError(t, err, id)
		require.NoError(t, a.Update(context.Background(), agents.NewMeter(8, math.NaN())), id)
		learned++
	}
	t.Logf("%d environments", learned)
	require.Greater(t, learned, 30)
}

// Rewards of 1e42 are more than float32 holds: the error says what to do.
func TestHugeRewards(t *testing.T) {
	config := DefaultConfig()
	run := agents.Run{Dir: t.TempDir() + "/run", Env: agents.EnvConfig{ID: "DAG-5"}, Algorithm: &config, Steps: 20_000, Seed: 1}
	_, err := agents.Train(context.Background(), run, agents.Options{})
	require.ErrorContains(t, err, "DAG-5")
	require.ErrorContains(t, err, "log_reward")
}

// The reward at the exit is the log reward that the flow tells, in every autoreset
// mode, and 0 on the way.
func TestLogReward(t *testing.T) {
	for _, mode := range []miniflow.Autoreset{miniflow.NextStep, miniflow.SameStep, miniflow.Disabled} {
		require.NoError(t, miniflow.CheckEnv(func(lanes int) (miniflow.Env, error) {
			env, err := miniflow.Make("Set-16x8", miniflow.WithLanes(lanes), miniflow.WithAutoreset(mode))
			require.NoError(t, err)
			return wrappers.Apply(env, "log_reward")
		}), mode)
	}
	grid, err := miniflow.Make("HyperGrid-2x8")
	require.NoError(t, err)
	env, err := wrappers.Apply(grid, "log_reward:floor=-1")
	require.NoError(t, err)
	flow, ok := miniflow.As[miniflow.Flow](env)
	require.True(t, ok, "the flow is found through the wrapper")
	b, rng, want := miniflow.NewBatch(env), miniflow.NewRand(3), make([]float64, 1)
	require.NoError(t, env.Reset(b, 1))
	mask, low, high := make([]bool, 3), 0, 0
	for range 500 {
		flow.LogReward(want)
		flow.ActionMask(mask)
		for b.Action.I32[0] = int32(rng.Intn(3)); !mask[b.Action.I32[0]]; {
			b.Action.I32[0] = int32(rng.Intn(3))
		}
		require.NoError(t, env.Step(b))
		if !b.Terminated[0] {
			require.Zero(t, b.Reward[0])
			continue
		}
		require.InDelta(t, max(want[0], -1), b.Reward[0], 1e-15)
		if b.Reward[0] == -1 {
			low++ // the log of 0.1 is -2.3
		} else {
			high++
		}
	}
	require.Positive(t, low)
	require.Positive(t, high)

	_, err = wrappers.LogReward(grid, math.NaN())
	require.ErrorIs(t, err, miniflow.ErrParam)
	room, err := miniflow.Make("MiniGrid-Empty-5x5-v0")
	require.NoError(t, err)
	_, err = wrappers.LogReward(room, -100)
	require.ErrorContains(t, err, "no construction environment")
}
