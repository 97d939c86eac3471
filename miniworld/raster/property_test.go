package raster_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// box returns a closed room around the origin, 8 x 3 x 6 m, textured.
func room(t testing.TB) *raster.Scene {
	s := &raster.Scene{}
	addScene(t, s, &goldenWorld{Rooms: []goldenRoom{{
		Outline:    [][2]float64{{4, 3}, {4, -3}, {-4, -3}, {-4, 3}},
		WallHeight: 3,
		WallTex:    variant{"brick_wall", 1},
		FloorTex:   variant{"wood", 1},
		CeilTex:    variant{"ceiling_tiles", 1},
		Portals:    make([][][4]float64, 4),
	}}})
	return s
}

// crowd returns a view with one of every mesh of the library and a frame,
// each 0.7 m high.
func crowd(t testing.TB) *raster.View {
	v := &raster.View{
		Light: raster.FixedLight([3]float64{0, 2.5, 0}, [3]float64{0.7, 0.7, 0.7}, [3]float64{0.45, 0.45, 0.45}),
		Sky:   [3]float64{0.25, 0.82, 1},
	}
	for i, name := range raster.MeshNames() {
		m, err := raster.LibraryMesh(name)
		require.NoError(t, err)
		_, high := m.Bounds()
		s := 0.7 / high[1]
		a := float64(i) * 2.4
		v.Entities = append(v.Entities, raster.Entity{
			Mesh: m, Pos: [3]float64{(1 + 0.07*float64(i)) * math.Cos(a), 0, (1 + 0.05*float64(i)) * math.Sin(a)},
			Yaw: a, Scale: [3]float64{s, s, s}, Gain: 1 / s, ID: uint32(1000 + i),
		})
	}
	return v
}

func randomCamera(rng *rand.Rand) raster.Camera {
	return raster.Camera{
		Pos:   [3]float64{rng.Float64()*7.9 - 3.95, 0.05 + rng.Float64()*2.9, rng.Float64()*5.9 - 2.95},
		Yaw:   rng.Float64() * 7,
		Pitch: rng.Float64()*3 - 1.5,
		FovY:  0.3 + rng.Float64()*2,
	}
}

// TestNoGaps looks at a closed room from anywhere, in any direction: every
// sample must meet a surface, at a depth inside the room.
func TestNoGaps(t *testing.T) {
	scene := room(t)
	for _, q := range []raster.Quality{raster.Fast, raster.Full} {
		r, err := raster.NewRenderer(83, 61, q)
		require.NoError(t, err)
		img := raster.NewImage(83, 61)
		rng := rand.New(rand.NewPCG(1, 1))
		for n := range 500 {
			// A sky as bright as nothing in the room shows through any gap.
			v := &raster.View{Camera: randomCamera(rng), Sky: [3]float64{1, 0, 1}, Light: raster.Light{Ambient: [3]float64{0.3, 0.3, 0.3}}}
			require.NoError(t, r.Render(img, scene, v))
			for i, id := range img.ID {
				if id == 0 || img.Depth[i] > 10.5 || img.RGB[3*i] > 100 {
					t.Fatalf("%v, picture %d, pixel %d, %d: a gap, seen from %+v", q, n, i%83, i/83, v.Camera)
				}
			}
		}
	}
}

// TestPortalsHideNothing compares each recorded world with the same polygons
// outside of any cell, where all are drawn, from random places.
func TestPortalsHideNothing(t *testing.T) {
	r, err := raster.NewRenderer(80, 60, raster.Fast)
	require.NoError(t, err)
	a, b := raster.NewImage(80, 60), raster.NewImage(80, 60)
	for _, name := range worlds(t) {
		if name == "YMaze" || name == "YMazeLeft" || name == "YMazeRight" {
			// Their rooms overlap by 5 mm where arms meet the hub, so that what
			// is hidden there depends on the room it is seen from.
			continue
		}
		var meta goldenMeta
		load(t, frames+name+"/meta.json", &meta)
		w := meta.Worlds["s0"]
		cells, all := buildScene(t, w), &raster.Scene{}
		addPolygons(t, all, w, func(int) int { return raster.Outside })
		v := buildView(t, w)
		rng := rand.New(rand.NewPCG(7, 7))
		for range 60 {
			in := &w.Rooms[rng.IntN(len(w.Rooms))]
			x, z := 0.0, 0.0
			var total float64
			for _, c := range in.Outline {
				k := rng.Float64() + 0.01
				x, z, total = x+c[0]*k, z+c[1]*k, total+k
			}
			v.Camera = raster.Camera{Pos: [3]float64{x / total, 1.5, z / total}, Yaw: rng.Float64() * 7, Pitch: rng.Float64()*0.6 - 0.3}
			require.NoError(t, r.Render(a, cells, v))
			require.NoError(t, r.Render(b, all, v))
			for i := range a.Depth {
				if math.Abs(float64(a.Depth[i]-b.Depth[i])) > 1e-4*float64(b.Depth[i]) {
					t.Fatalf("%s: pixel %d, %d: depth %v with portals, %v without, from %+v", name, i%80, i/80, a.Depth[i], b.Depth[i], v.Camera)
				}
			}
		}
	}
}

// TestSamePicture draws the same views on many goroutines, in different
// orders and with other pictures between: every byte must be the same.
func TestSamePicture(t *testing.T) {
	scene, view := room(t), crowd(t)
	rng := rand.New(rand.NewPCG(3, 3))
	cameras := make([]raster.Camera, 12)
	for i := range cameras {
		cameras[i] = randomCamera(rng)
	}
	for _, q := range []raster.Quality{raster.Fast, raster.Full} {
		shoot := func(order []int) []*raster.Image {
			r, err := raster.NewRenderer(70, 50, q)
			require.NoError(t, err)
			out := make([]*raster.Image, len(cameras))
			for _, i := range order {
				v := *view
				v.Camera = cameras[i]
				out[i] = raster.NewImage(70, 50)
				require.NoError(t, r.Render(out[i], scene, &v))
			}
			return out
		}
		want := shoot([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
		var wg sync.WaitGroup
		for g := range 4 {
			order := rand.New(rand.NewPCG(uint64(g), 9)).Perm(len(cameras))
			wg.Go(func() {
				got := shoot(order)
				for i := range want {
					if !slices.Equal(want[i].RGB, got[i].RGB) || !slices.Equal(want[i].Depth, got[i].Depth) || !slices.Equal(want[i].ID, got[i].ID) {
						t.Errorf("%v: picture %d differs on goroutine %d", q, i, g)
					}
				}
			})
		}
		wg.Wait()
	}
}

// TestPartsAgree asks for colour, depth, identity and labels one at a time.
func TestPartsAgree(t *testing.T) {
	scene, view := room(t), crowd(t)
	view.Camera = raster.Camera{Pos: [3]float64{-3.5, 1.5, -2.5}, Yaw: -0.6}
	for _, q := range []raster.Quality{raster.Fast, raster.Full} {
		r, err := raster.NewRenderer(80, 60, q)
		require.NoError(t, err)
		all := raster.NewImage(80, 60)
		require.NoError(t, r.Render(all, scene, view))
		one := raster.NewImage(80, 60)
		require.NoError(t, r.Render(&raster.Image{RGB: one.RGB}, scene, view))
		require.NoError(t, r.Render(&raster.Image{Depth: one.Depth}, scene, view))
		require.NoError(t, r.Render(&raster.Image{ID: one.ID}, scene, view))
		require.Equal(t, all, one, q.String())
		labels := make([]uint8, 3*80*60)
		require.NoError(t, r.Render(&raster.Image{Labels: labels}, scene, view))
		for i, id := range all.ID {
			require.Equal(t, [3]uint8{uint8(id >> 24), uint8(id >> 8), uint8(id)}, [3]uint8(labels[3*i:]), "%v: labels of pixel %d", q, i)
		}
	}
}

// TestNoAllocation draws and rebuilds without asking for memory.
func TestNoAllocation(t *testing.T) {
	scene, view := room(t), crowd(t)
	view.Camera = raster.Camera{Pos: [3]float64{-3.5, 1.5, -2.5}, Yaw: -0.6}
	for _, q := range []raster.Quality{raster.Fast, raster.Full} {
		r, err := raster.NewRenderer(80, 60, q)
		require.NoError(t, err)
		img := raster.NewImage(80, 60)
		require.Zero(t, testing.AllocsPerRun(20, func() {
			if err := r.Render(img, scene, view); err != nil {
				t.Fatal(err)
			}
		}), q.String())
	}
	outline := [][2]float64{{4, 3}, {4, -3}, {-4, -3}, {-4, 3}}
	quad := &raster.Polygon{Verts: [][3]float64{{4, 0, 3}, {4, 0, -3}, {-4, 0, -3}, {-4, 0, 3}}, Color: raster.White}
	next := [][2]float64{{4, 3}, {8, 3}, {8, -3}, {4, -3}}
	door := [][3]float64{{4, 0, 1}, {4, 2, 1}, {4, 2, -1}, {4, 0, -1}}
	s := &raster.Scene{}
	build := func() {
		s.Reset()
		a, errA := s.AddCell(raster.Cell{Outline: outline, Top: 3})
		b, errB := s.AddCell(raster.Cell{Outline: next, Top: 3})
		if errA != nil || errB != nil || s.AddPolygon(a, quad) != nil || s.Connect(a, b, door) != nil {
			t.Fatal("the scene cannot be built")
		}
	}
	build()
	require.Zero(t, testing.AllocsPerRun(20, build), "rebuilding a scene")
}

// TestBallIsRound compares a ball with the closed form: its outline is a
// circle when it is straight ahead, and its nearest point is at the distance
// less the radius.
func TestBallIsRound(t *testing.T) {
	m, err := raster.NewMesh(nil, []raster.Ball{{Center: [3]float64{0, 0, 0}, Radius: 0.5, Color: raster.White}})
	require.NoError(t, err)
	r, err := raster.NewRenderer(201, 201, raster.Full)
	require.NoError(t, err)
	img := raster.NewImage(201, 201)
	v := &raster.View{Camera: raster.Camera{FovY: math.Pi / 2}, Entities: []raster.Entity{{Mesh: m, Pos: [3]float64{2, 0, 0}, ID: 5}}}
	require.NoError(t, r.Render(img, &raster.Scene{}, v))
	require.InDelta(t, 1.5, img.Depth[100*201+100], 1e-5)
	slope := 0.5 / math.Sqrt(2*2-0.5*0.5)
	for y := range 201 {
		for x := range 201 {
			d := math.Hypot(float64(x-100), float64(y-100)) / 100.5
			if math.Abs(d-slope) > 1e-4 {
				require.Equal(t, d < slope, img.ID[y*201+x] == 5, "pixel %d, %d", x, y)
			}
		}
	}
}

// TestAnySize draws odd sizes down to one pixel, and the mean colour of a
// picture hardly depends on its size.
func TestAnySize(t *testing.T) {
	scene, view := room(t), crowd(t)
	view.Camera = raster.Camera{Pos: [3]float64{-3.5, 1.5, -2.5}, Yaw: -0.6, Aspect: 4.0 / 3}
	average := func(w, h int, q raster.Quality) float64 {
		r, err := raster.NewRenderer(w, h, q)
		require.NoError(t, err)
		img := raster.NewImage(w, h)
		require.NoError(t, r.Render(img, scene, view))
		s := 0.0
		for _, c := range img.RGB {
			s += float64(c)
		}
		return s / float64(len(img.RGB))
	}
	want := average(640, 480, raster.Full)
	for _, size := range [][2]int{{320, 240}, {160, 120}, {80, 60}, {97, 41}, {33, 64}} {
		require.InDelta(t, want, average(size[0], size[1], raster.Full), 1.5, "%v", size)
		require.InDelta(t, want, average(size[0], size[1], raster.Fast), 4, "%v", size)
	}
	for _, size := range [][2]int{{1, 1}, {1, 9}, {17, 1}} {
		average(size[0], size[1], raster.Full)
		average(size[0], size[1], raster.Fast)
	}
}
