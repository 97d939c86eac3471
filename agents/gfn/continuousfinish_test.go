package gfn

import (
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
)

// What is shown of the measurement of a finished run grows to the whole of it:
// with cells and kernel densities, with cells alone, by quadrature, and without any.
func TestFinishShows(t *testing.T) {
	for _, id := range []string{"BoxPolar-0.25", "Torus-2", "Line-2", "Diffusion-many_well"} {
		config := preset(t, "line", ObjectiveTB, func(c *Config) { c.Hidden, c.Continuous.FinalSamples = []int{8}, 1000 })
		run := agents.Run{Dir: filepath.Join(t.TempDir(), "run"), Env: agents.EnvConfig{ID: id}, Algorithm: &config, Steps: 200, Seed: 3}
		_, err := agents.Train(t.Context(), run, agents.Options{Episodes: -1})
		require.NoError(t, err)
		env, err := run.Env.Make(miniflow.WithLanes(1))
		require.NoError(t, err)
		a, err := agents.RestoreAgent(run.Dir, env)
		require.NoError(t, err)
		var mu sync.Mutex
		most, whole := 0, 0
		_, err = a.(agents.Finisher).Finish(t.Context(), run.Dir, func(done, total int) {
			mu.Lock()
			defer mu.Unlock()
			most, whole = max(most, done), total
		})
		require.NoError(t, err)
		require.Positive(t, whole, id)
		require.Equal(t, whole, most, id)
	}
}
