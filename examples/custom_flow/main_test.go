package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRun(t *testing.T) {
	require.NoError(t, register())
	var out bytes.Buffer
	require.NoError(t, run(&out))
	// 153 ways to put up to six queens into the columns from the left, 4 of them
	// with all six.
	require.Contains(t, out.String(), "153 boards")
}

// TestLength keeps the promise that an environment is at most 30 lines, not
// counting imports, comments and blank lines.
func TestLength(t *testing.T) {
	source, err := os.ReadFile("flow.go")
	require.NoError(t, err)
	_, body, ok := bytes.Cut(source, []byte("type queens"))
	require.True(t, ok)
	lines := 0
	for line := range bytes.Lines(body) {
		if len(bytes.TrimSpace(line)) > 0 && !bytes.HasPrefix(line, []byte("//")) {
			lines++
		}
	}
	require.LessOrEqual(t, lines, 30)
}
