package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBenchGFNCompare measures for a moment, beside a peer that prints a fixed rate.
func TestBenchGFNCompare(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the peer is a shell script")
	}
	dir := t.TempDir()
	peer := filepath.Join(dir, "peer")
	require.NoError(t, os.WriteFile(peer, []byte("#!/bin/sh\necho remark\necho '{\"trans_per_s\": 50}'\n"), 0o755))
	run := func(peer string) (int, string, string) {
		return start(t, dir, nil, "bench", "gfn", "--compare", "--seconds", "0.001", "--rounds", "1", "--batch", "2", "--json", "--set", "hidden=[4]", "--torchgfn", peer)
	}
	status, out, complaints := run(peer)
	require.Zero(t, status, complaints)
	lines := 0
	for text := range strings.Lines(out) {
		var r gfnRates
		require.NoError(t, json.Unmarshal([]byte(text), &r))
		require.Equal(t, fmt.Sprint(map[string]float64{"torchgfn": 50}), fmt.Sprint(r.Peers))
		require.InDelta(t, r.Miniflow/50, r.Times["torchgfn"], 1e-9)
		require.Equal(t, r.Threads == 2, r.Speedup > 0)
		lines++
	}
	require.Equal(t, 6, lines)
	for _, c := range []struct{ says, peer string }{
		{"nothing", filepath.Join(dir, "nothing")},
		{"want a line of JSON with trans_per_s", "echo"},
	} {
		status, _, complaints := run(c.peer)
		require.Equal(t, 1, status)
		require.Contains(t, complaints, c.says)
	}
}

// TestBenchGFNStopped: Ctrl-C is said to have stopped a measurement, in no words of Go.
func TestBenchGFNStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	for _, line := range []string{"bench gfn", "bench gfn --quality", "bench gfn --compare"} {
		require.EqualError(t, run(ctx, strings.Fields(line), io.Discard, io.Discard), "stopped before the measurement was complete", line)
	}
}
