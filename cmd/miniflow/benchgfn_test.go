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
	"sync/atomic"
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

// ending is a context that ends as soon as it has been asked n times whether it has.
type ending struct {
	context.Context
	n atomic.Int64
}

func (e *ending) Err() error {
	if e.n.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// TestEvalStopped: so it does of an evaluation, wherever in it that is.
func TestEvalStopped(t *testing.T) {
	runs := t.TempDir()
	require.NoError(t, run(t.Context(), strings.Fields("train Line-2 --agent tb --set hidden=[4] --set continuous.final_samples=100 --steps 100 --episodes 1 --name a --runs "+runs), io.Discard, io.Discard))
	said := map[string]bool{}
	for n := range 200 {
		ctx := &ending{Context: t.Context()}
		ctx.n.Store(int64(n))
		err := run(ctx, []string{"eval", filepath.Join(runs, "a"), "--episodes", "1"}, io.Discard, io.Discard)
		if err == nil {
			break
		}
		said[err.Error()] = true
	}
	require.Equal(t, map[string]bool{"stopped before all 1 episodes were played": true, "stopped before all was measured": true}, said)
}

// TestBenchGFNStopped: Ctrl-C is said to have stopped a measurement, in no words of Go.
func TestBenchGFNStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	for _, line := range []string{"bench gfn", "bench gfn --quality", "bench gfn --compare"} {
		require.EqualError(t, run(ctx, strings.Fields(line), io.Discard, io.Discard), "stopped before the measurement was complete", line)
	}
}
