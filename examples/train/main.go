// Command train teaches an agent to fetch a key, open a door and reach a goal.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"

	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/ppo"
	_ "github.com/miniflow-rl/miniflow/minigrid"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	config := ppo.DefaultConfig()
	run := agents.Run{
		Dir:       "runs/example",
		Env:       agents.EnvConfig{ID: "MiniGrid-DoorKey-5x5-v0"},
		Algorithm: &config,
		Steps:     200_000,
		Seed:      1,
	}
	result, err := agents.Train(ctx, run, agents.Options{Resume: agents.Exists(run.Dir), Progress: os.Stderr})
	if err != nil {
		log.Fatal(err)
	}
	if result.Stopped { // by Ctrl-C; the next start goes on
		return
	}
	fmt.Println("mean return of 100 new episodes:", result.Evaluation.Mean)
}
