package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// wheel builds the Python package for this platform.
func (r *release) wheel() error {
	if !r.has("wheel") {
		return nil
	}
	fmt.Println("building the Python package")
	_, err := output(r.command(nil, r.python, "-m", "pip", "-q", "wheel", "--no-deps", "-w", r.dir, "./python"))
	return err
}

// tryWheel installs the wheel into an environment of its own and runs the first
// program of the package's readme.
func (r *release) tryWheel() error {
	wheels, err := filepath.Glob(r.path("*.whl"))
	if err != nil || len(wheels) != 1 {
		return fmt.Errorf("%d wheels were built: want 1", len(wheels))
	}
	readme, err := os.ReadFile(filepath.Join(r.root, "python", "README.md"))
	if err != nil {
		return err
	}
	_, code, _ := strings.Cut(string(readme), "```python\n")
	code, _, found := strings.Cut(code, "```")
	if !found {
		return fmt.Errorf("python/README.md has no Python program")
	}
	env, err := os.MkdirTemp("", "miniflow-release-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(env)
	if _, err := output(r.command(nil, r.python, "-m", "venv", env)); err != nil {
		return err
	}
	bin := filepath.Join(env, "bin", "python")
	if _, err := os.Stat(bin); err != nil {
		bin = filepath.Join(env, "Scripts", "python.exe")
	}
	if _, err := output(r.command(nil, bin, "-m", "pip", "-q", "install", wheels[0])); err != nil {
		return err
	}
	cmd := r.command(nil, bin, "-c", code)
	cmd.Dir = env // not beside the sources: what is tried is what was installed
	_, err = output(cmd)
	return err
}
