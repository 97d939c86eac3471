package miniworld_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/miniworld"
)

// worldsWithoutGoal have nothing to earn.
var worldsWithoutGoal = map[string]bool{"MiniWorld-RoomObjects-v0": true, "MiniWorld-ThreeRooms-v0": true}

// TestBot lets the bot play every world that has a goal, with and without domain
// randomisation. It must solve every episode; only in CollectHealth, where there
// is no end to reach, the mean return counts (2000 for staying alive throughout,
// about 0 for random actions).
func TestBot(t *testing.T) {
	episodes := 2
	if os.Getenv("MINIFLOW_LONG") != "" {
		episodes = 100
	}
	ids, played, won := 0, 0, 0
	for _, id := range miniflow.IDs() {
		if worldsWithoutGoal[id] {
			env, err := miniflow.Make(id)
			require.NoError(t, err)
			_, err = miniworld.NewBot(env)
			require.Error(t, err)
			continue
		}
		ids++
		t.Run(id, func(t *testing.T) {
			var mean [2]float64
			for k, random := range []bool{false, true} {
				for seed := range episodes {
					r, solved := playBot(t, id, uint64(seed), random)
					mean[k] += r / float64(episodes)
					played++
					if id != "MiniWorld-CollectHealth-v0" {
						require.True(t, solved, "seed %d, domain randomisation %v", seed, random)
					}
					won++
				}
			}
			if id == "MiniWorld-CollectHealth-v0" {
				require.Greater(t, min(mean[0], mean[1]), 1000.0)
			}
			t.Logf("bot %s: mean return %.3f, with domain randomisation %.3f (%d episodes each)", id, mean[0], mean[1], episodes)
		})
	}
	fmt.Printf("bot miniworld: %d ids, seeds 0 to %d, with and without domain randomisation: %d of %d episodes solved\n", ids, episodes-1, won, played)
}

// playBot returns the return of an episode, and whether its last step earned
// something and ended it.
func playBot(t *testing.T, id string, seed uint64, random bool) (total float64, solved bool) {
	env := makeGolden(t, id, nil, random)
	bot, err := miniworld.NewBot(env)
	require.NoError(t, err)
	b := miniflow.NewBatch(env)
	require.NoError(t, env.Reset(b, seed))
	plan, err := bot.Plan(t.Context(), 0, 0)
	if id != "MiniWorld-CollectHealth-v0" {
		require.NoError(t, err)
	}
	for k := 0; !b.Ended(0); k++ {
		b.Action.I32[0] = int32(bot.Act(0))
		if err == nil {
			require.Equal(t, plan.Actions[k], b.Action.I32[0], "step %d: the plan has another action", k)
		}
		require.NoError(t, env.Step(b))
		total += b.Reward[0]
	}
	if err == nil {
		require.Equal(t, plan.Return, total, "return of the plan")
	}
	return total, b.Terminated[0] && b.Reward[0] > 0
}
