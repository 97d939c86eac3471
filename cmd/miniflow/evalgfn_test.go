package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/agents"
)

// What train prints of a continuous agent eval prints as well: on a line by
// quadrature, of points in the plane by counting cells.
func TestEvalMeasuresContinuousAgents(t *testing.T) {
	for id, jsd := range map[string]string{"Line-2": "exact/jsd", "BoxPolar-0.25": "samples/jsd"} {
		dir := t.TempDir()
		status, trained, complaints := start(t, dir, nil, "train", id, "--agent", "tb", "--steps", "2000", "--set", "hidden=[16]",
			"--set", "continuous.final_samples=1000", "--set", "continuous.eval_samples=1000", "--episodes", "10")
		require.Zero(t, status, complaints)
		status, out, complaints := start(t, dir, nil, "eval", "runs/"+id+"-tb-0")
		require.Zero(t, status, complaints)
		for _, name := range []string{jsd, "exact/log_z", "exact/log_z_error", "log_z/elbo", "log_z/importance", "log_z/eubo"} {
			require.Regexp(t, `(?m)^`+name+` +-?[0-9.e-]+ `, trained, name)
			require.Regexp(t, `(?m)^`+name+` +-?[0-9.e-]+ `, out, name)
		}
		status, again, complaints := start(t, dir, nil, "eval", "runs/"+id+"-tb-0")
		require.Zero(t, status, complaints)
		require.Equal(t, out, again)
	}
}

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
