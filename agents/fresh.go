package agents

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/miniflow-rl/miniflow"
)

// Follower restores the policy of a run anew whenever the run has written a
// checkpoint, so that a training that goes on can be watched. Make it with
// [NewFollower].
type Follower struct {
	dir  string
	env  miniflow.Env
	seen time.Time
}

// NewFollower returns a follower of the run in a folder, for policies in env. The
// checkpoint that is there already is not new to it.
func NewFollower(dir string, env miniflow.Env) (*Follower, error) {
	f := &Follower{dir: dir, env: env}
	at, err := f.written()
	f.seen = at
	return f, err
}

// written returns when the checkpoint was written.
func (f *Follower) written() (time.Time, error) {
	info, err := os.Stat(filepath.Join(f.dir, checkpointFile))
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, fmt.Errorf("agents: %s has no %s: %w", f.dir, checkpointFile, ErrRun)
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("agents: follow: %w", err)
	}
	return info.ModTime(), nil
}

// Next returns the policy of a checkpoint that was written since the last call,
// nil if there is none.
func (f *Follower) Next() (Policy, error) {
	at, err := f.written()
	if err != nil || at.Equal(f.seen) {
		return nil, err
	}
	f.seen = at
	return Restore(f.dir, f.env)
}
