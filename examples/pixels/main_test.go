package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/agents/blocks"
)

// TestRun trains for a moment in a 3D world, and on a grid in first person, with
// both networks for pixels.
func TestRun(t *testing.T) {
	for _, x := range []struct {
		id            string
		net           blocks.Image
		width, height int
	}{
		{"MiniWorld-OneRoom-v0", blocks.ImageSmall, 28, 20},
		{"MiniGrid-Empty-5x5-v0", blocks.ImageSmall, 28, 20},
		{"MiniWorld-Hallway-v0", blocks.ImageNature, 48, 36},
	} {
		var out, progress bytes.Buffer
		c := config{id: x.id, net: x.net, entropy: 0.01, width: x.width, height: x.height, steps: 2048, episodes: 2, seed: 1, dir: t.TempDir() + "/run"}
		require.NoError(t, run(context.Background(), &out, &progress, c))
		require.Contains(t, out.String(), fmt.Sprintf("%s from %dx%d pixels: 2048 steps", x.id, x.width, x.height))
		require.Contains(t, out.String(), "Mean return of 2 new levels: PPO ")
	}
}

// TestLearn learns OneRoom from pixels, in the five seconds of 100,000 steps, to
// 0.9 of the bot's mean return.
func TestLearn(t *testing.T) {
	if os.Getenv("MINIFLOW_LONG") == "" {
		t.Skip("takes both cores for some seconds: set MINIFLOW_LONG=1")
	}
	c := config{id: "MiniWorld-OneRoom-v0", net: blocks.ImageSmall, entropy: 0.01, width: 40, height: 30, steps: 100_000, episodes: 100, seed: 1, dir: t.TempDir() + "/run"}
	var out bytes.Buffer
	require.NoError(t, run(context.Background(), &out, io.Discard, c))
	_, figures, found := strings.Cut(out.String(), "PPO ")
	require.True(t, found)
	var learned, known float64
	_, err := fmt.Sscanf(figures, "%f, the bot %f:", &learned, &known)
	require.NoError(t, err)
	require.Greater(t, learned, 0.9*known, out.String())
}
