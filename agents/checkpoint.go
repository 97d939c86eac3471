package agents

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/miniflow-rl/miniflow/agents/nn"
)

// ErrCheckpoint says that a file is no checkpoint, is cut short or damaged, or
// does not fit the agent that is to go on from it.
var ErrCheckpoint = errors.New("bad checkpoint")

// Meta is what a checkpoint says about itself.
type Meta struct {
	Agent        string `json:"agent"`
	Env          string `json:"env"`
	Steps        int    `json:"steps"`         // environment steps taken
	MetricsBytes int64  `json:"metrics_bytes"` // lengths of the measurement files
	EventsBytes  int64  `json:"events_bytes"`
}

// State is everything that a run needs to go on: named arrays. A checkpoint is
// a State in a safetensors file, so that other programs can read it too.
//
// The methods remember the first error, which [State.Err] returns, so that a
// list of them needs one check.
type State struct {
	Meta Meta
	// File holds the arrays; parameters and optimisers export to it.
	File nn.File
	err  error
}

// Names in the metadata of a checkpoint file.
const (
	metaVersion  = "miniflow.checkpoint" // the version of the format
	metaRun      = "miniflow.run"        // Meta as JSON
	metaChecksum = "miniflow.crc32c"     // of all arrays' bytes, in hexadecimal
)

const checkpointVersion = "1"

// PutInts adds integers.
func (s *State) PutInts(name string, x []int64) { s.File.AddInts(name, x) }

// PutFloats adds float64 values.
func (s *State) PutFloats(name string, x []float64) { s.File.AddFloats(name, []int{len(x)}, x) }

// PutBytes adds bytes.
func (s *State) PutBytes(name string, x []byte) {
	s.File.Tensors = append(s.File.Tensors, nn.Tensor{Name: name, DType: "U8", Shape: []int{len(x)}, Data: slices.Clone(x)})
}

// Ints reads what PutInts wrote; the length must be that of dst.
func (s *State) Ints(name string, dst []int64) { read(s, name, dst, s.File.Ints) }

// Floats reads what PutFloats wrote; the length must be that of dst.
func (s *State) Floats(name string, dst []float64) { read(s, name, dst, s.File.Floats) }

func read[T any](s *State, name string, dst []T, get func(string) ([]T, error)) {
	x, err := get(name)
	if err == nil && len(x) != len(dst) {
		err = fmt.Errorf("array %q has %d elements, want %d", name, len(x), len(dst))
	}
	if err != nil {
		s.fail(err)
		return
	}
	copy(dst, x)
}

// Bytes returns what PutBytes added, nil if there is none.
func (s *State) Bytes(name string) []byte {
	t, err := s.File.Get(name)
	if err == nil && t.DType != "U8" {
		err = fmt.Errorf("array %q has type %s, want U8", name, t.DType)
	}
	if err != nil {
		s.fail(err)
		return nil
	}
	return t.Data
}

// Err returns the first error of the methods above. It wraps [ErrCheckpoint].
func (s *State) Err() error { return s.err }

func (s *State) fail(err error) {
	if s.err == nil {
		s.err = fmt.Errorf("agents: %w: %w", ErrCheckpoint, err)
	}
}

// Encode returns the checkpoint's bytes.
func (s *State) Encode() ([]byte, error) {
	run, err := json.Marshal(s.Meta)
	if err != nil {
		return nil, fmt.Errorf("agents: checkpoint: %w", err)
	}
	s.File.Meta = map[string]string{metaVersion: checkpointVersion, metaRun: string(run), metaChecksum: checksum(&s.File)}
	return s.File.Encode()
}

func checksum(f *nn.File) string {
	sum := uint32(0)
	for _, t := range f.Tensors {
		sum = crc32.Update(sum, crc32.MakeTable(crc32.Castagnoli), t.Data)
	}
	return strconv.FormatUint(uint64(sum), 16)
}

// DecodeState reads a checkpoint's bytes, which the State goes on using. The
// error wraps [ErrCheckpoint] if they are not exactly what [State.Encode] makes.
func DecodeState(data []byte) (*State, error) {
	bad := func(why any) (*State, error) { return nil, fmt.Errorf("agents: %w: %v", ErrCheckpoint, why) }
	f, err := nn.Decode(data)
	if err != nil {
		return bad(err)
	}
	version, ok := f.Meta[metaVersion]
	if !ok {
		return bad("it is a safetensors file of another program")
	}
	if version != checkpointVersion {
		return bad(fmt.Sprintf("it has version %.20q, this program reads %q", version, checkpointVersion))
	}
	if f.Meta[metaChecksum] != checksum(f) {
		return bad("its checksum is wrong: it is damaged")
	}
	s := &State{File: *f}
	if err := json.Unmarshal([]byte(f.Meta[metaRun]), &s.Meta); err != nil {
		return bad(err)
	}
	if s.Meta.Steps < 0 || s.Meta.MetricsBytes < 0 || s.Meta.EventsBytes < 0 {
		return bad("its counts are negative")
	}
	return s, nil
}

// ReadCheckpoint reads the checkpoint in a run's folder.
func ReadCheckpoint(dir string) (*State, error) {
	path := filepath.Join(dir, checkpointFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("agents: %s has no %s: %w", dir, checkpointFile, ErrRun)
	}
	if err != nil {
		return nil, fmt.Errorf("agents: read checkpoint: %w", err)
	}
	s, err := DecodeState(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// write replaces the checkpoint in a run's folder.
func (s *State) write(dir string) error {
	data, err := s.Encode()
	if err != nil {
		return err
	}
	return WriteFile(filepath.Join(dir, checkpointFile), data)
}
