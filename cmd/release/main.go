// Command release builds everything that a release consists of, tries out what
// can run on this machine, and puts it into a folder that appears whole or not
// at all:
//
//	go run ./cmd/release
//
//	dist/miniflow-VERSION-OS-ARCH         the program
//	dist/miniflow-VERSION-linux-ARCH-headless  the same without windows: fully static
//	dist/miniflow-VERSION-web.zip         the player, for any web server
//	dist/miniflow-VERSION-py3-none-*.whl  the Python package for this platform
//	dist/LICENSES.txt                     the licences of all that is compiled in
//	dist/SHA256SUMS                       for sha256sum --check
//
// The wheel needs a C compiler, Python and the Python Package Index.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/miniflow-rl/miniflow"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	r := release{ctx: ctx}
	flag.StringVar(&r.out, "out", "dist", "folder to make; an older release there is replaced")
	flag.StringVar(&r.python, "python", "python3", "Python that builds the wheel")
	only := flag.String("only", "programs,web,wheel", "what to build, separated by commas; this machine's programs alone are called own")
	flag.Parse()
	r.parts = strings.Split(*only, ",")
	if err := r.run(); err != nil {
		fmt.Fprintf(os.Stderr, "release: %v\n", err)
		os.Exit(1)
	}
}

// release is one run of the program.
type release struct {
	ctx    context.Context
	out    string   // the folder to make
	python string   // the command
	parts  []string // what to build

	root string // of the module
	dir  string // where it is built
}

// parts are what -only knows.
var parts = []string{"programs", "own", "web", "wheel"}

func (r *release) run() error {
	for _, p := range r.parts {
		if !slices.Contains(parts, p) {
			return fmt.Errorf("-only: %q is unknown: use some of %s", p, strings.Join(parts, ", "))
		}
	}
	var err error
	if r.out, err = filepath.Abs(r.out); err != nil {
		return err
	}
	if err := r.replaceable(); err != nil {
		return err
	}
	if r.root, err = moduleRoot(); err != nil {
		return err
	}
	// On the same file system, so that a rename is all that is left to do.
	if err := os.MkdirAll(filepath.Dir(r.out), 0o755); err != nil {
		return err
	}
	if r.dir, err = os.MkdirTemp(filepath.Dir(r.out), ".release-*"); err != nil {
		return err
	}
	defer os.RemoveAll(r.dir)
	if err := os.Chmod(r.dir, 0o755); err != nil {
		return err
	}
	for _, step := range []func() error{r.programs, r.web, r.wheel, r.licences, r.sums, r.try} {
		if err := step(); err != nil {
			return err
		}
	}
	return r.publish()
}

// replaceable fails unless the folder may be made: there is none, or it is a
// release and holds nothing else, which would be lost.
func (r *release) replaceable() error {
	if _, err := os.Stat(r.out); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if _, err := os.Stat(filepath.Join(r.out, sumsFile)); err != nil {
		return fmt.Errorf("%s exists and is no release: move it away, or name another folder with -out", r.out)
	}
	known, err := sumsOf(r.out)
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(r.out)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if _, ok := known[e.Name()]; !ok && e.Name() != sumsFile {
			return fmt.Errorf("%s is of no release and would be lost: move it away, or name another folder with -out", filepath.Join(r.out, e.Name()))
		}
	}
	return nil
}

// publish moves the finished folder to its place. If it cannot, the older release
// is there again.
func (r *release) publish() error {
	if _, err := os.Stat(r.out); err == nil {
		holder, err := os.MkdirTemp(filepath.Dir(r.out), ".old-*")
		if err != nil {
			return err
		}
		old := filepath.Join(holder, "release")
		if err := os.Rename(r.out, old); err != nil {
			return errors.Join(err, os.Remove(holder))
		}
		if err := os.Rename(r.dir, r.out); err != nil {
			if back := os.Rename(old, r.out); back != nil {
				return fmt.Errorf("%w, and the older release stays in %s: %w", err, old, back)
			}
			return errors.Join(err, os.Remove(holder))
		}
		if err := os.RemoveAll(holder); err != nil {
			return err
		}
	} else if err := os.Rename(r.dir, r.out); err != nil {
		return err
	}
	fmt.Printf("miniflow %s is in %s\n", miniflow.Version, r.out)
	return nil
}

// has reports whether a part was asked for.
func (r *release) has(part string) bool { return slices.Contains(r.parts, part) }

// path returns a file of the release.
func (r *release) path(name string) string { return filepath.Join(r.dir, name) }

// command prepares a command in the module's root, with some more environment.
func (r *release) command(env []string, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(r.ctx, name, args...)
	cmd.Dir = r.root
	cmd.Env = append(os.Environ(), env...)
	return cmd
}

// output runs a command and returns what it printed. The error of a command that
// fails ends with the last line of its complaints.
func output(cmd *exec.Cmd) (string, error) {
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		lines := strings.Split(strings.TrimSpace(complaints.String()), "\n")
		return "", fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, lines[len(lines)-1])
	}
	return strings.TrimSpace(string(out)), nil
}

// moduleRoot returns the folder of go.mod.
func moduleRoot() (string, error) {
	file, err := output(exec.Command("go", "env", "GOMOD"))
	if err != nil {
		return "", err
	}
	if filepath.Base(file) != "go.mod" {
		return "", errors.New("run this in a clone of the project")
	}
	return filepath.Dir(file), nil
}
