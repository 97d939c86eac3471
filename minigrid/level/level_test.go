package level_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/minigrid/level"
	_ "github.com/miniflow-rl/miniflow/minigrid/wfc"
	"github.com/stretchr/testify/require"
)

// worlds lists all ids of Minigrid worlds but those made of levels.
func worlds() (ids []string) {
	for _, id := range miniflow.IDs() {
		if id != level.ID {
			ids = append(ids, id)
		}
	}
	return ids
}

func reset(t *testing.T, env miniflow.Env, seed uint64) *miniflow.Batch {
	t.Helper()
	b := miniflow.NewBatch(env)
	require.NoError(t, env.Reset(b, seed))
	return b
}

// TestForms saves a level of every id in each form and reads it back. Only Memory
// and Playground, which has no task, have rules that no level has.
func TestForms(t *testing.T) {
	captured := 0
	for _, id := range worlds() {
		env, err := miniflow.Make(id)
		require.NoError(t, err)
		for seed := range uint64(3) {
			reset(t, env, seed)
			l, err := level.Capture(env, 0)
			if strings.Contains(id, "Memory") || strings.Contains(id, "Playground") {
				require.ErrorIs(t, err, level.ErrRules)
				continue
			}
			require.NoError(t, err, id)
			text, err := level.ParseText([]byte(l.Text()))
			require.NoError(t, err, "%s\n%s", id, l.Text())
			require.True(t, l.Equal(text), "%s\n%s", id, l.Text())
			data, err := l.JSON()
			require.NoError(t, err)
			same, err := level.ParseJSON(data)
			require.NoError(t, err, id)
			require.True(t, l.Equal(same), "%s\n%s", id, data)
			require.Equal(t, l.Origin.Env, same.Origin.Env)
			code, err := l.Code()
			require.NoError(t, err)
			packed, err := level.ParseCode(code)
			require.NoError(t, err)
			require.True(t, l.Equal(packed), id)
			captured++
		}
	}
	t.Logf("%d levels in three forms", captured)
}

// TestSameRules plays levels beside the worlds that they were captured from, with
// the same random actions: observation, reward and end are the same at every
// step, wherever the level says that its rules are.
func TestSameRules(t *testing.T) {
	same, steps, ends := 0, 0, 0
	for _, id := range worlds() {
		env, err := miniflow.Make(id, miniflow.WithAutoreset(miniflow.Disabled))
		require.NoError(t, err)
		b := reset(t, env, 1)
		l, err := level.Capture(env, 0)
		if errors.Is(err, level.ErrRules) {
			continue
		}
		require.NoError(t, err)
		if !l.Origin.SameRules {
			continue
		}
		same++
		for seed := range uint64(4) {
			require.NoError(t, env.Reset(b, seed))
			l, err := level.Capture(env, 0)
			require.NoError(t, err)
			view := env.Spec().Observation[minigrid.ObsImage].Space.Shape()[0]
			copied, err := level.New("copy", level.List{l}, miniflow.WithAutoreset(miniflow.Disabled), miniflow.WithParam("agent_view_size", view))
			require.NoError(t, err)
			c := reset(t, copied, 0)
			require.Equal(t, b.Obs[minigrid.ObsMission].Text, c.Obs[minigrid.ObsMission].Text)
			rng := &miniflow.Rand{}
			rng.Seed(seed)
			for range 400 {
				a := int32(rng.Intn(env.Spec().NumActions()))
				b.Action.I32[0], c.Action.I32[0] = a, a
				require.NoError(t, env.Step(b))
				require.NoError(t, copied.Step(c))
				require.Equal(t, b.Obs[minigrid.ObsImage].U8, c.Obs[minigrid.ObsImage].U8, id)
				require.Equal(t, b.Reward, c.Reward, id)
				require.Equal(t, b.Terminated, c.Terminated, id)
				require.Equal(t, b.Truncated, c.Truncated, id)
				steps++
				if b.Terminated[0] || b.Truncated[0] {
					ends++
					break
				}
			}
		}
	}
	t.Logf("%d ids, %d steps, %d ends", same, steps, ends)
	require.GreaterOrEqual(t, same, 150)
}

func TestErrorsNameTheCell(t *testing.T) {
	for text, want := range map[string]string{
		"####\n#>.#\n####":                                   "nothing to do",
		"####\n#>G#\n###":                                    "line 3: the row has 3 cells, the first one 4",
		"####\n#.G#\n####":                                   "no agent",
		"####\n#>G#\n#^.#\n####":                             "line 3, column 2: a second agent",
		"####\n#>x#\n####":                                   `line 2, column 3: letter 'x' stands for nothing`,
		"miniflow level 2\n\n####":                           "reads version 1",
		"miniflow level 1\nsteps: 0\n\n###":                  "line 2: steps \"0\"",
		"miniflow level 1\nstep: 3\n\n###":                   "line 2: \"step\" is unknown",
		"miniflow level 1\nx = pink key\n\n####\n#>x#\n####": "line 5, column 3: letter 'x': \"pink key\" is no thing",
		"miniflow level 1\nx = red key with a blue ball\n\n####\n#>x#\n####": "only a box holds",
		"miniflow level 1\ninstruction: eat it\n\n####\n#>.#\n####":          "begin with go to",
		"miniflow level 1\ninstruction: open a door\n\n####\n#>.#\n####":     "there is no door on the map",
		"miniflow level 1\nhands: red wall\n\n####\n#>G#\n####":              "carries a red wall",
	} {
		_, err := level.ParseText([]byte(text))
		require.ErrorIs(t, err, level.ErrLevel, text)
		require.ErrorContains(t, err, want)
	}
	for text, want := range map[string]string{
		`{"miniflow_level":2}`:                                                         "reads version 1",
		"{\n\"miniflow_level\":1,\n\"max_steps\":\"a\"}":                               "line 3",
		`{"miniflow_level":1,"steps":3}`:                                               "unknown field",
		`{"miniflow_level":1,"mission":"","max_steps":9,"map":["####","#>x#","####"]}`: "map row 2, column 3: letter 'x'",
		`{"miniflow_level":1,"mission":"","max_steps":0,"map":["####","#>G#","####"]}`: "the limit is 0 steps",
	} {
		_, err := level.ParseJSON([]byte(text))
		require.ErrorIs(t, err, level.ErrLevel, text)
		require.ErrorContains(t, err, want)
	}
	for code, want := range map[string]string{
		"hello":          "does not begin with ml1-",
		"ml1-????":       "a letter is wrong",
		"ml1-AAAAAAAAAA": "checksum",
	} {
		_, err := level.ParseCode(code)
		require.ErrorIs(t, err, level.ErrLevel)
		require.ErrorContains(t, err, want)
	}
}

// A bare map, as the literature prints them, is a level.
func TestBareMap(t *testing.T) {
	l, err := level.ParseText([]byte("#####\n#>..#\n#.#G#\n#####\n"))
	require.NoError(t, err)
	require.Equal(t, 80, l.MaxSteps)
	c, err := l.Certify(t.Context(), 0)
	require.NoError(t, err)
	require.Equal(t, level.Certificate{Verdict: level.Solvable, Steps: 4, Optimal: true, Return: 1 - 0.9*4/80}, c)
	code, err := l.Code()
	require.NoError(t, err)
	require.Less(t, len(code), 40, code)
}
