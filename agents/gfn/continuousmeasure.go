package gfn

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
)

// Measured is how far the distribution of a [ContinuousAgent] is from its target.
// What cannot be had is NaN: a distance without a space of at most two dimensions,
// an error of log Z without a known one, an upper bound without objects drawn from
// the target.
type Measured struct {
	LogZ      float64 // learned, or what follows from the policy of ModifiedDB; of VarGrad the lower bound
	LogZError float64 // |LogZ - log Z|
	Lower     float64 // the mean of log(R P_B / P_F) under P_F: a lower bound of log Z (ELBO)
	Upper     float64 // and under P_B from objects of the target: an upper bound (EUBO)
	// Weighted is log Z by importance sampling: the log of the mean of R P_B / P_F
	// under P_F.
	Weighted float64
	// JSD is the Jensen-Shannon divergence of the masses of cells, in nats: by
	// quadrature for walks on a line, else by counting Samples objects, which adds
	// about the number of cells over 8 Samples to it.
	JSD     float64
	Samples int // 0 by quadrature
}

// boundSamples is the number of constructions that bounds of log Z are means of,
// unless fewer objects are asked for.
const boundSamples = 1 << 13

// chunk is the number of constructions that a goroutine draws at a time.
const chunk = 256

// measurer draws from the policy that the agent acts with, on all processors. What
// it finds depends on the agent's parameters and its seed only.
type measurer struct {
	agent   *ContinuousAgent
	seed    uint64
	round   uint32  // of the seed's streams
	logZ    float64 // NaN if it is not known
	drawer  gfnenvs.Drawer
	cells   *partition // nil if objects have more than two dimensions
	walkers []*walker
	terms   []continuousTerms
	line    *line       // nil but for walks on a line
	show    func(n int) // nil, or told of every n constructions made
}

func newMeasurer(a *ContinuousAgent, seed uint64) *measurer {
	m := &measurer{agent: a, seed: seed, logZ: math.NaN()}
	if p, ok := a.rules.(gfnenvs.Partitioner); ok {
		if v, known := p.LogZ(); known {
			m.logZ = v
		}
	}
	var rng miniflow.Rand
	rng.SeedKey(seed, agents.StreamActions, 0)
	if d, ok := a.rules.(gfnenvs.Drawer); ok && d.Draw(make([]float64, len(a.features.layout.Source)), &rng) {
		m.drawer = d
	}
	m.cells = newPartition(a.rules, m.drawer, m.logZ, &rng)
	m.line = newLine(a.rules, a.config.Continuous.MinSD)
	return m
}

// report measures if it is time.
func (m *measurer) report(ctx context.Context, meter *agents.Meter) error {
	nan := math.NaN()
	x := Measured{nan, nan, nan, nan, nan, nan, 0}
	if c := &m.agent.config; m.agent.updates%int64(c.EvalEvery) == 0 {
		var err error
		if x, err = m.agent.Evaluate(ctx, c.Continuous.EvalSamples); err != nil {
			return err
		}
	}
	meter.Set("measured/lower_bound", x.Lower)
	if m.drawer != nil {
		meter.Set("measured/upper_bound", x.Upper)
	}
	if !math.IsNaN(m.logZ) {
		meter.Set("measured/log_z_error", x.LogZError)
	}
	if m.cells != nil || m.line != nil {
		meter.Set("measured/jsd", x.JSD)
	}
	return nil
}

// Evaluate compares the present policy with its target by that number of objects.
// It fails if ctx ends.
func (a *ContinuousAgent) Evaluate(ctx context.Context, samples int) (Measured, error) {
	a.measure.round = uint32(a.updates)
	return a.measure.measure(ctx, samples, samples)
}

// Measure implements [agents.Measurer]. Bounds of log Z are means over samples
// objects, of which it takes no more than 8,192. Cells are counted with
// Continuous.EvalSamples objects if samples is less: some thousand say little of
// 400 cells.
func (a *ContinuousAgent) Measure(ctx context.Context, samples int, seed uint64) ([]agents.Measure, error) {
	own := *a.measure
	own.seed, own.round = seed, 0
	x, err := own.measure(ctx, samples, max(samples, a.config.Continuous.EvalSamples))
	if err != nil {
		return nil, fmt.Errorf("gfn: %s: %w", a.env.Spec().ID, err)
	}
	var m measures
	m.add("exact/log_z", own.logZ, "log Z of the target")
	m.add("exact/log_z_error", x.LogZError, "|learned log Z - log Z|")
	if x.Samples == 0 {
		m.add("exact/jsd", x.JSD, "Jensen-Shannon divergence, nats, by quadrature")
	} else {
		cells := len(own.cells.target)
		m.add("samples/jsd", x.JSD, fmt.Sprintf("Jensen-Shannon divergence of %d cells, nats, to which counting %d objects adds about %.2g",
			cells, x.Samples, float64(cells)/float64(8*x.Samples)))
	}
	m.add("log_z/elbo", x.Lower, "mean log(R P_B / P_F) of objects drawn: a lower bound of log Z")
	m.add("log_z/importance", x.Weighted, "log Z by importance sampling")
	m.add("log_z/eubo", x.Upper, "the same mean over objects of the target: an upper bound of log Z")
	return m, nil
}

// measure takes bounds from that many constructions, boundSamples at most, and
// counts cells with a number of its own.
func (m *measurer) measure(ctx context.Context, samples, counted int) (Measured, error) {
	nan := math.NaN()
	x := Measured{LogZ: nan, LogZError: nan, Lower: nan, Upper: nan, Weighted: nan, JSD: nan}
	n := min(samples, boundSamples)
	ratios, err := m.ratios(ctx, n, 1, func(w *walker, n int) error { return w.draw(n) })
	if err != nil {
		return x, err
	}
	x.Lower, x.Weighted = agents.Mean(ratios), exact.LogSumExp(ratios)-math.Log(float64(len(ratios)))
	if m.drawer != nil {
		if ratios, err = m.ratios(ctx, n, 2, m.takeApart); err != nil {
			return x, err
		}
		x.Upper = agents.Mean(ratios)
	}
	if x.LogZ, err = m.learnedLogZ(x.Lower); err != nil {
		return x, err
	}
	x.LogZError = math.Abs(x.LogZ - m.logZ)
	switch {
	case m.line != nil:
		w := m.prepare(1)[0]
		if err := m.line.propagate(w); err != nil {
			return x, err
		}
		x.JSD = exact.JSD(m.line.learned, m.line.target)
	case m.cells != nil:
		x.Samples = counted
		if err := m.count(ctx, counted); err != nil {
			return x, err
		}
		x.JSD = exact.JSD(m.cells.learned, m.cells.target)
	}
	return x, nil
}

// learnedLogZ is log Z by the networks that act.
func (m *measurer) learnedLogZ(bound float64) (float64, error) {
	a, w := m.agent, m.prepare(1)[0]
	switch net := w.net; {
	case net.logZ.Valid():
		return float64(net.logZ.Data()[0]), nil
	case !a.config.flows() && a.config.Objective != ObjectiveModifiedDB:
		return bound, nil
	}
	w.visit(w.start(), w.layout.Source)
	x := &m.terms[0]
	x.row, x.source = append(x.row[:0], 0), append(x.source[:0], 1)
	t, in := w.tape, w.tape.Input(w.feature[:w.size], 1, w.size)
	v := 0.0
	switch k := w.kinds(); {
	case a.config.Objective == ObjectiveModifiedDB: // log Z = log R(s0) - log P_F(exit|s0)
		logits := t.Data(w.net.act(t, in))[:k]
		v = logSumExp(logits, w.mask[:k]) - float64(logits[k-1])
	case w.net.flow != nil:
		v = float64(t.Item(w.net.flow.forward(t, w.net.visible(t, in))))
	default:
		v = float64(t.Data(w.net.act(t, in))[w.net.flowAt])
	}
	if a.config.potentials() {
		if err := x.potentials(w, a.config.Objective); err != nil {
			return 0, err
		}
		v += float64(x.potential[0])
	}
	return v, nil
}

// prepare returns n walkers that have begun anew.
func (m *measurer) prepare(n int) []*walker {
	for len(m.walkers) < n {
		a := m.agent
		w := newWalker(a.rules, &a.config, a.acting(), a.features, new(miniflow.Rand))
		w.behaviour.Temperature = 1
		m.walkers, m.terms = append(m.walkers, w), append(m.terms, continuousTerms{})
	}
	for _, w := range m.walkers[:n] {
		w.begin()
	}
	return m.walkers[:n]
}

// each has chunks of n constructions made and looked at, in any order but with
// results that are not: chunk k draws from a stream of its own.
func (m *measurer) each(ctx context.Context, n int, stream uint32, do func(w *walker, x *continuousTerms, n, k int) error) error {
	chunks := (n + chunk - 1) / chunk
	ws := m.prepare(min(runtime.GOMAXPROCS(0), chunks))
	errs := make([]error, len(ws))
	var group sync.WaitGroup
	for i, w := range ws {
		group.Go(func() {
			w.ctx = ctx
			for k := i; k < chunks && errs[i] == nil; k += len(ws) {
				w.rng.SeedKey(m.seed, agents.StreamActions, stream, m.round, uint32(k))
				w.begin()
				made := min(chunk, n-k*chunk)
				if errs[i] = do(w, &m.terms[i], made, k); m.show != nil {
					m.show(made)
				}
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return fmt.Errorf("measure: %w", err)
		}
	}
	return nil
}

// ratios are log(R P_B / P_F) of n constructions.
func (m *measurer) ratios(ctx context.Context, n int, stream uint32, build func(w *walker, n int) error) ([]float64, error) {
	parts := make([][]float64, (n+chunk-1)/chunk)
	err := m.each(ctx, n, stream, func(w *walker, x *continuousTerms, n, k int) error {
		if err := build(w, n); err != nil {
			return err
		}
		x.index(w)
		x.probabilities(w)
		parts[k] = slices.Clone(x.sumRatios(w.tape))
		return nil
	})
	return slices.Concat(parts...), err
}

// takeApart adds constructions of n objects drawn from the target.
func (m *measurer) takeApart(w *walker, n int) error {
	all := make([]float64, n*w.width)
	for i := range n {
		m.drawer.Draw(all[i*w.width:(i+1)*w.width], w.rng)
	}
	return w.undo(all)
}

// count draws n objects and counts the cells that they lie in.
func (m *measurer) count(ctx context.Context, n int) error {
	c := m.cells
	counts := make([][]int, min(runtime.GOMAXPROCS(0), (n+chunk-1)/chunk))
	for i := range counts {
		counts[i] = make([]int, len(c.target))
	}
	err := m.each(ctx, n, 3, func(w *walker, _ *continuousTerms, n, k int) error {
		if err := w.draw(n); err != nil {
			return err
		}
		for i := range w.all[:w.done] {
			counts[k%len(counts)][c.at(w.object(i))]++
		}
		return nil
	})
	for k := range c.learned {
		sum := 0
		for _, own := range counts {
			sum += own[k]
		}
		c.learned[k] = float64(sum) / float64(n)
	}
	return err
}

// object is the terminating state of construction i.
func (w *walker) object(i int) []float64 {
	rows := w.all[i].rows
	return w.stateOf(int(rows[len(rows)-1]))
}

// sample draws n objects from the policy, or from the target, each from streams of
// its own.
func (m *measurer) sample(ctx context.Context, n int, target bool) ([]float64, error) {
	width := len(m.agent.features.layout.Source)
	out := make([]float64, n*width)
	stream := uint32(4)
	if target {
		stream = 5
	}
	err := m.each(ctx, n, stream, func(w *walker, _ *continuousTerms, n, k int) error {
		dst := out[k*chunk*width:]
		if target {
			for i := range n {
				m.drawer.Draw(dst[i*width:(i+1)*width], w.rng)
			}
			return nil
		}
		if err := w.draw(n); err != nil {
			return err
		}
		for i := range n {
			copy(dst[i*width:(i+1)*width], w.object(i))
		}
		return nil
	})
	return out, err
}
