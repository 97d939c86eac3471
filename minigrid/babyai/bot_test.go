package babyai_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid/babyai"
	"github.com/stretchr/testify/require"
)

// unsolvable names the ids of which some levels have no solution, and why.
var unsolvable = map[string]string{
	"BabyAI-GoToImpUnlock-v0":         "the key may lie in the locked room",
	"BabyAI-Unlock-v0":                "the key may lie in the locked room",
	"BabyAI-OpenDoorsOrderN2Debug-v0": "the toggle that opens the first of two doors counts as a wrong one for the second, too",
	"BabyAI-OpenDoorsOrderN4Debug-v0": "the toggle that opens the first of two doors counts as a wrong one for the second, too",
}

// TestBot lets the bot play many levels of every id, in the steps that they
// allow. What it does not solve the planner has proved to be unsolvable. With -v
// it prints how well and how fast.
func TestBot(t *testing.T) {
	seeds := uint64(5)
	if os.Getenv("MINIFLOW_LONG") != "" {
		seeds = 200
	}
	for _, id := range ids() {
		t.Run(id, func(t *testing.T) {
			env, err := miniflow.Make(id, miniflow.WithAutoreset(miniflow.Disabled))
			require.NoError(t, err)
			bot, err := babyai.NewBot(env)
			require.NoError(t, err)
			b := miniflow.NewBatch(env)
			solved, hopeless, steps, sum := 0, 0, 0, 0.0
			var total, worst time.Duration
			for seed := range seeds {
				require.NoError(t, env.Reset(b, seed))
				start := time.Now()
				plan, err := bot.Plan(context.Background(), 0, 0)
				took := time.Since(start)
				total, worst = total+took, max(worst, took)
				if err != nil {
					require.ErrorIs(t, err, miniflow.ErrUnsolvable, "seed %d", seed)
					require.Contains(t, unsolvable, id, "seed %d", seed)
					hopeless++
					continue
				}
				reward := 0.0
				for k, a := range plan.Actions {
					b.Action.I32[0] = a
					require.NoError(t, env.Step(b))
					reward += b.Reward[0]
					require.Equal(t, k == len(plan.Actions)-1, b.Ended(0), "seed %d step %d", seed, k+1)
				}
				require.Equal(t, plan.Return, reward, "seed %d", seed)
				require.Positive(t, reward, "seed %d", seed)
				solved, steps, sum = solved+1, steps+len(plan.Actions), sum+reward
			}
			require.Positive(t, solved)
			n := float64(solved)
			t.Logf("%d of %d solved, %d unsolvable, %.1f steps, return %.3f, %.2f ms a level, worst %.1f ms", solved, seeds, hopeless,
				float64(steps)/n, sum/n, total.Seconds()*1e3/float64(seeds), worst.Seconds()*1e3)
		})
	}
}

// TestBotErrors: the bot says what it cannot do.
func TestBotErrors(t *testing.T) {
	env, err := miniflow.Make("BabyAI-BossLevel-v0")
	require.NoError(t, err)
	bot, err := babyai.NewBot(env)
	require.NoError(t, err)
	_, err = bot.Plan(context.Background(), 0, 0)
	require.ErrorIs(t, err, miniflow.ErrNeedsReset)
	_, err = bot.Plan(context.Background(), 1, 0)
	require.ErrorContains(t, err, "there are 1 lanes")
	require.NoError(t, env.Reset(miniflow.NewBatch(env), 1))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = bot.Plan(ctx, 0, 0)
	require.ErrorIs(t, err, context.Canceled)
}

// TestBotMidEpisode lets the bot take over from someone who acted at random.
func TestBotMidEpisode(t *testing.T) {
	env, err := miniflow.Make("BabyAI-BossLevel-v0", miniflow.WithAutoreset(miniflow.Disabled))
	require.NoError(t, err)
	bot, err := babyai.NewBot(env)
	require.NoError(t, err)
	b := miniflow.NewBatch(env)
	rng := miniflow.NewRand(1)
	for seed := range uint64(60) {
		require.NoError(t, env.Reset(b, seed))
		for range 100 {
			if b.Ended(0) {
				break
			}
			b.Action.I32[0] = int32(rng.Intn(5)) // no toggle, which may destroy the box that is asked for
			require.NoError(t, env.Step(b))
		}
		if b.Ended(0) {
			continue
		}
		plan, err := bot.Plan(context.Background(), 0, 0)
		require.NoError(t, err, "seed %d", seed)
		for _, a := range plan.Actions {
			b.Action.I32[0] = a
			require.NoError(t, env.Step(b))
		}
		require.True(t, b.Terminated[0])
		require.Positive(t, b.Reward[0])
	}
}
