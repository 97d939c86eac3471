package raster_test

import (
	"math"
	"testing"
	"time"

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

// BenchmarkFrame draws 80x60 pictures of recorded worlds, forty an operation,
// in turn from four places each. Beside the mean it reports the frames/s of
// the fastest operation, which is what the renderer does when nobody else
// uses the core.
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
					const batch = 40
					least := time.Duration(math.MaxInt64)
					for b.Loop() {
						start := time.Now()
						for i := range batch {
							if err := r.Render(img, scene, &views[i&3]); err != nil {
								b.Fatal(err)
							}
						}
						least = min(least, time.Since(start))
					}
					b.ReportMetric(float64(batch*b.N)/b.Elapsed().Seconds(), "frames/s")
					b.ReportMetric(batch/least.Seconds(), "best-frames/s")
				})
			}
		}
	}
}

// BenchmarkBuild builds the scene of a nine-room maze, 17 cells and 70
// polygons, in memory that is used again.
func BenchmarkBuild(b *testing.B) {
	const cells, walls = 17, 2
	wood, err := raster.LibraryTexture("wood", 1)
	require.NoError(b, err)
	corner := func(i int) float64 { return 3 * float64(i) }
	s := &raster.Scene{}
	uv := [][2]float64{{0, 0}, {3, 0}, {3, 3}, {0, 3}}
	p := &raster.Polygon{Verts: make([][3]float64, 4), UV: uv, Texture: wood, Color: raster.White}
	outline, door := make([][2]float64, 4), make([][3]float64, 4)
	add := func(cell int, v ...[3]float64) {
		copy(p.Verts, v)
		if err := s.AddPolygon(cell, p); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		s.Reset()
		for i := range cells {
			x, y := corner(i), corner(i+1)
			outline[0], outline[1], outline[2], outline[3] = [2]float64{x, 0}, [2]float64{x, 3}, [2]float64{y, 3}, [2]float64{y, 0}
			if _, err := s.AddCell(raster.Cell{Outline: outline, Top: 2.74}); err != nil {
				b.Fatal(err)
			}
			add(i, [3]float64{x, 0, 0}, [3]float64{x, 0, 3}, [3]float64{y, 0, 3}, [3]float64{y, 0, 0})
			add(i, [3]float64{x, 2.74, 0}, [3]float64{y, 2.74, 0}, [3]float64{y, 2.74, 3}, [3]float64{x, 2.74, 3})
			for range walls {
				add(i, [3]float64{x, 0, 0}, [3]float64{y, 0, 0}, [3]float64{y, 2.74, 0}, [3]float64{x, 2.74, 0})
			}
			if i > 0 {
				door[0], door[1], door[2], door[3] = [3]float64{x, 0, 0}, [3]float64{x, 2.74, 0}, [3]float64{x, 2.74, 3}, [3]float64{x, 0, 3}
				if err := s.Connect(i-1, i, door); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
}
