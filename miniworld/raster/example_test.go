package raster_test

import (
	"fmt"
	"log"

	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// A square room without walls or ceiling, tiled in black and white, with a
// red box in it and the sky above.
func Example() {
	scene := &raster.Scene{}
	room, err := scene.AddCell(raster.Cell{Outline: [][2]float64{{0, 0}, {0, 6}, {6, 6}, {6, 0}}, Top: 2.74, Open: true})
	if err != nil {
		log.Fatal(err)
	}
	tiles, err := raster.LibraryTexture("floor_tiles_bw", 1)
	if err != nil {
		log.Fatal(err)
	}
	err = scene.AddPolygon(room, &raster.Polygon{
		Verts:   [][3]float64{{0, 0, 0}, {0, 0, 6}, {6, 0, 6}, {6, 0, 0}},
		UV:      [][2]float64{{0, 0}, {0, 6}, {6, 6}, {6, 0}},
		Texture: tiles,
		Color:   raster.White,
		ID:      1,
	})
	if err != nil {
		log.Fatal(err)
	}
	box, err := raster.NewBox(0.8, 0.8, 0.8)
	if err != nil {
		log.Fatal(err)
	}

	r, err := raster.NewRenderer(80, 60, raster.Fast)
	if err != nil {
		log.Fatal(err)
	}
	img := raster.NewImage(80, 60)
	err = r.Render(img, scene, &raster.View{
		Camera:   raster.Camera{Pos: [3]float64{1, 1.5, 3}},
		Light:    raster.FixedLight([3]float64{0, 2.5, 0}, [3]float64{0.7, 0.7, 0.7}, [3]float64{0.45, 0.45, 0.45}),
		Sky:      [3]float64{0.25, 0.82, 1},
		Entities: []raster.Entity{{Mesh: box, Pos: [3]float64{4, 0, 3}, Color: [3]float64{1, 0, 0}, ID: 2}},
	})
	if err != nil {
		log.Fatal(err)
	}
	// The middle column from the top down, every sixth row.
	for y := 0; y < 60; y += 6 {
		i := y*80 + 40
		fmt.Printf("ID %d, %6.2f m, colour %v\n", img.ID[i], img.Depth[i], img.RGB[3*i:3*i+3])
	}
	// Output:
	// ID 0, 100.00 m, colour [64 209 255]
	// ID 0, 100.00 m, colour [64 209 255]
	// ID 0, 100.00 m, colour [64 209 255]
	// ID 0, 100.00 m, colour [64 209 255]
	// ID 0, 100.00 m, colour [64 209 255]
	// ID 0, 100.00 m, colour [64 209 255]
	// ID 0, 100.00 m, colour [64 209 255]
	// ID 2,   2.91 m, colour [255 0 0]
	// ID 2,   2.60 m, colour [166 0 0]
	// ID 2,   2.60 m, colour [166 0 0]
}
