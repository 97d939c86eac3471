package raster_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// shots returns the scene of a recorded world and a view from each place a
// picture was taken.
func shots(t testing.TB, name string) (*raster.Scene, []raster.View) {
	var meta goldenMeta
	load(t, frames+name+"/meta.json", &meta)
	scene, view := buildScene(t, meta.Worlds["s0"]), buildView(t, meta.Worlds["s0"])
	var views []raster.View
	for i := range meta.Frames {
		if meta.Frames[i].World == "s0" {
			v := *view
			v.Camera = camera(&meta.Frames[i])
			views = append(views, v)
		}
	}
	return scene, views
}

// BenchmarkFrame draws 80x60 pictures of recorded worlds, one after the other
// from four places each.
func BenchmarkFrame(b *testing.B) {
	names := []string{"Hallway", "OneRoom", "FourRooms", "MazeS3", "Maze", "ThreeRooms", "PickupObjects", "CollectHealth", "Sidewalk", "Sign"}
	if len(worlds(b)) == 0 {
		b.Skip("the recorded worlds are not here; set MINIFLOW_GOLDEN")
	}
	for _, q := range []raster.Quality{raster.Fast, raster.Full} {
		for _, name := range names {
			scene, views := shots(b, name)
			for _, all := range []bool{false, true} {
				img := raster.NewImage(80, 60)
				what := "rgb+depth+id"
				if !all {
					img.Depth, img.ID, what = nil, nil, "rgb"
				}
				b.Run(q.String()+"/"+name+"/"+what, func(b *testing.B) {
					r, err := raster.NewRenderer(80, 60, q)
					require.NoError(b, err)
					b.ReportAllocs()
					i := 0
					for b.Loop() {
						if err := r.Render(img, scene, &views[i&3]); err != nil {
							b.Fatal(err)
						}
						i++
					}
					b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "frames/s")
				})
			}
		}
	}
}
