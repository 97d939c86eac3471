package main

import (
	"encoding/json"
	"errors"

	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/ppo"
)

type benchPPOCmd struct {
	ID     []string `arg:"" optional:"" help:"Environment ids. The default is MiniGrid-Empty-5x5-v0 and MiniGrid-DoorKey-5x5-v0."`
	Preset string   `default:"sb3" help:"Settings: sb3 (those of the comparison with Stable-Baselines3) or default."`
	Seed   uint64   `help:"Seed of the first run."`
	Seeds  int      `default:"1" help:"Number of runs, with the seeds that follow."`
	Target float64  `default:"0.9" help:"A run ends when the mean return of the last 100 episodes reaches this."`
	Steps  int      `default:"1000000" help:"A run ends after this many steps at the latest."`
}

// Run trains and prints a line of JSON for each run, in the shape that the peers'
// scripts print.
func (c *benchPPOCmd) Run(a *app) error {
	ids := c.ID
	if len(ids) == 0 {
		ids = []string{"MiniGrid-Empty-5x5-v0", "MiniGrid-DoorKey-5x5-v0"}
	}
	enc := json.NewEncoder(a.out)
	for _, id := range ids {
		for k := range c.Seeds {
			config, err := ppo.Preset(c.Preset)
			if err != nil {
				return err
			}
			run := agents.Run{Env: agents.EnvConfig{ID: id}, Algorithm: &config, Steps: c.Steps, Seed: c.Seed + uint64(k), Target: c.Target}
			r, err := agents.Train(a.ctx, run, agents.Options{Episodes: -1})
			if err != nil {
				return err
			}
			if r.Stopped {
				return errors.New("stopped before the measurement was complete")
			}
			var hit *int
			if r.TargetStep > 0 {
				hit = &r.TargetStep
			}
			if err := enc.Encode(benchResult{Peer: "miniflow-ppo", Work: id, StepsPerSec: r.Rate, Config: map[string]any{
				"preset": c.Preset, "num_envs": config.Lanes, "seed": run.Seed, "n_steps": config.Horizon, "minibatch": config.Minibatch,
				"epochs": config.Epochs, "lr": config.LearningRate, "ent": config.EntropyCoef, "steps": r.Steps, "wall_s": r.Seconds,
				"mean_return_last100": r.MeanReturn, "hit_steps": hit, "thr": c.Target,
			}}); err != nil {
				return err
			}
		}
	}
	return nil
}
