package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// licences collects the terms of everything that is compiled in: our own, Go's,
// and those of the modules that the programs, the player and the Python package
// are made of.
func (r *release) licences() error {
	list := map[string]string{} // folder by module
	for _, env := range [][]string{{"GOOS=linux"}, {"GOOS=darwin"}, {"GOOS=windows"}, {"GOOS=js", "GOARCH=wasm"}} {
		out, err := output(r.command(append(env, "CGO_ENABLED=0"), "go", "list", "-deps",
			"-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}", "./cmd/miniflow", "./cmd/miniflow-web", "./python/lib"))
		if err != nil {
			return err
		}
		for line := range strings.Lines(out) {
			if module, dir, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
				list[module] = dir
			}
		}
	}
	goroot, err := output(r.command(nil, "go", "env", "GOROOT"))
	if err != nil {
		return err
	}
	var text bytes.Buffer
	modules := []string{"miniflow", "Go"}
	for m := range list {
		modules = append(modules, m)
	}
	slices.Sort(modules[2:])
	list["miniflow"], list["Go"] = r.root, goroot
	for _, m := range modules {
		terms, err := termsIn(list[m])
		if err != nil {
			return err
		}
		if len(terms) == 0 {
			return fmt.Errorf("%s has no licence file in %s", m, list[m])
		}
		fmt.Fprintf(&text, "%s\n%s\n\n", m, strings.Repeat("=", len(m)))
		for _, t := range terms {
			text.Write(bytes.TrimSpace(t))
			text.WriteString("\n\n")
		}
	}
	return os.WriteFile(r.path("LICENSES.txt"), text.Bytes(), 0o644)
}

// termsIn reads the licences and notices in a folder.
func termsIn(dir string) ([][]byte, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var terms [][]byte
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		if e.IsDir() || !strings.HasPrefix(name, "LICEN") && !strings.HasPrefix(name, "COPYING") && !strings.HasPrefix(name, "NOTICE") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		terms = append(terms, data)
	}
	return terms, nil
}
