package gfn

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
)

var _ agents.Measurer = (*Agent)(nil)

// measures is a list that takes numbers only.
type measures []agents.Measure

func (m *measures) add(name string, v float64, doc string) {
	if !math.IsNaN(v) && !math.IsInf(v, 0) {
		*m = append(*m, agents.Measure{Name: name, Value: v, Doc: doc})
	}
}

// Measure implements [agents.Measurer]. Where the states are enumerated it computes
// the terminating distribution and what follows from it; anywhere it draws objects
// and tells what they are worth, how many modes are among them, and what they say
// about log Z. Of agents that build episodes of other environments it also tells how
// many of them earn a return, and in how many ways.
func (a *Agent) Measure(ctx context.Context, samples int, seed uint64) ([]agents.Measure, error) {
	var m measures
	if a.graph != nil {
		if err := a.measureExact(&m); err != nil {
			return nil, err
		}
	}
	d := &drawing{agent: a, s: sampler{ctx: ctx, table: a.table, passes: a.acting()}, back: make([]float64, a.layout.Actions-1)}
	d.s.back = d.backward
	d.s.rng.SeedKey(seed, agents.StreamActions)
	if err := d.sample(samples); err != nil {
		return nil, err
	}
	if a.history != nil {
		d.solutions(&m)
	}
	d.worth(&m)
	if !a.config.prior() {
		if err := d.bounds(&m, samples); err != nil {
			return nil, err
		}
	}
	if a.table.cond == nil && a.graph == nil && a.config.backwards() {
		if err := d.correlate(&m); err != nil {
			return nil, err
		}
	}
	a.table.reset()
	return m, nil
}

// measureExact compares the terminating distribution with its target; of
// conditional rewards it adds the means over those of [Agent.Evaluate] and the
// largest L1.
func (a *Agent) measureExact(m *measures) error {
	all, err := a.targets()
	if err != nil {
		return err
	}
	var each []measures
	worst := 0.0
	for k := range all {
		x, err := a.compare(&all[k])
		if err != nil {
			return err
		}
		var one measures
		a.measureTarget(&one, &all[k], x)
		each, worst = append(each, one), max(worst, x.L1)
	}
	for _, first := range each[0] {
		mean := 0.0
		for _, one := range each {
			k := slices.IndexFunc(one, func(x agents.Measure) bool { return x.Name == first.Name })
			if k < 0 {
				mean = math.NaN() // of infinite ones there is no mean
				break
			}
			mean += one[k].Value / float64(len(each))
		}
		m.add(first.Name, mean, first.Doc)
	}
	if len(all) > 1 {
		m.add("exact/worst_l1", worst, fmt.Sprintf("the largest of the %d conditions over which these are means", len(all)))
	}
	return nil
}

// measureTarget adds how far the terminating distribution that was computed last is
// from t.
func (a *Agent) measureTarget(m *measures, t *target, x Exact) {
	g, p := t.graph, a.exact.learned.P
	m.add("exact/l1", x.L1, "Σ |P_T - target|, in [0,2]")
	m.add("exact/kl", x.KL, "Σ target log(target / P_T), nats")
	m.add("exact/jsd", x.JSD, "Jensen-Shannon divergence, nats")
	m.add("exact/log_z", t.logZ, "log Z of the target")
	m.add("exact/log_z_error", x.LogZError, "|learned log Z - log Z|")
	m.add("exact/entropy", exact.Entropy(p), "of P_T, nats")
	m.add("exact/target_entropy", exact.Entropy(t.p), "of the target, nats")
	worst := 0.0
	for j := range a.layout.Values {
		worst = max(worst, exact.L1(g.Marginal(p, j), g.Marginal(t.p, j)))
	}
	m.add("exact/marginal_l1", worst, "the largest L1 of the marginal of one element of the state")
	if modes, ok := g.Modes(); ok {
		mass, want := 0.0, 0.0
		for _, i := range modes {
			mass, want = mass+p[i], want+t.p[i]
		}
		m.add("exact/mode_mass", mass, "P_T of all modes")
		m.add("exact/target_mode_mass", want, "target of all modes")
	}
	var logP, logR []float64
	for i, v := range t.p {
		if v > 0 && p[i] > 0 {
			logP, logR = append(logP, math.Log(p[i])), append(logR, math.Log(v))
		}
	}
	m.correlation("exact", logP, logR)
}

// correlation adds Pearson's and Spearman's coefficients of log probabilities and
// log rewards.
func (m *measures) correlation(name string, logP, logR []float64) {
	if len(logP) < 3 {
		return
	}
	m.add(name+"/pearson", stat.Correlation(logP, logR, nil), "correlation of log probability and log reward")
	m.add(name+"/spearman", stat.Correlation(ranks(logP), ranks(logR), nil), "rank correlation of them")
}

// ranks returns the rank of every value, equal values sharing the mean of theirs.
func ranks(v []float64) []float64 {
	order := make([]int, len(v))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		switch {
		case v[i] < v[j]:
			return -1
		case v[i] > v[j]:
			return 1
		}
		return 0
	})
	out := make([]float64, len(v))
	for lo := 0; lo < len(order); {
		hi := lo + 1
		for hi < len(order) && v[order[hi]] == v[order[lo]] {
			hi++
		}
		for _, i := range order[lo:hi] {
			out[i] = float64(lo+hi-1) / 2
		}
		lo = hi
	}
	return out
}

// drawing is what is known of objects that were drawn with the trained policy.
type drawing struct {
	agent *Agent
	s     sampler
	back  []float64

	found  []Item    // distinct objects, in the order in which they were found
	sum    float64   // of log rewards, of all objects
	modes  int       // objects that are modes, not only distinct ones
	solved int       // episodes that earn a return above 0, likewise
	weight []float64 // log(R P_B / P_F) of each trajectory
}

const (
	drawBatch  = 256 // objects drawn at a time
	topK       = 100
	testSet    = 128 // objects whose probability is estimated
	testTracks = 32  // backward trajectories for each
)

// backward is the backward policy as a sampler calls it.
func (d *drawing) backward(dst []float64, row int32) error {
	d.agent.passes.evaluate(d.agent.table)
	return d.agent.backward(dst, row)
}

// begin empties the table.
func (d *drawing) begin() {
	d.agent.table.reset()
	d.s.reset()
	d.s.passes.done, d.agent.passes.done = 0, 0
}

// sample draws n objects.
func (d *drawing) sample(n int) error {
	a := d.agent
	seen := map[uint64][]int{}
	for drawn := 0; drawn < n; drawn += drawBatch {
		d.begin()
		for range min(drawBatch, n-drawn) {
			if a.table.cond != nil {
				a.table.cond.DrawCondition(a.condition, &d.s.rng)
			}
			row, err := a.table.add(a.source, a.condition)
			if err != nil {
				return err
			}
			t := d.s.next()
			t.rows = append(t.rows, row)
		}
		if err := d.s.forward(0); err != nil {
			return err
		}
		for i := range d.s.n {
			t := &d.s.all[i]
			x := a.table.row(t.rows[len(t.rows)-1])
			d.sum += t.reward
			if m, ok := a.rules.(gfnenvs.Moded); ok && m.IsMode(x) {
				d.modes++
			}
			if a.history != nil && a.history.Return(x) > 0 {
				d.solved++
			}
			key := hashState(x)
			if !slices.ContainsFunc(seen[key], func(k int) bool { return slices.Equal(d.found[k].State, x) }) {
				seen[key] = append(seen[key], len(d.found))
				d.found = append(d.found, Item{State: slices.Clone(x), LogReward: t.reward})
			}
			w, err := d.logWeight(t)
			if err != nil {
				return err
			}
			d.weight = append(d.weight, w)
		}
	}
	return nil
}

// hashState is FNV-1a over the elements.
func hashState(s []int32) uint64 {
	h := uint64(0xcbf29ce484222325)
	for _, v := range s {
		h = (h ^ uint64(uint32(v))) * 0x100000001b3
	}
	return h
}

// logWeight returns log(R P_B / P_F) of a trajectory.
func (d *drawing) logWeight(t *trajectory) (float64, error) {
	w := t.reward
	for k, action := range t.actions {
		d.s.passes.evaluate(d.agent.table)
		row := t.rows[k]
		logits := d.s.passes.logits(row)
		w -= float64(logits[action]) - logSumExp(logits, d.agent.table.forwardMask(row))
		if k+1 < len(t.rows) {
			if err := d.backward(d.back, t.rows[k+1]); err != nil {
				return 0, err
			}
			w += math.Log(d.back[action])
		}
	}
	return w, nil
}

// solutions tells which of the episodes earn a return above 0.
func (d *drawing) solutions(m *measures) {
	distinct, steps := 0, 0
	for _, x := range d.found {
		if d.agent.history.Return(x.State) > 0 {
			distinct++
			steps += taken(x.State)
		}
	}
	m.add("solutions/share", float64(d.solved)/float64(len(d.weight)), fmt.Sprintf("share of the episodes, of at most %d actions, that earn a return above 0", d.agent.config.Horizon))
	m.add("solutions/distinct", float64(distinct), "different ones among these")
	m.add("solutions/steps", float64(steps)/float64(distinct), "actions of a different one, on average")
}

// worth tells what the objects are worth, and which modes are among them.
func (d *drawing) worth(m *measures) {
	n := float64(len(d.weight))
	m.add("samples", n, "objects drawn")
	m.add("samples/distinct", float64(len(d.found)), "different ones among them")
	m.add("samples/log_reward", d.sum/n, "their mean log reward")
	if rules, ok := d.agent.rules.(gfnenvs.Moded); ok {
		found := 0
		for _, x := range d.found {
			if rules.IsMode(x.State) {
				found++
			}
		}
		m.add("modes/found", float64(found), "different modes among them")
		if total, ok := d.agent.modesInAll(); ok {
			m.add("modes/total", total, "modes that there are")
		}
		m.add("modes/share", float64(d.modes)/n, "share of the objects that are modes")
	}
	best := slices.Clone(d.found)
	slices.SortStableFunc(best, func(x, y Item) int { return compare(y.LogReward, x.LogReward) })
	best = best[:min(topK, len(best))]
	sum, apart, pairs := 0.0, 0, 0
	for i, x := range best {
		sum += x.LogReward
		for _, y := range best[:i] {
			pairs++
			for j, v := range x.State {
				if v != y.State[j] {
					apart++
				}
			}
		}
	}
	m.add("top100/log_reward", sum/float64(len(best)), "mean log reward of the 100 best different objects")
	m.add("top100/diversity", float64(apart)/float64(pairs*len(d.agent.layout.Values)), "share of the elements in which two of them differ, on average")
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// modesInAll returns how many modes there are, if that is known.
func (a *Agent) modesInAll() (float64, bool) {
	if g := a.Graph(); g != nil {
		modes, ok := g.Modes()
		return float64(len(modes)), ok
	}
	if g, ok := gfnenvs.Innermost(a.rules).(*gfnenvs.HyperGrid); ok {
		return g.Modes()
	}
	return 0, false
}

// bounds adds bounds of log Z: the evidence lower bound, from objects that were
// drawn with the policy, the estimate by importance weights, and the evidence upper
// bound, from objects of the target where all are enumerated.
func (d *drawing) bounds(m *measures, samples int) error {
	n := float64(len(d.weight))
	mean := 0.0
	for _, w := range d.weight {
		mean += w / n
	}
	m.add("log_z/elbo", mean, "mean log(R P_B / P_F) of the samples: a lower bound of log Z")
	if d.agent.table.cond == nil {
		m.add("log_z/importance", exact.LogSumExp(d.weight)-math.Log(n), "log Z by importance sampling")
	}
	if d.agent.Graph() == nil {
		return nil
	}
	target, eubo := d.agent.Target(), 0.0
	for drawn := 0; drawn < samples; drawn += drawBatch {
		d.begin()
		for range min(drawBatch, samples-drawn) {
			x := d.agent.graph.State(drawIndex(target, &d.s.rng))
			row, err := d.agent.table.add(x, nil)
			if err != nil {
				return err
			}
			t, err := d.s.backward(row)
			if err != nil {
				return err
			}
			w, err := d.logWeight(t)
			if err != nil {
				return err
			}
			eubo += w / float64(samples)
		}
	}
	m.add("log_z/eubo", eubo, "the same mean over samples of the target: an upper bound of log Z")
	return nil
}

// drawIndex draws an index with the given probabilities.
func drawIndex(p []float64, rng *miniflow.Rand) int {
	u, last := rng.Random(), 0
	for i, v := range p {
		if v <= 0 {
			continue
		}
		if last = i; u < v {
			return i
		}
		u -= v
	}
	return last
}

// correlate estimates the probabilities of some of the objects,
//
//	log P_T(x) = log E_{τ ~ P_B(·|x)} [P_F(τ) / P_B(τ|x)]
//
// and compares them with their rewards (Nica et al. 2022; Madan et al. 2023, arXiv
// 2209.12782, section 4). Of episodes, whose histories are a tree, one trajectory
// gives the probability exactly; those without a return are left out.
func (d *drawing) correlate(m *measures) error {
	set, n := d.found, testTracks
	if d.agent.history != nil {
		n = 1
		set = slices.DeleteFunc(slices.Clone(set), func(x Item) bool { return d.agent.history.Return(x.State) <= 0 })
	}
	var logP, logR []float64
	for _, x := range set[:min(testSet, len(set))] {
		d.begin()
		row, err := d.agent.table.add(x.State, nil)
		if err != nil {
			return err
		}
		tracks := make([]float64, n)
		for k := range tracks {
			t, err := d.s.backward(row)
			if err != nil {
				return err
			}
			w, err := d.logWeight(t)
			if err != nil {
				return err
			}
			tracks[k] = t.reward - w
		}
		logP, logR = append(logP, exact.LogSumExp(tracks)-math.Log(float64(n))), append(logR, x.LogReward)
	}
	m.correlation("samples", logP, logR)
	return nil
}
