package wrappers_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
)

// TestEveryView plays the same seed and actions in every view of every Minigrid
// and Miniworld id: rewards, ends and missions must be the same, step by step.
// Only the three worlds with slanted walls have no map of cells.
func TestEveryView(t *testing.T) {
	grids, worlds, flat := 0, 0, 0
	for _, id := range miniflow.IDs() {
		var want []string
		same := func(chain string, options ...miniflow.Option) {
			env, err := maker(id, chain, options...)(1)
			require.NoError(t, err, "%s seen as %q", id, chain)
			got := outcomes(t, env)
			if want == nil {
				want = got
			}
			require.Equal(t, want, got, "%s seen as %q", id, chain)
		}
		small := []miniflow.Option{miniflow.WithParam("obs_width", 16), miniflow.WithParam("obs_height", 12), miniflow.WithParam("quality", "fast")}
		switch {
		case strings.HasPrefix(id, "MiniWorld-"):
			worlds++
			for _, obs := range []string{"pose", "rgb", "grey+depth", "segmentation+text", "topdown"} {
				same("", append(small, miniflow.WithParam("obs", obs))...)
			}
			if !strings.Contains(id, "YMaze") {
				flat++
				same("grid_map", miniflow.WithParam("obs", "pose"))
				same("grid_map:tile=1", miniflow.WithParam("obs", "pose"))
			}
		case strings.HasPrefix(id, "MiniGrid-"), strings.HasPrefix(id, "BabyAI-"):
			grids++
			for _, chain := range []string{"", "first_person:obs=rgb+segmentation:width=16:height=12", "rgb_partial:tile=1", "rgb:tile=1", "full", "symbolic", "describe"} {
				same(chain)
			}
		}
	}
	fmt.Fprintf(os.Stdout, "same in every view: %d Minigrid ids, %d Miniworld ids, %d of them as maps of cells\n", grids, worlds, flat)
	require.Equal(t, []int{178, 23, 20}, []int{grids, worlds, flat})
}

// outcomes plays 60 random steps and returns what came of each.
func outcomes(t *testing.T, env miniflow.Env) []string {
	b := miniflow.NewBatch(env)
	require.NoError(t, env.Reset(b, 11))
	mission := env.Spec().Observation.Index("mission")
	rng := miniflow.NewRand(3)
	var out []string
	for range 60 {
		b.Action.I32[0] = int32(rng.Intn(env.Spec().NumActions()))
		require.NoError(t, env.Step(b))
		text := ""
		if mission >= 0 && !strings.HasPrefix(env.Spec().ID, "MiniWorld-") {
			text = b.Obs[mission].Text[0]
		}
		out = append(out, fmt.Sprint(b.Reward[0], b.Terminated[0], b.Truncated[0], text))
	}
	return out
}
