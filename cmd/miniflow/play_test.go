package main

import (
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whatever keeps a game from starting is one sentence and status 1.
func TestPlayRefuses(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only on Linux does a variable hide the display")
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o644))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "broken"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "broken", "config.json"), []byte("{"), 0o644))
	noWindow := []string{"DISPLAY=", "WAYLAND_DISPLAY="}
	for _, c := range []struct {
		name string
		args []string
		env  []string
		want string
	}{
		{"unknown id", []string{"MiniGrid-DorKey-8x8-v0"}, noWindow, "did you mean MiniGrid-DoorKey-8x8-v0"},
		{"unknown parameter", []string{"MiniGrid-DoorKey-8x8-v0", "-p", "height=9"}, noWindow, "parameter height is unknown"},
		{"bad parameter", []string{"MiniGrid-DoorKey-8x8-v0", "-p", "size=banana"}, noWindow, "parameter size"},
		{"bad seed", []string{"--seed", "-3"}, noWindow, "--seed"},
		{"unknown agent", []string{"--agent", "nobody"}, noWindow, "there is no run nobody"},
		{"broken run", []string{"--agent", "broken"}, noWindow, "broken"},
		{"unwritable folder", []string{"--record", "file/episodes"}, noWindow, "file/episodes: not a directory: choose another with --record"},
		{"no display", nil, noWindow, "no window can be opened here"},
		{"no compiler", []string{"--web"}, []string{"PATH="}, "install Go"},
	} {
		status, out, complaints := start(t, dir, c.env, append([]string{"play"}, c.args...)...)
		require.Equal(t, 1, status, "%s: %s", c.name, complaints)
		require.Empty(t, out, c.name)
		require.Contains(t, complaints, c.want, c.name)
		require.Equal(t, 1, strings.Count(complaints, "\n"), "%s: one sentence: %q", c.name, complaints)
	}
	_, _, complaints := start(t, dir, noWindow, "play")
	require.Contains(t, complaints, "--web", "the other way to play is named")
}

func TestPlayPortTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	status, _, complaints := start(t, t.TempDir(), nil, "play", "--web", "--port", port)
	require.Equal(t, 1, status)
	require.Contains(t, complaints, "the player cannot be served")
}
