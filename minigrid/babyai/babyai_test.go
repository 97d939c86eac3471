package babyai_test

import (
	"strings"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/minigrid/babyai"
	"github.com/stretchr/testify/require"
)

func ids() (out []string) {
	for _, id := range miniflow.IDs() {
		if strings.HasPrefix(id, "BabyAI-") {
			out = append(out, id)
		}
	}
	return out
}

func TestIDs(t *testing.T) { require.Len(t, ids(), 96) }

// TestTextRoundTrip parses the mission of many levels of every id and says it
// again.
func TestTextRoundTrip(t *testing.T) {
	for _, id := range ids() {
		env, err := miniflow.Make(id)
		require.NoError(t, err)
		tasks, ok := miniflow.As[minigrid.Tasks](env)
		require.True(t, ok)
		b := miniflow.NewBatch(env)
		for seed := range uint64(20) {
			require.NoError(t, env.Reset(b, seed))
			mission := b.Obs[minigrid.ObsMission].Text[0]
			instr, err := babyai.Parse(mission)
			require.NoError(t, err)
			if strings.Contains(id, "PutNext") && strings.Contains(id, "Carrying") {
				continue // the thing is no longer on the map when the text is made again
			}
			level := tasks.Task(0).(babyai.Mission)
			require.Equal(t, mission, instr.Text(level.Scene()), id)
			require.Equal(t, level.Instr().Navs(), instr.Navs())
		}
	}
}

// TestCrowdedLevel resets the level on which the original never returns.
func TestCrowdedLevel(t *testing.T) {
	env, err := miniflow.Make("BabyAI-SynthS5R2-v0")
	require.NoError(t, err)
	b := miniflow.NewBatch(env)
	for seed := range uint64(30) {
		require.NoError(t, env.Reset(b, seed), seed)
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "begin with go to",
		"dance":                        "begin with go to",
		"go to red ball":               "the or a",
		"go to the pink ball":          `no colour "pink"`,
		"go to the red cat":            `no thing "cat"`,
		"open the red ball":            "only a door",
		"pick up the red door":         "a door cannot be carried",
		"put the red ball":             "put A next to B",
		"go to the key, then ":         "begin with go to",
		"go to the key after you jump": "begin with go to",
	} {
		_, err := babyai.Parse(text)
		require.ErrorIs(t, err, babyai.ErrParse, text)
		require.ErrorContains(t, err, want, text)
	}
}

// FuzzParse feeds the parser anything: it must not panic, and what it accepts it
// must accept again in its own words.
func FuzzParse(f *testing.F) {
	f.Add("put a red box next to a door on your right")
	f.Add("go to a key and go to a grey door after you go to a yellow key and go to the green box")
	f.Add("open the purple door, then open a door behind you")
	f.Fuzz(func(t *testing.T, text string) {
		instr, err := babyai.Parse(text)
		if err != nil {
			require.ErrorIs(t, err, babyai.ErrParse)
			return
		}
		var words []string
		instr.Descs(func(d *babyai.Desc) { words = append(words, d.String()) })
		for _, w := range words {
			require.Contains(t, text, w)
		}
	})
}
