package agents

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// The files of a run's folder, next to those of measurements and pictures.
const (
	configFile     = "config.json"
	checkpointFile = "checkpoint.safetensors"
	evaluationFile = "evaluation.json"
	bestEpisode    = "best.jsonl"
	bestGIF        = "best.gif"
)

// Run says what to train on what. Its JSON form is a run's config.json.
type Run struct {
	// Dir is the folder for the run's files. The default (empty) is to write
	// nothing.
	Dir string
	// Env is the environment to learn in.
	Env EnvConfig
	// Algorithm is the kind of agent, with its settings.
	Algorithm Algorithm
	// Steps is the number of environment steps, over all lanes, to train for. The
	// update that reaches it is finished.
	Steps int
	// Seed determines everything that is drawn: lane i's worlds from seed+i,
	// parameters, actions and minibatches from other streams of it.
	Seed uint64
	// Target ends the training as soon as the mean return of the last [Window]
	// episodes reaches it. The default (zero) is none.
	Target float64
	// Transfer takes parts of another run's network. The default (nil) is not to.
	Transfer *Transfer
}

// Transfer says what to take from another run, and what to keep fixed.
type Transfer struct {
	// From is the folder of the other run.
	From string `json:"from,omitempty"`
	// Blocks are the blocks to load from it. The default (none) is all.
	Blocks []string `json:"blocks,omitempty"`
	// Freeze are the blocks that are not trained. The default is none.
	Freeze []string `json:"freeze,omitempty"`
}

const runVersion = 1

type runJSON struct {
	Version  int             `json:"version"`
	Env      EnvConfig       `json:"env"`
	Agent    string          `json:"agent"`
	Config   json.RawMessage `json:"config"`
	Steps    int             `json:"steps"`
	Seed     uint64          `json:"seed"`
	Target   float64         `json:"target,omitempty"`
	Transfer *Transfer       `json:"transfer,omitempty"`
}

// ErrRun says that a folder is not that of a run.
var ErrRun = errors.New("not a run")

// Open reads the config.json of a run's folder.
func Open(dir string) (*Run, error) {
	data, err := os.ReadFile(filepath.Join(dir, configFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("agents: open %s: %w: it has no %s", dir, ErrRun, configFile)
	}
	if err != nil {
		return nil, fmt.Errorf("agents: open run: %w", err)
	}
	return ParseRun(dir, data)
}

// ParseRun reads a run's config.json from memory, for places without files. dir
// is the name of the run, and its folder if it has one.
func ParseRun(dir string, data []byte) (*Run, error) {
	var j runJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return nil, fmt.Errorf("agents: open %s: %w: %s: %w", dir, ErrRun, configFile, err)
	}
	if j.Version != runVersion {
		return nil, fmt.Errorf("agents: open %s: %w: %s has version %d, this program reads %d", dir, ErrRun, configFile, j.Version, runVersion)
	}
	a, err := NewAlgorithm(j.Agent)
	if err != nil {
		return nil, fmt.Errorf("agents: open %s: %w", dir, err)
	}
	if err := Configure(a, j.Config); err != nil {
		return nil, fmt.Errorf("agents: open %s: %w: %w", dir, ErrRun, err)
	}
	locate(a, dir)
	return &Run{Dir: dir, Env: j.Env, Algorithm: a, Steps: j.Steps, Seed: j.Seed, Target: j.Target, Transfer: j.Transfer}, nil
}

// Configure sets the fields of an algorithm that the JSON object data names. It
// fails at a field that there is not, or a value of another type.
func Configure(a Algorithm, data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(a); err != nil {
		return settingError(a, data, err)
	}
	return nil
}

// Exists reports whether dir holds a run.
func Exists(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, configFile))
	return err == nil
}

// write writes config.json.
func (r *Run) write() error {
	a, err := within(r.Algorithm, r.Dir)
	if err != nil {
		return err
	}
	config, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("agents: settings of %s: %w", r.Algorithm.Name(), err)
	}
	return writeJSON(filepath.Join(r.Dir, configFile), runJSON{runVersion, r.Env, r.Algorithm.Name(), config, r.Steps, r.Seed, r.Target, r.Transfer})
}

func writeJSON(path string, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("agents: write %s: %w", path, err)
	}
	return WriteFile(path, append(data, '\n'))
}

// WriteFile writes a file whole or not at all: into a temporary file beside it,
// which is flushed to disk and then renamed.
func WriteFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("agents: write %s: %w", path, err)
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("agents: write %s: %w", path, errors.Join(err, os.Remove(f.Name())))
	}
	return syncDir(filepath.Dir(path))
}

// MakeDir makes a folder if there is none, and fails if files cannot be made in it.
func MakeDir(dir string) error {
	err := os.MkdirAll(dir, 0o755)
	if err == nil {
		var f *os.File
		if f, err = os.CreateTemp(dir, ".try-*"); err == nil {
			return errors.Join(f.Close(), os.Remove(f.Name()))
		}
	}
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("no files can be written to the folder %s: %w", dir, err)
}

// syncDir makes a rename last. Systems that cannot flush a folder do so by
// themselves.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("agents: write into %s: %w", dir, err)
	}
	_ = d.Sync()
	return d.Close()
}
