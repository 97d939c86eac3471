package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
)

// defaultSteps is how long a run is unless it says.
const defaultSteps = 200_000

type trainCmd struct {
	ID     string            `arg:"" optional:"" help:"Environment id; with --resume a run, or nothing where --name has it."`
	Agent  string            `default:"ppo" help:"Algorithm."`
	Preset string            `help:"Named settings of the algorithm, such as sb3."`
	Set    map[string]string `help:"Setting of the algorithm, name=value; parts of parts as encoder.image=conv. config.json shows them all." mapsep:";"`
	Param  map[string]string `short:"p" help:"Parameter of the environment, name=value." mapsep:";"`
	Wrap   string            `help:"Wrappers, the innermost first, such as rgb_partial:tile=8,img. The default is none."`
	Steps  int               `help:"Environment steps, over all lanes. The default is 200000."`
	Target float64           `help:"Stop when the mean return of the last 100 episodes reaches this."`
	Seed   uint64            `help:"Determines everything that is drawn."`
	Lanes  int               `help:"Episodes stepped together. The default is the algorithm's."`

	Runs   string   `default:"runs" help:"Folder of all runs."`
	Name   string   `help:"Name of the run. The default is made of id, algorithm and seed."`
	Resume bool     `help:"Go on with the run of this name, bit for bit; with --steps for longer."`
	Load   string   `help:"Start with parts of the network of this run."`
	Blocks []string `help:"The blocks to load, such as image,mission. The default is all."`
	Freeze []string `help:"Blocks that are not trained."`

	Checkpoint int  `help:"Steps between checkpoints. The default is a checkpoint every 15 seconds."`
	Episodes   int  `default:"100" help:"Episodes of the evaluation at the end."`
	JSON       bool `name:"json" help:"Print the result as JSON."`
}

// Run trains.
func (c *trainCmd) Run(a *app) error {
	if c.Episodes < 1 {
		return fmt.Errorf("%d episodes: want at least 1", c.Episodes)
	}
	run, err := c.run()
	if err != nil {
		return err
	}
	result, err := agents.Train(a.ctx, *run, agents.Options{Resume: c.Resume, Progress: a.status, CheckpointEvery: c.Checkpoint, Episodes: c.Episodes})
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(a.out).Encode(result)
	}
	if result.Stopped {
		printStopped(a, result, run.Dir)
		return nil
	}
	fmt.Fprintf(a.out, "%d steps, %d episodes, %.1f s, %.0f steps/s\n", result.Steps, result.Episodes, result.Seconds, result.Rate)
	if result.TargetStep > 0 {
		fmt.Fprintf(a.out, "mean return %g reached at step %d\n", run.Target, result.TargetStep)
	}
	if err := printEvaluations(a, result.Evaluation); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "files in %s: %s\n", run.Dir, strings.Join(result.Files, ", "))
	return nil
}

// printStopped says how to go on with a run.
func printStopped(a *app, r *agents.Result, dir string) {
	fmt.Fprintf(a.out, "Stopped at step %d. Go on with: %s train --resume --name %s --runs %s\n", r.Steps, self(), filepath.Base(dir), filepath.Dir(dir))
}

// run puts the flags together.
func (c *trainCmd) run() (*agents.Run, error) {
	if c.Resume {
		return c.resumed()
	}
	if c.ID == "" {
		return nil, errors.New("train what? Give an environment id; miniflow envs lists them")
	}
	algorithm, err := agents.NewAlgorithm(c.Agent)
	if err != nil {
		return nil, err
	}
	env := agents.EnvConfig{ID: c.ID, Params: map[string]any{}, Wrap: c.Wrap}
	for k, v := range c.Param {
		env.Params[k] = v
	}
	if c.Preset != "" {
		if err := usePreset(algorithm, c.Preset, env); err != nil {
			return nil, err
		}
	}
	if err := c.configure(algorithm); err != nil {
		return nil, err
	}
	name := c.name()
	if name != filepath.Base(name) || strings.HasPrefix(name, ".") {
		return nil, fmt.Errorf("name %q: want the name of a folder in %s, without slashes or a leading dot", name, c.Runs)
	}
	run := &agents.Run{Dir: filepath.Join(c.Runs, name), Env: env, Algorithm: algorithm, Steps: c.Steps, Seed: c.Seed, Target: c.Target}
	if c.Steps == 0 {
		run.Steps = defaultSteps
	}
	if len(c.Blocks) > 0 && c.Load == "" {
		return nil, errors.New("--blocks says what to load: give the run to load from with --load")
	}
	if c.Load != "" || len(c.Freeze) > 0 {
		run.Transfer = &agents.Transfer{Blocks: c.Blocks, Freeze: c.Freeze}
		if c.Load != "" {
			if run.Transfer.From, err = findRun(c.Load, c.Runs); err != nil {
				return nil, err
			}
		}
	}
	return run, nil
}

// name is the run's name.
func (c *trainCmd) name() string {
	if c.Name == "" {
		return fmt.Sprintf("%s-%s-%d", c.ID, c.Agent, c.Seed)
	}
	return c.Name
}

func (c *trainCmd) resumed() (*agents.Run, error) {
	switch {
	case c.Name == "" && c.ID == "":
		return nil, errors.New("resume what? Give the name of the run with --name")
	case c.Preset != "" || len(c.Set) > 0 || len(c.Param) > 0 || c.Wrap != "" || c.Lanes != 0 || c.Load != "" || len(c.Blocks) > 0 || len(c.Freeze) > 0:
		return nil, errors.New("a resumed run keeps its environment and settings: only --steps and --target can be new")
	}
	if _, err := miniflow.Lookup(c.ID); err != nil && c.Name == "" { // eval and play take runs there, too
		c.Name, c.ID = c.ID, ""
	}
	dir, err := findRun(c.name(), c.Runs)
	if err != nil {
		return nil, err
	}
	run, err := agents.Open(dir)
	if err != nil {
		return nil, err
	}
	// Whoever adds --resume to the command of the run repeats these.
	if c.ID != "" && c.ID != run.Env.ID {
		return nil, fmt.Errorf("%s is a run on %s, not on %s", dir, run.Env.ID, c.ID)
	}
	if c.Seed != 0 && c.Seed != run.Seed {
		return nil, fmt.Errorf("%s is a run with seed %d, not %d", dir, run.Seed, c.Seed)
	}
	if c.Steps != 0 {
		run.Steps = c.Steps
	}
	if c.Target != 0 {
		run.Target = c.Target
	}
	return run, nil
}

// presetter is an algorithm with named settings, each for some environments.
type presetter interface {
	UsePreset(name string, env miniflow.Env) error
}

// usePreset gives an algorithm named settings, or says who else has them.
func usePreset(algorithm agents.Algorithm, name string, config agents.EnvConfig) error {
	env, err := config.Make()
	if err != nil {
		return err
	}
	p, ok := algorithm.(presetter)
	if !ok {
		return fmt.Errorf("%s has no presets", algorithm.Name())
	}
	if err = p.UsePreset(name, env); err == nil {
		return nil
	}
	var others []string
	for _, agent := range agents.Algorithms() {
		if other, err := agents.NewAlgorithm(agent); err == nil {
			if p, ok := other.(presetter); ok && p.UsePreset(name, env) == nil {
				others = append(others, agent)
			}
		}
	}
	if len(others) > 0 {
		return fmt.Errorf("%w; with --agent it is one of %s", err, strings.Join(others, ", "))
	}
	return err
}

// configure sets what the command line says.
func (c *trainCmd) configure(algorithm agents.Algorithm) error {
	for _, name := range sortedKeys(c.Set) {
		if err := agents.Configure(algorithm, settingJSON(name, c.Set[name])); err != nil {
			return err
		}
	}
	if c.Lanes != 0 {
		return agents.Configure(algorithm, settingJSON("lanes", fmt.Sprint(c.Lanes)))
	}
	return nil
}

// settingJSON returns a JSON object that sets one field, a.b being field b of
// object a. A value that is no JSON is taken as text.
func settingJSON(name, value string) []byte {
	data := []byte(value)
	if !json.Valid(data) {
		data, _ = json.Marshal(value) // a string never fails
	}
	parts := strings.Split(name, ".")
	for _, p := range slices.Backward(parts) {
		key, _ := json.Marshal(p)
		data = fmt.Appendf(nil, "{%s:%s}", key, data)
	}
	return data
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// findRun returns the folder of a run that is given as a path or by its name.
func findRun(name, runs string) (string, error) {
	for _, dir := range []string{name, filepath.Join(runs, name)} {
		if agents.Exists(dir) {
			return dir, nil
		}
	}
	return "", fmt.Errorf("there is no run %s, nor %s", name, filepath.Join(runs, name))
}

// self is how the user called the program.
func self() string {
	if strings.Contains(os.Args[0], "go-build") {
		return "go run ./cmd/miniflow"
	}
	return filepath.Base(os.Args[0])
}
