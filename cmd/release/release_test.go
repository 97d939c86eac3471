package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
)

// A small release is whole, is replaced by the next one, and a failed one leaves
// nothing behind. The long tier builds and tries this machine's programs, too.
func TestRelease(t *testing.T) {
	root, err := moduleRoot()
	require.NoError(t, err)
	t.Chdir(root)
	out := filepath.Join(t.TempDir(), "dist")
	r := func(parts ...string) *release {
		return &release{ctx: t.Context(), out: out, python: "no-such-python", parts: parts}
	}
	require.ErrorContains(t, r("wheel").run(), "no-such-python")
	require.ErrorContains(t, r("weel").run(), "use some of programs, own, web, wheel")
	require.Empty(t, folder(t, filepath.Dir(out)), "a failed release leaves nothing")

	want := []string{"LICENSES.txt", sumsFile}
	var parts []string
	if os.Getenv("MINIFLOW_LONG") == "1" {
		parts = []string{"own", "web"}
		for _, p := range programs {
			if p.runs() {
				want = append(want, p.name())
			}
		}
		want = append(want, webFile)
	}
	for range 2 {
		require.NoError(t, r(parts...).run())
		require.ElementsMatch(t, want, folder(t, out))
		require.Equal(t, []string{"dist"}, folder(t, filepath.Dir(out)))
	}
	terms, err := os.ReadFile(filepath.Join(out, "LICENSES.txt"))
	require.NoError(t, err)
	for _, name := range []string{"NumPy Developers", "github.com/hajimehoshi/ebiten/v2 v", "gonum.org/v1/gonum v", "\nGo\n"} {
		require.Contains(t, string(terms), name)
	}

	gone := r()
	gone.dir = filepath.Join(filepath.Dir(out), "gone")
	require.Error(t, gone.publish())
	require.Equal(t, []string{"dist"}, folder(t, filepath.Dir(out)))
	require.NoError(t, verify(out), "the older release is there again")

	own := filepath.Join(out, "notes.txt")
	require.NoError(t, os.WriteFile(own, nil, 0o644))
	require.ErrorContains(t, r().run(), "notes.txt is of no release and would be lost")
	require.NoError(t, os.Remove(own))

	require.NoError(t, os.WriteFile(filepath.Join(out, "LICENSES.txt"), []byte("none"), 0o644))
	require.ErrorContains(t, verify(out), "LICENSES.txt: the checksum is")
	require.NoError(t, os.Remove(filepath.Join(out, sumsFile)))
	require.ErrorContains(t, r(parts...).run(), "is no release")
}

func folder(t *testing.T, dir string) (names []string) {
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// The header of a program tells what machine it is for.
func TestInspect(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	p := program{os: runtime.GOOS, arch: runtime.GOARCH}
	require.NoError(t, p.inspect(self))
	p.arch = "sparc"
	require.ErrorContains(t, p.inspect(self), "not sparc")
	require.Error(t, p.inspect("release_test.go"))
}

// The Python package has the module's version.
func TestVersion(t *testing.T) {
	root, err := moduleRoot()
	require.NoError(t, err)
	data, err := os.ReadFile(filepath.Join(root, "python", "miniflow", "__init__.py"))
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(data), "\n__version__ = \""+miniflow.Version+"\"\n"))
}
