package golden_test

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/internal/golden"
)

// folder makes a data folder with a plain and a compressed file.
func folder(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv(golden.Env, dir)
	require.NoError(t, os.Mkdir(filepath.Join(dir, "set"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "set", "a.json"), []byte(`{"n":1}`), 0o644))
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	_, err := w.Write([]byte("{\"n\":1}\n{\"n\":2}\n"))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.NoError(t, os.WriteFile(filepath.Join(dir, "set", "b.jsonl.gz"), z.Bytes(), 0o644))
}

func TestRead(t *testing.T) {
	folder(t)
	require.Equal(t, []string{"set/a.json", "set/b.jsonl"}, golden.Glob(t, "set/*"))
	require.Equal(t, []string{"set/b.jsonl"}, golden.Glob(t, "set/*.jsonl"))

	type row struct{ N int }
	var a row
	require.True(t, golden.Decode(t, "set/a.json", &a))
	require.Equal(t, row{1}, a)

	var lines, sum int
	for n, r := range golden.Lines[row](t, "set/b.jsonl") {
		lines, sum = n, sum+r.N
	}
	require.Equal(t, 2, lines)
	require.Equal(t, 3, sum)
}

func TestMissing(t *testing.T) {
	folder(t)
	require.Nil(t, golden.Open(t, "set/none"))
	require.False(t, golden.Decode(t, "set/none.json", new(int)))
	require.Empty(t, golden.Glob(t, "none/*"))
	for range golden.Lines[int](t, "set/none.jsonl") {
		require.Fail(t, "a missing file has no lines")
	}
}

func TestDirInModule(t *testing.T) {
	t.Setenv(golden.Env, "")
	dir := golden.Dir(t)
	require.Equal(t, "golden", filepath.Base(dir))
	require.Contains(t, []string{"shared", "testdata"}, filepath.Base(filepath.Dir(dir)))
}

func TestReport(t *testing.T) {
	var b bytes.Buffer
	golden.Report(&b, "minigrid", 76, "%d episodes, %d steps, %d mismatches", 380, 9500, 0)
	require.Equal(t, "golden minigrid: 76 ids, 380 episodes, 9500 steps, 0 mismatches\n", b.String())
}
