package wrappers_test

import (
	"strings"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/miniworld"
	"github.com/miniflow-rl/miniflow/wrappers"
	"github.com/stretchr/testify/require"
)

// TestGridMapCheck wraps every Miniworld id that has a grid, checks the wrapper
// in all modes, and counts which ids have none.
func TestGridMapCheck(t *testing.T) {
	var without []string
	for _, id := range miniflow.IDs() {
		if !strings.HasPrefix(id, "MiniWorld-") {
			continue
		}
		env, err := miniflow.Make(id, miniflow.WithParam("obs", "pose"))
		require.NoError(t, err)
		if _, err := wrappers.GridMap(env, 0); err != nil {
			require.ErrorContains(t, err, "is no rectangle", id)
			without = append(without, id)
			continue
		}
		for _, mode := range []miniflow.Autoreset{miniflow.NextStep, miniflow.SameStep, miniflow.Disabled} {
			for _, chain := range []string{"grid_map", "grid_map:tile=2"} {
				if chain != "grid_map" && id != "MiniWorld-FourRooms-v0" {
					continue
				}
				require.NoError(t, miniflow.CheckEnv(maker(id, chain, miniflow.WithAutoreset(mode), miniflow.WithParam("obs", "pose"))), "%s of %s, %v", chain, id, mode)
			}
		}
	}
	require.Equal(t, []string{"MiniWorld-YMaze-v0", "MiniWorld-YMazeLeft-v0", "MiniWorld-YMazeRight-v0"}, without)
}

// TestGridMapShows compares the map of FourRooms with the rooms, and the agent's
// cell with its pose while it walks. Rewards must be those of the bare world.
func TestGridMapShows(t *testing.T) {
	const id = "MiniWorld-FourRooms-v0"
	env, err := miniflow.Make(id, miniflow.WithParam("obs", "pose"))
	require.NoError(t, err)
	bare, err := miniflow.Make(id, miniflow.WithParam("obs", "pose"))
	require.NoError(t, err)
	g, err := wrappers.GridMap(env, 0)
	require.NoError(t, err)
	b, bb := miniflow.NewBatch(g), miniflow.NewBatch(bare)
	require.NoError(t, g.Reset(b, 4))
	require.NoError(t, bare.Reset(bb, 4))
	worlds, _ := miniflow.As[miniworld.Worlds](g)
	image := g.Spec().Observation.Index("image")
	bot, err := miniworld.NewBot(bare)
	require.NoError(t, err)
	at := func(x, y int) minigrid.Type { return minigrid.Type(b.Obs[image].RowU8(0)[3*(x*16+y)]) }
	walls := 0
	for x := range 16 {
		for y := range 16 {
			if at(x, y) == minigrid.TypeWall {
				walls++
			}
		}
	}
	// 16 x 16 cells of 1 m; four rooms of 36 and four doors of 2 x 2 are free.
	require.Equal(t, 16*16-4*36-4*4, walls)
	for range 300 {
		a := worlds.World(0).Agent
		x, y := int(a.Pos[0]+8), int(a.Pos[2]+8)
		require.Equal(t, minigrid.TypeAgent, at(x, y))
		b.Action.I32[0] = int32(bot.Act(0))
		bb.Action.I32[0] = b.Action.I32[0]
		require.NoError(t, g.Step(b))
		require.NoError(t, bare.Step(bb))
		require.Equal(t, bb.Reward[0], b.Reward[0])
		require.Equal(t, bb.Terminated[0], b.Terminated[0])
	}
	img, err := g.Frame(nil, 0, miniflow.View{Tile: 8})
	require.NoError(t, err)
	require.Equal(t, 128, img.Rect.Dx())
}

// TestMiniworldPictures compares the wrappers of pictures with their definition.
func TestMiniworldPictures(t *testing.T) {
	const id = "MiniWorld-Hallway-v0"
	rgb, b := pictureOf(t, id, "")
	torch, tb := pictureOf(t, id, "torch")
	luma, lb := pictureOf(t, id, "luma")
	require.Equal(t, []int{3, 80, 60}, torch.Spec().Observation[0].Space.Shape())
	require.Equal(t, []int{60, 80, 1}, luma.Spec().Observation[0].Space.Shape())
	require.Equal(t, []int{60, 80, 3}, rgb.Spec().Observation[0].Space.Shape())
	in := b.Obs[0].RowU8(0)
	for y := range 60 {
		for x := range 80 {
			p := in[3*(80*y+x):][:3]
			for c := range 3 {
				require.Equal(t, p[c], tb.Obs[0].RowU8(0)[(c*80+x)*60+y])
			}
			require.InDelta(t, 0.30*float64(p[0])+0.59*float64(p[1])+0.11*float64(p[2]), lb.Obs[0].RowF64(0)[80*y+x], 1e-12)
		}
	}
}

func pictureOf(t *testing.T, id, chain string) (miniflow.Env, *miniflow.Batch) {
	env, err := maker(id, chain)(1)
	require.NoError(t, err)
	b := miniflow.NewBatch(env)
	require.NoError(t, env.Reset(b, 9))
	return env, b
}
