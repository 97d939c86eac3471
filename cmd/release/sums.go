package main

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

const sumsFile = "SHA256SUMS"

// sums writes the checksum of every file of the release.
func (r *release) sums() error {
	entries, err := os.ReadDir(r.dir)
	if err != nil {
		return err
	}
	var text strings.Builder
	for _, e := range entries {
		sum, err := sumOf(r.path(e.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&text, "%s  %s\n", sum, e.Name())
	}
	return os.WriteFile(r.path(sumsFile), []byte(text.String()), 0o644)
}

func sumOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

// verify compares the files of a release with its checksums.
func verify(dir string) error {
	f, err := os.Open(filepath.Join(dir, sumsFile))
	if err != nil {
		return err
	}
	defer f.Close()
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	n := 0
	for s := bufio.NewScanner(f); s.Scan(); n++ {
		want, name, _ := strings.Cut(s.Text(), "  ")
		got, err := sumOf(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("%s: the checksum is %s, not %s as %s says", name, got, want, sumsFile)
		}
	}
	if n != len(entries)-1 {
		return fmt.Errorf("%s has %d files, the folder %d", sumsFile, n, len(entries)-1)
	}
	return nil
}
