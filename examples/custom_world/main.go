// Command custom_world makes a world of its own (world.go), checks it, shows a
// level and lets chance play it.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

const id = "Example-Bridge-v0"

func main() {
	// From here on the world can be made, trained on and played by its id.
	if err := minigrid.Register(id, "Cross the lava and pick up the ball.", layout); err != nil {
		log.Fatal(err)
	}
	if err := run(os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(out io.Writer) error {
	// Does it keep its promises? Seeds, spaces, snapshots, no allocation and more.
	if err := miniflow.CheckID(id); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s keeps the promises of an environment.\n", id)

	const lanes = 100
	env, err := miniflow.Make(id, miniflow.WithLanes(lanes))
	if err != nil {
		return err
	}
	b := miniflow.NewBatch(env)
	if err := env.Reset(b, 1); err != nil { // seed 1 for the first lane, 2 for the next, ...
		return err
	}
	worlds, _ := miniflow.As[minigrid.Worlds](env)
	fmt.Fprintf(out, "\nSeed 1, %q:\n\n%v\n\n", b.Obs[minigrid.ObsMission].Text[0], worlds.World(0))

	if p, ok := miniflow.As[miniflow.Planner](env); ok {
		plan, err := p.Plan(context.Background(), 0, 0)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "The shortest plan takes %d steps and returns %.3f.\n", len(plan.Actions), plan.Return)
	}

	rng := miniflow.NewRand(1)
	episodes, total := 0, 0.0
	for episodes < 10_000 {
		for i := range lanes {
			b.Action.I32[i] = int32(rng.Intn(env.Spec().NumActions()))
		}
		if err := env.Step(b); err != nil {
			return err
		}
		for i := range lanes {
			total += b.Reward[i]
			if b.Ended(i) {
				episodes++
			}
		}
	}
	fmt.Fprintf(out, "Random actions return %.3f on average.\n", total/float64(episodes))
	return nil
}
