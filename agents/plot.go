package agents

import (
	"fmt"
	"image/color"
	"path/filepath"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// The learning curve of a run, in both formats.
const (
	curveSVG = "curve.svg"
	curvePNG = "curve.png"
)

var curveColor = color.RGBA{R: 0x1f, G: 0x77, B: 0xb4, A: 0xff}

// plotCurve draws the mean return over steps from a run's metrics file into the
// run's folder. It returns the names of the files, none if no episode has ended.
func plotCurve(dir, title string) ([]string, error) {
	steps, returns, err := readCurve(filepath.Join(dir, metricsFile), "return/mean")
	if err != nil || len(steps) == 0 {
		return nil, err
	}
	points := make(plotter.XYs, len(steps))
	for k := range points {
		points[k].X, points[k].Y = steps[k], returns[k]
	}
	line, err := plotter.NewLine(points)
	if err != nil {
		return nil, fmt.Errorf("agents: plot: %w", err)
	}
	line.Color, line.Width = curveColor, vg.Points(1.5)
	p := plot.New()
	p.Title.Text = title
	p.X.Label.Text = "environment steps"
	p.Y.Label.Text = fmt.Sprintf("mean return of the last %d episodes", Window)
	p.X.Min = 0
	p.Add(plotter.NewGrid(), line)
	files := []string{curveSVG, curvePNG}
	for _, name := range files {
		if err := p.Save(16*vg.Centimeter, 10*vg.Centimeter, filepath.Join(dir, name)); err != nil {
			return nil, fmt.Errorf("agents: plot: %w", err)
		}
	}
	return files, nil
}
