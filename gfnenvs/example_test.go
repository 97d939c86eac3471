package gfnenvs_test

import (
	"fmt"
	"log"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
)

// A registered environment is an ordinary one: observation, action, reward.
func Example() {
	env, err := miniflow.Make("HyperGrid-2x8", miniflow.WithAutoreset(miniflow.Disabled))
	if err != nil {
		log.Fatal(err)
	}
	b := miniflow.NewBatch(env)
	if err := env.Reset(b, 1); err != nil {
		log.Fatal(err)
	}
	for _, a := range []int32{0, 1, 1, 2} { // right, up, up, exit
		b.Action.I32[0] = a
		if err := env.Step(b); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%v %.3f %v\n", b.Obs[0].I32, b.Reward[0], b.Terminated[0])
	}
	// Output:
	// [1 0] 0.000 false
	// [1 1] 0.000 false
	// [1 2] 0.000 false
	// [1 2] 0.100 true
}

// Sets need no rules of one's own, only an energy; package exact knows the rest.
func ExampleNewSet() {
	weights := []float64{0.5, -1, 2, 0}
	set, err := gfnenvs.NewSet(gfnenvs.SetConfig{Items: 4, Max: 2, Energy: gfnenvs.PairEnergy(weights, nil)})
	if err != nil {
		log.Fatal(err)
	}
	g, err := exact.Enumerate(set)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d sets, log Z %.4f\n", g.Terminating(), g.LogZ())
	has := func(s []int32) float64 { return float64(s[2]) }
	fmt.Printf("item 2 is in %.1f %% of them\n", 100*g.Expect(g.Target(), has))
	// Output:
	// 11 sets, log Z 3.5923
	// item 2 is in 81.7 % of them
}

// What rules got wrong is named by state and action.
func ExampleCheckRules() {
	fmt.Println(gfnenvs.CheckRules(wrong{backward: true}, 1, 1))
	// Output:
	// gfnenvs: check gfnenvs_test.wrong: state [0 0]: action 1 leads to [0 1], where the other mask forbids undoing it: bad rules
}
