package gfn

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	vgdraw "gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// Numbers of steps are round, whole, and told apart by their labels.
func TestFewTicks(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      []string
	}{
		{0, 10_008, []string{"0", "2k", "4k", "6k", "8k", "10k"}},
		{0, 9_000, []string{"0", "2000", "4000", "6000", "8000"}},
		{0, 90_100, []string{"0", "20k", "40k", "60k", "80k"}},
		{16, 200_137, []string{"50k", "100k", "150k", "200k"}},
		{0, 600_000, []string{"0", "200k", "400k", "600k"}},
		{0, 5_000_000, []string{"0", "1M", "2M", "3M", "4M", "5M"}},
		{0, 1_300_000, []string{"0", "0.5M", "1M"}},
		{1.5, 2.5, []string{"2"}},
		{3, 3, []string{"3"}},
	} {
		var got []string
		for _, x := range (fewTicks{}).Ticks(c.low, c.high) {
			got = append(got, x.Label)
		}
		require.Equal(t, c.want, got, "%v to %v", c.low, c.high)
	}
}

// A run that was measured once is drawn too: a logarithmic axis of one value.
func TestProgressOfOneValue(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "metrics.csv"), []byte("step,loss,measured/jsd\n100,3,\n200,2,0.04\n"), 0o600))
	files, err := drawProgress(dir, nil)
	require.NoError(t, err)
	require.Contains(t, files, "progress.png")
}

// A curve of one point is a dot, not a line that nobody sees.
func TestSinglePoint(t *testing.T) {
	p := plot.New()
	addLine(p, plotter.XYs{{X: 1, Y: 2}}, learnedColor, "")
	c := vgimg.New(200, 200)
	p.Draw(vgdraw.New(c))
	img, drawn := c.Image(), 0
	r, g, b, _ := learnedColor.RGBA()
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if pr, pg, pb, _ := img.At(x, y).RGBA(); pr == r && pg == g && pb == b {
				drawn++
			}
		}
	}
	require.Greater(t, drawn, 5)
}
