package main

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRun trains for a moment in a 3D world, and on a grid in first person.
func TestRun(t *testing.T) {
	for _, id := range []string{"MiniWorld-OneRoom-v0", "MiniGrid-Empty-5x5-v0"} {
		var out, progress bytes.Buffer
		c := config{id: id, width: 28, height: 20, steps: 2048, episodes: 2, seed: 1, dir: t.TempDir() + "/run"}
		require.NoError(t, run(context.Background(), &out, &progress, c))
		require.Contains(t, out.String(), id+" from 28x20 pixels: 2048 steps")
		require.Contains(t, out.String(), "Mean return of 2 new levels: PPO ")
	}
}
