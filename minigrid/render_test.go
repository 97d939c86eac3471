package minigrid_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/internal/golden"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/stretchr/testify/require"
)

// goldenFrame is an entry of frames/index.json: a picture of an environment, or
// an atlas of tiles.
type goldenFrame struct {
	File   string `json:"file"`
	Env    string `json:"env"`
	Seed   uint64 `json:"seed"`
	View   string `json:"view"`
	Tile   int    `json:"tile"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	SHA256 string `json:"sha256"`
	Tiles  []struct {
		Object    string `json:"object"`
		Color     string `json:"color"`
		AgentDir  *int   `json:"agent_dir"`
		Highlight bool   `json:"highlight"`
		SHA256    string `json:"sha256"`
	} `json:"tiles"`
}

// TestGoldenFrames draws what the original drew. The recorded files must not be
// changed to hide a difference.
func TestGoldenFrames(t *testing.T) {
	var index []goldenFrame
	golden.Decode(t, "minigrid/frames/index.json", &index)
	ids, frames, wrong := map[string]bool{}, 0, 0
	for _, f := range index {
		if f.Env == "" {
			n, bad := compareAtlas(t, f)
			frames, wrong = frames+n, wrong+bad
			continue
		}
		if _, err := miniflow.Lookup(f.Env); err != nil {
			continue // not built yet, not counted
		}
		want := readPNG(t, "minigrid/frames/"+f.File)
		if want == nil {
			continue // the project's own copy of the data is a part of it
		}
		ids[f.Env] = true
		frames++
		got, w, h := drawFrame(t, f)
		require.Equal(t, []int{f.Width, f.Height}, []int{w, h}, f.File)
		if bad := comparePixels(t, f.File, got, want, w, h); bad > 0 || f.SHA256 != sum(got) {
			t.Errorf("%s: %d pixels differ", f.File, bad)
			wrong += max(bad, 1)
		}
	}
	golden.Report(os.Stdout, "minigrid/frames", len(ids), "%d frames, %d differing pixels", frames, wrong)
}

func drawFrame(t *testing.T, f goldenFrame) (pix []uint8, w, h int) {
	env, err := miniflow.Make(f.Env)
	require.NoError(t, err)
	require.NoError(t, env.Reset(miniflow.NewBatch(env), f.Seed))
	worlds, _ := miniflow.As[minigrid.Worlds](env)
	world := worlds.World(0)
	if f.View == "pov" {
		n := world.ViewImageSize(f.Tile)
		pix = make([]uint8, 3*n*n)
		world.RenderView(pix, f.Tile)
		return pix, n, n
	}
	w, h = world.MapSize(f.Tile)
	pix = make([]uint8, 3*w*h)
	world.RenderMap(pix, f.Tile, f.View == "full")
	return pix, w, h
}

// compareAtlas checks every tile of an atlas by its hash and returns how many
// tiles there are and how many pixels, counted whole tiles, differ.
func compareAtlas(t *testing.T, f goldenFrame) (tiles, wrong int) {
	for _, g := range f.Tiles {
		tiles++
		pix := minigrid.TileForTest(tileCell(t, g.Object, g.Color), g.AgentDir, g.Highlight, f.Tile)
		if sum(pix) != g.SHA256 {
			t.Errorf("%s: tile %s %s agent %v highlight %v differs", f.File, g.Color, g.Object, g.AgentDir, g.Highlight)
			wrong += f.Tile * f.Tile
		}
	}
	return tiles, wrong
}

func tileCell(t *testing.T, object, colour string) minigrid.Cell {
	name, state, _ := strings.Cut(object, "_")
	for typ := minigrid.TypeEmpty; typ < minigrid.TypeAgent; typ++ {
		for c := minigrid.Red; c <= minigrid.Grey; c++ {
			for s := minigrid.Open; s <= minigrid.Locked; s++ {
				if typ.String() != name || c.String() != colour && colour != "" || s.String() != state && state != "" {
					continue
				}
				cell, err := minigrid.MakeCell(typ, c, s)
				require.NoError(t, err)
				return cell
			}
		}
	}
	t.Fatalf("tile of %q, %q is unknown", object, colour)
	return 0
}

func sum(pix []uint8) string {
	s := sha256.Sum256(pix)
	return hex.EncodeToString(s[:])
}

// readPNG returns the RGB bytes of a recorded picture, nil if there is none.
func readPNG(t *testing.T, name string) []uint8 {
	r := golden.Open(t, name)
	if r == nil {
		return nil
	}
	img, err := png.Decode(r)
	require.NoError(t, err, name)
	var pix []uint8
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			pix = append(pix, c.R, c.G, c.B)
		}
	}
	return pix
}

// comparePixels counts differing pixels; if there are any it writes both
// pictures and their difference into the artifact folder.
func comparePixels(t *testing.T, name string, got, want []uint8, w, h int) int {
	require.Len(t, got, len(want), name)
	n, diff := 0, make([]uint8, len(got))
	for p := 0; p < len(got); p += 3 {
		if [3]uint8(got[p:]) == [3]uint8(want[p:]) {
			continue
		}
		n++
		for c := range 3 {
			diff[p+c] = uint8(max(int(got[p+c])-int(want[p+c]), int(want[p+c])-int(got[p+c])))
		}
	}
	if n > 0 {
		for kind, pix := range map[string][]uint8{"got": got, "want": want, "diff": diff} {
			writePNG(t, filepath.Join(t.ArtifactDir(), strings.TrimSuffix(name, ".png")+"-"+kind+".png"), pix, w, h)
		}
	}
	return n
}

func writePNG(t *testing.T, path string, pix []uint8, w, h int) {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for p := range w * h {
		copy(img.Pix[4*p:], pix[3*p:3*p+3])
		img.Pix[4*p+3] = 255
	}
	f, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, png.Encode(f, img))
	require.NoError(t, f.Close())
}

// TestRenderAllocates checks that pictures cost no memory once the tiles exist.
func TestRenderAllocates(t *testing.T) {
	world := resetWorld(t, "MiniGrid-DoorKey-8x8-v0", 1)
	for _, tile := range []int{5, 8, 32} {
		w, h := world.MapSize(tile)
		full := make([]uint8, 3*w*h)
		n := world.ViewImageSize(tile)
		pov := make([]uint8, 3*n*n)
		draw := func() {
			world.RenderMap(full, tile, true)
			world.RenderView(pov, tile)
		}
		draw()
		require.Zero(t, testing.AllocsPerRun(10, draw), "tile size %d", tile)
	}
}

func resetWorld(t testing.TB, id string, seed uint64) *minigrid.World {
	env, err := miniflow.Make(id)
	require.NoError(t, err)
	require.NoError(t, env.Reset(miniflow.NewBatch(env), seed))
	worlds, _ := miniflow.As[minigrid.Worlds](env)
	return worlds.World(0)
}

// BenchmarkRender draws the agent's view and the whole map.
func BenchmarkRender(b *testing.B) {
	for _, tile := range []int{8, 32} {
		world := resetWorld(b, "MiniGrid-DoorKey-8x8-v0", 1)
		n := world.ViewImageSize(tile)
		pov := make([]uint8, 3*n*n)
		b.Run(fmt.Sprintf("view/%d", tile), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				world.RenderView(pov, tile)
			}
		})
		w, h := world.MapSize(tile)
		full := make([]uint8, 3*w*h)
		b.Run(fmt.Sprintf("map/%d", tile), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				world.RenderMap(full, tile, true)
			}
		})
	}
}
