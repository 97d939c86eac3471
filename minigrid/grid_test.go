package minigrid_test

import (
	"strings"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/stretchr/testify/require"
)

func newGrid(t testing.TB, width, height int) *minigrid.Grid {
	t.Helper()
	g, err := minigrid.NewGrid(width, height)
	require.NoError(t, err)
	return g
}

// scatter fills about half of a grid with random things, some of them boxes with
// something inside.
func scatter(g *minigrid.Grid, rng *miniflow.Rand) {
	for x := range g.Width() {
		for y := range g.Height() {
			c, err := minigrid.MakeCell(minigrid.Type(2+rng.Intn(8)), minigrid.Color(rng.Intn(6)), 0)
			if err != nil || rng.Intn(2) == 0 {
				continue
			}
			thing := minigrid.Thing{Cell: c}
			switch c.Type() {
			case minigrid.TypeDoor:
				thing.Cell = minigrid.Door(c.Color(), minigrid.State(rng.Intn(3)))
			case minigrid.TypeBox:
				thing.Inside, thing.ID = minigrid.Key(minigrid.Red), uint8(rng.Intn(4))
			}
			g.Set(minigrid.Point{X: x, Y: y}, thing)
		}
	}
}

// TestGridView rebuilds the agent's view step by step as Minigrid does, by
// slicing, turning and hiding, and compares it with what the world observes.
func TestGridView(t *testing.T) {
	rng := miniflow.NewRand(3)
	for range 500 {
		size := 3 + 2*rng.Intn(4)
		width, height := 3+rng.Intn(12), 3+rng.Intn(12)
		w, err := minigrid.NewWorld(width, height, size)
		require.NoError(t, err)
		g := newGrid(t, width, height)
		scatter(g, rng)
		require.NoError(t, w.SetGrid(g))
		at, d := minigrid.Point{X: rng.Intn(width), Y: rng.Intn(height)}, minigrid.Direction(rng.Intn(4))
		w.SetAgent(at, d)

		ahead, half := size-1, size/2
		corner := [4]minigrid.Point{
			minigrid.Right: {X: at.X, Y: at.Y - half},
			minigrid.Down:  {X: at.X - half, Y: at.Y},
			minigrid.Left:  {X: at.X - ahead, Y: at.Y - half},
			minigrid.Up:    {X: at.X - half, Y: at.Y - ahead},
		}[d]
		view, err := g.Slice(minigrid.Area{X: corner.X, Y: corner.Y, W: size, H: size})
		require.NoError(t, err)
		for range d + 1 {
			view = view.RotateLeft()
		}
		own := minigrid.Point{X: half, Y: ahead}
		seen := view.ProcessVis(own)
		view.Set(own, minigrid.Thing{Cell: minigrid.Empty})

		cells := make([]minigrid.Cell, size*size)
		w.View(cells, size)
		want := make([]uint8, 0, 3*size*size)
		for _, c := range cells {
			a, b, s := c.Encode()
			want = append(want, a, b, s)
		}
		require.Equal(t, want, view.Encode(seen), "agent on %v facing %v in\n%v", at, d, w)
	}
}

func TestGridRoundTrips(t *testing.T) {
	rng := miniflow.NewRand(4)
	for range 100 {
		g := newGrid(t, 3+rng.Intn(9), 3+rng.Intn(9))
		scatter(g, rng)

		decoded, visible, err := minigrid.DecodeGrid(g.Encode(nil), g.Width(), g.Height())
		require.NoError(t, err)
		require.NotContains(t, visible, false)
		require.True(t, decoded.Equal(g))

		w, err := minigrid.NewWorld(g.Width(), g.Height(), 7)
		require.NoError(t, err)
		require.NoError(t, w.SetGrid(g))
		require.Equal(t, g, w.Grid(), "boxes keep what they hold")
		require.Equal(t, w.Encode(), g.Encode(nil))

		require.Equal(t, g, g.RotateLeft().RotateLeft().RotateLeft().RotateLeft())
		whole, err := g.Slice(minigrid.Area{W: g.Width(), H: g.Height()})
		require.NoError(t, err)
		require.Equal(t, g, whole)

		c := g.Copy()
		c.Set(minigrid.Point{X: 1, Y: 1}, minigrid.Thing{Cell: minigrid.Floor(minigrid.Purple)})
		require.False(t, c.Equal(g))
	}
}

func TestGridWalls(t *testing.T) {
	g := newGrid(t, 4, 3)
	g.WallRect(minigrid.Area{W: 4, H: 3})
	g.HorzWall(1, 1, 99, minigrid.Lava)
	g.VertWall(3, -5, 6, minigrid.Goal)
	g.Set(minigrid.Point{X: 9, Y: 0}, minigrid.Thing{Cell: minigrid.Lava}) // ignored
	require.Equal(t, "WGWGWGGG\nWGVRVRVR\nWGWGWGWG", g.String())
	require.True(t, g.Has(minigrid.TypeLava, minigrid.Red))
	require.False(t, g.Has(minigrid.TypeLava, minigrid.Green))
	require.True(t, g.Has(minigrid.TypeGoal, minigrid.AnyColor))
	require.Equal(t, minigrid.Wall, g.Get(minigrid.Point{X: -1, Y: 0}).Cell)

	g = newGrid(t, 2, 3)
	g.Set(minigrid.Point{X: 0, Y: 0}, minigrid.Thing{Cell: minigrid.Goal})
	g.Set(minigrid.Point{X: 1, Y: 2}, minigrid.Thing{Cell: minigrid.Lava})
	require.Equal(t, "GG  \n    \n  VR", g.String())
	require.Equal(t, "    VR\nGG    ", g.RotateLeft().String())
}

func TestGridErrors(t *testing.T) {
	_, err := minigrid.NewGrid(0, 3)
	require.ErrorIs(t, err, miniflow.ErrParam)
	g := newGrid(t, 3, 3)
	_, err = g.Slice(minigrid.Area{W: 3, H: 5000})
	require.ErrorIs(t, err, miniflow.ErrParam)
	w, err := minigrid.NewWorld(4, 3, 7)
	require.NoError(t, err)
	require.ErrorIs(t, w.SetGrid(g), miniflow.ErrParam)
	for _, data := range [][]uint8{{}, {1, 0}, {11, 0, 0}, {2, 6, 0}, {4, 0, 3}} {
		_, _, err := minigrid.DecodeGrid(data, 1, 1)
		require.Error(t, err, "%v", data)
	}
	g, visible, err := minigrid.DecodeGrid([]uint8{10, 0, 3, 0, 0, 0}, 2, 1)
	require.NoError(t, err, "the agent and unseen cells are empty")
	require.Equal(t, "    ", g.String())
	require.Equal(t, []bool{true, false}, visible)
}

// TestWorldString compares with what Minigrid 3.2.0's pprint_grid returns for
// the same ids and seeds, dots for blanks.
func TestWorldString(t *testing.T) {
	for _, c := range []struct {
		id   string
		seed uint64
		want string
	}{
		{"MiniGrid-DoorKey-6x6-v0", 3, `
WGWGWGWGWGWG
WG....LY..WG
WGKY..WG..WG
WGVV..WG..WG
WG....WGGGWG
WGWGWGWGWGWG`},
		{"MiniGrid-ObstructedMaze-1Dlhb-v0", 1, `
WGWGWGWGWGWGWGWGWGWGWG
WGBG......WG........WG
WG<<....AGLP........WG
WG........WG........WG
WG........WGAB......WG
WGWGWGWGWGWGWGWGWGWGWG`},
		{"MiniGrid-LavaGapS5-v0", 0, `
WGWGWGWGWG
WG>>VR..WG
WG..VR..WG
WG....GGWG
WGWGWGWGWG`},
		{"MiniGrid-GoToDoor-6x6-v0", 2, `
WGWGDGWGWGWG
WG........WG
DB........DP
WG......^^WG
WGWGDRWGWGWG
............`},
	} {
		env, err := miniflow.Make(c.id)
		require.NoError(t, err)
		require.NoError(t, env.Reset(miniflow.NewBatch(env), c.seed))
		worlds, _ := miniflow.As[minigrid.Worlds](env)
		require.Equal(t, c.want, "\n"+strings.ReplaceAll(worlds.World(0).String(), " ", "."), c.id)
	}
}

// FuzzDecodeGrid checks that no bytes make DecodeGrid panic, and that what it
// accepts survives encoding and decoding.
func FuzzDecodeGrid(f *testing.F) {
	g := newGrid(f, 3, 4)
	scatter(g, miniflow.NewRand(5))
	f.Add(g.Encode(nil), 3, 4)
	f.Add([]uint8{10, 0, 2}, 1, 1)
	f.Add([]uint8{}, -1, 1<<40)
	f.Fuzz(func(t *testing.T, data []byte, width, height int) {
		g, visible, err := minigrid.DecodeGrid(data, width, height)
		if err != nil {
			return
		}
		bytes := g.Encode(visible)
		again, visible2, err := minigrid.DecodeGrid(bytes, width, height)
		require.NoError(t, err)
		require.Equal(t, visible, visible2)
		require.True(t, g.Equal(again))
		require.NotPanics(t, func() { _ = g.String(); g.ProcessVis(minigrid.Point{X: width / 2, Y: height - 1}) })
	})
}
