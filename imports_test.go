package miniflow_test

import (
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/miniflow-rl/miniflow"

// mayImport lists, for each part of the module, the other parts that it may
// import; a part may import itself, and internal/ is open to all. The longest
// matching name counts, and "." is the root package alone.
var mayImport = map[string][]string{
	".":                {},
	"minigrid":         {"."},
	"minigrid/babyai":  {".", "minigrid"},
	"minigrid/wfc":     {".", "minigrid"},
	"minigrid/level":   {".", "minigrid", "minigrid/babyai"},
	"minigrid/mazes":   {".", "minigrid", "minigrid/level"},
	"miniworld":        {".", "miniworld/raster"},
	"miniworld/raster": {},
	"gfnenvs":          {"."},
	"wrappers":         {".", "minigrid", "miniworld", "miniworld/raster"},
	"agents":           {".", "wrappers", "agents/nn", "agents/blocks"},
	"agents/gfn":       {".", "gfnenvs", "wrappers", "agents", "agents/nn", "agents/blocks"},
	"agents/nn":        {},
	"agents/blocks":    {".", "agents/nn"},
	"internal":         {},
	"render":           {"*"},
	"cmd":              {"*"},
	"examples":         {"*"},
	"python":           {"*"},
}

// windows are the parts whose programs may open one: nothing else may reach
// package render or Ebiten.
var windows = []string{"cmd", "examples"}

// part returns the part of the module that a package belongs to.
func part(pkg string) string {
	rest := strings.TrimPrefix(strings.TrimPrefix(pkg, module), "/")
	if rest == "" {
		return "."
	}
	for name := rest; ; {
		if _, ok := mayImport[name]; ok {
			return name
		}
		cut := strings.LastIndexByte(name, '/')
		if cut < 0 {
			return rest // a part without a rule
		}
		name = name[:cut]
	}
}

// Who may import whom; see ARCHITECTURE.md. Training code must never reach a
// window, and the lower layers must not know the higher ones.
func TestImportRules(t *testing.T) {
	// go test keeps a result as long as the files that the test itself looks at
	// stay as they are; those that go list reads are not among them.
	require.NoError(t, filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && path != "." && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		return err
	}))
	for _, target := range []string{"GOOS=linux", "GOOS=js GOARCH=wasm"} {
		list := func(args ...string) []string {
			cmd := exec.Command("go", append([]string{"list"}, args...)...)
			cmd.Env = append(cmd.Environ(), append(strings.Fields(target), "CGO_ENABLED=0")...)
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, "%s", out)
			return strings.Split(strings.TrimSpace(string(out)), "\n")
		}
		packages := 0
		for _, line := range list("-f", "{{.ImportPath}} {{join .Imports \" \"}}", "./...") {
			names := strings.Fields(line)
			packages++
			from := part(names[0])
			allowed, known := mayImport[from]
			require.True(t, known, "%s belongs to no part with a rule: add one to mayImport", names[0])
			for _, name := range names[1:] {
				if name != module && !strings.HasPrefix(name, module+"/") {
					continue
				}
				to := part(name)
				ok := to == from || to == "internal" || slices.Contains(allowed, to) || slices.Contains(allowed, "*")
				require.True(t, ok, "%s must not import %s", names[0], name)
			}
		}
		require.Greater(t, packages, 5)
		for _, line := range list("-f", "{{.ImportPath}} {{join .Deps \" \"}}", "./...") {
			names := strings.Fields(line)
			// What is under render/ stays testable without Ebiten.
			opens := names[0] == module+"/render" || slices.Contains(windows, part(names[0]))
			for _, dep := range names[1:] {
				window := strings.HasPrefix(dep, "github.com/hajimehoshi/ebiten") || dep == module+"/render"
				require.False(t, window && !opens, "%s reaches %s", names[0], dep)
			}
		}
	}
}
