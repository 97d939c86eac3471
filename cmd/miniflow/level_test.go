package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/minigrid/level"
)

// TestLevelCommand takes a level from a map in letters to a code, to JSON and to
// a picture, and edits it on the way.
func TestLevelCommand(t *testing.T) {
	dir := t.TempDir()
	const text = "miniflow level 1\ninstruction: pick up the red key\nsteps: 40\nk = red key\nD = locked red door\n\n#####\n#>.k#\n#####\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.txt"), []byte(text), 0o644))
	status, out, complaints := start(t, dir, nil, "level", "a.txt", "--out", "b.json")
	require.Zero(t, status, complaints)
	require.Contains(t, out, "solvable in 2 steps and no fewer")
	_, code, _ := strings.Cut(out, "code: ")
	code, _, _ = strings.Cut(code, "\n")

	status, out, complaints = start(t, dir, nil, "level", code, "--json", "--out", "c.png")
	require.Zero(t, status, complaints)
	var l level.Level
	require.NoError(t, json.Unmarshal([]byte(out), &l))
	saved, err := level.Load(filepath.Join(dir, "b.json"))
	require.NoError(t, err)
	require.True(t, saved.Equal(&l))
	require.Equal(t, level.Solvable, saved.Certificate.Verdict)
	require.FileExists(t, filepath.Join(dir, "c.png"))

	edited := strings.Replace(text, ">.k", ">#k", 1)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.txt"), []byte(edited), 0o644))
	status, out, complaints = start(t, dir, nil, "level", "a.txt")
	require.Zero(t, status, complaints)
	require.True(t, strings.HasSuffix(out, "\nunsolvable\n"), out)
}

func TestLevelCommandErrors(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "bad.txt"), []byte("####\n#>?#\n####"), 0o644))
	for want, args := range map[string][]string{
		"bad.txt: level: line 2, column 3": {"level", "bad.txt"},
		"no such file":                     {"level", "none.txt"},
		"checksum does not fit":            {"level", "ml1-AAAAAAAAAAAA"},
		"leave out the environment":        {"play", "MiniGrid-Empty-5x5-v0", "--level", "bad.txt"},
		"line 2, column 3":                 {"play", "--level", "bad.txt"},
	} {
		status, _, complaints := start(t, dir, []string{"DISPLAY=", "WAYLAND_DISPLAY="}, args...)
		require.Equal(t, 1, status)
		require.Contains(t, complaints, want)
	}
}
