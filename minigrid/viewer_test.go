package minigrid_test

import (
	"image"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/stretchr/testify/require"
)

// TestViewer checks sizes, defaults and errors; what is in the pictures is
// checked by TestGoldenFrames.
func TestViewer(t *testing.T) {
	env, err := miniflow.Make("MiniGrid-DoorKey-6x6-v0", miniflow.WithLanes(2), miniflow.WithParam("tile_size", 4))
	require.NoError(t, err)
	viewer, ok := miniflow.As[miniflow.Viewer](env)
	require.True(t, ok)
	require.Equal(t, []string{"map", "agent", "map_plain"}, viewer.Views())
	_, err = viewer.Frame(nil, 0, miniflow.View{})
	require.ErrorIs(t, err, miniflow.ErrNeedsReset)
	require.NoError(t, env.Reset(miniflow.NewBatch(env), 5))

	frame := func(v miniflow.View) *image.RGBA {
		img, err := viewer.Frame(nil, 1, v)
		require.NoError(t, err)
		return img
	}
	require.Equal(t, image.Rect(0, 0, 24, 24), frame(miniflow.View{}).Rect)
	require.Equal(t, image.Rect(0, 0, 28, 28), frame(miniflow.View{Name: "agent"}).Rect)
	require.Equal(t, image.Rect(0, 0, 60, 60), frame(miniflow.View{Name: "map_plain", Tile: 10}).Rect)
	require.Equal(t, frame(miniflow.View{Name: "map"}), frame(miniflow.View{}))
	require.NotEqual(t, frame(miniflow.View{Name: "map"}), frame(miniflow.View{Name: "map_plain"}))

	dst := image.NewRGBA(image.Rect(0, 0, 24, 24))
	got, err := viewer.Frame(dst, 0, miniflow.View{})
	require.NoError(t, err)
	require.Same(t, dst, got)
	require.Zero(t, testing.AllocsPerRun(5, func() { _, _ = viewer.Frame(dst, 0, miniflow.View{Name: "map"}) }))

	for _, bad := range []miniflow.View{{Name: "side"}, {Tile: -1}, {Tile: 257}} {
		_, err = viewer.Frame(nil, 0, bad)
		require.Error(t, err, "%+v", bad)
	}
	_, err = viewer.Frame(nil, 2, miniflow.View{})
	require.Error(t, err, "lane out of range")
}

// TestViewerParams checks that the environment's parameters choose the defaults.
func TestViewerParams(t *testing.T) {
	env, err := miniflow.Make("MiniGrid-Empty-5x5-v0", miniflow.WithParam("agent_pov", true), miniflow.WithParam("highlight", false))
	require.NoError(t, err)
	require.NoError(t, env.Reset(miniflow.NewBatch(env), 1))
	viewer, _ := miniflow.As[miniflow.Viewer](env)
	require.Equal(t, "agent", viewer.Views()[0])
	img, err := viewer.Frame(nil, 0, miniflow.View{})
	require.NoError(t, err)
	require.Equal(t, 7*32, img.Rect.Dx())
	light, err := viewer.Frame(nil, 0, miniflow.View{Name: "map"})
	require.NoError(t, err)
	plain, err := viewer.Frame(nil, 0, miniflow.View{Name: "map_plain"})
	require.NoError(t, err)
	require.Equal(t, plain, light)
}

// TestText compares with what pprint_grid of Minigrid 3.2.0 prints for
// MiniGrid-DoorKey-6x6-v0 after reset(seed=5).
func TestText(t *testing.T) {
	w := resetWorld(t, "MiniGrid-DoorKey-6x6-v0", 5)
	require.Equal(t, wantMap, w.String())
	require.Equal(t, wantView, w.ViewString())
	require.Contains(t, w.ANSI(), "\x1b[48;2;100;100;100m  \x1b[0m", "a wall")
	w.Set(minigrid.Point{X: 1, Y: 1}, minigrid.Floor(minigrid.Purple))
	require.Contains(t, w.ANSI(), "\x1b[48;2;56;19;97m  \x1b[0m", "purple floor at half its brightness")
}

const wantMap = `WGWGWGWGWGWG
WG    WG  WG
WG  <<LY  WG
WGKY  WG  WG
WG    WGGGWG
WGWGWGWGWGWG`

const wantView = `..............
..............
..............
..............
WGWGWGWGWGWG..
WG  KY    WG..
WG    ^^  WG..`
