package raster_test

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/internal/golden"
	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// TestGoldenLibrary compares our textures and meshes with the measures of
// the originals: names, shape, mean colour and bounds.
func TestGoldenLibrary(t *testing.T) {
	var facts struct {
		Textures map[string]struct {
			World [2]float64 `json:"world_m"`
			Mean  [3]float64 `json:"mean_rgb"`
		} `json:"textures"`
		Meshes map[string]struct {
			Min, Max [3]float64
		} `json:"meshes"`
		Variants map[string]int `json:"variants"`
		Chars    struct {
			Codes    []int `json:"codes"`
			Variants int   `json:"variants_used"`
		} `json:"chars"`
	}
	n := 0
	if golden.Decode(t, "miniworld/textures.json", &facts) {
		for key, want := range facts.Textures {
			name, variant := key, 1
			if i := strings.LastIndexByte(key, '_'); i > 0 {
				if _, err := fmt.Sscanf(key[i+1:], "%d", &variant); err == nil {
					name = key[:i]
				}
			}
			tex, err := raster.LibraryTexture(name, variant)
			require.NoError(t, err)
			require.Equal(t, want.World, [2]float64{tex.Width, tex.Height}, key)
			for c, m := range tex.Mean() {
				// Rounding to bytes, and the clipping of a few bright texels.
				require.InDelta(t, want.Mean[c], m, 1.5, "%s, channel %d", key, c)
			}
			n++
		}
		for name, variants := range facts.Variants {
			require.Equal(t, variants, raster.TextureVariants(name), name)
		}
		require.Len(t, facts.Meshes, len(raster.MeshNames()))
		for name, want := range facts.Meshes {
			m, err := raster.LibraryMesh(name)
			require.NoError(t, err)
			low, high := m.Bounds()
			require.InDelta(t, want.Max[1], high[1], 0.001*want.Max[1], "the height of %s scales it", name)
			for k := range 3 {
				size := want.Max[k] - want.Min[k]
				require.InDelta(t, want.Min[k], low[k], 0.15*size, "%s, axis %d", name, k)
				require.InDelta(t, want.Max[k], high[k], 0.15*size, "%s, axis %d", name, k)
			}
			n++
		}
		for _, code := range facts.Chars.Codes {
			require.Equal(t, facts.Chars.Variants, raster.TextureVariants(raster.Glyph(rune(code))))
		}
	}
	golden.Report(os.Stdout, "miniworld library", n, "0 mismatches")
}

// TestGlyphs checks that characters are there, black on white, and differ
// between letters and variants.
func TestGlyphs(t *testing.T) {
	seen := map[string]string{}
	for _, r := range "AZaz09" {
		name := raster.Glyph(r)
		for v := 1; v <= raster.TextureVariants(name); v++ {
			tex, err := raster.LibraryTexture(name, v)
			require.NoError(t, err)
			mean := tex.Mean()[0]
			require.Greater(t, mean, 170.0, "%s %d", name, v)
			require.Less(t, mean, 252.0, "%s %d", name, v)
			pix := string(tex.Image().Pix)
			require.Empty(t, seen[pix], "%s %d", name, v)
			seen[pix] = name
		}
	}
	require.Zero(t, raster.TextureVariants(raster.Glyph('é')))
}

// TestMipLevels checks that a texture seen from far away shows its mean.
func TestMipLevels(t *testing.T) {
	tex, err := raster.LibraryTexture("floor_tiles_bw", 1)
	require.NoError(t, err)
	s := &raster.Scene{}
	require.NoError(t, s.AddPolygon(raster.Outside, &raster.Polygon{
		Verts: [][3]float64{{90, -90, -90}, {90, -90, 90}, {90, 90, 90}, {90, 90, -90}},
		UV:    [][2]float64{{0, 0}, {180, 0}, {180, 180}, {0, 180}}, Texture: tex, Color: raster.White,
	}))
	for _, q := range []raster.Quality{raster.Fast, raster.Full} {
		r, err := raster.NewRenderer(8, 8, q)
		require.NoError(t, err)
		img := raster.NewImage(8, 8)
		require.NoError(t, r.Render(img, s, &raster.View{Light: raster.Light{Ambient: raster.White}}))
		for c, m := range tex.Mean() {
			// Levels are rounded up, about 0.4 each.
			require.InDelta(t, m, img.RGB[c], 5, "%v", q)
		}
	}
}

// TestLight checks the light against the formula on a wall and on a ball.
func TestLight(t *testing.T) {
	l := raster.FixedLight([3]float64{0, 2.5, 0}, [3]float64{0.7, 0.7, 0.7}, [3]float64{0.45, 0.45, 0.45})
	n := math.Sqrt(1 + 3.5*3.5 + 1)
	for _, c := range []struct {
		toward [3]float64
		want   float64
	}{{[3]float64{-1, 0, 0}, 0.65}, {[3]float64{1, 0, 0}, 0.65 + 0.7/n}} {
		// A wall at distance 2, facing the camera which looks against its normal.
		x := -2 * c.toward[0]
		wall := [][3]float64{{x, -5, 5}, {x, -5, -5}, {x, 5, -5}, {x, 5, 5}}
		yaw := math.Pi
		if c.toward[0] < 0 {
			wall[0], wall[1], wall[2], wall[3] = wall[1], wall[0], wall[3], wall[2]
			yaw = 0
		}
		s := &raster.Scene{}
		require.NoError(t, s.AddPolygon(raster.Outside, &raster.Polygon{Verts: wall, Color: raster.White}))
		r, err := raster.NewRenderer(5, 5, raster.Fast)
		require.NoError(t, err)
		img := raster.NewImage(5, 5)
		require.NoError(t, r.Render(img, s, &raster.View{Camera: raster.Camera{Yaw: yaw}, Light: l}))
		require.InDelta(t, 255*c.want, img.RGB[3*12], 0.51, "%v", c.toward)

		ball, err := raster.NewMesh(nil, []raster.Ball{{Radius: 1, Color: raster.White}})
		require.NoError(t, err)
		v := &raster.View{Camera: raster.Camera{Pos: [3]float64{3 * c.toward[0], 0, 0}, Yaw: yaw}, Light: l, Entities: []raster.Entity{{Mesh: ball}}}
		require.NoError(t, r.Render(img, &raster.Scene{}, v))
		require.InDelta(t, 255*c.want, img.RGB[3*12], 0.51, "ball, %v", c.toward)
	}
}
