package agents_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
)

// TestEvaluateLanes proves that an evaluation does not depend on the number of
// lanes, nor on how many episodes follow.
func TestEvaluateLanes(t *testing.T) {
	run := func(lanes, episodes int) []agents.Outcome {
		env := makeEnv(t, "MiniGrid-Empty-Random-5x5-v0", miniflow.WithLanes(lanes), miniflow.WithAutoreset(miniflow.Disabled))
		ev, err := agents.Evaluate(t.Context(), env, agents.NewRandomPolicy(env), episodes, 7, false)
		require.NoError(t, err)
		return ev.Episodes
	}
	want := run(1, 20)
	require.Equal(t, uint64(7+19), want[19].Seed)
	for _, lanes := range []int{2, 7, 20, 33} {
		require.Equal(t, want, run(lanes, 20), "%d lanes", lanes)
	}
	require.Equal(t, want[:5], run(3, 5))
}

func TestEvaluate(t *testing.T) {
	env := makeEnv(t, counterID, miniflow.WithLanes(3), miniflow.WithAutoreset(miniflow.Disabled))
	p := &forward{}
	ev, err := agents.Evaluate(t.Context(), env, p, 7, 0, true)
	require.NoError(t, err)
	require.Equal(t, 7, p.begun, "Begin is called once an episode")
	require.Equal(t, agents.Estimate{Value: 1, Low: 1, High: 1}, ev.Mean)
	require.Equal(t, agents.Outcome{Seed: 3, Return: 1, Steps: 3, Terminated: true}, ev.Episodes[3])
	require.Equal(t, 3.0, ev.Steps)
	require.Equal(t, 0, ev.Best())

	_, err = agents.Evaluate(t.Context(), env, p, 0, 0, true)
	require.ErrorContains(t, err, "0 episodes")
	_, err = agents.Evaluate(t.Context(), makeEnv(t, counterID), p, 1, 0, true)
	require.ErrorContains(t, err, "WithAutoreset(Disabled)")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = agents.Evaluate(ctx, env, p, 1, 0, true)
	require.ErrorIs(t, err, context.Canceled)
}

// TestRandomPolicy proves that masked actions are never drawn and the others
// equally often.
func TestRandomPolicy(t *testing.T) {
	env := makeEnv(t, counterID, miniflow.WithLanes(2))
	b := miniflow.NewBatch(env)
	require.NoError(t, env.Reset(b, 1))
	p := agents.NewRandomPolicy(env)
	rng := []miniflow.Rand{*miniflow.NewRand(1), *miniflow.NewRand(2)}
	free, back := 0, 0 // choices where both actions are legal
	for range 4000 {
		require.NoError(t, p.Act(b, rng, false))
		for i, at := range b.Obs[0].F32 {
			if at > 0 {
				free++
				back += 1 - int(b.Action.I32[i])
			} else {
				require.Equal(t, int32(1), b.Action.I32[i], "moving back from the first state is illegal")
			}
		}
		require.NoError(t, env.Step(b))
	}
	require.InDelta(t, 0.5, float64(back)/float64(free), 0.05) // 8 standard deviations
}

func TestOptimalPolicyNeedsPlanner(t *testing.T) {
	_, err := agents.NewOptimalPolicy(makeEnv(t, counterID))
	require.ErrorContains(t, err, "has no planner")
}
