package raster_test

import (
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/internal/golden"
	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// TestGoldenGeometry checks that the scenes the frames are drawn from are
// the recorded ones, corner for corner.
func TestGoldenGeometry(t *testing.T) {
	n := 0
	for _, name := range worlds(t) {
		var meta goldenMeta
		var geometry goldenGeometry
		load(t, frames+name+"/meta.json", &meta)
		load(t, frames+name+"/geometry.json", &geometry)
		for i := range geometry {
			g, r := &geometry[i], &meta.Worlds["s0"].Rooms[i]
			walls, _ := quads(r)
			require.Equal(t, len(g.WallVerts), 4*len(walls), "%s room %d", name, i)
			for k, v := range g.WallVerts {
				for c := range 3 {
					require.InDelta(t, v[c], walls[k/4][k%4][c], 1e-9, "%s room %d wall %d", name, i, k/4)
				}
				n++
			}
		}
	}
	t.Logf("golden geometry: %d corners", n)
}

// TestGoldenFrames draws every recorded frame in full quality and holds it
// to the thresholds of FORMAT-miniworld.md.
func TestGoldenFrames(t *testing.T) {
	r, err := raster.NewRenderer(golden.Width, golden.Height, raster.Full)
	require.NoError(t, err)
	fast, err := raster.NewRenderer(golden.Width, golden.Height, raster.Fast)
	require.NoError(t, err)
	img, quick := labelled(), labelled()
	names := worlds(t)
	var all []golden.Likeness
	bad := 0
	t.Logf("%-14s %7s %7s %7s %5s %5s %5s %5s", "worst of", "depth", "+meshes", "class", "mean", "seg", "block", "SSIM")
	for _, name := range names {
		dir := frames + name + "/"
		var meta goldenMeta
		load(t, dir+"meta.json", &meta)
		scenes, views := map[string]*raster.Scene{}, map[string]*raster.View{}
		for w, world := range meta.Worlds {
			scenes[w], views[w] = buildScene(t, world), buildView(t, world)
		}
		var rows [][][]uint8
		first := len(all)
		for i := range meta.Frames {
			f := &meta.Frames[i]
			view := *views[f.World]
			view.Camera = camera(f)
			require.NoError(t, r.Render(img, scenes[f.World], &view))
			require.NoError(t, fast.Render(quick, scenes[f.World], &view))
			require.Equal(t, img.Depth, quick.Depth, "%s %s: fast and full depth", name, f.Tag)
			require.Equal(t, img.ID, quick.ID, "%s %s: fast and full identity", name, f.Tag)
			theirs := golden.ReadPicture(t, dir+f.Tag)
			mesh := func(i int) bool { return meta.Worlds[f.World].Entities[i].Mesh != "" }
			l := theirs.Compare(&golden.Picture{RGB: img.RGB, Depth: img.Depth, Labels: img.Labels}, mesh)
			all = append(all, l)
			if fault := l.Fault(); fault != "" {
				bad++
				t.Errorf("%s %s: %s", name, f.Tag, fault)
			}
			// Without antialiasing the colours are those of single texels; the
			// mean over the picture still holds.
			q := theirs.Compare(&golden.Picture{RGB: quick.RGB, Depth: quick.Depth, Labels: quick.Labels}, mesh)
			require.LessOrEqual(t, q.Mean, 5.0, "%s %s: mean colour in fast quality", name, f.Tag)
			rows = append(rows, [][]uint8{theirs.RGB, slices.Clone(img.RGB), difference(theirs.RGB, img.RGB), slices.Clone(quick.RGB)})
		}
		w := golden.Worst(all[first:])
		t.Logf("%-14s %7.4f %7.4f %7.4f %5.1f %5.1f %5.1f %5.3f", name, w.Depth, w.DepthAll, w.Class, w.Mean, w.Segment, w.Block, w.SSIM)
		if *sheetFlag {
			writeSheet(t, name+".png", rows)
		}
	}
	require.Empty(t, golden.FaultOfAll(all))
	golden.Report(os.Stdout, "miniworld frames", len(names), "%d frames, %d mismatches", len(all), bad)
}

// labelled returns an image with everything that can be drawn.
func labelled() *raster.Image {
	img := raster.NewImage(golden.Width, golden.Height)
	img.Labels = make([]uint8, 3*golden.Width*golden.Height)
	return img
}
