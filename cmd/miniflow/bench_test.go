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
	// The mean is that of episodes that ended: none does in a moment of 1536 steps,
	// and all of this one end by their limit or before.
	for id, bounds := range map[string][2]float64{"MiniGrid-ObstructedMaze-Full-v1": {}, "MiniGrid-Empty-5x5-v0": {1, 100}} {
		status, out, complaints := start(t, t.TempDir(), nil, "bench", "env", id, "--seconds", "0.000001", "--lanes", "3")
		require.Zero(t, status, complaints)
		var r benchResult
		require.NoError(t, json.Unmarshal([]byte(out), &r), out)
		length, ended := r.Config["mean_ep_len"].(float64)
		require.Equal(t, bounds[1] > 0, ended, id)
		require.GreaterOrEqual(t, length, bounds[0], id)
		require.LessOrEqual(t, length, bounds[1], id)
	}
}
