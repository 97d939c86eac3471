package gfn

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// Files that [Agent.Finish] writes; the pictures as PNG and SVG.
const (
	exactFile    = "exact.json"
	distribution = "distribution"
	progress     = "progress"

	distributionFile = distribution + ".png"
)

var _ agents.Finisher = (*Agent)(nil)

// Finish implements [agents.Finisher]: it draws the curves of the run (loss, log Z,
// modes, L1). Where the states are enumerated it also writes how far the trained
// policy is from its target (exact.json, with null for what is infinite, as the KL
// of a policy that never builds some object), and draws the target beside what was
// learned: heat maps of the first two coordinates of a grid, else the probabilities
// of all objects, the most probable first. Of conditional rewards these are those
// of the conditions of [Agent.Evaluate].
func (a *Agent) Finish(_ context.Context, dir string, _ func(done, total int)) ([]string, error) {
	known := map[string]float64{}
	var all []target
	if a.graph != nil {
		var err error
		if all, err = a.targets(); err != nil {
			return nil, err
		}
	}
	if len(all) == 1 {
		known["log_z"] = all[0].logZ
	}
	if total, ok := a.modesInAll(); ok && total < 1e6 {
		known["modes"] = total
	}
	files, err := drawProgress(dir, known)
	if err != nil || len(all) == 0 {
		return files, err
	}
	_, grid := gfnenvs.Innermost(a.rules).(*gfnenvs.HyperGrid)
	grid = grid && len(a.layout.Values) > 1 && max(a.layout.Values[0], a.layout.Values[1]) <= maxSide
	var results []map[string]any
	var rows [][]*plot.Plot
	for k := range all {
		t := &all[k]
		x, err := a.compare(t)
		if err != nil {
			return nil, err
		}
		one := map[string]any{"l1": number(x.L1), "kl": number(x.KL), "jsd": number(x.JSD), "log_z_error": number(x.LogZError),
			"log_z": t.logZ, "states": a.graph.Len(), "terminating_states": a.graph.Terminating()}
		if len(t.condition) > 0 {
			one["condition"] = t.condition
		}
		results = append(results, one)
		if grid {
			rows = append(rows, a.maps(t, x))
		} else {
			rows = append(rows, []*plot.Plot{a.sorted(t, x)})
		}
	}
	var out any = results
	if len(results) == 1 {
		out = results[0]
	}
	data, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("gfn: write %s: %w", exactFile, err)
	}
	if err := agents.WriteFile(filepath.Join(dir, exactFile), append(data, '\n')); err != nil {
		return nil, err
	}
	more, err := save(dir, distribution, rows)
	return append(append(files, exactFile), more...), err
}

// number is v as JSON has it.
func number(v float64) any {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return v
}

// maxSide is the largest number of cells along a side of a heat map.
const maxSide = 512

var (
	learnedColor = color.RGBA{R: 0x1f, G: 0x77, B: 0xb4, A: 0xff}
	targetColor  = color.RGBA{R: 0xd6, G: 0x27, B: 0x28, A: 0xff}
)

// gridCells are probabilities on a grid of w x h, for a heat map: every cell is k x k
// points, whose edges are sharp.
type gridCells struct {
	w, h, k int
	p       []float64
	x, y    axis
}

// axis says where cells lie: the first from low to low+step.
type axis struct{ low, step float64 }

// wholes are cells around the whole numbers.
var wholes = axis{-0.5, 1}

// Dims, Z, X and Y implement plotter.GridXYZ.
func (g *gridCells) Dims() (c, r int)   { return g.w * g.k, g.h * g.k }
func (g *gridCells) Z(c, r int) float64 { return math.Sqrt(g.p[r/g.k*g.w+c/g.k]) }
func (g *gridCells) X(c int) float64    { return g.x.low + (float64(c)+0.5)/float64(g.k)*g.x.step }
func (g *gridCells) Y(r int) float64    { return g.y.low + (float64(r)+0.5)/float64(g.k)*g.y.step }

// shade maps [0,1] from dark blue over red to light yellow; the square root shows
// small probabilities.
func shade(v float64) color.RGBA {
	v = math.Sqrt(max(0, min(1, v)))
	part := func(lo, hi float64) uint8 { return uint8(255 * max(0, min(1, (v-lo)/(hi-lo)))) }
	return color.RGBA{R: part(0.1, 0.5), G: part(0.4, 0.9), B: 60 + uint8(float64(part(0.75, 1))*0.6), A: 255}
}

// shades is the palette of shade, of square roots of probabilities.
type shades struct{}

// Colors implements palette.Palette.
func (shades) Colors() []color.Color {
	out := make([]color.Color, 128)
	for i := range out {
		v := float64(i) / float64(len(out)-1)
		out[i] = shade(v * v)
	}
	return out
}

// given names the condition of a target, if it has one, as a title does.
func (t *target) given() string {
	if len(t.condition) == 0 {
		return ""
	}
	var each []string
	for _, v := range t.condition {
		each = append(each, fmt.Sprintf("%.3g", v))
	}
	return " given " + strings.Join(each, ", ")
}

// maps are heat maps of the target and of what was learned, on one scale.
func (a *Agent) maps(t *target, x Exact) []*plot.Plot {
	w, h := a.layout.Values[0], a.layout.Values[1]
	k := max(1, maxSide/max(w, h))
	both := [2]*gridCells{{w, h, k, make([]float64, w*h), wholes, wholes}, {w, h, k, make([]float64, w*h), wholes, wholes}}
	for i, v := range t.p {
		s := a.graph.State(i)
		at := int(s[1])*w + int(s[0])
		both[0].p[at] += v
		both[1].p[at] += a.exact.learned.P[i]
	}
	return heatMaps(both, wholeTicks{}, "target"+t.given(), fmt.Sprintf("learned: L1 %.4g, JSD %.3g", x.L1, x.JSD))
}

// heatMaps draws a target and what was learned, on one scale.
func heatMaps(both [2]*gridCells, ticks plot.Ticker, target, learned string) []*plot.Plot {
	most := math.Sqrt(max(slices.Max(both[0].p), slices.Max(both[1].p)))
	var out []*plot.Plot
	for k, title := range [2]string{target, learned} {
		heat := plotter.NewHeatMap(both[k], shades{})
		heat.Min, heat.Max, heat.Rasterized = 0, most, true
		p := plot.New()
		p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, "x0", "x1"
		p.X.Tick.Marker, p.Y.Tick.Marker = ticks, ticks
		// Without its boxes of glyphs, one a cell, which take seconds and pad nothing.
		p.Add(struct {
			plot.Plotter
			plot.DataRanger
		}{heat, heat})
		out = append(out, p)
	}
	return out
}

// sorted draws the probabilities of all objects, the most probable first.
func (a *Agent) sorted(t *target, x Exact) *plot.Plot {
	var order []int
	for i, v := range t.p {
		if v > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return compare(t.p[j], t.p[i]) })
	target, learned := make(plotter.XYs, len(order)), make(plotter.XYs, len(order))
	for k, i := range order {
		target[k] = plotter.XY{X: float64(k + 1), Y: t.p[i]}
		learned[k] = plotter.XY{X: float64(k + 1), Y: max(a.exact.learned.P[i], math.SmallestNonzeroFloat64)}
	}
	p := plot.New()
	p.Title.Text = fmt.Sprintf("target and learned distribution%s: L1 %.4g, JSD %.3g", t.given(), x.L1, x.JSD)
	p.X.Label.Text, p.Y.Label.Text = "objects, the most probable first", "probability"
	if len(order) > 1 {
		p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, logTicks{}
	}
	dots, err := plotter.NewScatter(learned)
	if err == nil {
		dots.Color, dots.Radius, dots.Shape = learnedColor, vg.Points(1.5), vgdraw.CircleGlyph{}
		p.Add(dots)
		p.Legend.Add("learned", dots)
	}
	addLine(p, target, targetColor, "target")
	p.Y.Min, p.Legend.Top = 0, true
	return p
}

// addLine adds a curve; one without points is left out.
func addLine(p *plot.Plot, points plotter.XYs, col color.Color, name string) {
	line, err := plotter.NewLine(points)
	if err != nil {
		return
	}
	line.Color, line.Width = col, vg.Points(1.2)
	p.Add(line)
	if len(points) == 1 { // a line of which would be nothing
		if dot, err := plotter.NewScatter(points); err == nil {
			dot.Color, dot.Shape, dot.Radius = col, vgdraw.CircleGlyph{}, vg.Points(2.5)
			p.Add(dot)
		}
	}
	if name != "" {
		p.Legend.Add(name, line)
	}
}

// curve is what was measured under a name in the run's folder, without what a
// logarithmic axis cannot show.
func curve(dir, name string, logarithmic bool) plotter.XYs {
	steps, values, err := agents.ReadCurve(dir, name)
	if err != nil {
		return nil // this agent does not measure it
	}
	var out plotter.XYs
	for k, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) && (v > 0 || !logarithmic) {
			out = append(out, plotter.XY{X: steps[k], Y: v})
		}
	}
	return out
}

// drawProgress draws the curves of a run, as many as there are, with lines at the
// values that are known of what they approach.
func drawProgress(dir string, known map[string]float64) ([]string, error) {
	steps, _, err := agents.ReadCurve(dir, "loss")
	if err != nil || len(steps) == 0 {
		return nil, err
	}
	end := steps[len(steps)-1]
	panel := func(name, title string, logarithmic bool) *plot.Plot {
		points := curve(dir, name, logarithmic)
		if len(points) == 0 {
			return nil
		}
		p := plot.New()
		p.Title.Text, p.X.Label.Text = title, "steps"
		p.Add(plotter.NewGrid())
		if logarithmic {
			p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, logTicks{}
		}
		addLine(p, points, learnedColor, "")
		if logarithmic && p.Y.Min == p.Y.Max { // which would be widened beyond 0
			p.Y.Min, p.Y.Max = p.Y.Min/2, p.Y.Max*2
		}
		p.X.Min, p.X.Max = 0, end
		p.X.Tick.Marker = fewTicks{}
		return p
	}
	var all []*plot.Plot
	add := func(p *plot.Plot) *plot.Plot {
		if p != nil {
			all = append(all, p)
		}
		return p
	}
	add(panel("loss", "loss", true))
	if p := add(panel("log_z", "log Z", false)); p != nil {
		if v, ok := known["log_z"]; ok {
			addLine(p, plotter.XYs{{X: 0, Y: v}, {X: end, Y: v}}, targetColor, "exact")
		}
	}
	if p := add(panel("modes", "modes found", false)); p != nil {
		if total, ok := known["modes"]; ok {
			addLine(p, plotter.XYs{{X: 0, Y: total}, {X: end, Y: total}}, targetColor, "all")
		}
		p.Y.Min, p.Legend.Top = 0, false
	}
	add(panel("exact/l1", "exact L1 to the target", true))
	add(panel("measured/jsd", "JSD to the target", true))
	add(panel("reward/log_mean", "mean log reward of a batch", false))
	if len(all) == 0 {
		return nil, nil
	}
	rows := [][]*plot.Plot{}
	for len(all) > 0 {
		n := min(2, len(all))
		rows, all = append(rows, all[:n]), all[n:]
	}
	return save(dir, progress, rows)
}

// fewTicks are round numbers of steps that do not run into each other: at most six
// multiples of 1, 2 or 5 times a power of ten.
type fewTicks struct{}

// Ticks implements plot.Ticker.
func (fewTicks) Ticks(low, high float64) []plot.Tick {
	power := math.Pow(10, math.Floor(math.Log10(max(high-low, 1)/5)))
	step := 10 * power
	for _, part := range [...]float64{1, 2, 5} {
		if math.Floor(high/(part*power))-math.Ceil(low/(part*power)) <= 5 {
			step = part * power
			break
		}
	}
	step = max(1, step)
	var out []plot.Tick
	for k := math.Ceil(low / step); k*step <= high; k++ {
		v := k * step
		text := fmt.Sprintf("%.0f", v)
		switch {
		case high >= 1e6 && v > 0:
			text = strconv.FormatFloat(v/1e6, 'f', -1, 64) + "M"
		case high >= 1e4 && v > 0:
			text = strconv.FormatFloat(v/1e3, 'f', -1, 64) + "k"
		}
		out = append(out, plot.Tick{Value: v, Label: text})
	}
	return out
}

// wholeTicks are whole numbers.
type wholeTicks struct{}

// Ticks implements plot.Ticker.
func (wholeTicks) Ticks(low, high float64) []plot.Tick {
	var out []plot.Tick
	step := max(1, int(math.Ceil((high-low)/8)))
	for v := int(math.Ceil(low)); float64(v) <= high; v += step {
		out = append(out, plot.Tick{Value: float64(v), Label: fmt.Sprint(v)})
	}
	return out
}

// logTicks are powers of ten, and parts of them where there are few.
type logTicks struct{}

// Ticks implements plot.Ticker.
func (logTicks) Ticks(low, high float64) []plot.Tick {
	if high < 5*low {
		return plot.DefaultTicks{}.Ticks(low, high)
	}
	first, last := math.Floor(math.Log10(low)), math.Ceil(math.Log10(high))
	every := math.Ceil((last - first) / 8)
	var out []plot.Tick
	for e := first; e <= last; e++ {
		for _, part := range [3]float64{1, 2, 5} {
			v := part * math.Pow(10, e)
			if v < low || v > high {
				continue
			}
			label := ""
			if part == 1 && math.Mod(e-first, every) == 0 || last-first <= 2 {
				label = fmt.Sprintf("%.0e", v)
				if e >= -3 && e <= 5 {
					label = strconv.FormatFloat(v, 'f', int(max(0, -e)), 64)
				}
			}
			out = append(out, plot.Tick{Value: v, Label: label})
		}
	}
	return out
}

// save draws rows of panels into a PNG and an SVG file.
func save(dir, name string, rows [][]*plot.Plot) ([]string, error) {
	cols := 0
	for _, row := range rows {
		cols = max(cols, len(row))
	}
	for k := range rows {
		rows[k] = append(rows[k], make([]*plot.Plot, cols-len(rows[k]))...)
	}
	w := vg.Length(cols) * 11 * vg.Centimeter
	h := vg.Length(len(rows)) * 8 * vg.Centimeter
	if len(rows) == 1 {
		h = 10 * vg.Centimeter
		if cols == 1 {
			w = 16 * vg.Centimeter
		}
	}
	paint := func(canvas vg.CanvasSizer) {
		pad := vg.Points(8)
		tiles := vgdraw.Tiles{Rows: len(rows), Cols: cols, PadX: 2 * pad, PadY: 2 * pad, PadTop: pad, PadBottom: pad, PadLeft: pad, PadRight: 2 * pad}
		c := vgdraw.New(canvas)
		c.SetColor(color.White)
		c.Fill(c.Rectangle.Path())
		for i, row := range plot.Align(rows, tiles, c) {
			for j, tile := range row {
				if rows[i][j] != nil {
					rows[i][j].Draw(tile)
				}
			}
		}
	}
	pixels, vectors := vgimg.New(w, h), vgsvg.New(w, h)
	paint(pixels)
	if err := savePNG(filepath.Join(dir, name+".png"), pixels.Image()); err != nil {
		return nil, err
	}
	paint(vectors)
	var svg bytes.Buffer
	if _, err := vectors.WriteTo(&svg); err != nil {
		return nil, fmt.Errorf("gfn: draw %s: %w", name, err)
	}
	return []string{name + ".png", name + ".svg"}, agents.WriteFile(filepath.Join(dir, name+".svg"), svg.Bytes())
}

func savePNG(path string, img image.Image) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("gfn: draw: %w", err)
	}
	if err := errors.Join(png.Encode(f, img), f.Close()); err != nil {
		return fmt.Errorf("gfn: draw %s: %w", path, err)
	}
	return nil
}
