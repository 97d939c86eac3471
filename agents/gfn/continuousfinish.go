package gfn

import (
	"context"
	"encoding/json"
	"fmt"
	"image/color"
	"math"
	"path/filepath"
	"sync/atomic"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"github.com/miniflow-rl/miniflow/agents"
)

// measuredFile has what [ContinuousAgent.Finish] measured.
const measuredFile = "measured.json"

// kernelSamples is the number of objects that kernel densities are made of, unless
// Continuous.FinalSamples is less.
const kernelSamples = 10_000

// Finish implements [agents.Finisher]: it draws the curves of the run, measures how
// far the trained policy is from its target (measured.json), and draws the two
// distributions side by side, the target left (distribution.png), where objects have
// one or two dimensions. Once ctx has ended there are the curves only.
func (a *ContinuousAgent) Finish(ctx context.Context, dir string, show func(done, total int)) ([]string, error) {
	m := a.measure
	known := map[string]float64{}
	if !math.IsNaN(m.logZ) {
		known["log_z"] = m.logZ
	}
	files, err := drawProgress(dir, known)
	if err != nil {
		return nil, err
	}
	m.show = m.finishing(show)
	defer func() { m.show = nil }()
	x, err := a.Evaluate(ctx, a.config.Continuous.FinalSamples)
	if err != nil {
		return files, fmt.Errorf("gfn: %s: %w", a.env.Spec().ID, err)
	}
	found := map[string]any{"samples": x.Samples, "bound_samples": min(boundSamples, a.config.Continuous.FinalSamples)}
	put := func(name string, v float64) {
		if !math.IsNaN(v) {
			found[name] = v
		}
	}
	put("log_z", m.logZ)
	put("log_z_learned", x.LogZ)
	put("log_z_error", x.LogZError)
	put("lower_bound", x.Lower)
	put("upper_bound", x.Upper)
	put("log_z_weighted", x.Weighted)
	put("jsd", x.JSD)
	if m.cells != nil && m.line == nil {
		found["cells"] = len(m.cells.target)
		if m.kernels() {
			n := min(kernelSamples, a.config.Continuous.FinalSamples)
			v, err := a.kernelJSD(ctx, n)
			if err != nil {
				return files, fmt.Errorf("gfn: %s: %w", a.env.Spec().ID, err)
			}
			put("kernel_jsd", v)
			found["kernel_samples"] = n
		}
	}
	data, err := json.MarshalIndent(found, "", "  ")
	if err != nil {
		return files, fmt.Errorf("gfn: write %s: %w", measuredFile, err)
	}
	if err := agents.WriteFile(filepath.Join(dir, measuredFile), append(data, '\n')); err != nil {
		return files, err
	}
	files = append(files, measuredFile)
	panels := m.panels(x)
	if panels == nil {
		return files, nil
	}
	more, err := save(dir, distribution, [][]*plot.Plot{panels})
	return append(files, more...), err
}

// finishing returns what counts the constructions of a finished run's measurement
// for show.
func (m *measurer) finishing(show func(done, total int)) func(n int) {
	samples := m.agent.config.Continuous.FinalSamples
	total := min(samples, boundSamples)
	if m.drawer != nil {
		total *= 2
	}
	if m.cells != nil && m.line == nil {
		total += samples
		if m.kernels() {
			total += 2 * min(kernelSamples, samples)
		}
	}
	var done atomic.Int64
	return func(n int) { show(int(done.Add(int64(n))), total) }
}

// kernels reports whether kernel densities of the target are to be had.
func (m *measurer) kernels() bool {
	return m.line == nil && m.cells != nil && m.cells.dims == 2 && m.drawer != nil
}

// kernelJSD is that of n objects of the policy and n of the target.
func (a *ContinuousAgent) kernelJSD(ctx context.Context, n int) (float64, error) {
	m, c := a.measure, a.measure.cells
	learned, err := m.sample(ctx, n, false)
	if err != nil {
		return 0, err
	}
	target, err := m.sample(ctx, n, true)
	if err != nil {
		return 0, err
	}
	return kernelJSD(ctx, learned, target, len(a.features.layout.Source), c.low, c.high)
}

// panels draw the masses that were measured last: of cells of the plane as heat
// maps, of intervals as curves of their densities. It is nil where nothing was.
func (m *measurer) panels(x Measured) []*plot.Plot {
	title := fmt.Sprintf("learned: JSD %.3g", x.JSD)
	switch g, c := m.line, m.cells; {
	case g != nil:
		return densities(g.low, g.h, g.target, g.learned, title)
	case c == nil:
		return nil
	case c.dims == 1:
		h := (c.high[0] - c.low[0]) / float64(c.side)
		return densities(c.low[0]+h/2, h, c.target[:c.side], c.learned[:c.side], title)
	default:
		n := c.side * c.side
		k := maxSide / c.side
		x := axis{c.low[0], (c.high[0] - c.low[0]) / float64(c.side)}
		y := axis{c.low[1], (c.high[1] - c.low[1]) / float64(c.side)}
		both := [2]*gridCells{{c.side, c.side, k, c.target[:n], x, y}, {c.side, c.side, k, c.learned[:n], x, y}}
		return heatMaps(both, plot.DefaultTicks{}, "target", title)
	}
}

// densities draws two densities, given as masses of intervals of length h around
// points from low on.
func densities(low, h float64, target, learned []float64, title string) []*plot.Plot {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = "target and "+title, "x0", "density"
	for k, masses := range [2][]float64{target, learned} {
		points := make(plotter.XYs, len(masses))
		for i, v := range masses {
			points[i] = plotter.XY{X: low + float64(i)*h, Y: v / h}
		}
		addLine(p, points, [2]color.Color{targetColor, learnedColor}[k], [2]string{"target", "learned"}[k])
	}
	p.Y.Min, p.Legend.Top = 0, true
	return []*plot.Plot{p}
}
