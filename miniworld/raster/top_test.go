package raster_test

import (
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/internal/golden"
	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// TestGoldenTop compares maps seen from above with the recorded ones. The
// original draws the agent, a triangle that is not ours to draw, so a few
// pixels may differ.
func TestGoldenTop(t *testing.T) {
	r, err := raster.NewRenderer(80, 60, raster.Full)
	require.NoError(t, err)
	img := raster.NewImage(80, 60)
	n := 0
	var rows [][][]uint8
	for _, name := range worlds(t) {
		var meta struct {
			goldenMeta
			Top *struct {
				World string `json:"world"`
			} `json:"top"`
		}
		load(t, frames+name+"/meta.json", &meta)
		if meta.Top == nil {
			continue
		}
		w := meta.Worlds[meta.Top.World]
		v := buildView(t, w)
		e := w.Extents
		v.Camera = raster.Overhead(e[0]-1, e[1]+1, e[2]-1, e[3]+1, 80.0/60)
		require.NoError(t, r.Render(img, buildScene(t, w), v))
		theirs := golden.ReadRGB(t, frames+name+"/"+meta.Top.World+".top80.png")
		far := 0
		for i := range 80 * 60 {
			worst := 0.0
			for c := range 3 {
				worst = max(worst, math.Abs(float64(theirs[3*i+c])-float64(img.RGB[3*i+c])))
			}
			if worst > 60 {
				far++
			}
		}
		require.LessOrEqual(t, float64(far)/4800, 0.02, "%s: pixels that differ by more than 60 levels", name)
		require.Less(t, golden.BlockRMSE(img.RGB, theirs), 6.0, name)
		rows = append(rows, [][]uint8{theirs, append([]uint8(nil), img.RGB...), difference(theirs, img.RGB)})
		n++
	}
	if *sheetFlag && n > 0 {
		writeSheet(t, "top.png", rows)
	}
	golden.Report(os.Stdout, "miniworld maps", n, "0 mismatches")
}
