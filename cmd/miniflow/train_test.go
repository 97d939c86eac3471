package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestResume repeats the command of a run with --resume, and with flags that
// would make it another run.
func TestResume(t *testing.T) {
	dir := t.TempDir()
	train := func(args ...string) (int, string) {
		status, _, complaints := start(t, dir, nil, append([]string{"train", "--name", "a", "--episodes", "2"}, args...)...)
		return status, complaints
	}
	status, complaints := train("MiniGrid-Empty-5x5-v0", "--seed", "3", "--steps", "256")
	require.Zero(t, status, complaints)
	status, complaints = train("MiniGrid-Empty-5x5-v0", "--seed", "3", "--steps", "4096", "--resume")
	require.Zero(t, status, complaints)
	for _, name := range []string{"a", filepath.Join("runs", "a")} { // in the place of an id
		status, _, complaints := start(t, dir, nil, "train", "--resume", name, "--episodes", "2")
		require.Zero(t, status, complaints)
	}
	status, _, complaints = start(t, dir, nil, "train", "--resume", "nobody")
	require.Equal(t, 1, status)
	require.Contains(t, complaints, "there is no run nobody, nor runs")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"MiniGrid-Empty-6x6-v0"}, "is a run on MiniGrid-Empty-5x5-v0"},
		{[]string{"--seed", "4"}, "is a run with seed 3"},
		{[]string{"--wrap", "img"}, "keeps its environment and settings"},
		{[]string{"-p", "size=7"}, "keeps its environment and settings"},
	} {
		status, complaints := train(append(c.args, "--resume")...)
		require.Equal(t, 1, status, "%v", c.args)
		require.Contains(t, complaints, c.want, "%v", c.args)
		require.Equal(t, 1, strings.Count(complaints, "\n"), "%v: one sentence: %q", c.args, complaints)
	}
}

// TestTrainRefuses: whatever keeps a training from starting is one sentence and
// status 1, and leaves no run behind.
func TestTrainRefuses(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o644))
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "Give an environment id"},
		{[]string{"MiniGrid-Emty-5x5-v0"}, "did you mean MiniGrid-Empty-5x5-v0"},
		{[]string{"MiniGrid-Empty-5x5-v0", "-p", "size=1"}, "want a value in"},
		{[]string{"MiniGrid-Empty-5x5-v0", "--agent", "dream"}, "dream"},
		{[]string{"MiniGrid-Empty-5x5-v0", "--set", "lanez=3"}, "lanez"},
		{[]string{"MiniGrid-Empty-5x5-v0", "--wrap", "nothing"}, "is unknown"},
		{[]string{"HyperGrid-2x8", "--preset", "pixels"}, "preset pixels is for environments that show pictures, and HyperGrid-2x8 shows none: leave it out"},
		{[]string{"HyperGrid-2x8", "--agent", "tb", "--preset", "line"}, "preset line is for continuous construction environments, such as Line-2, and HyperGrid-2x8 is none"},
		{[]string{"MiniGrid-Empty-5x5-v0", "--agent", "tb", "--preset", "diffusion"}, "and MiniGrid-Empty-5x5-v0 is none"},
		{[]string{"HyperGrid-2x8", "--agent", "vargrad", "--preset", "history"}, "and HyperGrid-2x8 is a construction environment"},
		{[]string{"Line-2", "--agent", "vargrad", "--preset", "history"}, "and Line-2 is a construction environment"},
		{[]string{"Line-2", "--preset", "line"}, `preset "line" is unknown: there are default, sb3, pixels; with --agent it is one of db, fldb,`},
		{[]string{"MiniGrid-Empty-5x5-v0", "--name", "../a"}, "without slashes"},
		{[]string{"MiniGrid-Empty-5x5-v0", "--load", "a"}, "there is no run a"},
		{[]string{"MiniGrid-Empty-5x5-v0", "--runs", "file"}, "choose a place that you may write to (--runs)"},
		{[]string{"--name", "a", "--resume"}, "there is no run a"},
	} {
		if runtime.GOOS != "linux" && strings.Contains(c.want, "--runs") {
			continue // other systems say it in other words
		}
		status, out, complaints := start(t, dir, nil, append([]string{"train"}, c.args...)...)
		require.Equal(t, 1, status, "%v", c.args)
		require.Empty(t, out, "%v", c.args)
		require.Contains(t, complaints, c.want, "%v", c.args)
		require.Equal(t, 1, strings.Count(complaints, "\n"), "%v: one sentence: %q", c.args, complaints)
	}
	require.NoDirExists(t, filepath.Join(dir, "runs"))
}

// TestLoadElsewhere: parts of a network of another environment's run that do not
// fit are refused with the ids of both.
func TestLoadElsewhere(t *testing.T) {
	dir := t.TempDir()
	small := []string{"--agent", "tb", "--set", "hidden=[8]", "--steps", "100", "--episodes", "2"}
	status, _, complaints := start(t, dir, nil, append([]string{"train", "HyperGrid-2x8", "--name", "a"}, small...)...)
	require.Zero(t, status, complaints)
	status, _, complaints = start(t, dir, nil, append([]string{"train", "Set-16x8", "--name", "b", "--load", "a"}, small...)...)
	require.Equal(t, 1, status)
	require.Contains(t, complaints, "it was trained on HyperGrid-2x8, whose networks do not fit Set-16x8")
	require.NoDirExists(t, filepath.Join(dir, "runs", "b"))
}

// TestPlayWrapped: an agent that was trained with wrappers is watched with them.
func TestPlayWrapped(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only on Linux does a variable hide the display")
	}
	dir := t.TempDir()
	status, _, complaints := start(t, dir, nil, "train", "MiniGrid-Empty-5x5-v0", "--name", "a", "--wrap", "img", "-p", "size=6", "--steps", "256", "--episodes", "2")
	require.Zero(t, status, complaints)
	for _, id := range []string{"", "MiniGrid-Empty-5x5-v0", "MiniGrid-DoorKey-5x5-v0"} {
		_, _, complaints := start(t, dir, []string{"DISPLAY=", "WAYLAND_DISPLAY="}, "play", "--agent", "a", id)
		require.Contains(t, complaints, "no window can be opened here", "all else fits")
	}
	_, _, complaints = start(t, dir, []string{"DISPLAY=", "WAYLAND_DISPLAY="}, "play", "--wrap", "first_person", "MiniGrid-DoorKey-5x5-v0")
	require.Contains(t, complaints, "no window can be opened here", "people may play in wrappers, too")
	_, _, complaints = start(t, dir, nil, "play", "--agent", "a", "--wrap", "img")
	require.Contains(t, complaints, "leave out --wrap")
}
