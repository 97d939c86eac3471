package player

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/miniflow-rl/miniflow"
)

// SaveFunc keeps an episode file under a name that no other file has and
// returns where it went, in words for the screen.
type SaveFunc func(name string, data []byte) (string, error)

// encode returns the episodes as a file, one a line, and a name for it without
// an extension.
func encode(episodes []miniflow.Episode, seed uint64) (name string, data []byte, err error) {
	var buf bytes.Buffer
	for i := range episodes {
		if err := episodes[i].Write(&buf); err != nil {
			return "", nil, err
		}
	}
	name = fmt.Sprintf("%s-seed%d", strings.ReplaceAll(episodes[0].Env, "/", "-"), seed)
	if n := len(episodes) - 1; n > 0 {
		name += fmt.Sprintf("+%d", n)
	}
	return name, buf.Bytes(), nil
}

// SaveTo returns a SaveFunc that writes files into a folder, which it makes if
// need be. A name that is taken gets a number. A file is there whole or not at
// all.
func SaveTo(dir string) SaveFunc {
	return func(name string, data []byte) (string, error) {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return "", fmt.Errorf("save an episode: %w", err)
		}
		tmp, err := os.CreateTemp(dir, ".episode-*")
		if err != nil {
			return "", fmt.Errorf("save an episode: %w", err)
		}
		defer os.Remove(tmp.Name())
		_, err = tmp.Write(data)
		if e := tmp.Close(); err == nil {
			err = e
		}
		if err == nil {
			err = os.Chmod(tmp.Name(), 0o644)
		}
		for n := 1; err == nil; n++ {
			path := filepath.Join(dir, numbered(name, n))
			// Creating the name first keeps the rename from replacing a file.
			f, e := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
			if os.IsExist(e) {
				continue
			}
			if err = e; err == nil {
				f.Close()
				if err = os.Rename(tmp.Name(), path); err == nil {
					return path, nil
				}
			}
		}
		return "", fmt.Errorf("save an episode: %w", err)
	}
}

func numbered(name string, n int) string {
	if n == 1 {
		return name + ".jsonl"
	}
	return fmt.Sprintf("%s.%d.jsonl", name, n)
}
