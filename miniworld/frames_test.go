package miniworld_test

import (
	"encoding/binary"
	"image/png"
	"io"
	"math"
	"os"
	"path"
	"slices"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/internal/golden"
	"github.com/miniflow-rl/miniflow/miniworld"
)

const frames = "miniworld/frames/"

// TestGoldenFrames resets each world to the seed of the recorded pictures, puts
// the agent where they were taken, and compares what it sees: the geometry by
// depth and class of every pixel, textures and light by the mean colour. The
// thresholds are those of FORMAT-miniworld.md; package raster has the other
// measures.
func TestGoldenFrames(t *testing.T) {
	worlds, pictures, visible, visibleWrong := 0, 0, 0, 0
	worst := struct{ depth, class, color float64 }{1, 1, 0}
	for _, name := range golden.Glob(t, frames+"*/meta.json") {
		var meta struct {
			ID     string `json:"id"`
			Frames []struct {
				Tag     string `json:"tag"`
				World   string `json:"world"`
				Visible []int  `json:"visible_entities"`
				Agent   struct {
					Pos mgl64.Vec3 `json:"pos"`
					Dir float64    `json:"dir"`
				} `json:"agent"`
			} `json:"frames"`
		}
		require.True(t, golden.Decode(t, name, &meta))
		worlds++
		dir := path.Dir(name) + "/"
		envs := map[string]*miniworld.Env{}
		for world, seed := range map[string]uint64{"s0": 0, "s1dr": 1} {
			env := makeGolden(t, meta.ID, nil, world == "s1dr")
			require.NoError(t, env.Reset(miniflow.NewBatch(env), seed))
			envs[world] = env
		}
		for _, f := range meta.Frames {
			env := envs[f.World]
			require.NotNil(t, env, "%s: world %s", name, f.World)
			a := env.World(0).Agent
			a.Pos, a.Dir = f.Agent.Pos, f.Agent.Dir
			img := &miniworld.Picture{RGB: make([]uint8, 3*4800), Depth: make([]float32, 4800), Segmentation: make([]uint8, 3*4800)}
			require.NoError(t, miniworld.Draw(env, 0, *img))
			depth, class := geometryAgrees(t, dir+f.Tag, img)
			color := colorDiffers(t, dir+f.Tag, img)
			pictures++
			ents, err := env.Visible(0)
			require.NoError(t, err)
			for _, x := range ents {
				if !slices.Contains(f.Visible, x.Base().Index()) {
					visibleWrong++
				}
			}
			for _, i := range f.Visible {
				if !slices.ContainsFunc(ents, func(x miniworld.Entity) bool { return x.Base().Index() == i }) {
					visibleWrong++
				}
				visible++
			}
			worst.depth, worst.class, worst.color = min(worst.depth, depth), min(worst.class, class), max(worst.color, color)
			require.GreaterOrEqual(t, depth, 0.97, "%s%s: depth", dir, f.Tag)
			require.GreaterOrEqual(t, class, 0.985, "%s%s: class", dir, f.Tag)
			require.LessOrEqual(t, color, 5.0, "%s%s: mean colour", dir, f.Tag)
		}
	}
	require.Zero(t, visibleWrong, "visible entities")
	golden.Report(os.Stdout, "miniworld frames", worlds, "%d pictures, at worst %.1f%% of depths and %.1f%% of classes agree, mean colour off by %.1f of 255; of %d visible entities %d differ",
		pictures, 100*worst.depth, 100*worst.class, worst.color, visible, visibleWrong)
}

// TestGoldenMaps compares top-down observations with the recorded pictures, agent
// included.
func TestGoldenMaps(t *testing.T) {
	maps := 0
	for _, name := range golden.Glob(t, frames+"*/meta.json") {
		var meta struct {
			ID  string `json:"id"`
			Top *struct {
				World string `json:"world"`
			} `json:"top"`
		}
		require.True(t, golden.Decode(t, name, &meta))
		if meta.Top == nil || meta.Top.World != "s0" {
			continue
		}
		env, err := miniflow.Make(meta.ID, miniflow.WithParam("obs", "topdown"))
		require.NoError(t, err)
		b := miniflow.NewBatch(env)
		require.NoError(t, env.Reset(b, 0))
		want := readRGB(t, path.Dir(name)+"/s0.top80.png")
		far := 0
		for i := range want {
			if math.Abs(float64(want[i])-float64(b.Obs[0].U8[i])) > 60 {
				far++
			}
		}
		require.LessOrEqual(t, float64(far)/float64(len(want)), 0.02, name)
		maps++
	}
	golden.Report(os.Stdout, "miniworld top-down maps", maps, "0 mismatches")
}

// geometryAgrees returns the shares of pixels whose depth is within 2 % and
// whose class is the same.
func geometryAgrees(t *testing.T, name string, img *miniworld.Picture) (depth, class float64) {
	raw, err := io.ReadAll(golden.Open(t, name+".depthc.f32"))
	require.NoError(t, err)
	seg := readRGB(t, name+".seg.png")
	for i, d := range img.Depth {
		want := math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		if math.Abs(float64(d-want)) < 0.02*float64(want) {
			depth++
		}
		if img.Segmentation[3*i] == seg[3*i] {
			class++
		}
	}
	n := float64(len(img.Depth))
	return depth / n, class / n
}

// colorDiffers returns the difference of the mean colours in the worst channel.
func colorDiffers(t *testing.T, name string, img *miniworld.Picture) float64 {
	want := readRGB(t, name+".rgb80.png")
	var sum [3]float64
	for i, v := range img.RGB {
		sum[i%3] += float64(v) - float64(want[i])
	}
	n := float64(len(want)) / 3
	return max(math.Abs(sum[0]), math.Abs(sum[1]), math.Abs(sum[2])) / n
}

// readRGB returns the pixels of a PNG, three bytes each.
func readRGB(t *testing.T, name string) []uint8 {
	img, err := png.Decode(golden.Open(t, name))
	require.NoError(t, err, name)
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
