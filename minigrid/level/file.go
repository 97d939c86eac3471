package level

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// maxFile bounds the size of a level file.
const maxFile = 16 << 20

// Parse reads a level in any form: JSON, a map in letters or a code.
func Parse(data []byte) (*Level, error) {
	trimmed := bytes.TrimSpace(data)
	switch {
	case bytes.HasPrefix(trimmed, []byte("{")):
		return ParseJSON(data)
	case bytes.HasPrefix(trimmed, []byte(codePrefix)):
		return ParseCode(string(trimmed))
	}
	return ParseText(data)
}

// Load reads a level file in any form. Errors name the file.
func Load(path string) (*Level, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() || info.Size() > maxFile {
		return nil, fmt.Errorf("%s: want a level file of at most %d bytes: %w", path, maxFile, ErrLevel)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	l, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if l.Name == "" {
		l.Name = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		if checkText("name", l.Name) != nil {
			l.Name = ""
		}
	}
	return l, nil
}

// Save writes a level, as JSON if the name of the file ends in .json and as a map
// in letters if it ends in .txt. The file is complete or not there at all.
func (l *Level) Save(path string) error {
	if err := l.Validate(); err != nil {
		return fmt.Errorf("save %s: %w", path, err)
	}
	var data []byte
	var err error
	switch filepath.Ext(path) {
	case ".json":
		data, err = l.JSON()
	case ".txt":
		data = []byte(l.Text())
	default:
		err = fmt.Errorf("level: save %s: want a name that ends in .json or .txt: %w", path, ErrLevel)
	}
	if err != nil {
		return err
	}
	return WriteFile(path, data)
}

// WriteFile writes a file that is complete or not there at all, whenever the
// program ends.
func WriteFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".level-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails once it has its name
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return err
}
