package gfn

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/agents"
)

// What does not suit an environment is refused before the run has a folder, so
// that the next try may have the same name.
func TestRefusedLeavesNothing(t *testing.T) {
	for _, c := range []struct {
		id   string
		o    Objective
		want string
	}{
		{"BitSequence-16x4", ObjectiveMLE, "set data to a file"},
		{"Line-2", ObjectiveModifiedDB, "cannot exit: mdb wants that every state but the source can; use db"},
		{"Line-2", ObjectiveFLDB, "cannot exit: fldb"},
		{"PhyloTree-6x32", ObjectiveModifiedDB, "cannot exit: mdb wants that every state can; use db"},
	} {
		config, err := DefaultConfig(c.o)
		require.NoError(t, err)
		dir := filepath.Join(t.TempDir(), "run")
		_, err = agents.Train(context.Background(), agents.Run{Dir: dir, Env: agents.EnvConfig{ID: c.id}, Algorithm: &config, Steps: 100}, agents.Options{Episodes: -1})
		require.ErrorContains(t, err, c.want, "%s on %s", c.o, c.id)
		require.NoDirExists(t, dir, "%s on %s", c.o, c.id)
	}
}

// A run is opened from another folder than it was trained in, though its prior and
// its data were given relative to that.
func TestRelativePaths(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("objects.jsonl", []byte("[1,1]\n[2,3]\n"), 0o644))
	env := agents.EnvConfig{ID: "HyperGrid-2x8"}
	for _, x := range []struct {
		name string
		o    Objective
		edit func(c *Config)
	}{
		{"prior", ObjectiveTB, func(*Config) {}},
		{"rtb", ObjectiveRTB, func(c *Config) { c.Prior = filepath.Join("runs", "prior") }},
		{"mle", ObjectiveMLE, func(c *Config) { c.Data = "objects.jsonl" }},
	} {
		config, err := DefaultConfig(x.o)
		require.NoError(t, err)
		config.Hidden = []int{8}
		x.edit(&config)
		run := agents.Run{Dir: filepath.Join("runs", x.name), Env: env, Algorithm: &config, Steps: 100}
		_, err = agents.Train(context.Background(), run, agents.Options{Episodes: -1})
		require.NoError(t, err)
	}
	runs, err := filepath.Abs("runs")
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	made, err := env.Make()
	require.NoError(t, err)
	for _, name := range []string{"rtb", "mle"} {
		_, err = agents.Restore(filepath.Join(runs, name), made)
		require.NoError(t, err, name)
	}
}
