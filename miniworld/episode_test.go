package miniworld_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/miniworld"
)

// TestEpisode records an episode of the bot into a file and replays it with the
// hash of every state.
func TestEpisode(t *testing.T) {
	for _, id := range []string{"MiniWorld-PickupObjects-v0", "MiniWorld-YMaze-v0"} {
		env, err := miniflow.Make(id, append(small, param("domain_rand", true), miniflow.WithAutoreset(miniflow.Disabled))...)
		require.NoError(t, err)
		bot, err := miniworld.NewBot(env)
		require.NoError(t, err)
		b, seed := miniflow.NewBatch(env), uint64(12)
		require.NoError(t, env.Reset(b, seed))
		r := miniflow.NewRecorder(env, b)
		r.Reset(&seed, "bot")
		for !b.Ended(0) {
			b.Action.I32[0] = int32(bot.Act(0))
			require.NoError(t, env.Step(b))
			r.Step()
		}
		var file bytes.Buffer
		require.NoError(t, r.Episode().Write(&file))
		for e, err := range miniflow.Episodes(&file) {
			require.NoError(t, err)
			again, err := e.Make()
			require.NoError(t, err)
			steps := 0
			require.NoError(t, e.Replay(again, miniflow.NewBatch(again), true, func(int) error { steps++; return nil }))
			require.Greater(t, steps, 20)
		}
	}
}

// FuzzRestore feeds bytes to a world as a snapshot: they are refused or give a
// world that can be saved again.
func FuzzRestore(f *testing.F) {
	env, err := miniflow.Make("MiniWorld-PickupObjects-v0", param("obs", "pose"))
	require.NoError(f, err)
	snap, _ := miniflow.As[miniflow.Snapshotter](env)
	b := miniflow.NewBatch(env)
	require.NoError(f, env.Reset(b, 1))
	for k := range 3 {
		state, err := snap.Snapshot(nil, b, 0)
		require.NoError(f, err)
		f.Add(state)
		b.Action.I32[0] = int32(k + 2)
		require.NoError(f, env.Step(b))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if snap.Restore(b, 0, data) != nil {
			return
		}
		again, err := snap.Snapshot(nil, b, 0)
		require.NoError(t, err)
		require.NoError(t, snap.Restore(b, 0, again))
	})
}
