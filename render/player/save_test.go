package player

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSaveToKeepsWhatIsThere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "episodes")
	save := SaveTo(dir)
	for k, want := range []string{"e.jsonl", "e.2.jsonl", "e.3.jsonl"} {
		where, err := save("e", []byte{byte('a' + k)})
		require.NoError(t, err)
		require.Equal(t, filepath.Join(dir, want), where)
	}
	data, err := os.ReadFile(filepath.Join(dir, "e.2.jsonl"))
	require.NoError(t, err)
	require.Equal(t, "b", string(data))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 3, "nothing else is left in the folder")
}

func TestSaveToFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	_, err := SaveTo(filepath.Join(file, "episodes"))("e", []byte("x"))
	require.ErrorContains(t, err, "save an episode: ")
}
