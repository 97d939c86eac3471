package agents

import (
	"context"
	"fmt"
	"slices"

	"github.com/miniflow-rl/miniflow"
)

// Outcome is how one episode went.
type Outcome struct {
	Seed       uint64  `json:"seed"`   // the seed of its reset
	Return     float64 `json:"return"` // undiscounted sum of rewards
	Steps      int     `json:"steps"`
	Terminated bool    `json:"terminated"`
	Truncated  bool    `json:"truncated"`
}

// Evaluation is what a policy achieved over some episodes.
type Evaluation struct {
	Env      string    `json:"env"`
	Agent    string    `json:"agent"`
	Greedy   bool      `json:"greedy"`
	Mean     Estimate  `json:"mean"` // mean return
	IQM      Estimate  `json:"iqm"`  // interquartile mean of the return
	Steps    float64   `json:"steps"`
	Success  float64   `json:"success"` // share of episodes that terminated with a positive return
	Low      float64   `json:"min"`
	High     float64   `json:"max"`
	Episodes []Outcome `json:"episodes"`
	Measures []Measure `json:"measures,omitempty"` // of a [Measurer]

	best []byte // the actions of the episode that Best names, row after row
}

// Best returns the index of the episode with the highest return, the shortest
// of equals; -1 if there is none.
func (e *Evaluation) Best() int {
	best := -1
	for k := range e.Episodes {
		if best < 0 || e.Episodes[k].beats(&e.Episodes[best]) {
			best = k
		}
	}
	return best
}

func (o *Outcome) beats(p *Outcome) bool {
	return o.Return > p.Return || o.Return == p.Return && o.Steps < p.Steps
}

// Evaluate runs episodes of a policy in env, whose autoreset mode must be
// [miniflow.Disabled]. Episode k starts from seed+k and draws its actions from a
// stream of its own, so the result does not depend on the number of lanes.
func Evaluate(ctx context.Context, env miniflow.Env, policy Policy, episodes int, seed uint64, greedy bool) (*Evaluation, error) {
	if episodes < 1 {
		return nil, fmt.Errorf("agents: evaluate: %d episodes: want at least 1", episodes)
	}
	if a, ok := miniflow.As[miniflow.Autoresetter](env); !ok || a.Autoreset() != miniflow.Disabled {
		return nil, fmt.Errorf("agents: evaluate %s: autoreset must be disabled: make it with WithAutoreset(Disabled)", env.Spec().ID)
	}
	e := &evaluator{env: env, policy: policy, b: miniflow.NewBatch(env), seed: seed,
		rng: make([]miniflow.Rand, env.Len()), episode: make([]int, env.Len()), seeds: make([]uint64, env.Len()),
		actions: make([][]byte, env.Len()+1), best: -1, out: make([]Outcome, episodes)}
	if err := e.run(ctx, greedy); err != nil {
		return nil, err
	}
	ev := summarize(env.Spec().ID, e.out, greedy, seed)
	ev.best = e.actions[env.Len()]
	return ev, nil
}

func summarize(id string, out []Outcome, greedy bool, seed uint64) *Evaluation {
	returns := make([]float64, len(out))
	steps, solved := 0, 0
	for k, o := range out {
		returns[k] = o.Return
		steps += o.Steps
		if o.Terminated && o.Return > 0 {
			solved++
		}
	}
	rng := new(miniflow.Rand)
	rng.SeedKey(seed, streamBootstrap)
	ev := &Evaluation{Env: id, Greedy: greedy, Episodes: out, Steps: float64(steps) / float64(len(out)), Success: float64(solved) / float64(len(out))}
	ev.Mean = Bootstrap(returns, Mean, rng)
	ev.IQM = Bootstrap(returns, IQM, rng)
	ev.Low, ev.High = spread(returns)
	return ev
}

// evaluator hands out episodes to lanes. A lane without one keeps stepping the
// last episode's world: it is reset with the lane's old seed and not counted.
type evaluator struct {
	env     miniflow.Env
	policy  Policy
	b       *miniflow.Batch
	seed    uint64
	rng     []miniflow.Rand
	episode []int // which episode a lane plays; -1 if there are none left
	seeds   []uint64
	actions [][]byte // of the episode that a lane plays; the last row is of the best so far
	best    int
	out     []Outcome
	next    int
}

func (e *evaluator) run(ctx context.Context, greedy bool) error {
	e.b.ResetMask = make([]bool, e.env.Len())
	for i := range e.env.Len() {
		e.assign(i)
	}
	for left := len(e.out); left > 0; {
		if err := e.begin(ctx); err != nil {
			return err
		}
		if err := e.policy.Act(e.b, e.rng, greedy); err != nil {
			return err
		}
		for i, k := range e.episode {
			if k >= 0 {
				e.actions[i] = e.b.Action.AppendRow(e.actions[i], i)
			}
		}
		if err := e.env.Step(e.b); err != nil {
			return err
		}
		for i, k := range e.episode {
			if k >= 0 {
				e.out[k].Return += e.b.Reward[i]
				e.out[k].Steps++
			}
			if !e.b.Ended(i) {
				continue
			}
			if k >= 0 {
				e.out[k].Terminated, e.out[k].Truncated = e.b.Terminated[i], e.b.Truncated[i]
				e.compare(i, k)
				left--
			}
			e.assign(i)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// compare keeps the actions of episode k, just ended on lane i, if it is the
// best so far: the one that Evaluation.Best will name.
func (e *evaluator) compare(i, k int) {
	if o := &e.out[k]; e.best < 0 || o.beats(&e.out[e.best]) || !e.out[e.best].beats(o) && k < e.best {
		last := len(e.actions) - 1
		e.best, e.actions[i], e.actions[last] = k, e.actions[last], e.actions[i]
	}
	e.actions[i] = e.actions[i][:0]
}

// assign gives lane i the next episode and marks it for a reset.
func (e *evaluator) assign(i int) {
	e.b.ResetMask[i] = true
	e.episode[i] = -1
	if e.next < len(e.out) {
		e.episode[i] = e.next
		e.seeds[i] = e.seed + uint64(e.next)
		e.out[e.next].Seed = e.seeds[i]
		e.rng[i].SeedKey(e.seed, streamEvaluation, uint32(e.next))
		e.next++
	} else if !e.rng[i].Seeded() {
		e.seeds[i] = e.seed
		e.rng[i].SeedKey(e.seed, streamEvaluation)
	}
}

// begin resets the lanes that are marked.
func (e *evaluator) begin(ctx context.Context) error {
	if !slices.Contains(e.b.ResetMask, true) {
		return nil
	}
	if err := e.env.Reset(e.b, e.seeds...); err != nil {
		return err
	}
	for i, m := range e.b.ResetMask {
		if m && e.episode[i] >= 0 {
			if err := e.policy.Begin(ctx, i); err != nil {
				return fmt.Errorf("episode with seed %d: %w", e.seeds[i], err)
			}
		}
		e.b.ResetMask[i] = false
	}
	return nil
}
