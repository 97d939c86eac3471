package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/agents"
)

// A trained GFlowNet is measured at the end of train, and by eval as well.
func TestEvalMeasuresGFlowNets(t *testing.T) {
	dir := t.TempDir()
	status, trained, complaints := start(t, dir, nil, "train", "HyperGrid-2x8", "--agent", "tb", "--steps", "3000", "--name", "grid")
	require.Zero(t, status, complaints)
	status, out, complaints := start(t, dir, nil, "eval", "grid")
	require.Zero(t, status, complaints)
	for _, name := range []string{"exact/l1", "exact/log_z_error", "exact/entropy", "modes/found", "top100/diversity", "log_z/elbo", "log_z/eubo"} {
		require.Contains(t, trained, name)
		require.Contains(t, out, name)
	}
	status, out, complaints = start(t, dir, nil, "eval", "grid", "--json")
	require.Zero(t, status, complaints)
	var ev agents.Evaluation
	require.NoError(t, json.Unmarshal([]byte(out), &ev))
	require.Greater(t, len(ev.Measures), 15)
	status, out, complaints = start(t, dir, nil, "eval", "grid", "--greedy")
	require.Zero(t, status, complaints)
	require.NotContains(t, out, "exact/l1", "the measures are of the policy that draws")
}
