// Package golden finds and reads the recorded data that tests compare with:
// what the original Python packages did. Only tests import it.
//
// The data are in the first of these folders that there is:
//
//	$MINIFLOW_GOLDEN, if it is set, even if there is no such folder
//	<module root>/../shared/golden
//	<module root>/testdata/golden
//
// Names are slash-separated and relative to that folder. A file may be stored
// compressed with ".gz" appended to its name; it is asked for without.
package golden

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Env is the environment variable that names the data folder.
const Env = "MINIFLOW_GOLDEN"

// Dir returns the data folder. It may be missing: then there are no files in it,
// and a test reports 0 ids.
func Dir(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv(Env); dir != "" {
		return dir
	}
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	if dir := filepath.Join(filepath.Dir(root), "shared", "golden"); isDir(dir) {
		return dir
	}
	return filepath.Join(root, "testdata", "golden")
}

// Glob returns the sorted names of the files that match pattern, as in
// [filepath.Match], without ".gz". It is empty if there are none.
func Glob(t testing.TB, pattern string) []string {
	t.Helper()
	dir := Dir(t)
	var names []string
	for _, suffix := range []string{"", ".gz"} {
		paths, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)+suffix))
		if err != nil {
			t.Fatalf("golden: pattern %q: %v", pattern, err)
		}
		for _, p := range paths {
			name, err := filepath.Rel(dir, p)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, strings.TrimSuffix(filepath.ToSlash(name), ".gz"))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Open returns the contents of the named file, decompressed, or nil if there is
// none. It fails the test if the file cannot be read.
func Open(t testing.TB, name string) io.Reader {
	t.Helper()
	path := filepath.Join(Dir(t), filepath.FromSlash(name))
	if data := read(t, path); data != nil {
		return bytes.NewReader(data)
	}
	data := read(t, path+".gz")
	if data == nil {
		return nil
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("golden: %s.gz: %v", name, err)
	}
	return z
}

// Decode decodes the named JSON file into v. It reports whether the file
// exists, and fails the test if it is no such JSON.
func Decode(t testing.TB, name string, v any) bool {
	t.Helper()
	r := Open(t, name)
	if r == nil {
		return false
	}
	if err := json.NewDecoder(r).Decode(v); err != nil {
		t.Fatalf("golden: %s: %v", name, err)
	}
	return true
}

// Lines decodes the named file, one JSON value a line, and yields each with its
// line number from 1 on. It yields nothing if there is no such file, and fails
// the test at a line that is no T.
func Lines[T any](t testing.TB, name string) iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		t.Helper()
		r := Open(t, name)
		if r == nil {
			return
		}
		d := json.NewDecoder(r)
		for n := 1; ; n++ {
			var v T
			err := d.Decode(&v)
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatalf("golden: %s, line %d: %v", name, n, err)
			}
			if !yield(n, v) {
				return
			}
		}
	}
}

// Report writes the one summary line of a golden test to w, such as
//
//	golden minigrid: 76 ids, 380 episodes, 9500 steps, 0 mismatches
//
// where format and args say what follows the number of ids.
func Report(w io.Writer, suite string, ids int, format string, args ...any) {
	fmt.Fprintf(w, "golden %s: %d ids, %s\n", suite, ids, fmt.Sprintf(format, args...))
}

// read returns the bytes of a file, nil if it does not exist.
func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatalf("golden: %v", err)
	}
	return data
}

// moduleRoot walks up from the working directory, which for a test is its
// package, to the folder of go.mod.
func moduleRoot() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("golden: %w", err)
	}
	for dir := start; ; {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("golden: no go.mod above %s: run the test inside the module", start)
		}
		dir = up
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
