package player

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	_ "github.com/miniflow-rl/miniflow/minigrid"
)

func newSession(t *testing.T, id string) *Session {
	t.Helper()
	make := miniflow.Make
	if id == "Corridor" {
		make = makeCorridor
	}
	env, err := make(id, miniflow.WithAutoreset(miniflow.Disabled))
	require.NoError(t, err)
	s, err := NewSession(env)
	require.NoError(t, err)
	return s
}

func TestSessionCounts(t *testing.T) {
	s := newSession(t, "Corridor")
	require.NoError(t, s.Seed(3))
	first := s.Status()
	require.Equal(t, Status{ID: "Corridor", Mission: "reach the right end", Seed: 3, MaxSteps: 20}, first)
	for range 20 {
		if s.Ended() {
			break
		}
		require.NoError(t, s.Act(1))
	}
	end := s.Status()
	require.Equal(t, "right", end.Action)
	require.True(t, end.Terminated)
	require.Equal(t, 1.0, end.Return)
	require.Equal(t, 1, end.Episodes)
	require.ErrorIs(t, s.Act(1), errEnded)
	require.NoError(t, s.Again())
	require.Equal(t, 0, s.Status().Step)
	require.Equal(t, 1, s.Status().Episodes, "ended episodes stay counted")
}

// Worlds after a reset without a seed must come back exactly, and files that
// hold them must replay from the seed on.
func TestSessionWorldsWithoutSeed(t *testing.T) {
	for _, id := range []string{"Corridor", "MiniGrid-DoorKey-8x8-v0", "MiniGrid-Dynamic-Obstacles-5x5-v0"} {
		s := newSession(t, id)
		require.NoError(t, s.Seed(7))
		require.NoError(t, s.Act(2))
		require.NoError(t, s.Next())
		require.Equal(t, 1, s.Status().World)
		world := miniflow.StateHash(s.env, s.batch, 0)
		for range 2 {
			require.NoError(t, s.Act(0))
		}
		after := miniflow.StateHash(s.env, s.batch, 0)
		require.NoError(t, s.Again())
		require.Equal(t, world, miniflow.StateHash(s.env, s.batch, 0), "%s: the world after Again", id)
		for range 2 {
			require.NoError(t, s.Act(0))
		}
		require.Equal(t, after, miniflow.StateHash(s.env, s.batch, 0), "%s: the generator after Again", id)
		require.NoError(t, s.Next())
		require.NoError(t, s.Act(0))

		episodes := s.Episodes()
		require.Len(t, episodes, 3)
		name, data, err := encode(episodes, 7)
		require.NoError(t, err)
		require.Equal(t, id+"-seed7+2", name)
		env, b := s.env, miniflow.NewBatch(s.env)
		n := 0
		for e, err := range miniflow.Episodes(bytes.NewReader(data)) {
			require.NoError(t, err)
			require.Equal(t, "human", e.Mode)
			require.NoError(t, e.Replay(env, b, true, nil), "%s: episode %d", id, n)
			n++
		}
		require.Equal(t, 3, n)
	}
}

func TestSessionRefuses(t *testing.T) {
	env, err := makeCorridor("Blind", miniflow.WithAutoreset(miniflow.Disabled))
	require.NoError(t, err)
	_, err = NewSession(env)
	require.EqualError(t, err, "Blind cannot be drawn: play an environment that has pictures")
	env, err = makeCorridor("Corridor")
	require.NoError(t, err)
	_, err = NewSession(env)
	require.ErrorContains(t, err, "autoreset disabled")
	env, err = makeCorridor("Corridor", miniflow.WithAutoreset(miniflow.Disabled), miniflow.WithLanes(2))
	require.NoError(t, err)
	_, err = NewSession(env)
	require.ErrorContains(t, err, "one lane")
}

func TestSessionCarries(t *testing.T) {
	s := newSession(t, "MiniGrid-DoorKey-8x8-v0")
	require.NoError(t, s.Seed(3))
	require.Empty(t, s.Status().Carrying)
	// The key of seed 3 lies three cells below and one to the right; the agent looks up.
	for _, action := range []int{0, 0, 2, 2, 2, 0, 3} {
		require.NoError(t, s.Act(action))
	}
	require.Equal(t, "yellow key", s.Status().Carrying)
	require.Equal(t, "use the key to open the door and then get to the goal", s.Status().Mission)
	require.Equal(t, 640, s.Status().MaxSteps)
}
