package level_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid/level"
	"github.com/stretchr/testify/require"
)

func rand(seed uint64) *miniflow.Rand {
	r := &miniflow.Rand{}
	r.Seed(seed)
	return r
}

// TestCheck holds the environment of levels to every promise, whatever the
// levels come from.
func TestCheck(t *testing.T) {
	dir := t.TempDir()
	g, err := level.NewGenerator("BabyAI-PutNextS5N2Carrying-v0")
	require.NoError(t, err)
	for k, name := range []string{"a.json", "b.txt"} {
		l, err := g.At(uint64(k))
		require.NoError(t, err)
		require.NoError(t, l.Save(filepath.Join(dir, name)))
	}
	small, err := level.ParseText([]byte("####\n#>G#\n####"))
	require.NoError(t, err)
	small.SeeThrough = true
	require.NoError(t, small.Save(filepath.Join(dir, "c.json")))
	code, err := small.Code()
	require.NoError(t, err)
	for name, param := range map[string]miniflow.Option{
		"example": miniflow.WithParam("actions", 7),
		"folder":  miniflow.WithParam("file", dir),
		"file":    miniflow.WithParam("file", filepath.Join(dir, "a.json")),
		"code":    miniflow.WithParam("code", code),
		"env":     miniflow.WithParam("env", "MiniGrid-DoorKey-5x5-v0"),
	} {
		for _, mode := range []miniflow.Autoreset{miniflow.NextStep, miniflow.SameStep, miniflow.Disabled} {
			t.Run(name+"/"+mode.String(), func(t *testing.T) {
				require.NoError(t, miniflow.CheckID(level.ID, param, miniflow.WithAutoreset(mode)))
			})
		}
	}
}

func TestOpenErrors(t *testing.T) {
	empty := t.TempDir()
	for want, options := range map[string][]miniflow.Option{
		"give one of them":              {miniflow.WithParam("file", "a"), miniflow.WithParam("code", "b")},
		"no level file or folder":       {miniflow.WithParam("file", filepath.Join(empty, "none.json"))},
		"there is no level in the":      {miniflow.WithParam("file", empty)},
		"its rules are not":             {miniflow.WithParam("env", "MiniGrid-MemoryS7-v0")},
		"is MiniGrid-Level-v0 itself":   {miniflow.WithParam("env", level.ID)},
		"did you mean":                  {miniflow.WithParam("env", "MiniGrid-Dorkey")},
		"it does not begin with ml1-":   {miniflow.WithParam("code", "x")},
		"want one of any, solvable, un": {miniflow.WithParam("levels", "easy")},
	} {
		_, err := miniflow.Make(level.ID, options...)
		require.ErrorContains(t, err, want)
	}
}

func TestFolderNamesTheFile(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "bad.txt"), []byte("####\n#>?#\n####"), 0o644))
	_, err := level.Folder(dir)
	require.ErrorIs(t, err, level.ErrLevel)
	require.ErrorContains(t, err, filepath.Join(dir, "bad.txt")+": level: line 2, column 3")
}

// TestFilter draws from a list with one level of each kind.
func TestFilter(t *testing.T) {
	open, err := level.ParseText([]byte("#####\n#>.G#\n#####"))
	require.NoError(t, err)
	shut, err := level.ParseText([]byte("#####\n#>#G#\n#####"))
	require.NoError(t, err)
	list := level.List{open, shut}
	count := func(f *level.Filter) (solvable int) {
		rng := rand(1)
		for range 200 {
			l, err := f.Draw(rng)
			require.NoError(t, err)
			if l.Equal(open) {
				solvable++
			}
		}
		return solvable
	}
	require.Equal(t, 200, count(&level.Filter{Source: list, Want: level.OnlySolvable}))
	require.Equal(t, 0, count(&level.Filter{Source: list, Want: level.OnlyUnsolvable}))
	require.InDelta(t, 100, count(&level.Filter{Source: list, Want: level.Mixed}), 30) // 4 standard deviations
	require.InDelta(t, 180, count(&level.Filter{Source: list, Want: level.Mixed, Share: 0.9}), 17)
	require.Nil(t, open.Certificate, "a filter leaves the levels of its source alone")
	_, err = (&level.Filter{Source: level.List{open}, Want: level.OnlyUnsolvable, Tries: 5}).Draw(rand(1))
	require.ErrorContains(t, err, "none of 5 levels was unsolvable")
}

func TestBuffer(t *testing.T) {
	b, err := level.NewBuffer(5, 5)
	require.NoError(t, err)
	_, err = b.Draw(rand(0))
	require.ErrorIs(t, err, level.ErrLevel)
	for k, text := range []string{"#####\n#>.G#\n#####", "#####\n#>#G#\n#####", "####\n#>G#\n####"} {
		l, err := level.ParseText([]byte(text))
		require.NoError(t, err)
		n, err := b.Add(l, float64(k))
		require.NoError(t, err)
		require.Equal(t, k, n)
		n, err = b.Add(l.Clone(), float64(k))
		require.NoError(t, err)
		require.Equal(t, k, n, "an equal level is there already")
	}
	counts := map[*level.Level]int{}
	rng := rand(2)
	for range 3000 {
		l, err := b.Draw(rng)
		require.NoError(t, err)
		counts[l]++
	}
	require.Zero(t, counts[b.Level(0)])
	require.InDelta(t, 1000, counts[b.Level(1)], 104) // 4 standard deviations
	b.Trim(2)
	require.Equal(t, 2, b.Len())
	require.Equal(t, 1.0, b.Weight(0))
	large, err := level.Empty(6, 6)
	require.NoError(t, err)
	_, err = b.Add(large, 1)
	require.ErrorContains(t, err, "6x6 cells for a buffer of 5x5")
}

// TestDrawsFollowTheLane checks that what a lane draws depends on its generator
// only, not on the number of lanes or threads.
func TestDrawsFollowTheLane(t *testing.T) {
	missions := func(options ...miniflow.Option) []string {
		env, err := miniflow.Make(level.ID, append(options, miniflow.WithParam("env", "BabyAI-GoToLocal-v0"))...)
		require.NoError(t, err)
		b := miniflow.NewBatch(env)
		require.NoError(t, env.Reset(b, 5))
		return append([]string(nil), b.Obs[2].Text[:2]...)
	}
	require.Equal(t, missions(miniflow.WithLanes(2)), missions(miniflow.WithLanes(7), miniflow.WithThreads(3)))
}
