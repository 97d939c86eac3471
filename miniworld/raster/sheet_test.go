package raster_test

import (
	"flag"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var sheetFlag = flag.Bool("sheet", false, "write PNG sheets of their frames, ours, the difference and fast ones into the artifact directory")

// difference is grey where two pictures agree.
func difference(a, b []uint8) []uint8 {
	d := make([]uint8, len(a))
	for i := range d {
		d[i] = uint8(min(max(128+int(b[i])-int(a[i]), 0), 255))
	}
	return d
}

// writeSheet writes rows of 80x60 pictures, three times enlarged.
func writeSheet(t *testing.T, name string, rows [][][]uint8) {
	const zoom, gap = 3, 6
	out := image.NewNRGBA(image.Rect(0, 0, len(rows[0])*(80*zoom+gap)+gap, len(rows)*(60*zoom+gap)+gap))
	for i := range out.Pix {
		out.Pix[i] = 255
	}
	for r, row := range rows {
		for c, p := range row {
			for y := range 60 * zoom {
				for x := range 80 * zoom {
					at := out.PixOffset(gap+c*(80*zoom+gap)+x, gap+r*(60*zoom+gap)+y)
					copy(out.Pix[at:at+3], p[3*(y/zoom*80+x/zoom):])
				}
			}
		}
	}
	path := filepath.Join(t.ArtifactDir(), name)
	f, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, png.Encode(f, out))
	require.NoError(t, f.Close())
	t.Logf("theirs, ours, difference, fast: %s", path)
}
