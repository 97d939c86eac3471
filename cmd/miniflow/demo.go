package main

import (
	"fmt"
	"path/filepath"

	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/ppo"
)

// The demo's task, and a mean return that only an almost perfect agent reaches:
// a planner's is 0.964. Of 30 seeds the slowest took 98,496 steps.
const (
	demoID     = "MiniGrid-DoorKey-5x5-v0"
	demoTarget = 0.955
	demoSteps  = 200_000 // at most
)

type demoCmd struct {
	Runs string `default:"runs" help:"Folder of all runs."`
	Seed uint64 `default:"1" help:"Seed of the run."`
}

// Run trains an agent to the target, compares it with chance and with a planner,
// and says what to try next.
func (c *demoCmd) Run(a *app) error {
	config := ppo.DefaultConfig()
	run := agents.Run{Dir: c.freeName("demo"), Env: agents.EnvConfig{ID: demoID}, Algorithm: &config, Steps: demoSteps, Seed: c.Seed, Target: demoTarget}
	fmt.Fprintf(a.out, "Training PPO on %s until the mean return of the last %d episodes is %g.\n", demoID, agents.Window, demoTarget)
	result, err := agents.Train(a.ctx, run, agents.Options{Progress: a.status})
	if err != nil {
		return err
	}
	if result.Stopped {
		printStopped(a, result, run.Dir)
		return nil
	}
	if result.TargetStep == 0 {
		return fmt.Errorf("the mean return is %.3f after %d steps, not %g: try another --seed", result.MeanReturn, result.Steps, demoTarget)
	}
	fmt.Fprintf(a.out, "Reached after %d steps in %.1f s (%.0f steps/s).\n\n", result.TargetStep, result.Seconds, result.Rate)
	trained, n := result.Evaluation, len(result.Evaluation.Episodes)
	trained.Agent = "trained"
	random, err := evaluate(a, run.Env, agentRandom, n, agents.EvalSeed, false)
	if err != nil {
		return err
	}
	optimal, err := evaluate(a, run.Env, agentOptimal, n, agents.EvalSeed, false)
	if err != nil {
		return err
	}
	if err := printEvaluations(a, random, trained, optimal); err != nil {
		return err
	}
	c.next(a, run.Dir)
	return nil
}

// next says what was written and what to try.
func (c *demoCmd) next(a *app, dir string) {
	in := func(name string) string { return filepath.Join(dir, name) }
	fmt.Fprintf(a.out, `
Learning curve  %s
Best episode    %s
Checkpoint      %s

Try next:
  %[4]s play %[5]s --agent %[6]s
  %[4]s replay %[7]s --check
  %[4]s eval %[6]s --episodes 1000
  %[4]s train MiniGrid-DoorKey-6x6-v0 --load %[6]s --name doorkey6
  tensorboard --logdir %[8]s
`, in("curve.png"), in("best.gif"), in("checkpoint.safetensors"), self(), demoID, dir, in("best.jsonl"), c.Runs)
}

// freeName returns the folder of the first of name, name-2, name-3, ... that is
// no run.
func (c *demoCmd) freeName(name string) string {
	dir := filepath.Join(c.Runs, name)
	for k := 2; agents.Exists(dir); k++ {
		dir = filepath.Join(c.Runs, fmt.Sprintf("%s-%d", name, k))
	}
	return dir
}
