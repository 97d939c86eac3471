package main

import (
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"fmt"
	"runtime"

	"github.com/miniflow-rl/miniflow"
)

// program is one build of cmd/miniflow.
type program struct {
	os, arch string
	// headless leaves windows out: Ebiten looks for X11's and OpenGL's libraries
	// through the C library, so only without it is a program for Linux static.
	headless bool
}

var programs = []program{
	{"linux", "amd64", false}, {"linux", "amd64", true}, {"linux", "arm64", false}, {"linux", "arm64", true},
	{"darwin", "amd64", false}, {"darwin", "arm64", false}, {"windows", "amd64", false},
}

// name returns the file's name.
func (p program) name() string {
	name := fmt.Sprintf("miniflow-%s-%s-%s", miniflow.Version, p.os, p.arch)
	if p.headless {
		name += "-headless"
	}
	if p.os == "windows" {
		name += ".exe"
	}
	return name
}

// runs reports whether this machine can run it.
func (p program) runs() bool { return p.os == runtime.GOOS && p.arch == runtime.GOARCH }

// programs builds cmd/miniflow for every machine.
func (r *release) programs() error {
	for _, p := range r.chosen() {
		args := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", r.path(p.name())}
		if p.headless {
			args = append(args, "-tags=headless")
		}
		fmt.Println("building", p.name())
		cmd := r.command([]string{"GOOS=" + p.os, "GOARCH=" + p.arch, "CGO_ENABLED=0"}, "go", append(args, "./cmd/miniflow")...)
		if _, err := output(cmd); err != nil {
			return err
		}
		if err := p.inspect(r.path(p.name())); err != nil {
			return fmt.Errorf("%s: %w", p.name(), err)
		}
	}
	return nil
}

// chosen returns the programs that were asked for.
func (r *release) chosen() []program {
	var list []program
	for _, p := range programs {
		if r.has("programs") || r.has("own") && p.runs() {
			list = append(list, p)
		}
	}
	return list
}

// inspect reads the file's header: it must be for the right machine, and a
// headless one must ask for no dynamic linker.
func (p program) inspect(path string) error {
	var machine string
	switch p.os {
	case "linux":
		f, err := elf.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		machine = map[elf.Machine]string{elf.EM_X86_64: "amd64", elf.EM_AARCH64: "arm64"}[f.Machine]
		for _, s := range f.Progs {
			if s.Type == elf.PT_INTERP && p.headless {
				return fmt.Errorf("the program is not static: it asks for a dynamic linker")
			}
		}
	case "darwin":
		f, err := macho.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		machine = map[macho.Cpu]string{macho.CpuAmd64: "amd64", macho.CpuArm64: "arm64"}[f.Cpu]
	case "windows":
		f, err := pe.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		machine = map[uint16]string{pe.IMAGE_FILE_MACHINE_AMD64: "amd64"}[f.Machine]
	}
	if machine != p.arch {
		return fmt.Errorf("the program is for %q, not %s", machine, p.arch)
	}
	return nil
}
