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
	r, err := raster.NewRenderer(80, 60, raster.Full)
	require.NoError(t, err)
	fast, err := raster.NewRenderer(80, 60, raster.Fast)
	require.NoError(t, err)
	img, quick := raster.NewImage(80, 60), raster.NewImage(80, 60)
	names := worlds(t)
	var all []score
	bad := 0
	for _, name := range names {
		dir := frames + name + "/"
		var meta goldenMeta
		load(t, dir+"meta.json", &meta)
		scenes, views := map[string]*raster.Scene{}, map[string]*raster.View{}
		for w, world := range meta.Worlds {
			scenes[w], views[w] = buildScene(t, world), buildView(t, world)
		}
		var rows [][][]uint8
		for i := range meta.Frames {
			f := &meta.Frames[i]
			view := *views[f.World]
			view.Camera = camera(f)
			require.NoError(t, r.Render(img, scenes[f.World], &view))
			require.NoError(t, fast.Render(quick, scenes[f.World], &view))
			require.Equal(t, img.Depth, quick.Depth, "%s %s: fast and full depth", name, f.Tag)
			require.Equal(t, img.ID, quick.ID, "%s %s: fast and full identity", name, f.Tag)
			theirs := readRGB(t, dir+f.Tag+".rgb80.png")
			depth, seg := readFloats(t, dir+f.Tag+".depthc.f32"), readRGB(t, dir+f.Tag+".seg.png")
			s := compare(img, theirs, depth, seg, meta.Worlds[f.World].Entities)
			s.world, s.tag = name, f.Tag
			all = append(all, s)
			if s.depth < 0.995 || s.depthAll < 0.97 || s.class < 0.985 || s.mean > 5 || s.segment > 12 || s.block > 6 || s.ssim < 0.90 {
				bad++
				t.Errorf("%s %s: depth %.4f, with meshes %.4f, class %.4f, mean %.1f, segment %.1f, block %.1f, SSIM %.3f",
					name, f.Tag, s.depth, s.depthAll, s.class, s.mean, s.segment, s.block, s.ssim)
			}
			// Without antialiasing the colours are those of single texels; the
			// mean over the picture still holds.
			q := compare(quick, theirs, depth, seg, meta.Worlds[f.World].Entities)
			require.LessOrEqual(t, q.mean, 5.0, "%s %s: mean colour in fast quality", name, f.Tag)
			rows = append(rows, [][]uint8{theirs, slices.Clone(img.RGB), difference(theirs, img.RGB), slices.Clone(quick.RGB)})
		}
		if *sheetFlag {
			writeSheet(t, name+".png", rows)
		}
	}
	var segments, ssims []float64
	for _, s := range all {
		segments = append(segments, s.segment)
		ssims = append(ssims, s.ssim)
	}
	if len(all) > 0 {
		slices.Sort(ssims)
		median := ssims[len(ssims)/2]
		require.LessOrEqual(t, mean(segments), 6.0, "mean over frames of the worst segment colour")
		require.GreaterOrEqual(t, median, 0.95, "median SSIM")
		report(t, all)
	}
	golden.Report(os.Stdout, "miniworld frames", len(names), "%d frames, %d mismatches", len(all), bad)
}
