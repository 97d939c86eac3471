package gfn

import (
	"bytes"
	"context"
	"image/png"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/agents"
)

func measure(t *testing.T, a *Agent) map[string]float64 {
	t.Helper()
	list, err := a.Measure(context.Background(), 2000, 5)
	require.NoError(t, err)
	all := map[string]float64{}
	for _, m := range list {
		require.NotEmpty(t, m.Doc)
		require.NotContains(t, all, m.Name)
		require.False(t, math.IsNaN(m.Value) || math.IsInf(m.Value, 0), m.Name)
		all[m.Name] = m.Value
	}
	return all
}

// A policy that has learned the grid, by what is exact and by samples of it.
func TestMeasure(t *testing.T) {
	for _, o := range []Objective{ObjectiveTB, ObjectiveDB, ObjectiveFM} {
		a, m := newAgent(t, "HyperGrid-2x8", o, func(c *Config) { c.Lanes, c.Hidden = 64, []int{64, 64} })
		before := measure(t, a)
		x := train(t, a, m, 20_000)
		all := measure(t, a)
		require.Equal(t, x.L1, all["exact/l1"])
		require.Equal(t, all, measure(t, a), "the same seed gives the same measures")
		require.Less(t, all["exact/l1"], before["exact/l1"])
		require.LessOrEqual(t, all["exact/marginal_l1"], all["exact/l1"])
		require.InDelta(t, all["exact/target_entropy"], all["exact/entropy"], 0.1)
		require.InDelta(t, all["exact/target_mode_mass"], all["exact/mode_mass"], 0.05)
		require.Greater(t, all["exact/pearson"], 0.9)
		for _, m := range []map[string]float64{before, all} {
			// 2000 samples: the means are off by a few of their standard errors.
			require.Less(t, m["log_z/elbo"], m["exact/log_z"]+0.05, o)
			require.Greater(t, m["log_z/eubo"], m["exact/log_z"]-0.05, o)
		}
		require.Greater(t, all["log_z/elbo"], before["log_z/elbo"])
		require.Less(t, all["log_z/eubo"], before["log_z/eubo"])
		require.InDelta(t, all["exact/log_z"], all["log_z/importance"], 0.1)
		require.Equal(t, 4.0, all["modes/total"])
		require.Equal(t, 4.0, all["modes/found"])
		require.InDelta(t, all["exact/mode_mass"], all["modes/share"], 0.05)
		// All 64 points: the mean over pairs of the share of different coordinates.
		require.Equal(t, 64.0, all["samples/distinct"])
		require.InDelta(t, 2*(63-7)/63.0/2, all["top100/diversity"], 1e-12)
	}
}

// Beyond what can be enumerated the probabilities of objects are estimated; the
// estimates agree with the exact ones where there are both.
func TestMeasureWithoutEnumeration(t *testing.T) {
	a, m := newAgent(t, "HyperGrid-2x8", ObjectiveTB, func(c *Config) { c.Lanes, c.Hidden, c.EvalStates = 64, []int{64, 64}, 0 })
	for m.Episodes() < 20_000 {
		require.NoError(t, a.Update(context.Background(), m))
	}
	all := measure(t, a)
	for _, name := range slices.Collect(maps.Keys(all)) {
		require.NotContains(t, name, "exact/")
	}
	require.Greater(t, all["samples/pearson"], 0.9)
	require.Greater(t, all["samples/spearman"], 0.7)
	require.Equal(t, 4.0, all["modes/total"], "in closed form")
	require.NotContains(t, all, "log_z/eubo")
}

func TestMeasureLeavesTrainingAlone(t *testing.T) {
	curves := func(between bool) []float64 {
		a, m := newAgent(t, "BitSequence-16x4", ObjectiveTB, nil)
		for range 5 {
			require.NoError(t, a.Update(context.Background(), m))
			if between {
				measure(t, a)
			}
		}
		return []float64{a.logZ(a.passes), a.sampler.rng.Random()}
	}
	require.Equal(t, curves(false), curves(true))
}

func TestRanks(t *testing.T) {
	require.Equal(t, []float64{1.5, 0, 1.5, 3}, ranks([]float64{2, 1, 2, 7}))
}

// A run leaves pictures of what it learned, of grids and of other objects.
func TestPictures(t *testing.T) {
	for _, id := range []string{"HyperGrid-2x8", "PerfectTree-4", "BitSequence-120x4", "PreferenceHyperGrid-2x16"} {
		config, err := DefaultConfig(ObjectiveTB)
		require.NoError(t, err)
		config.EvalEvery = 5
		dir := filepath.Join(t.TempDir(), "run")
		run := agents.Run{Dir: dir, Env: agents.EnvConfig{ID: id}, Algorithm: &config, Steps: 2000}
		result, err := agents.Train(context.Background(), run, agents.Options{Episodes: 5})
		require.NoError(t, err)
		require.NotEmpty(t, result.Evaluation.Measures)
		want := []string{"progress.png", "progress.svg"}
		if id != "BitSequence-120x4" {
			want = append(want, distributionFile, "distribution.svg", exactFile)
		}
		for _, name := range want {
			require.Contains(t, result.Files, name, id)
			data, err := os.ReadFile(filepath.Join(dir, name))
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(t.ArtifactDir(), id+"-"+name), data, 0o644))
			if filepath.Ext(name) == ".png" {
				img, err := png.Decode(bytes.NewReader(data))
				require.NoError(t, err)
				require.Greater(t, img.Bounds().Dx(), 300)
			}
		}
	}
}
