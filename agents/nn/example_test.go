package nn_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/miniflow-rl/miniflow/agents/nn"
)

// source adapts math/rand/v2; miniflow's Rand needs no adapter.
type source struct{ *rand.Rand }

func (s source) Random() float64         { return s.Float64() }
func (s source) StandardNormal() float64 { return s.NormFloat64() }

// Learn which of four actions is right in each of eight states, from minibatches of a fixed set of samples.
func Example() {
	rng := source{rand.New(rand.NewPCG(1, 2))}
	const states, actions, samples, batch = 8, 4, 256, 64
	observations, best := make([]float32, samples*states), make([]int32, samples)
	for i := range samples {
		s := rng.IntN(states)
		observations[i*states+s], best[i] = 1, int32(s%actions)
	}

	var net nn.Params
	trunk := nn.NewLinear(net.Block("trunk"), "0", states, 32, nn.Orthogonal{Gain: math.Sqrt2}, rng)
	policy := nn.NewLinear(net.Block("policy"), "0", 32, actions, nn.Orthogonal{Gain: 0.01}, rng)
	config := nn.DefaultAdam()
	config.LR = 1e-2
	adam, err := nn.NewAdam(&net, config)
	if err != nil {
		fmt.Println(err)
		return
	}
	tape, index, picked := nn.NewTape(), make([]int32, batch), make([]int32, batch)
	var loss float32
	for range 200 {
		for i := range index {
			index[i] = rng.Int32N(samples)
			picked[i] = best[index[i]]
		}
		tape.Reset()
		net.ZeroGrad()
		h := tape.Linear(tape.InputRows(observations, states, index), trunk, nn.ReLU)
		logProb, _ := tape.Categorical(tape.Linear(h, policy, nn.Identity), nil, picked)
		l := tape.Neg(tape.Mean(logProb))
		tape.Backward(l)
		adam.Step()
		loss = tape.Item(l)
	}
	fmt.Println("learned:", loss < 0.01)
	// Output: learned: true
}

// Save a network, load its trunk into another one and train only the new head.
func ExampleParamsOf_Load() {
	rng := source{rand.New(rand.NewPCG(1, 2))}
	build := func(actions int) *nn.Params {
		var net nn.Params
		nn.NewLinear(net.Block("trunk"), "0", 8, 32, nn.Kaiming{}, rng)
		nn.NewLinear(net.Block("policy"), "0", 32, actions, nn.Kaiming{}, rng)
		return &net
	}
	dir, err := os.MkdirTemp("", "nn")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "agent.safetensors")
	fmt.Println(build(4).Save(path))
	student := build(6)
	fmt.Println(student.Load(path, "trunk"))
	fmt.Println(student.Freeze("trunk"))
	// Output:
	// <nil>
	// <nil>
	// <nil>
}
