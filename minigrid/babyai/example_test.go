package babyai_test

import (
	"context"
	"fmt"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/minigrid/babyai"
)

// ExampleBot lets the bot carry out an instruction.
func ExampleBot() {
	env, err := miniflow.Make("BabyAI-MiniBossLevel-v0", miniflow.WithAutoreset(miniflow.Disabled))
	if err != nil {
		panic(err)
	}
	b := miniflow.NewBatch(env)
	if err := env.Reset(b, 25); err != nil {
		panic(err)
	}
	fmt.Println(b.Obs[minigrid.ObsMission].Text[0])
	bot, err := babyai.NewBot(env)
	if err != nil {
		panic(err)
	}
	plan, err := bot.Plan(context.Background(), 0, 0)
	if err != nil {
		panic(err)
	}
	for _, a := range plan.Actions {
		b.Action.I32[0] = a
		if err := env.Step(b); err != nil {
			panic(err)
		}
	}
	fmt.Printf("return %.3f after %d steps\n", b.Reward[0], len(plan.Actions))
	// Output:
	// pick up a box and put the grey ball on your left next to the blue key
	// return 0.898 after 34 steps
}
