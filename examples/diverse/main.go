// Command diverse trains a GFlowNet and PPO on one level and counts how many
// different ways each finds to solve it.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"text/tabwriter"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/gfn"
	"github.com/miniflow-rl/miniflow/agents/ppo"
	_ "github.com/miniflow-rl/miniflow/minigrid"
)

func main() {
	id := flag.String("env", "MiniGrid-Empty-5x5-v0", "environment")
	steps := flag.Int("steps", 100_000, "steps of each training")
	seeds := flag.Int("seeds", 3, "trainings of each")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "AGENT\tSEED\tSOLVED OF 1000\tDISTINCT SOLUTIONS")
	for seed := range uint64(*seeds) {
		for _, name := range []string{"ppo", "gflownet"} {
			solved, distinct, err := compare(ctx, name, *id, seed+1, *steps)
			if err != nil {
				log.Fatal(err)
			}
			fmt.Fprintf(w, "%s\t%d\t%d\t%d\n", name, seed+1, solved, distinct)
		}
	}
	w.Flush()
}

// compare trains an agent on the level that the seed makes, and returns what
// [solutions] finds.
func compare(ctx context.Context, name, id string, seed uint64, steps int) (solved, distinct int, err error) {
	env, err := miniflow.Make(id, miniflow.WithAutoreset(miniflow.Disabled))
	if err != nil {
		return 0, 0, err
	}
	dir, err := os.MkdirTemp("", "diverse")
	if err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(dir)
	run := agents.Run{Dir: dir + "/run", Env: agents.EnvConfig{ID: id}, Steps: steps, Seed: seed}
	if name == "ppo" {
		c := ppo.DefaultConfig() // it learns levels of all seeds, this one among them
		run.Algorithm = &c
	} else {
		c, err := gfn.Preset("history", gfn.ObjectiveVarGrad)
		if err != nil {
			return 0, 0, err
		}
		c.ExploreSteps = steps / 2
		run.Algorithm = &c
	}
	if _, err := agents.Train(ctx, run, agents.Options{Episodes: -1}); err != nil {
		return 0, 0, err
	}
	policy, err := agents.Restore(run.Dir, env)
	if err != nil {
		return 0, 0, err
	}
	return solutions(ctx, env, policy, seed, 1000)
}

// solutions draws episodes of a policy in one level and counts those that earn a
// reward and the different sequences of actions among them.
func solutions(ctx context.Context, env miniflow.Env, policy agents.Policy, level uint64, episodes int) (solved, distinct int, err error) {
	b, rng, seen := miniflow.NewBatch(env), []miniflow.Rand{*miniflow.NewRand(1)}, map[string]bool{}
	for range episodes {
		if err := env.Reset(b, level); err != nil {
			return 0, 0, err
		}
		if err := policy.Begin(ctx, 0); err != nil {
			return 0, 0, err
		}
		var actions []int32
		reward := 0.0
		for !b.Ended(0) {
			if err := policy.Act(b, rng, false); err != nil {
				return 0, 0, err
			}
			actions = append(actions, b.Action.I32[0])
			if err := env.Step(b); err != nil {
				return 0, 0, err
			}
			reward += b.Reward[0]
		}
		if reward > 0 {
			solved++
			seen[fmt.Sprint(actions)] = true
		}
	}
	return solved, len(seen), nil
}
