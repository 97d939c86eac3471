package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/miniflow-rl/miniflow"
)

// try runs what can run here and reads what cannot.
func (r *release) try() error {
	if err := verify(r.dir); err != nil {
		return err
	}
	fmt.Println("ok: checksums")
	for _, p := range r.chosen() {
		if !p.runs() {
			fmt.Println("ok: a program for its machine, not run here:", p.name())
			continue
		}
		if err := r.tryProgram(p); err != nil {
			return err
		}
		fmt.Println("ok: version, envs, demo:", p.name())
	}
	if r.has("web") {
		if err := r.tryWeb(); err != nil {
			return err
		}
		fmt.Println("ok: page, runtime and player:", webFile)
	}
	if r.has("wheel") {
		if err := r.tryWheel(); err != nil {
			return err
		}
		fmt.Println("ok: installed, and the readme's program run: the wheel")
	}
	return nil
}

// tryProgram asks for the version and an environment, and trains the demo.
func (r *release) tryProgram(p program) error {
	work, err := os.MkdirTemp("", "miniflow-release-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"version"}, "miniflow " + miniflow.Version + " "},
		{[]string{"envs", "MiniGrid-DoorKey-8x8-v0"}, "MiniGrid-DoorKey-8x8-v0"},
		{[]string{"demo"}, "Reached after "},
	} {
		cmd := r.command(nil, r.path(p.name()), c.args...)
		cmd.Dir = work
		out, err := output(cmd)
		if err != nil {
			return err
		}
		if !strings.Contains(out, c.want) {
			return fmt.Errorf("%s %s does not print %q", p.name(), c.args[0], c.want)
		}
	}
	return nil
}
