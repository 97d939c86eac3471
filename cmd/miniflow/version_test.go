package main

import (
	"encoding/json"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
)

func TestVersion(t *testing.T) {
	status, out, complaints := start(t, t.TempDir(), nil, "version", "--json")
	require.Zero(t, status, complaints)
	var v map[string]string
	require.NoError(t, json.Unmarshal([]byte(out), &v))
	require.Equal(t, map[string]string{"version": miniflow.Version, "go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH}, v)
	_, out, _ = start(t, t.TempDir(), nil, "version")
	require.Contains(t, out, "miniflow "+miniflow.Version+" (")
}
