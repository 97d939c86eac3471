package raster_test

import (
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"image"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

var sheetFlag = flag.Bool("sheet", false, "write PNG sheets of their frames, ours and the difference into the artifact directory")

// goldenDir is where the recorded frames are, see FORMAT-miniworld.md.
func goldenDir() string {
	dir := os.Getenv("MINIFLOW_GOLDEN")
	if dir == "" {
		dir = "../../../shared/golden"
	}
	return filepath.Join(dir, "miniworld", "frames")
}

type variant struct {
	Name  string
	Index int
}

func (v *variant) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&v.Name, &v.Index})
}

type goldenRoom struct {
	Outline    [][2]float64   `json:"outline"`
	WallHeight float64        `json:"wall_height"`
	NoCeiling  bool           `json:"no_ceiling"`
	WallTex    variant        `json:"wall_tex"`
	FloorTex   variant        `json:"floor_tex"`
	CeilTex    variant        `json:"ceil_tex"`
	Portals    [][][4]float64 `json:"portals"`
}

type goldenEntity struct {
	Type     string     `json:"type"`
	Pos      [3]float64 `json:"pos"`
	Dir      float64    `json:"dir"`
	Height   float64    `json:"height"`
	Width    float64    `json:"width"`
	Depth    float64    `json:"depth"`
	ColorVec [3]float64 `json:"color_vec"`
	Size     [3]float64 `json:"size"`
	Mesh     string     `json:"mesh"`
	Scale    float64    `json:"scale"`
	Tex      variant    `json:"tex"`
	Chars    []*variant `json:"chars"`
}

type goldenWorld struct {
	Rooms        []goldenRoom   `json:"rooms"`
	Entities     []goldenEntity `json:"entities"`
	SkyColor     [3]float64     `json:"sky_color"`
	LightPos     [3]float64     `json:"light_pos"`
	LightColor   [3]float64     `json:"light_color"`
	LightAmbient [3]float64     `json:"light_ambient"`
	Extents      [4]float64     `json:"extents"`
}

type goldenFrame struct {
	Tag    string `json:"tag"`
	World  string `json:"world"`
	Camera struct {
		Pos   [3]float64 `json:"pos"`
		FovY  float64    `json:"fov_y"`
		Pitch float64    `json:"pitch"`
	} `json:"camera"`
	Agent struct {
		Dir float64 `json:"dir"`
	} `json:"agent"`
}

type goldenMeta struct {
	Worlds map[string]*goldenWorld `json:"worlds"`
	Frames []goldenFrame           `json:"frames"`
}

type goldenGeometry []struct {
	FloorVerts [][3]float64 `json:"floor_verts"`
	FloorUV    [][2]float64 `json:"floor_texcs"`
	CeilVerts  [][3]float64 `json:"ceil_verts"`
	CeilUV     [][2]float64 `json:"ceil_texcs"`
	WallVerts  [][3]float64 `json:"wall_verts"`
	WallNorms  [][3]float64 `json:"wall_norms"`
	WallUV     [][2]float64 `json:"wall_texcs"`
}

// Classes of pixels, the red channel of the recorded segmentation.
const (
	classFloor = iota + 1
	classCeiling
	classWall
	classEntity
)

func id(class, index, quad int) uint32 {
	return uint32(class)<<24 | uint32(index)<<8 | uint32(quad&255)
}

func readJSON(t testing.TB, path string, into any) {
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	var r io.Reader = f
	if filepath.Ext(path) == ".gz" {
		r, err = gzip.NewReader(f)
		require.NoError(t, err)
	}
	require.NoError(t, json.NewDecoder(r).Decode(into), path)
}

func readFloats(t testing.TB, path string) []float32 {
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	r, err := gzip.NewReader(f)
	require.NoError(t, err)
	b, err := io.ReadAll(r)
	require.NoError(t, err)
	v := make([]float32, len(b)/4)
	for i := range v {
		v[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return v
}

// readRGB returns the pixels of a PNG, three bytes each.
func readRGB(t testing.TB, path string) []uint8 {
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	img, err := png.Decode(f)
	require.NoError(t, err)
	b := img.Bounds()
	var out []uint8
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, bl, _ := img.At(x, y).RGBA()
			out = append(out, uint8(r>>8), uint8(g>>8), uint8(bl>>8))
		}
	}
	return out
}

func texture(t testing.TB, v variant) *raster.Texture {
	tex, err := raster.LibraryTexture(v.Name, v.Index)
	require.NoError(t, err)
	return tex
}

// quads returns the wall quads of a room by the rules of facts/miniworld.md,
// and its portals as quads.
func quads(r *goldenRoom) (walls, openings [][4][3]float64) {
	for i, a := range r.Outline {
		b := r.Outline[(i+1)%len(r.Outline)]
		l := math.Hypot(b[0]-a[0], b[1]-a[1])
		at := func(d, y float64) [3]float64 {
			return [3]float64{a[0] + (b[0]-a[0])/l*d, y, a[1] + (b[1]-a[1])/l*d}
		}
		quad := func(from, to, low, high float64) [4][3]float64 {
			return [4][3]float64{at(from, low), at(from, high), at(to, high), at(to, low)}
		}
		wall := func(from, to, low, high float64) {
			if to-from > 1e-9 && high-low > 1e-9 {
				walls = append(walls, quad(from, to, low, high))
			}
		}
		start := 0.0
		for _, p := range r.Portals[i] {
			wall(start, p[0], 0, r.WallHeight)
			wall(p[0], p[1], 0, p[2])
			wall(p[0], p[1], p[3], r.WallHeight)
			openings = append(openings, quad(p[0], p[1], p[2], p[3]))
			start = p[1]
		}
		wall(start, l, 0, r.WallHeight)
	}
	return walls, openings
}

// buildScene makes the scene of a recorded world.
func buildScene(t testing.TB, w *goldenWorld) *raster.Scene {
	s := &raster.Scene{}
	addScene(t, s, w)
	return s
}

func addScene(t testing.TB, s *raster.Scene, w *goldenWorld) {
	type opening struct {
		room  int
		verts [4][3]float64
	}
	var openings []opening
	for i := range w.Rooms {
		r := &w.Rooms[i]
		n, err := s.AddCell(raster.Cell{Outline: r.Outline, Top: r.WallHeight, Open: r.NoCeiling})
		require.NoError(t, err)
		require.Equal(t, i, n)
		flat := func(y float64, down bool, v variant, class int) {
			tex := texture(t, v)
			p := raster.Polygon{Texture: tex, Color: raster.White, ID: id(class, i, 0)}
			for k := range r.Outline {
				c := r.Outline[k]
				if down {
					c = r.Outline[len(r.Outline)-1-k]
				}
				p.Verts = append(p.Verts, [3]float64{c[0], y, c[1]})
				p.UV = append(p.UV, [2]float64{c[0] / tex.Width, c[1] / tex.Height})
			}
			require.NoError(t, s.AddPolygon(n, &p))
		}
		flat(0, false, r.FloorTex, classFloor)
		if !r.NoCeiling {
			flat(r.WallHeight, true, r.CeilTex, classCeiling)
		}
		walls, holes := quads(r)
		tex := texture(t, r.WallTex)
		for k, q := range walls {
			// u runs from the start of the edge the quad is on.
			var from [2]float64
			for e, a := range r.Outline {
				b := r.Outline[(e+1)%len(r.Outline)]
				cross := (b[0]-a[0])*(q[0][2]-a[1]) - (b[1]-a[1])*(q[0][0]-a[0])
				along := (b[0]-a[0])*(q[2][0]-q[0][0]) + (b[1]-a[1])*(q[2][2]-q[0][2])
				if math.Abs(cross) < 1e-6 && along > 0.999*math.Hypot(b[0]-a[0], b[1]-a[1])*math.Hypot(q[2][0]-q[0][0], q[2][2]-q[0][2]) {
					from = a
				}
			}
			p := raster.Polygon{Verts: q[:], Texture: tex, Color: raster.White, ID: id(classWall, i, k)}
			for _, v := range q {
				p.UV = append(p.UV, [2]float64{math.Hypot(v[0]-from[0], v[2]-from[1]) / tex.Width, v[1] / tex.Height})
			}
			require.NoError(t, s.AddPolygon(n, &p))
		}
		for _, h := range holes {
			openings = append(openings, opening{i, h})
		}
	}
	near := func(a, b [3]float64) bool { return math.Hypot(a[0]-b[0], a[2]-b[2]) < 1e-6 }
	for i, a := range openings {
		matched := false
		for k, b := range openings {
			if i != k && near(a.verts[0], b.verts[3]) && near(a.verts[3], b.verts[0]) {
				matched = true
				if i < k {
					require.NoError(t, s.Connect(a.room, b.room, a.verts[:]))
				}
			}
		}
		if !matched {
			require.NoError(t, s.Connect(a.room, raster.Outside, a.verts[:]))
		}
	}
}

// buildView makes the entities, light and sky of a recorded world.
func buildView(t testing.TB, w *goldenWorld) *raster.View {
	unit, err := raster.NewBox(1, 1, 1)
	require.NoError(t, err)
	v := &raster.View{Light: raster.FixedLight(w.LightPos, w.LightColor, w.LightAmbient), Sky: w.SkyColor}
	for i, e := range w.Entities {
		ent := raster.Entity{Pos: e.Pos, Yaw: e.Dir, ID: id(classEntity, i, 0)}
		switch {
		case e.Type == "Agent":
			continue
		case e.Type == "Box":
			ent.Mesh, ent.Scale, ent.Color = unit, e.Size, e.ColorVec
		case e.Type == "ImageFrame":
			ent.Mesh, err = raster.NewFrame(e.Width, e.Height, e.Depth, texture(t, e.Tex))
		case e.Type == "TextFrame":
			var panels []*raster.Texture
			for _, c := range e.Chars {
				if c == nil {
					panels = append(panels, nil)
				} else {
					panels = append(panels, texture(t, *c))
				}
			}
			ent.Mesh, err = raster.NewFrame(e.Width, e.Height, e.Depth, panels...)
		default:
			ent.Mesh, err = raster.LibraryMesh(e.Mesh)
			ent.Scale, ent.Gain = [3]float64{e.Scale, e.Scale, e.Scale}, 1/e.Scale
		}
		require.NoError(t, err)
		v.Entities = append(v.Entities, ent)
	}
	return v
}

func camera(f *goldenFrame) raster.Camera {
	const degree = math.Pi / 180
	return raster.Camera{Pos: f.Camera.Pos, Yaw: f.Agent.Dir, Pitch: f.Camera.Pitch * degree, FovY: f.Camera.FovY * degree}
}

func worlds(t testing.TB) []string {
	entries, err := os.ReadDir(goldenDir())
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestGoldenGeometry checks that the scenes the frames are drawn from are
// the recorded ones, corner for corner.
func TestGoldenGeometry(t *testing.T) {
	n := 0
	for _, name := range worlds(t) {
		var meta goldenMeta
		var geometry goldenGeometry
		readJSON(t, filepath.Join(goldenDir(), name, "meta.json"), &meta)
		readJSON(t, filepath.Join(goldenDir(), name, "geometry.json.gz"), &geometry)
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

// score is how near one frame is to the recorded one.
type score struct {
	world, tag                 string
	depth, depthAll, class     float64
	mean, segment, block, ssim float64
	meshes                     bool
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
		dir := filepath.Join(goldenDir(), name)
		var meta goldenMeta
		readJSON(t, filepath.Join(dir, "meta.json"), &meta)
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
			theirs := readRGB(t, filepath.Join(dir, f.Tag+".rgb80.png"))
			s := compare(img, theirs,
				readFloats(t, filepath.Join(dir, f.Tag+".depthc.f32.gz")),
				readRGB(t, filepath.Join(dir, f.Tag+".seg.png")), meta.Worlds[f.World].Entities)
			s.world, s.tag = name, f.Tag
			all = append(all, s)
			if s.depth < 0.995 || s.depthAll < 0.97 || s.class < 0.985 || s.mean > 5 || s.segment > 12 || s.block > 6 || s.ssim < 0.90 {
				bad++
				t.Errorf("%s %s: depth %.4f, with meshes %.4f, class %.4f, mean %.1f, segment %.1f, block %.1f, SSIM %.3f",
					name, f.Tag, s.depth, s.depthAll, s.class, s.mean, s.segment, s.block, s.ssim)
			}
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
	fmt.Printf("golden miniworld frames: %d ids, %d frames, %d mismatches\n", len(names), len(all), bad)
}

func mean(v []float64) (m float64) {
	for _, x := range v {
		m += x / float64(len(v))
	}
	return m
}

// report logs the worst of each measure for every world.
func report(t *testing.T, all []score) {
	t.Logf("%-14s %7s %7s %7s %5s %5s %5s %5s", "worst of", "depth", "+meshes", "class", "mean", "seg", "block", "SSIM")
	for i := 0; i < len(all); {
		w := all[i]
		for ; i < len(all) && all[i].world == w.world; i++ {
			s := all[i]
			w.depth, w.depthAll, w.class = min(w.depth, s.depth), min(w.depthAll, s.depthAll), min(w.class, s.class)
			w.mean, w.segment, w.block = max(w.mean, s.mean), max(w.segment, s.segment), max(w.block, s.block)
			w.ssim = min(w.ssim, s.ssim)
		}
		t.Logf("%-14s %7.4f %7.4f %7.4f %5.1f %5.1f %5.1f %5.3f", w.world, w.depth, w.depthAll, w.class, w.mean, w.segment, w.block, w.ssim)
	}
}

// compare measures a picture against recorded colours, depth and
// segmentation, as bench/image_metrics.py does.
func compare(img *raster.Image, rgb []uint8, depth []float32, seg []uint8, entities []goldenEntity) (s score) {
	n := len(depth)
	var close, closeAll, plain, same int
	type sum struct {
		n    int
		diff [3]float64
	}
	var whole sum
	segments := map[int]*sum{}
	for i := range n {
		ok := math.Abs(float64(img.Depth[i]-depth[i])) < 0.02*float64(depth[i])
		mesh := seg[3*i] == classEntity && entities[seg[3*i+1]].Mesh != ""
		if ok {
			closeAll++
		}
		if !mesh {
			plain++
			if ok {
				close++
			}
		}
		if uint8(img.ID[i]>>24) == seg[3*i] {
			same++
		}
		key := int(seg[3*i])
		if key == classEntity {
			key = 16 + int(seg[3*i+1])
		}
		if segments[key] == nil {
			segments[key] = &sum{}
		}
		for _, m := range []*sum{&whole, segments[key]} {
			m.n++
			for c := range 3 {
				m.diff[c] += float64(img.RGB[3*i+c]) - float64(rgb[3*i+c])
			}
		}
	}
	worst := func(m *sum) (w float64) {
		for _, d := range m.diff {
			w = max(w, math.Abs(d)/float64(m.n))
		}
		return w
	}
	s.depthAll, s.class, s.mean = float64(closeAll)/float64(n), float64(same)/float64(n), worst(&whole)
	s.depth = 1
	if plain > 0 {
		s.depth = float64(close) / float64(plain)
	}
	for _, m := range segments {
		if m.n >= 50 {
			s.segment = max(s.segment, worst(m))
		}
	}
	s.block, s.ssim = blockRMSE(img.RGB, rgb), ssim(img.RGB, rgb)
	return s
}

// blockRMSE is the root mean square difference of the means of 10x10 blocks of 80x60 pictures.
func blockRMSE(a, b []uint8) float64 {
	var total float64
	for by := range 6 {
		for bx := range 8 {
			for c := range 3 {
				var d float64
				for y := range 10 {
					for x := range 10 {
						i := 3*((by*10+y)*80+bx*10+x) + c
						d += float64(a[i]) - float64(b[i])
					}
				}
				total += d / 100 * d / 100
			}
		}
	}
	return math.Sqrt(total / (6 * 8 * 3))
}

// ssim is the mean structural similarity of luminances blurred 8x8, windows of 8x8.
func ssim(a, b []uint8) float64 {
	const w, h = 80, 60
	luminance := func(p []uint8) []float64 {
		v := make([]float64, w*h)
		for i := range v {
			v[i] = 0.299*float64(p[3*i]) + 0.587*float64(p[3*i+1]) + 0.114*float64(p[3*i+2])
		}
		return v
	}
	box := func(v []float64) []float64 {
		out := make([]float64, w*h)
		for y := range h {
			for x := range w {
				var s float64
				for dy := -4; dy < 4; dy++ {
					for dx := -4; dx < 4; dx++ {
						s += v[min(max(y+dy, 0), h-1)*w+min(max(x+dx, 0), w-1)]
					}
				}
				out[y*w+x] = s / 64
			}
		}
		return out
	}
	product := func(a, b []float64) []float64 {
		out := make([]float64, len(a))
		for i := range a {
			out[i] = a[i] * b[i]
		}
		return out
	}
	x, y := box(luminance(a)), box(luminance(b))
	mx, my, xx, yy, xy := box(x), box(y), box(product(x, x)), box(product(y, y)), box(product(x, y))
	const c1, c2 = 0.01 * 255 * 0.01 * 255, 0.03 * 255 * 0.03 * 255
	var total float64
	for i := range mx {
		m := mx[i] * my[i]
		s := mx[i]*mx[i] + my[i]*my[i]
		total += (2*m + c1) * (2*(xy[i]-m) + c2) / ((s + c1) * (xx[i] + yy[i] - s + c2))
	}
	return total / float64(len(mx))
}

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
