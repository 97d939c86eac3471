package miniworld_test

import (
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
// the agent where they were taken, and holds what it sees to the thresholds of
// FORMAT-miniworld.md.
func TestGoldenFrames(t *testing.T) {
	worlds, visible, visibleWrong := 0, 0, 0
	var all []golden.Likeness
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
			const n = golden.Width * golden.Height
			img := &golden.Picture{RGB: make([]uint8, 3*n), Depth: make([]float32, n), Labels: make([]uint8, 3*n)}
			require.NoError(t, miniworld.Draw(env, 0, miniworld.Picture{RGB: img.RGB, Depth: img.Depth, Segmentation: img.Labels}))
			l := golden.ReadPicture(t, dir+f.Tag).Compare(img, func(i int) bool { return isMesh(env.World(0).Entities()[i]) })
			require.Empty(t, l.Fault(), "%s%s", dir, f.Tag)
			all = append(all, l)
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
		}
	}
	require.Zero(t, visibleWrong, "visible entities")
	require.Empty(t, golden.FaultOfAll(all))
	w := golden.Worst(all)
	golden.Report(os.Stdout, "miniworld frames", worlds, "%d pictures, at worst %.1f%% of depths (%.1f%% with meshes) and %.1f%% of classes agree, "+
		"mean colour off by %.1f of 255, SSIM %.2f; of %d visible entities %d differ",
		len(all), 100*w.Depth, 100*w.DepthAll, 100*w.Class, w.Mean, w.SSIM, visible, visibleWrong)
}

// isMesh reports whether an entity has a shape that is not the original's.
func isMesh(e miniworld.Entity) bool {
	switch e.(type) {
	case *miniworld.MeshEnt, *miniworld.Key, *miniworld.Ball:
		return true
	}
	return false
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
		want := golden.ReadRGB(t, path.Dir(name)+"/s0.top80.png")
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
