package level_test

import (
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid/babyai"
	"github.com/miniflow-rl/miniflow/minigrid/level"
	"github.com/stretchr/testify/require"
)

// TestBot lets BabyAI's bot solve levels of other environments that have become
// data.
func TestBot(t *testing.T) {
	for _, id := range []string{"BabyAI-BossLevel-v0", "BabyAI-PutNextS5N2Carrying-v0", "MiniGrid-DoorKey-5x5-v0"} {
		env, err := miniflow.Make(level.ID, miniflow.WithParam("env", id), miniflow.WithAutoreset(miniflow.Disabled))
		require.NoError(t, err)
		bot, err := babyai.NewBot(env)
		require.NoError(t, err)
		b := miniflow.NewBatch(env)
		for seed := range uint64(10) {
			require.NoError(t, env.Reset(b, seed))
			plan, err := bot.Plan(t.Context(), 0, 0)
			require.NoError(t, err, "%s seed %d", id, seed)
			for _, a := range plan.Actions {
				require.False(t, b.Ended(0))
				b.Action.I32[0] = a
				require.NoError(t, env.Step(b))
			}
			require.True(t, b.Terminated[0])
			require.Equal(t, plan.Return, b.Reward[0])
		}
	}
}

// TestBotOnBareMap lets the bot carry out an instruction on a map without walls
// around it, on which lava must be avoided.
func TestBotOnBareMap(t *testing.T) {
	l, err := level.ParseText([]byte(bareMap))
	require.NoError(t, err)
	env, err := level.New("bare", level.List{l}, miniflow.WithAutoreset(miniflow.Disabled))
	require.NoError(t, err)
	bot, err := babyai.NewBot(env)
	require.NoError(t, err)
	b := miniflow.NewBatch(env)
	require.NoError(t, env.Reset(b, 1))
	plan, err := bot.Plan(t.Context(), 0, 0)
	require.NoError(t, err)
	for _, a := range plan.Actions {
		b.Action.I32[0] = a
		require.NoError(t, env.Step(b))
	}
	require.True(t, b.Terminated[0])
	require.Positive(t, b.Reward[0])
}

const bareMap = `miniflow level 1
name: bare
mission: put the red ball next to the blue key and go to the blue key
steps: 100
instruction: put the red ball next to the blue key and go to the blue key
a = red ball
k = blue key

>..~..
.a.~..
......
~~....
....k.
`
