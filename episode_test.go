package miniflow_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/stretchr/testify/require"
)

type writer = bytes.Buffer

const goodEpisode = `{"v":1,"env":"Walk-v0","seed":3,"reset":{"hash":"00000000000000ff"},"actions":[1],"steps":[{"reward":0.5,"terminated":true,"truncated":false,"hash":"0123456789abcdef"}]}`

func TestEpisodesRefuse(t *testing.T) {
	for name, text := range map[string]string{
		"empty":      "",
		"no json":    "hello\n",
		"cut short":  goodEpisode + "\n" + goodEpisode[:60],
		"version":    strings.Replace(goodEpisode, `"v":1`, `"v":2`, 1),
		"no env":     strings.Replace(goodEpisode, "Walk-v0", "", 1),
		"lengths":    strings.Replace(goodEpisode, "[1]", "[1,0]", 1),
		"both kinds": strings.Replace(goodEpisode, `"actions":[1]`, `"actions":[1],"vectors":[[0.5]]`, 1),
		"bad hash":   strings.Replace(goodEpisode, "0123456789abcdef", "123", 1),
		"wrong type": strings.Replace(goodEpisode, `"seed":3`, `"seed":-3`, 1),
	} {
		var last error
		for _, err := range miniflow.Episodes(strings.NewReader(text)) {
			last = err
		}
		require.ErrorIs(t, last, miniflow.ErrEpisode, name)
	}
}

// FuzzEpisodes feeds the reader anything: it must not panic, and what it accepts
// must survive a round trip.
func FuzzEpisodes(f *testing.F) {
	f.Add([]byte(goodEpisode + "\n" + goodEpisode))
	f.Add([]byte(strings.Replace(goodEpisode, `"actions":[1]`, `"actions":[],"vectors":[[0.5,1e300]]`, 1)))
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for e, err := range miniflow.Episodes(bytes.NewReader(data)) {
			if err != nil {
				require.ErrorIs(t, err, miniflow.ErrEpisode)
				continue
			}
			var first, second writer
			require.NoError(t, e.Write(&first))
			text := first.String()
			for again, err := range miniflow.Episodes(&first) {
				require.NoError(t, err)
				require.NoError(t, again.Write(&second))
			}
			require.Equal(t, text, second.String())
		}
	})
}
