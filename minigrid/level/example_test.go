package level_test

import (
	"context"
	"fmt"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/minigrid/level"
)

// A generated world becomes a map that can be read, edited, checked and played.
func Example() {
	env, err := miniflow.Make("MiniGrid-DoorKey-5x5-v0")
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := env.Reset(miniflow.NewBatch(env), 1); err != nil {
		fmt.Println(err)
		return
	}
	l, err := level.Capture(env, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(l.Text())

	before, _ := l.Certify(context.Background(), 0)
	for x := range 5 { // a key of the wrong colour opens nothing
		for y := range 5 {
			p := minigrid.Point{X: x, Y: y}
			if l.Grid.Get(p).Type() == minigrid.TypeKey {
				l.Grid.Set(p, minigrid.Thing{Cell: minigrid.Key(minigrid.Red)})
			}
		}
	}
	after, _ := l.Certify(context.Background(), 0)
	fmt.Println(before.Verdict, before.Steps, after.Verdict)
	// Output:
	// miniflow level 1
	// mission: use the key to open the door and then get to the goal
	// steps: 250
	// D = locked yellow door
	// k = yellow key
	//
	// #####
	// #.#.#
	// #vD.#
	// #k#G#
	// #####
	// solvable 7 unsolvable
}

// A folder, a list, a generator or a buffer of levels is an environment.
func ExampleNew() {
	corridor, err := level.ParseText([]byte("######\n#>..G#\n######"))
	if err != nil {
		fmt.Println(err)
		return
	}
	env, err := level.New("corridor", level.List{corridor}, miniflow.WithLanes(8))
	if err != nil {
		fmt.Println(err)
		return
	}
	b := miniflow.NewBatch(env)
	if err := env.Reset(b, 0); err != nil {
		fmt.Println(err)
		return
	}
	for range 3 {
		for i := range b.Action.I32 {
			b.Action.I32[i] = int32(minigrid.Forward)
		}
		if err := env.Step(b); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(b.Terminated[7], b.Reward[7])
	// Output: true 0.9625
}
