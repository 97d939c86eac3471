package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"time"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents/nn"
	"github.com/miniflow-rl/miniflow/wrappers"
)

type benchCmd struct {
	Env benchEnvCmd `cmd:"" help:"Steps per second of an environment, with observations and resets, under random actions."`
	NN  benchNNCmd  `cmd:"" name:"nn" help:"Microseconds per training step of a small network."`
	GFN benchGFNCmd `cmd:"" name:"gfn" help:"Speed, or exact quality, of GFlowNet training."`
	PPO benchPPOCmd `cmd:"" name:"ppo" help:"Training steps per second of PPO, and steps to a mean return."`

	Miniworld benchMiniworldCmd `cmd:"" help:"Pictures, steps and resets per second of 3D worlds, beside the original in turn."`
}

type benchEnvCmd struct {
	ID      string            `arg:"" help:"Environment id."`
	Lanes   int               `default:"1024" help:"Episodes stepped together."`
	Threads int               `default:"1" help:"Goroutines that step them."`
	Seconds float64           `default:"2" help:"How long to measure."`
	Seed    uint64            `help:"Seed of the worlds and the actions."`
	Param   map[string]string `short:"p" help:"Parameter of the environment, name=value." mapsep:";"`
	Wrap    string            `help:"Wrappers, the innermost first, such as rgb_partial:tile=8."`
}

type benchNNCmd struct {
	Batch   []int   `default:"16,64,256,1024" help:"Batch sizes."`
	Threads int     `default:"1" help:"Goroutines."`
	Seconds float64 `default:"1" help:"How long to measure each size."`
}

// Run trains a network of 64-256-256-8 on random data and prints a line of JSON
// for each batch size and task.
func (c *benchNNCmd) Run(a *app) error {
	if err := checkSeconds(c.Seconds); err != nil {
		return err
	}
	results, err := nn.BenchMLP(c.Batch, c.Threads, time.Duration(c.Seconds*float64(time.Second)))
	if err != nil {
		return err
	}
	enc := json.NewEncoder(a.out)
	for _, r := range results {
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	return nil
}

func checkSeconds(s float64) error {
	if !(s > 0 && s <= 3600) {
		return fmt.Errorf("%v seconds: want more than 0 and at most 3600", s)
	}
	return nil
}

// benchResult is one line of JSON, in the shape that the peers' scripts print.
type benchResult struct {
	Peer        string         `json:"peer"`
	Work        string         `json:"work"`
	StepsPerSec float64        `json:"steps_per_s"`
	Config      map[string]any `json:"config"`
}

// Run steps the environment for a while and prints what it measured.
func (c *benchEnvCmd) Run(a *app) error {
	if err := checkSeconds(c.Seconds); err != nil {
		return err
	}
	options := []miniflow.Option{miniflow.WithLanes(c.Lanes), miniflow.WithThreads(c.Threads)}
	options = append(options, paramOptions(c.Param)...)
	env, err := miniflow.Make(c.ID, options...)
	if err != nil {
		return err
	}
	if env, err = wrappers.Apply(env, c.Wrap); err != nil {
		return err
	}
	b := miniflow.NewBatch(env)
	if err := env.Reset(b, c.Seed); err != nil {
		return err
	}
	// Actions are drawn beforehand, so that the measurement is of the environment.
	// Construction environments refuse actions that are not legal: theirs are drawn
	// along the way from a reset, to which the measurement goes back.
	const rows = 256
	flow, masked := miniflow.As[miniflow.Flow](env)
	actions := make([]miniflow.Array, rows)
	var lengths episodeLengths
	lengths.of = make([]int, c.Lanes)
	step := func(k int) error {
		if masked && k%rows == 0 {
			if err := env.Reset(b, c.Seed); err != nil {
				return err
			}
			clear(lengths.of)
		}
		b.Action = actions[k%rows]
		if err := env.Step(b); err != nil {
			return err
		}
		lengths.add(b)
		return nil
	}
	rng, kind, shape := miniflow.NewRand(c.Seed), b.Action.Type, b.Action.Shape
	mask := make([]bool, c.Lanes*env.Spec().NumActions())
	for k := range actions {
		actions[k] = miniflow.NewArray(kind, c.Lanes, shape...)
		if masked {
			flow.ActionMask(mask)
		}
		for i := range c.Lanes {
			env.Spec().Action.Sample(rng, &actions[k], i)
			if row := mask[len(mask)/c.Lanes*i : len(mask)/c.Lanes*(i+1)]; masked && len(row) > 0 {
				actions[k].I32[i] = anyOf(rng, row)
			}
		}
		if masked {
			if err := step(k); err != nil {
				return err
			}
		}
	}
	for k := range rows { // warm up: caches and lazily built tables
		if err := step(k); err != nil {
			return err
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	batches, warmup := 0, lengths.episodes
	start := time.Now()
	for batches == 0 || time.Since(start).Seconds() < c.Seconds {
		if err := a.ctx.Err(); err != nil {
			return fmt.Errorf("stopped before the measurement was complete")
		}
		for range 16 {
			if err := step(batches); err != nil {
				return err
			}
			batches++
		}
	}
	elapsed := time.Since(start).Seconds()
	runtime.ReadMemStats(&after)
	steps := batches * c.Lanes
	config := map[string]any{
		"num_envs": c.Lanes, "threads": c.Threads, "seconds": elapsed, "steps": steps,
		"ns_per_step": 1e9 * elapsed / float64(steps), "episodes": lengths.episodes - warmup,
		"allocs_per_step": float64(after.Mallocs-before.Mallocs) / float64(steps),
	}
	if lengths.episodes > 0 {
		config["mean_ep_len"] = float64(lengths.steps) / float64(lengths.episodes)
	}
	return json.NewEncoder(a.out).Encode(benchResult{Peer: "miniflow", Work: c.ID, StepsPerSec: float64(steps) / elapsed, Config: config})
}

// episodeLengths counts the steps of episodes that ended, in autoreset mode
// miniflow.NextStep.
type episodeLengths struct {
	of              []int // steps of each lane in its episode, -1 before the reset
	steps, episodes int
}

// add counts a step of every lane.
func (e *episodeLengths) add(b *miniflow.Batch) {
	for i := range e.of {
		e.of[i]++
		if b.Ended(i) {
			e.steps += e.of[i]
			e.episodes++
			e.of[i] = -1
		}
	}
}

// anyOf draws one of the actions that a mask allows.
func anyOf(rng *miniflow.Rand, mask []bool) int32 {
	a, seen := 0, 0
	for k, ok := range mask {
		if ok {
			if seen++; rng.Intn(seen) == 0 {
				a = k
			}
		}
	}
	return int32(a)
}

// paramOptions turns name=value flags into options.
func paramOptions(params map[string]string) []miniflow.Option {
	var out []miniflow.Option
	for name, value := range params {
		out = append(out, miniflow.WithParam(name, value))
	}
	return out
}
