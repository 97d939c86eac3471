package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/minigrid/level"
)

// card is what levels of an environment are like: figures over the seeds
// 0, 1, 2 and so on.
type card struct {
	Width    int      `json:"width,omitempty"` // of the map, in cells
	Height   int      `json:"height,omitempty"`
	Missions []string `json:"missions,omitempty"` // some of those seen
	Random   *played  `json:"random,omitempty"`
	Planner  *planned `json:"planner,omitempty"`
	// NsPerStep is the time of a step of one of 64 lanes under random actions,
	// with observations and resets, on one core.
	NsPerStep float64 `json:"ns_per_step,omitempty"`
}

// played is how random actions did.
type played struct {
	Episodes int     `json:"episodes"`
	Return   float64 `json:"return"`  // mean
	Success  float64 `json:"success"` // share of episodes that terminated with a positive return
	Steps    float64 `json:"steps"`   // mean
}

// planned is what the planner found out; see level.Certify.
type planned struct {
	Levels     int     `json:"levels"`
	Solvable   int     `json:"solvable"`
	Unsolvable int     `json:"unsolvable"`
	Unknown    int     `json:"unknown"`
	Return     float64 `json:"return"` // mean over the levels with a plan
	// Lengths are those of the shortest plans, in order; Bounds those of plans
	// that may not be the shortest.
	Lengths []int `json:"optimal_lengths,omitempty"`
	Bounds  []int `json:"other_lengths,omitempty"`
}

// survey says how a card is made.
type survey struct {
	seeds  int
	budget int           // states that the planner may look at for a level
	each   time.Duration // for planning, and again for playing; 0 for as long as it takes
	steps  int           // of random episodes in all, at least one episode; 0 for no limit
}

// clock returns a function that reports whether time is up.
func (s *survey) clock() func() bool {
	start := time.Now()
	return func() bool { return s.each > 0 && time.Since(start) > s.each }
}

// maxMissions is how many missions a card shows.
const maxMissions = 3

// newCard plays an environment and plans for it.
func newCard(ctx context.Context, id string, options []miniflow.Option, s survey) (*card, error) {
	env, err := miniflow.Make(id, append(slices.Clip(options), miniflow.WithAutoreset(miniflow.Disabled))...)
	if err != nil {
		return nil, err
	}
	c := &card{}
	if worlds, ok := miniflow.As[minigrid.Worlds](env); ok {
		c.Width, c.Height = worlds.World(0).Width(), worlds.World(0).Height()
	}
	b := miniflow.NewBatch(env)
	if err := c.plan(ctx, env, b, s); err != nil {
		return nil, err
	}
	return c, c.play(ctx, env, b, s)
}

// plan fills in missions and what the planner finds out.
func (c *card) plan(ctx context.Context, env miniflow.Env, b *miniflow.Batch, s survey) error {
	_, plans := miniflow.As[miniflow.Planner](env)
	p, late := &planned{}, s.clock()
	for seed := range s.seeds {
		if seed > 0 && late() {
			break
		}
		if err := env.Reset(b, uint64(seed)); err != nil {
			return err
		}
		c.see(env, b)
		if !plans {
			continue
		}
		found, err := level.Certify(ctx, env, 0, s.budget)
		if err != nil {
			return err
		}
		p.add(found)
	}
	if plans {
		if p.Solvable > 0 {
			p.Return /= float64(p.Solvable)
		}
		slices.Sort(p.Lengths)
		slices.Sort(p.Bounds)
		c.Planner = p
	}
	return nil
}

// see notes the mission.
func (c *card) see(env miniflow.Env, b *miniflow.Batch) {
	k := env.Spec().Observation.Index("mission")
	if k < 0 || b.Obs[k].Type != miniflow.TextType || len(c.Missions) == maxMissions {
		return
	}
	if m := b.Obs[k].Text[0]; m != "" && !slices.Contains(c.Missions, m) {
		c.Missions = append(c.Missions, m)
	}
}

func (p *planned) add(c level.Certificate) {
	p.Levels++
	switch c.Verdict {
	case level.Solvable:
		p.Solvable++
		p.Return += c.Return
		if c.Optimal {
			p.Lengths = append(p.Lengths, c.Steps)
		} else {
			p.Bounds = append(p.Bounds, c.Steps)
		}
	case level.Unsolvable:
		p.Unsolvable++
	default:
		p.Unknown++
	}
}

// play runs episodes of random actions, one a seed. An episode that is cut off does
// not count.
func (c *card) play(ctx context.Context, env miniflow.Env, b *miniflow.Batch, s survey) error {
	policy := agents.NewRandomPolicy(env)
	rng := make([]miniflow.Rand, 1)
	sum, all, late := played{}, 0, s.clock()
	for seed := range s.seeds {
		if late() || s.steps > 0 && all >= s.steps {
			break
		}
		if err := env.Reset(b, uint64(seed)); err != nil {
			return err
		}
		rng[0].Seed(uint64(seed))
		total, steps := 0.0, 0
		for !b.Ended(0) {
			if err := ctx.Err(); err != nil {
				return err
			}
			if late() || s.steps > 0 && steps > 10*s.steps { // some worlds never end
				break
			}
			if err := policy.Act(b, rng, false); err != nil {
				return err
			}
			if err := env.Step(b); err != nil {
				return err
			}
			total += b.Reward[0]
			steps++
		}
		if !b.Ended(0) {
			break
		}
		all += steps
		sum.Episodes++
		sum.Return += total
		sum.Steps += float64(steps)
		if b.Terminated[0] && total > 0 {
			sum.Success++
		}
	}
	if n := float64(sum.Episodes); n > 0 {
		c.Random = &played{sum.Episodes, sum.Return / n, sum.Success / n, sum.Steps / n}
	}
	return nil
}

// measure fills in the time of a step.
func (c *card) measure(id string, options []miniflow.Option, long time.Duration) error {
	const lanes, rows = 64, 64
	env, err := miniflow.Make(id, append(slices.Clip(options), miniflow.WithLanes(lanes))...)
	if err != nil {
		return err
	}
	b := miniflow.NewBatch(env)
	if err := env.Reset(b, 0); err != nil {
		return err
	}
	policy := agents.NewRandomPolicy(env)
	rng := make([]miniflow.Rand, lanes)
	for i := range rng {
		rng[i].Seed(uint64(i))
	}
	var spent time.Duration
	steps := 0
	for start := time.Now(); time.Since(start) < long || steps == 0; {
		for range rows {
			if err := policy.Act(b, rng, false); err != nil { // not measured
				return err
			}
			at := time.Now()
			if err := env.Step(b); err != nil {
				return err
			}
			spent += time.Since(at)
			steps += lanes
			if time.Since(start) > 2*long {
				break
			}
		}
	}
	c.NsPerStep = float64(spent.Nanoseconds()) / float64(steps)
	return nil
}

// histogram draws how often each length occurs, in at most eight bins.
func histogram(lengths []int) string {
	if len(lengths) == 0 {
		return ""
	}
	low, high := lengths[0], lengths[len(lengths)-1]
	width := (high-low)/8 + 1
	counts := make([]int, (high-low)/width+1)
	for _, n := range lengths {
		counts[(n-low)/width]++
	}
	var out strings.Builder
	for k, n := range counts {
		from, to := low+k*width, min(low+(k+1)*width-1, high)
		label := fmt.Sprintf("%d-%d", from, to)
		if from == to {
			label = fmt.Sprint(from)
		}
		fmt.Fprintf(&out, "  %9s %3d %s\n", label, n, strings.Repeat("#", (40*n+slices.Max(counts)-1)/slices.Max(counts)))
	}
	return out.String()
}
