package wrappers_test

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
	_ "github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/wrappers"
)

// An agent that learns from pixels needs two wrappers.
func Example() {
	env, err := miniflow.Make("MiniGrid-DoorKey-5x5-v0", miniflow.WithLanes(2))
	if err != nil {
		fmt.Println(err)
		return
	}
	env, err = wrappers.Apply(env, "rgb_partial:tile=8,img")
	if err != nil {
		fmt.Println(err)
		return
	}
	b := miniflow.NewBatch(env)
	if err := env.Reset(b, 1); err != nil {
		fmt.Println(err)
		return
	}
	for _, o := range env.Spec().Observation {
		fmt.Println(o.Name, o.Space.DType(), o.Space.Shape())
	}
	fmt.Println(wrappers.Chain(env))
	// Output:
	// image uint8 [56 56 3]
	// [img rgb_partial]
}

// A wrapper of one's own: the agent's distance to the wall ahead.
func ExampleTransformObservation() {
	env, err := miniflow.Make("MiniGrid-Empty-5x5-v0")
	if err != nil {
		fmt.Println(err)
		return
	}
	ahead, err := wrappers.TransformObservation(env, "ahead", miniflow.Discrete{N: 7},
		func(dst, src *miniflow.Array, i int) {
			const middle, wall = 3, 2
			column := src.RowU8(i)[3*7*middle:] // cells (3,0) to (3,6); the agent is in the last
			n := 0
			for n < 6 && column[3*(5-n)] != wall {
				n++
			}
			dst.I32[i] = int32(n)
		})
	if err != nil {
		fmt.Println(err)
		return
	}
	b := miniflow.NewBatch(ahead)
	if err := ahead.Reset(b, 1); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("free cells ahead:", b.Obs[3].I32[0])
	// Output: free cells ahead: 2
}
