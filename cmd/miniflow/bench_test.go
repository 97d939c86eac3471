package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every kind of environment can be measured: those that refuse actions get legal
// ones.
func TestBenchEnv(t *testing.T) {
	for _, id := range []string{"MiniGrid-Empty-5x5-v0", "HyperGrid-2x8", "ConditionalHyperGrid-2x8", "GraphTriangles-4", "Line-2", "BoxPolar-0.25"} {
		status, out, complaints := start(t, t.TempDir(), nil, "bench", "env", id, "--seconds", "0.001", "--lanes", "7")
		require.Zero(t, status, complaints)
		var r benchResult
		require.NoError(t, json.Unmarshal([]byte(out), &r), out)
		require.Positive(t, r.StepsPerSec, id)
		require.Less(t, r.Config["mean_ep_len"], 300.0, "%s: episodes end", id)
	}
}
