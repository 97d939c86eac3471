package raster_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

func TestErrors(t *testing.T) {
	quad := [][3]float64{{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}}
	tex, err := raster.LibraryTexture("white", 1)
	require.NoError(t, err)
	scene := &raster.Scene{}
	cell := raster.Cell{Outline: [][2]float64{{0, 0}, {1, 0}, {1, 1}, {0, 1}}, Top: 2}
	_, err = scene.AddCell(cell)
	require.NoError(t, err)
	render := func(img *raster.Image, v *raster.View) error {
		r, err := raster.NewRenderer(8, 8, raster.Fast)
		require.NoError(t, err)
		return r.Render(img, scene, v)
	}
	for _, c := range []struct {
		name string
		is   error
		says string
		do   func() error
	}{
		{"no pixels", raster.ErrImage, "0 x 8", func() error { _, err := raster.NewRenderer(0, 8, raster.Fast); return err }},
		{"too many pixels", raster.ErrImage, "8192", func() error { _, err := raster.NewRenderer(8, 9000, raster.Fast); return err }},
		{"short RGB", raster.ErrImage, "want 192", func() error { return render(&raster.Image{RGB: make([]uint8, 4)}, &raster.View{}) }},
		{"short depth", raster.ErrImage, "want 64", func() error { return render(&raster.Image{Depth: make([]float32, 4)}, &raster.View{}) }},
		{"short ID", raster.ErrImage, "want 64", func() error { return render(&raster.Image{ID: make([]uint32, 4)}, &raster.View{}) }},
		{"short labels", raster.ErrImage, "want 192", func() error { return render(&raster.Image{Labels: make([]uint8, 64)}, &raster.View{}) }},
		{"wide view", raster.ErrImage, "(0,pi)", func() error {
			return render(raster.NewImage(8, 8), &raster.View{Camera: raster.Camera{FovY: 4}})
		}},
		{"two corners", raster.ErrPolygon, "at least 3", func() error { return scene.AddPolygon(0, &raster.Polygon{Verts: quad[:2]}) }},
		{"a line", raster.ErrPolygon, "on a line", func() error {
			return scene.AddPolygon(0, &raster.Polygon{Verts: [][3]float64{{0, 0, 0}, {1, 0, 0}, {2, 0, 0}}})
		}},
		{"not a number", raster.ErrPolygon, "finite", func() error {
			return scene.AddPolygon(0, &raster.Polygon{Verts: [][3]float64{{0, 0, 0}, {1, math.NaN(), 0}, {2, 0, 0}}})
		}},
		{"no coordinates", raster.ErrPolygon, "0 texture coordinates", func() error { return scene.AddPolygon(0, &raster.Polygon{Verts: quad, Texture: tex}) }},
		{"no such cell", raster.ErrScene, "no cell 3", func() error { return scene.AddPolygon(3, &raster.Polygon{Verts: quad}) }},
		{"bent cell", raster.ErrScene, "not convex", func() error {
			_, err := scene.AddCell(raster.Cell{Outline: [][2]float64{{0, 0}, {2, 0}, {0.5, 0.5}, {0, 2}}, Top: 1})
			return err
		}},
		{"flat cell", raster.ErrScene, "from y = 0 to 0", func() error { _, err := scene.AddCell(raster.Cell{Outline: cell.Outline}); return err }},
		{"portal to itself", raster.ErrScene, "from cell 0 to cell 0", func() error { return scene.Connect(0, 0, quad) }},
		{"portal of no size", raster.ErrPolygon, "portal from cell 0", func() error { return scene.Connect(0, raster.Outside, quad[:1]) }},
		{"empty mesh", raster.ErrPolygon, "empty", func() error { _, err := raster.NewMesh(nil, nil); return err }},
		{"ball of no size", raster.ErrPolygon, "radius 0", func() error { _, err := raster.NewMesh(nil, []raster.Ball{{}}); return err }},
		{"frame of nothing", raster.ErrPolygon, "panel", func() error { _, err := raster.NewFrame(1, 1, 1); return err }},
		{"no such texture", raster.ErrTexture, "brick_wall", func() error { _, err := raster.LibraryTexture("velvet", 1); return err }},
		{"no such variant", raster.ErrTexture, "variants 1 to 4", func() error { _, err := raster.LibraryTexture("concrete", 5); return err }},
		{"no such mesh", raster.ErrPolygon, "duckie", func() error { _, err := raster.LibraryMesh("swan"); return err }},
		{"no picture", raster.ErrTexture, "0 x 0", func() error { _, err := raster.NewTexture(image.NewGray(image.Rectangle{})); return err }},
		{"no such file", raster.ErrTexture, "no such file", func() error { _, err := raster.LoadTexture("nothing.png"); return err }},
		{"no PNG", raster.ErrTexture, "not a PNG", func() error { _, err := raster.ReadTexture(strings.NewReader("GIF89a")); return err }},
		{"cut PNG", raster.ErrTexture, "broken PNG", func() error { return readTexture(picture(t)[:50]) }},
		{"cut PNG header", raster.ErrTexture, "not a PNG", func() error { return readTexture(picture(t)[:20]) }},
		{"huge PNG", raster.ErrTexture, "60000 x 60000 pixels; make it at most", func() error { return readTexture(claim(t, 60000, 60000)) }},
		{"long PNG", raster.ErrTexture, "20000 x 1 pixels; make it at most", func() error { return readTexture(claim(t, 20000, 1)) }},
		{"PNG of no size", raster.ErrTexture, "not a PNG", func() error { return readTexture(claim(t, 0, 7)) }},
		{"no mesh file", raster.ErrMesh, "no such file", func() error { _, err := raster.LoadMesh("nothing.obj"); return err }},
		{"bad number", raster.ErrMesh, "line 2", func() error { return readMesh("v 0 0 0\nv 1 zero 0\n") }},
		{"no number in a mesh", raster.ErrMesh, "line 1: raster: bad mesh: \"NaN\"", func() error { return readMesh("v 0 NaN 0\n") }},
		{"endless mesh", raster.ErrMesh, "\"+Inf\" is not a number below 1e9", func() error { return readMesh("v 0 +Inf 0\n") }},
		{"index of nothing", raster.ErrMesh, "index 0 of 3", func() error { return readMesh("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 0 1 2") }},
		{"index before the first", raster.ErrMesh, "index -4 of 3", func() error { return readMesh("v 0 0 0\nv 1 0 0\nv 0 1 0\nf -4 1 2") }},
		{"index of words", raster.ErrMesh, "not a whole number", func() error { return readMesh("v 0 0 0\nv 1 0 0\nv 0 1 0\nf a b c") }},
		{"face without area", raster.ErrMesh, "no face with an area", func() error { return readMesh("v 0 0 0\nv 1 0 0\nv 2 0 0\nf 1 2 3") }},
		{"empty mesh file", raster.ErrMesh, "no face", func() error { return readMesh("") }},
		{"few numbers", raster.ErrMesh, "2 numbers, want 3", func() error { return readMesh("v 0 0") }},
		{"bad index", raster.ErrMesh, "index 4 of 3", func() error { return readMesh("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 4") }},
		{"no face", raster.ErrMesh, "no face", func() error { return readMesh("v 0 0 0\n") }},
		{"two-cornered face", raster.ErrMesh, "2 corners", func() error { return readMesh("v 0 0 0\nv 1 0 0\nf 1 2") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.do()
			require.ErrorIs(t, err, c.is)
			require.ErrorContains(t, err, c.says)
		})
	}
}

func readTexture(data []byte) error {
	_, err := raster.ReadTexture(bytes.NewReader(data))
	return err
}

// claim returns a PNG file whose header claims another size than it has.
func claim(t testing.TB, width, height uint32) []byte {
	const ihdr, size, crc = 12, 16, 29 // where the type, the size and the checksum of the header are
	data := picture(t)
	binary.BigEndian.PutUint32(data[size:], width)
	binary.BigEndian.PutUint32(data[size+4:], height)
	binary.BigEndian.PutUint32(data[crc:], crc32.ChecksumIEEE(data[ihdr:crc]))
	return data
}

func readMesh(s string) error {
	_, err := raster.ReadMesh(strings.NewReader(s), nil)
	return err
}

// TestLoad reads a mesh with a material and a texture from files.
func TestLoad(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	write("red.png", string(picture(t)))
	write("all.mtl", "newmtl skin\nKd 1 0.5 1\nmap_Kd red.png\n")
	write("tent.obj", "mtllib all.mtl\nv 9 5 0\nv 11 5 0\nv 10 6 0\nv 9 5 2\nvt 0 0\nvt 1 0\nvt 0 1\nusemtl skin\nf 1/1 2/2 3/3\nf -4/1 -2/2 -1/3\n")
	m, err := raster.LoadMesh(filepath.Join(dir, "tent.obj"))
	require.NoError(t, err)
	require.Equal(t, 2, m.Polygons())
	low, high := m.Bounds()
	require.Equal(t, [3]float64{-1, 0, -1}, low)
	require.Equal(t, [3]float64{1, 1, 1}, high)

	write("tent.obj", "mtllib ../all.mtl\n")
	_, err = raster.LoadMesh(filepath.Join(dir, "tent.obj"))
	require.ErrorContains(t, err, "not below the mesh")
	write("all.mtl", "newmtl skin\nmap_Kd gone.png\n")
	write("tent.obj", "mtllib all.mtl\n")
	_, err = raster.LoadMesh(filepath.Join(dir, "tent.obj"))
	require.ErrorIs(t, err, raster.ErrTexture)
}

// picture returns a PNG file of 5x3 red pixels.
func picture(t testing.TB) []byte {
	img := image.NewNRGBA(image.Rect(0, 0, 5, 3))
	for i := range 15 {
		img.Set(i%5, i/5, color.NRGBA{200, 10, 20, 255})
	}
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, img))
	return b.Bytes()
}

func FuzzReadTexture(f *testing.F) {
	f.Add(picture(f))
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		tex, err := raster.ReadTexture(bytes.NewReader(data))
		if err != nil {
			require.ErrorIs(t, err, raster.ErrTexture)
			return
		}
		again, err := raster.NewTexture(tex.Image())
		require.NoError(t, err)
		require.Equal(t, tex.Image(), again.Image(), "a texture of its own picture")
	})
}

func FuzzReadMesh(f *testing.F) {
	f.Add("v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvt 0 0\nf 1/1 2/1 3/1 4/1\n")
	f.Add("v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 1\nvn 0 0 1\nf -4//1 -3//1 -2//1 -1//1\nusemtl x\n")
	f.Add("f 1 2 3")
	r, err := raster.NewRenderer(16, 12, raster.Full)
	require.NoError(f, err)
	img := raster.NewImage(16, 12)
	f.Fuzz(func(t *testing.T, text string) {
		m, err := raster.ReadMesh(strings.NewReader(text), nil)
		if err != nil {
			require.ErrorIs(t, err, raster.ErrMesh)
			return
		}
		v := &raster.View{Camera: raster.Camera{Pos: [3]float64{-2, 0.5, 0}}, Entities: []raster.Entity{{Mesh: m}}}
		require.NoError(t, r.Render(img, &raster.Scene{}, v))
	})
}
