package agents

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestFollowerWithoutRun(t *testing.T) {
	_, err := NewFollower(t.TempDir(), nil)
	require.ErrorIs(t, err, ErrRun)
}

// A checkpoint that cannot be read is told once, and again only when it changes.
func TestFollowerReadsNewCheckpoints(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, checkpointFile)
	require.NoError(t, os.WriteFile(file, []byte("broken"), 0o644))
	f, err := NewFollower(dir, nil)
	require.NoError(t, err)
	p, err := f.Next()
	require.NoError(t, err, "it was there already")
	require.Nil(t, p)
	require.NoError(t, os.Chtimes(file, time.Time{}, time.Now().Add(time.Minute)))
	_, err = f.Next()
	require.ErrorIs(t, err, ErrRun)
	p, err = f.Next()
	require.NoError(t, err)
	require.Nil(t, p)
}
