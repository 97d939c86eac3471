package gfn

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
)

// Speed is one measurement of [BenchSpeed], in the terms of the peers' scripts.
type Speed struct {
	Lib         string  `json:"lib"`
	Env         string  `json:"env"`
	Loss        string  `json:"loss"`
	Batch       int     `json:"batch"`
	Iterations  int     `json:"iters"`
	Seconds     float64 `json:"sec"`
	PerSecond   float64 `json:"it_per_s"`
	Transitions float64 `json:"trans_per_s"`
	MeanLength  float64 `json:"mean_len"`
	States      float64 `json:"states_per_it"` // distinct ones, which the networks evaluate
}

// BenchSpeed trains with the given settings for about the given time, after a
// few updates that are not counted. It fails where [New] does.
func BenchSpeed(ctx context.Context, id string, config Config, d time.Duration) (Speed, error) {
	config.EvalStates = 0
	a, m, err := bench(id, config, 0)
	if err != nil {
		return Speed{}, err
	}
	for range 3 {
		if err := a.Update(ctx, m); err != nil {
			return Speed{}, err
		}
	}
	r := Speed{Lib: "miniflow", Env: id, Loss: string(config.Objective), Batch: config.Lanes}
	start, steps, states := time.Now(), m.Steps(), 0
	for r.Seconds < d.Seconds() && ctx.Err() == nil {
		if err := a.Update(ctx, m); err != nil {
			return Speed{}, err
		}
		r.Iterations++
		states += a.table.n
		r.Seconds = time.Since(start).Seconds()
	}
	n, transitions := float64(r.Iterations), float64(m.Steps()-steps)
	r.PerSecond, r.Transitions = n/r.Seconds, transitions/r.Seconds
	r.MeanLength, r.States = transitions/n/float64(config.Lanes), float64(states)/n
	return r, nil
}

// Quality is one row of [BenchQuality]: exact L1 distances after numbers of
// trajectories.
type Quality struct {
	Env          string      `json:"env"`
	Loss         string      `json:"loss"`
	Batch        int         `json:"batch"`
	Trajectories []int       `json:"trajectories"`
	Median       []float64   `json:"median_l1"` // over the seeds
	Worst        []float64   `json:"worst_l1"`
	JSD          []float64   `json:"median_jsd"`
	LogZError    []float64   `json:"median_log_z_error"`
	L1           [][]float64 `json:"l1"`      // by seed
	Seconds      float64     `json:"seconds"` // of training, a seed
}

// BenchQuality trains with seeds 1, 2, ... and evaluates the policy exactly
// whenever one of the ascending numbers of trajectories is reached. It fails
// where [New] does, and if the states are not enumerated.
func BenchQuality(ctx context.Context, id string, config Config, trajectories []int, seeds int) (Quality, error) {
	config.EvalEvery = math.MaxInt32
	q := Quality{Env: id, Loss: string(config.Objective), Batch: config.Lanes, Trajectories: trajectories}
	at := make([][]Exact, len(trajectories))
	for seed := range seeds {
		a, m, err := bench(id, config, uint64(seed+1))
		if err != nil {
			return q, err
		}
		var row []float64
		for k, n := range trajectories {
			start := time.Now()
			for m.Episodes() < n {
				// The learning rate cools with trajectories: how many steps the run is
				// going to have depends on what is learned.
				a.steps = max(1, m.Steps()*trajectories[len(trajectories)-1]/max(1, m.Episodes()))
				if err := errorOr(ctx, a.Update(ctx, m)); err != nil {
					return q, err
				}
			}
			q.Seconds += time.Since(start).Seconds() / float64(seeds)
			x, err := a.Evaluate()
			if err != nil {
				return q, err
			}
			at[k], row = append(at[k], x), append(row, x.L1)
		}
		q.L1 = append(q.L1, row)
	}
	for _, xs := range at {
		q.Median = append(q.Median, median(xs, func(x Exact) float64 { return x.L1 }))
		q.JSD = append(q.JSD, median(xs, func(x Exact) float64 { return x.JSD }))
		q.LogZError = append(q.LogZError, median(xs, func(x Exact) float64 { return x.LogZError }))
		q.Worst = append(q.Worst, slices.MaxFunc(xs, func(x, y Exact) int { return int(math.Copysign(1, x.L1-y.L1)) }).L1)
	}
	return q, nil
}

func errorOr(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	return ctx.Err()
}

func median(xs []Exact, f func(Exact) float64) float64 {
	v := make([]float64, len(xs))
	for i, x := range xs {
		v[i] = f(x)
	}
	slices.Sort(v)
	return v[len(v)/2]
}

func bench(id string, config Config, seed uint64) (*Agent, *agents.Meter, error) {
	env, err := miniflow.Make(id, config.Options()...)
	if err != nil {
		return nil, nil, fmt.Errorf("gfn: benchmark: %w", err)
	}
	a, err := New(env, config, seed, math.MaxInt32)
	return a, agents.NewMeter(1, math.NaN()), err
}
