package gfn

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
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
		{"TemperedHyperGrid-2x8", ObjectiveFLDB, "does not know the condition: use db or subtb"},
		{"TemperedHyperGrid-2x8", ObjectiveModifiedDB, "does not know the condition: use db or subtb"},
		{"TemperedHyperGrid-2x8", ObjectiveVarGrad, "no log Z in common: use tb"},
	} {
		config, err := DefaultConfig(c.o)
		require.NoError(t, err)
		dir := filepath.Join(t.TempDir(), "run")
		_, err = agents.Train(context.Background(), agents.Run{Dir: dir, Env: agents.EnvConfig{ID: c.id}, Algorithm: &config, Steps: 100}, agents.Options{Episodes: -1})
		require.ErrorContains(t, err, c.want, "%s on %s", c.o, c.id)
		require.NoDirExists(t, dir, "%s on %s", c.o, c.id)
	}
}

// What a run learns with is copied into its folder: it goes on bit for bit where it
// was moved to, though the prior and the data are no more. Runs whose settings name
// what is elsewhere are opened, too.
func TestBorrowed(t *testing.T) {
	t.Chdir(t.TempDir())
	objects := []byte("[1,1]\n[2,3]\n")
	require.NoError(t, os.WriteFile("objects.jsonl", objects, 0o644))
	train := func(name string, o Objective, steps int, edit func(c *Config)) {
		config, err := DefaultConfig(o)
		require.NoError(t, err)
		config.Hidden = []int{8}
		edit(&config)
		before := config
		run := agents.Run{Dir: filepath.Join("runs", name), Env: agents.EnvConfig{ID: "HyperGrid-2x8"}, Algorithm: &config, Steps: steps}
		_, err = agents.Train(t.Context(), run, agents.Options{Episodes: -1})
		require.NoError(t, err)
		require.Equal(t, before, config, "the caller's settings stay")
	}
	read := func(path ...string) string {
		data, err := os.ReadFile(filepath.Join(path...))
		require.NoError(t, err)
		return string(data)
	}
	train("prior", ObjectiveTB, 400, func(*Config) {})
	borrowers := map[string]func(steps int, name string){
		"rtb": func(steps int, name string) {
			train(name, ObjectiveRTB, steps, func(c *Config) { c.Prior = filepath.Join("runs", "prior") })
		},
		"mle": func(steps int, name string) {
			train(name, ObjectiveMLE, steps, func(c *Config) { c.Data = "objects.jsonl" })
		},
	}
	for name, train := range borrowers {
		train(800, name+"-whole")
		train(400, name)
	}
	require.Equal(t, read("runs", "prior", "checkpoint.safetensors"), read("runs", "rtb", "prior", "checkpoint.safetensors"))
	require.Equal(t, string(objects), read("runs", "mle", "data.jsonl"))
	require.Contains(t, read("runs", "rtb", "config.json"), `"prior": "prior"`)
	require.Contains(t, read("runs", "mle", "config.json"), `"data": "data.jsonl"`)

	// An older run names them by absolute paths.
	require.NoError(t, os.CopyFS("old", os.DirFS(filepath.Join("runs", "rtb"))))
	prior, err := filepath.Abs("elsewhere")
	require.NoError(t, err)
	require.NoError(t, os.Rename(filepath.Join("old", "prior"), prior))
	named, err := json.Marshal(prior)
	require.NoError(t, err)
	config := strings.Replace(read("old", "config.json"), `"prior": "prior"`, `"prior": `+string(named), 1)
	require.NoError(t, os.WriteFile(filepath.Join("old", "config.json"), []byte(config), 0o644))

	require.NoError(t, errors.Join(os.RemoveAll(filepath.Join("runs", "prior")), os.Remove("objects.jsonl"), os.Rename("runs", "moved")))
	t.Chdir("moved")
	for dir, whole := range map[string]string{"rtb": "rtb-whole", "mle": "mle-whole", filepath.Join("..", "old"): "rtb-whole"} {
		run, err := agents.Open(dir)
		require.NoError(t, err)
		run.Steps = 800
		_, err = agents.Train(t.Context(), *run, agents.Options{Episodes: -1, Resume: true})
		require.NoError(t, err)
		for _, name := range []string{"checkpoint.safetensors", "metrics.csv"} {
			require.Equal(t, read(whole, name), read(dir, name), "%s of %s", name, dir)
		}
		env, err := run.Env.Make()
		require.NoError(t, err)
		_, err = agents.Restore(dir, env)
		require.NoError(t, err)
	}
	require.Equal(t, config, strings.Replace(read("..", "old", "config.json"), `"steps": 800`, `"steps": 400`, 1))
}

// overwriter is a [Config] whose data are written anew when its agent has been made.
type overwriter struct{ *Config }

func (o overwriter) New(env miniflow.Env, seed uint64, steps int) (agents.Agent, error) {
	a, err := o.Config.New(env, seed, steps)
	return a, errors.Join(err, os.WriteFile(o.Data, []byte("[4,4]\n"), 0o644))
}

// What changes while a run begins is refused: nobody could tell which of the two the
// agent was made of.
func TestBorrowedChanges(t *testing.T) {
	dir := t.TempDir()
	config, err := DefaultConfig(ObjectiveMLE)
	require.NoError(t, err)
	config.Hidden, config.Data = []int{8}, filepath.Join(dir, "objects.jsonl")
	require.NoError(t, os.WriteFile(config.Data, []byte("[1,1]\n"), 0o644))
	run := agents.Run{Dir: filepath.Join(dir, "run"), Env: agents.EnvConfig{ID: "HyperGrid-2x8"}, Algorithm: overwriter{&config}, Steps: 100}
	_, err = agents.Train(t.Context(), run, agents.Options{Episodes: -1})
	require.ErrorContains(t, err, "setting data: what it names has just been written to: try again")
	require.NoDirExists(t, run.Dir)
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

// The files that parameters of an environment name are found from everywhere.
func TestFilesOfParameters(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("samples.csv", []byte("a,b,c\n1,2,3\n2,1,0\n0,3,1\n"), 0o644))
	config, err := DefaultConfig(ObjectiveTB)
	require.NoError(t, err)
	config.Hidden = []int{8}
	params := map[string]any{"data": "samples.csv", "prior": "fair"}
	run := agents.Run{Dir: "run", Env: agents.EnvConfig{ID: "DAG-5", Params: params}, Algorithm: &config, Steps: 100}
	_, err = agents.Train(t.Context(), run, agents.Options{Episodes: -1})
	require.NoError(t, err)
	require.Equal(t, map[string]any{"data": "samples.csv", "prior": "fair"}, params, "the caller's parameters stay")
	dir, err := filepath.Abs("run")
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	opened, err := agents.Open(dir)
	require.NoError(t, err)
	_, err = opened.Env.Make()
	require.NoError(t, err)
	opened.Steps = 200
	_, err = agents.Train(t.Context(), *opened, agents.Options{Episodes: -1, Resume: true})
	require.NoError(t, err)
}
