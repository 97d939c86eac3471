package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBenchMiniworld measures for a moment, beside a peer that prints fixed figures.
func TestBenchMiniworld(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the peer is a shell script")
	}
	dir := t.TempDir()
	peer := filepath.Join(dir, "peer")
	line := `{"env": "Hallway", "domain_rand": %v, "steps_per_s": %d, "cpu_s_per_wall_s": 0.5, "reset_ms": 4}`
	script := fmt.Sprintf("#!/bin/sh\necho remark\necho '"+line+"'\necho '"+line+"'\n", false, 1, true, 7)
	require.NoError(t, os.WriteFile(peer, []byte(script), 0o755))

	status, out, complaints := start(t, dir, nil, "bench", "miniworld", "Hallway", "--seconds", "0.001", "--rounds", "1", "--json", "--peer", peer)
	require.Zero(t, status, complaints)
	lines := map[string]miniworldResult{}
	for text := range strings.Lines(out) {
		var r miniworldResult
		require.NoError(t, json.Unmarshal([]byte(text), &r))
		require.Equal(t, "Hallway", r.World)
		require.Positive(t, r.Miniflow, r.Case)
		lines[r.Case] = r
	}
	require.Len(t, lines, len(miniworldCases))
	if _, known := cpuTime(); known {
		require.Equal(t, 2.0, lines["full"].Peer)
		require.Equal(t, 500.0, lines["resets, no picture"].Peer)
	}
	require.Positive(t, lines["fast"].Times)
	require.Positive(t, lines["full, depth, segmentation"].Share)

	// However short, and however late the machine comes to it, something is measured.
	status, _, complaints = start(t, dir, nil, "bench", "miniworld", "Hallway", "--seconds", "1e-9", "--rounds", "1", "--json")
	require.Zero(t, status, complaints)

	for _, c := range []struct{ says, peer string }{
		{"exit status 1: it said nothing on standard error", "false"},
		{"no such file", filepath.Join(dir, "nothing")},
		{"0 lines of JSON", "echo"},
	} {
		status, _, complaints := start(t, dir, nil, "bench", "miniworld", "Hallway", "--seconds", "0.001", "--rounds", "1", "--peer", c.peer)
		require.Equal(t, 1, status)
		require.Contains(t, complaints, c.says)
	}
}
