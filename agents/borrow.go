package agents

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Borrower is an [Algorithm] some of whose settings name files, or the folders of
// other runs. A run takes copies of them into its own folder when it begins: then it
// can be moved, and does not change with them. Its config.json names the copies
// relative to that folder.
type Borrower interface {
	Algorithm
	// Borrowed returns these settings by their JSON names. Empty ones name nothing.
	Borrowed() map[string]*string
}

// loan is what a setting of a [Borrower] names, read into memory.
type loan struct {
	setting string
	name    string            // of the copy in the run's folder
	files   map[string][]byte // by their names in it; of a single file, "" is its name
}

// borrow reads what the settings of an algorithm name, but for what is in the run's
// folder already.
func borrow(a Algorithm, dir string) ([]loan, error) {
	b, ok := a.(Borrower)
	if !ok {
		return nil, nil
	}
	var loans []loan
	for setting, path := range named(b) {
		if filepath.Dir(*path) == filepath.Clean(dir) {
			continue
		}
		l := loan{setting, setting, map[string][]byte{}}
		from := []string{configFile, checkpointFile}
		info, err := os.Stat(*path)
		if err == nil && !info.IsDir() {
			l.name, from = setting+filepath.Ext(*path), []string{""}
		}
		for _, name := range from {
			data, err := os.ReadFile(filepath.Join(*path, name))
			if err != nil {
				return nil, fmt.Errorf("agents: setting %s: %w", setting, err)
			}
			l.files[name] = data
		}
		loans = append(loans, l)
	}
	return loans, nil
}

// named are the settings of b that name something, in the order of their names.
func named(b Borrower) func(yield func(string, *string) bool) {
	return func(yield func(string, *string) bool) {
		all := b.Borrowed()
		for _, setting := range slices.Sorted(maps.Keys(all)) {
			if *all[setting] != "" && !yield(setting, all[setting]) {
				return
			}
		}
	}
}

// settled fails if a loan has changed since it was read: an agent may have been made
// of the newer one.
func (r *Run) settled(loans []loan) error {
	again, err := borrow(r.Algorithm, r.Dir)
	if err != nil {
		return err
	}
	for k, l := range loans {
		if !maps.EqualFunc(l.files, again[k].files, bytes.Equal) {
			return fmt.Errorf("agents: setting %s: what it names has just been written to: try again when that is complete", l.setting)
		}
	}
	return nil
}

// keep copies loans into the run's folder and has the run's own copy of its
// algorithm name them.
func (r *Run) keep(loans []loan) error {
	if len(loans) == 0 {
		return nil
	}
	a, err := clone(r.Algorithm)
	if err != nil {
		return err
	}
	for _, l := range loans {
		path := filepath.Join(r.Dir, l.name)
		for name, data := range l.files {
			at := filepath.Join(path, name)
			if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
				return fmt.Errorf("agents: copy what %s names: %w", l.setting, err)
			}
			if err := WriteFile(at, data); err != nil {
				return err
			}
		}
		*a.(Borrower).Borrowed()[l.setting] = path
	}
	r.Algorithm = a
	return nil
}

// clone returns a copy of an algorithm with all its settings.
func clone(a Algorithm) (Algorithm, error) {
	data, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("agents: settings of %s: %w", a.Name(), err)
	}
	c, err := NewAlgorithm(a.Name())
	if err != nil {
		return nil, err
	}
	return c, Configure(c, data)
}

// within returns an algorithm whose paths into a folder are relative to it, and all
// others absolute.
func within(a Algorithm, dir string) (Algorithm, error) {
	b, ok := a.(Borrower)
	if !ok {
		return a, nil
	}
	a, err := clone(b)
	if err != nil {
		return nil, err
	}
	for setting, path := range named(a.(Borrower)) {
		if filepath.Dir(*path) == filepath.Clean(dir) {
			*path = filepath.Base(*path)
		} else if *path, err = filepath.Abs(*path); err != nil {
			return nil, fmt.Errorf("agents: setting %s: %w", setting, err)
		}
	}
	return a, nil
}

// locate has relative paths of an algorithm's settings begin at a run's folder.
// Those that name nothing there stay as they are.
func locate(a Algorithm, dir string) {
	b, ok := a.(Borrower)
	if !ok {
		return
	}
	for _, path := range named(b) {
		if in := filepath.Join(dir, *path); !filepath.IsAbs(*path) {
			if _, err := os.Stat(in); err == nil {
				*path = in
			}
		}
	}
}
