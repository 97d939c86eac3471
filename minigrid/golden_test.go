package minigrid_test

import (
	"encoding/hex"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/internal/golden"
	"github.com/miniflow-rl/miniflow/minigrid"
	_ "github.com/miniflow-rl/miniflow/minigrid/babyai"
	"github.com/miniflow-rl/miniflow/minigrid/wfc"
	"github.com/stretchr/testify/require"
)

type goldenState struct {
	Pos      [2]int    `json:"pos"`
	Dir      int       `json:"dir"`
	Carrying *[3]uint8 `json:"carrying"`
	Hash     string    `json:"hash"`
	Image    string    `json:"image"`
	Grid     string    `json:"grid"`
}

type goldenEpisode struct {
	Env           string             `json:"env"`
	Seed          *uint64            `json:"seed"`
	Mission       string             `json:"mission"`
	Width         int                `json:"width"`
	Height        int                `json:"height"`
	MaxSteps      int                `json:"max_steps"`
	Actions       []int32            `json:"actions"`
	Reset         goldenState        `json:"reset"`
	RNGAfterReset miniflow.RandState `json:"rng_after_reset"`
	RNGAtEnd      miniflow.RandState `json:"rng_at_end"`
	Steps         []struct {
		goldenState
		Reward     float64 `json:"reward"`
		Terminated bool    `json:"terminated"`
		Truncated  bool    `json:"truncated"`
	} `json:"steps"`
}

// TestGolden replays every recorded episode of the original. The files must not
// be changed to hide a difference.
func TestGolden(t *testing.T) {
	ids, episodes, steps, mismatches := 0, 0, 0, 0
	for _, name := range golden.Glob(t, "minigrid/*.jsonl") {
		id := strings.TrimSuffix(path.Base(name), ".jsonl")
		if _, err := miniflow.Lookup(id); err != nil {
			continue // not built yet, not counted
		}
		ids++
		if !t.Run(id, func(t *testing.T) {
			e, s := replayGolden(t, name, id)
			episodes, steps = episodes+e, steps+s
		}) {
			mismatches++
		}
	}
	golden.Report(os.Stdout, "minigrid", ids, "%d episodes, %d steps, %d mismatches", episodes, steps, mismatches)
}

// makeOriginal makes a one-lane environment whose levels are the original's. Our
// own pictures make worlds of the same kind as the WFC ids; the same worlds need
// the original's, which the golden folder has.
func makeOriginal(t *testing.T, id string) miniflow.Env {
	t.Helper()
	options := []miniflow.Option{miniflow.WithAutoreset(miniflow.Disabled)}
	if picture := wfc.Original(id); picture != "" {
		file := filepath.Join(golden.Dir(t), "minigrid", "wfc_patterns", picture+".png")
		if _, err := os.Stat(file); err == nil {
			options = append(options, miniflow.WithParam("pattern", file))
		}
	}
	env, err := miniflow.Make(id, options...)
	require.NoError(t, err)
	return env
}

func replayGolden(t *testing.T, name, id string) (episodes, steps int) {
	env := makeOriginal(t, id)
	worlds, _ := miniflow.As[minigrid.Worlds](env)
	hasher, _ := miniflow.As[miniflow.Hasher](env)
	rander, _ := miniflow.As[miniflow.Rander](env)
	b := miniflow.NewBatch(env)
	compare := func(line, step int, want goldenState) {
		w := worlds.World(0)
		p, d := w.Agent()
		require.Equal(t, want.Pos, [2]int{p.X, p.Y}, "line %d step %d: position", line, step)
		require.Equal(t, want.Dir, int(d), "line %d step %d: direction", line, step)
		if want.Image != "" {
			require.Equal(t, want.Image, hex.EncodeToString(b.Obs[minigrid.ObsImage].U8), "line %d step %d: image", line, step)
			require.Equal(t, want.Grid, hex.EncodeToString(w.Encode()), "line %d step %d: map", line, step)
		}
		require.Equal(t, want.Hash, hex.EncodeToString(bigEndian(hasher.StateHash(0))), "line %d step %d: hash", line, step)
	}
	for line, e := range golden.Lines[goldenEpisode](t, name) {
		episodes++
		var err error
		if e.Seed != nil {
			err = env.Reset(b, *e.Seed)
		} else {
			err = env.Reset(b)
		}
		require.NoError(t, err)
		require.Equal(t, e.RNGAfterReset, rander.Rand(0).State(), "line %d: generator after reset", line)
		require.Equal(t, e.Mission, b.Obs[minigrid.ObsMission].Text[0], "line %d: mission", line)
		require.Equal(t, e.MaxSteps, worlds.World(0).MaxSteps, "line %d: max steps", line)
		compare(line, 0, e.Reset)
		for k, a := range e.Actions {
			steps++
			b.Action.I32[0] = a
			require.NoError(t, env.Step(b))
			want := e.Steps[k]
			require.Equal(t, want.Reward, b.Reward[0], "line %d step %d: reward", line, k+1)
			require.Equal(t, want.Terminated, b.Terminated[0], "line %d step %d: terminated", line, k+1)
			require.Equal(t, want.Truncated, b.Truncated[0], "line %d step %d: truncated", line, k+1)
			compare(line, k+1, want.goldenState)
		}
		require.Equal(t, e.RNGAtEnd, rander.Rand(0).State(), "line %d: generator at the end", line)
	}
	return episodes, steps
}

func bigEndian(v uint64) []byte {
	out := make([]byte, 8)
	for i := range out {
		out[i] = byte(v >> (56 - 8*i))
	}
	return out
}
