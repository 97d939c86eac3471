// Package raster draws 3D rooms in software: colour, depth and identity of
// every pixel in one pass, without a display, a GPU or cgo. It knows
// polygons, balls, textures, a light and a camera, and nothing about games.
//
// What stands still is a [Scene]: flat convex polygons in convex cells
// (rooms) that see one another through portals. What moves is in a [View]:
// the camera, the light, the sky and entities, which are meshes at a place. A
// [Renderer] draws a view of a scene into an [Image]:
//
//	scene := &raster.Scene{}
//	room, err := scene.AddCell(raster.Cell{Outline: [][2]float64{{0, 0}, {0, 6}, {6, 6}, {6, 0}}, Top: 2.74, Open: true})
//	...
//	tiles, err := raster.LibraryTexture("floor_tiles_bw", 1)
//	...
//	err = scene.AddPolygon(room, &raster.Polygon{
//		Verts:   [][3]float64{{0, 0, 0}, {0, 0, 6}, {6, 0, 6}, {6, 0, 0}},
//		UV:      [][2]float64{{0, 0}, {0, 6}, {6, 6}, {6, 0}},
//		Texture: tiles,
//		Color:   raster.White,
//	})
//	...
//	r, err := raster.NewRenderer(80, 60, raster.Fast)
//	...
//	img := raster.NewImage(80, 60)
//	err = r.Render(img, scene, &raster.View{
//		Camera: raster.Camera{Pos: [3]float64{1, 1.5, 3}},
//		Light:  raster.FixedLight([3]float64{0, 2.5, 0}, [3]float64{0.7, 0.7, 0.7}, [3]float64{0.45, 0.45, 0.45}),
//		Sky:    [3]float64{0.25, 0.82, 1},
//	})
//
// The example of the package is the whole program.
//
// # How a picture is made
//
// Cells are visited from that of the camera on through portals, each with the
// window it is seen through ([Scene]); so the order is front to back and what
// no portal shows costs nothing. A polygon becomes half planes on the screen
// by homogeneous coordinates, without clipping (Olano and Greer 1997), then
// one span a row and sample; sixteen pixels at a time are tested against the
// depth that is there, and only those that win get a colour. A ball is solved
// for at each pixel. [Full] takes four samples a pixel, coloured once a pixel
// and polygon: edges are smooth and surfaces cost little more. Texels are
// blended with 15-bit arithmetic.
//
// # The same bytes everywhere
//
// The loops are assembly on amd64 with AVX-512 or AVX2, and portable Go elsewhere
// and with the build tag purego; all do the same operations in the same order.
// A picture depends on nothing but the arguments of Render: not on what was
// drawn before, on other goroutines or on the processor's vector units.
// GODEBUG=cpu.avx512f=off takes the loops in AVX2 on any machine that has it, and
// GODEBUG=cpu.avx512f=off,cpu.avx2=off the portable ones.
//
// # The library
//
// [LibraryTexture] and [LibraryMesh] answer to the names of Miniworld's files.
// The pictures and shapes are our own, painted and put together by code, with
// the mean colours and bounds of the originals. [LoadTexture] and [LoadMesh]
// read PNG and OBJ files.
//
// # Beside the original
//
// The tests draw the recorded frames of all 23 Miniworld ids and hold them to
// bounds on depth, classes and colours. To see them side by side:
//
//	go test -v ./miniworld/raster -run Frames -sheet -artifacts -outputdir /tmp
package raster
