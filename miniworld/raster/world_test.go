package raster_test

import (
	"encoding/json"
	"math"
	"path"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/internal/golden"
	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// frames is where the recorded frames are, see FORMAT-miniworld.md.
const frames = "miniworld/frames/"

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

// load decodes a recorded JSON file that has to be there.
func load(t testing.TB, name string, into any) {
	require.True(t, golden.Decode(t, name, into), name)
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

// addScene adds the rooms of a world, and the portals between them.
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
		_, holes := quads(r)
		for _, h := range holes {
			openings = append(openings, opening{i, h})
		}
	}
	addPolygons(t, s, w, func(room int) int { return room })
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

// addPolygons adds the polygons of each room to a cell.
func addPolygons(t testing.TB, s *raster.Scene, w *goldenWorld, cell func(room int) int) {
	for i := range w.Rooms {
		r := &w.Rooms[i]
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
			require.NoError(t, s.AddPolygon(cell(i), &p))
		}
		flat(0, false, r.FloorTex, classFloor)
		if !r.NoCeiling {
			flat(r.WallHeight, true, r.CeilTex, classCeiling)
		}
		walls, _ := quads(r)
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
			require.NoError(t, s.AddPolygon(cell(i), &p))
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

// worlds returns the names of the recorded worlds.
func worlds(t testing.TB) []string {
	var names []string
	for _, n := range golden.Glob(t, frames+"*/meta.json") {
		names = append(names, path.Base(path.Dir(n)))
	}
	return names
}
