package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/stretchr/testify/require"
)

func TestRun(t *testing.T) {
	require.NoError(t, minigrid.Register(id, "", layout))
	var out bytes.Buffer
	require.NoError(t, run(&out))
	require.Contains(t, out.String(), "cross the lava and pick up the blue ball")
	require.Contains(t, out.String(), "Random actions return 0.")
}

// TestLength keeps the promise that a world is at most 40 lines.
func TestLength(t *testing.T) {
	source, err := os.ReadFile("world.go")
	require.NoError(t, err)
	require.LessOrEqual(t, bytes.Count(source, []byte("\n")), 40)
}
