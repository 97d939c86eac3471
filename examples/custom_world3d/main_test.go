package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/miniworld"
)

func TestRun(t *testing.T) {
	require.NoError(t, miniworld.Register(id, "", layout))
	var out bytes.Buffer
	require.NoError(t, run(&out, filepath.Join(t.TempDir(), "new")))
	require.Contains(t, out.String(), "bring the yellow key")
	require.Contains(t, out.String(), filepath.Join("new", "segmentation.png")+".")
}

// TestLength keeps the promise that a world is at most 60 lines.
func TestLength(t *testing.T) {
	source, err := os.ReadFile("world.go")
	require.NoError(t, err)
	require.LessOrEqual(t, bytes.Count(source, []byte("\n")), 60)
}
