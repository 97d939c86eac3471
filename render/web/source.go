package web

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
)

const modulePath = "github.com/miniflow-rl/miniflow"

// source returns the root folder of this module's source: where this program was
// compiled from if that still exists, else the same version in the module cache,
// downloaded if need be.
func (b *builder) source() (string, error) {
	if _, file, _, ok := runtime.Caller(0); ok && filepath.IsAbs(file) {
		if root := filepath.Join(filepath.Dir(file), "..", ".."); isSource(root) {
			return root, nil
		}
	}
	if version := ownVersion(); version != "" {
		// This fails for a version that was never published.
		out, err := b.run("", "mod", "download", "-json", modulePath+"@"+version)
		var m struct{ Dir string }
		if err == nil && json.Unmarshal(out, &m) == nil && isSource(m.Dir) {
			return m.Dir, nil
		}
	}
	if out, err := b.run("", "list", "-m", "-f", "{{.Dir}}", modulePath); err == nil {
		if root := strings.TrimSpace(string(out)); isSource(root) {
			return root, nil
		}
	}
	return "", errors.New("the browser's player is compiled from miniflow's source, which is not on this machine: run this in a clone of the project")
}

// isSource reports whether a folder is the root of this module.
func isSource(root string) bool {
	data, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil || !strings.HasPrefix(string(data), "module "+modulePath+"\n") {
		return false
	}
	info, err := os.Stat(filepath.Join(root, program))
	return err == nil && info.IsDir()
}

// ownVersion returns the version of this module in the running program, "" if it
// was built from a folder.
func ownVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	version := ""
	if info.Main.Path == modulePath {
		version = info.Main.Version
	}
	for _, m := range info.Deps {
		if m.Path == modulePath && m.Replace == nil {
			version = m.Version
		}
	}
	if version == "(devel)" || strings.Contains(version, "+dirty") {
		return ""
	}
	return version
}
