package main

import (
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/minigrid/level"
)

func TestGenerate(t *testing.T) {
	dir := t.TempDir()
	status, out, complaints := start(t, dir, nil, "generate", "MiniGrid-Maze-Random60-v0", "-p", "sample_walls=false", "--n", "6", "--mixed", "--out", "levels", "--json", "--codes")
	require.Zero(t, status, complaints)
	var sum generated
	require.NoError(t, json.Unmarshal([]byte(out), &sum))
	require.Equal(t, []int{6, 3, 3}, []int{sum.Levels, sum.Solvable, sum.Unsolvable})
	list, err := level.Folder(filepath.Join(dir, "levels"))
	require.NoError(t, err)
	require.Len(t, list, 6)
	for _, l := range list {
		found, err := l.Clone().Certify(t.Context(), 0)
		require.NoError(t, err)
		require.Equal(t, *l.Certificate, found)
		code, err := l.Code()
		require.NoError(t, err)
		require.Contains(t, sum.Codes, code)
	}
	f, err := os.Open(filepath.Join(dir, "levels", "sheet.png"))
	require.NoError(t, err)
	defer f.Close()
	_, err = png.Decode(f)
	require.NoError(t, err)

	// What was saved is an environment.
	status, out, complaints = start(t, dir, nil, "eval", level.ID, "-p", "file=levels", "-p", "levels=solvable", "--agent", "optimal", "--episodes", "5", "--json")
	require.Zero(t, status, complaints)
	require.Contains(t, out, `"return":0.9`)
}

// TestGenerateWrapped draws levels in first person.
func TestGenerateWrapped(t *testing.T) {
	dir := t.TempDir()
	var sheets [2]image.Image
	for k, args := range [][]string{{}, {"--wrap", "first_person"}} {
		status, _, complaints := start(t, dir, nil, append([]string{"generate", "MiniGrid-DoorKey-5x5-v0", "--n", "2", "--out", "levels"}, args...)...)
		require.Zero(t, status, complaints)
		f, err := os.Open(filepath.Join(dir, "levels", "sheet.png"))
		require.NoError(t, err)
		sheets[k], err = png.Decode(f)
		require.NoError(t, errors.Join(err, f.Close()))
	}
	require.Equal(t, sheets[0].Bounds(), sheets[1].Bounds())
	require.NotEqual(t, sheets[0], sheets[1])
}

func TestGenerateErrors(t *testing.T) {
	dir := t.TempDir()
	for want, args := range map[string][]string{
		"did you mean":               {"generate", "MiniGrid-DorKey-5x5-v0", "--out", "x"},
		"replay its worlds by seed":  {"generate", "MiniGrid-MemoryS7-v0", "--out", "x"},
		"want at least 1 of each":    {"generate", "MiniGrid-Empty-5x5-v0", "--n", "0", "--out", "x"},
		"0 of 2 levels found, 6 ref": {"generate", "MiniGrid-Empty-5x5-v0", "--n", "2", "--tries", "3", "--unsolvable", "--out", "x"},
		"did you mean first_person?": {"generate", "MiniGrid-Empty-5x5-v0", "--wrap", "first_persn", "--out", "x"},
		"--out":                      {"generate", "MiniGrid-Empty-5x5-v0"},
	} {
		status, _, complaints := start(t, dir, nil, args...)
		require.Equal(t, 1, status)
		require.Contains(t, complaints, want)
	}
}

// TestGenerateStops interrupts a long generation: what is there is complete, and
// nothing else is.
func TestGenerateStops(t *testing.T) {
	dir := t.TempDir()
	self, err := os.Executable()
	require.NoError(t, err)
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, self, "generate", "BabyAI-GoToObj-v0", "--n", "1000000", "--out", "levels")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), asProgram+"=1")
	require.NoError(t, cmd.Start())
	folder := filepath.Join(dir, "levels")
	require.Eventually(t, func() bool {
		files, _ := os.ReadDir(folder)
		return len(files) > 10
	}, 30*time.Second, 10*time.Millisecond)
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	require.ErrorContains(t, cmd.Wait(), "exit status 1")
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	list, err := level.Folder(folder)
	require.NoError(t, err)
	require.Len(t, list, len(files), "every file is a level")
}
