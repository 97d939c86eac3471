package gfn

import (
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"

	"github.com/miniflow-rl/miniflow/agents"
)

// Files that [Agent.Finish] writes.
const (
	distributionFile = "distribution.png"
	exactFile        = "exact.json"
)

var _ agents.Finisher = (*Agent)(nil)

// Finish implements [agents.Finisher]: where the states are enumerated it writes
// how far the trained policy is from its target (exact.json), and draws the two
// distributions side by side, the target left (distribution.png), of the first
// two elements of the state where it has more.
func (a *Agent) Finish(dir string) ([]string, error) {
	if a.Graph() == nil {
		return nil, nil
	}
	x, err := a.Evaluate()
	if err != nil {
		return nil, err
	}
	data, err := json.MarshalIndent(map[string]any{"l1": x.L1, "kl": x.KL, "jsd": x.JSD, "log_z_error": x.LogZError,
		"log_z": a.exact.logZ, "states": a.graph.Len(), "terminating_states": a.graph.Terminating()}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("gfn: write %s: %w", exactFile, err)
	}
	if err := agents.WriteFile(filepath.Join(dir, exactFile), append(data, '\n')); err != nil {
		return nil, err
	}
	files := []string{exactFile}
	if len(a.layout.Values) < 2 || max(a.layout.Values[0], a.layout.Values[1]) > maxSide {
		return files, nil
	}
	if err := savePNG(filepath.Join(dir, distributionFile), a.picture()); err != nil {
		return nil, err
	}
	return append(files, distributionFile), nil
}

// maxSide is the largest number of cells along a side of a picture.
const maxSide = 512

// picture draws the target and the distribution evaluated last, on one scale.
func (a *Agent) picture() image.Image {
	w, h := a.layout.Values[0], a.layout.Values[1]
	target, learned := make([]float64, w*h), make([]float64, w*h)
	most := 0.0
	for i, p := range a.exact.target {
		s := a.graph.State(i)
		at := (h-1-int(s[1]))*w + int(s[0]) // element 1 grows upwards
		target[at] += p
		learned[at] += a.exact.learned.P[i]
		most = max(most, target[at], learned[at])
	}
	cell := max(1, 256/max(w, h))
	gap := max(4, cell/2)
	img := image.NewRGBA(image.Rect(0, 0, 2*w*cell+gap, h*cell))
	for k, p := range [][]float64{target, learned} {
		left := k * (w*cell + gap)
		for at, v := range p {
			c := shade(v / most)
			for y := range cell {
				for x := range cell {
					img.SetRGBA(left+at%w*cell+x, at/w*cell+y, c)
				}
			}
		}
	}
	return img
}

// shade maps [0,1] from dark blue over red to light yellow; the square root shows
// small probabilities.
func shade(v float64) color.RGBA {
	v = math.Sqrt(max(0, min(1, v)))
	part := func(lo, hi float64) uint8 { return uint8(255 * max(0, min(1, (v-lo)/(hi-lo)))) }
	return color.RGBA{R: part(0.1, 0.5), G: part(0.4, 0.9), B: 60 + uint8(float64(part(0.75, 1))*0.6), A: 255}
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
