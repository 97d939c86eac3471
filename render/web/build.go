package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// program is the package that is compiled for the browser, within the module.
const program = "./cmd/miniflow-web"

// Player is the player compiled to WebAssembly.
type Player struct {
	Wasm    []byte // gzipped
	Runtime []byte // Go's wasm_exec.js of the same version
}

// Build returns the compiled player. It compiles with the go command from the
// module's source, which must both be on this machine, and keeps the result in
// the user's cache folder, under a hash of source and compiler. What takes long
// is announced on status.
func Build(ctx context.Context, status io.Writer) (*Player, error) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		return nil, errors.New("the browser's player is compiled when it is first needed, and there is no go command here: install Go from https://go.dev/dl")
	}
	b := builder{ctx: ctx, goTool: goTool}
	if b.root, err = b.source(); err != nil {
		return nil, err
	}
	key, err := b.hash()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(cacheDir(), key)
	if p, err := load(dir); err == nil {
		return p, nil
	}
	fmt.Fprintln(status, "compiling the player for the browser, once; this takes about a minute ...")
	p, err := b.compile()
	if err != nil {
		return nil, err
	}
	if err := p.store(dir); err != nil {
		fmt.Fprintf(status, "the compiled player is not kept: %v\n", err)
	}
	return p, nil
}

func cacheDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "miniflow", "web")
}

const (
	wasmFile    = "miniflow.wasm.gz"
	runtimeFile = "wasm_exec.js"
)

func load(dir string) (p *Player, err error) {
	p = &Player{}
	if p.Wasm, err = os.ReadFile(filepath.Join(dir, wasmFile)); err != nil {
		return nil, err
	}
	p.Runtime, err = os.ReadFile(filepath.Join(dir, runtimeFile))
	return p, err
}

// store writes the player to a folder that appears whole or not at all.
func (p *Player) store(dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), ".new-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := os.WriteFile(filepath.Join(tmp, wasmFile), p.Wasm, 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(tmp, runtimeFile), p.Runtime, 0o644); err != nil {
		return err
	}
	if err := os.Rename(tmp, dir); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	forget(filepath.Dir(dir))
	return nil
}

// forget removes players that were compiled more than a week ago: each change of
// the source leaves one.
func forget(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > 7*24*time.Hour {
			os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
}

// File is a file of a [Player] for a web server.
type File struct {
	Name string
	Data []byte
}

// Files returns what a folder must hold for a web server to offer the player. The
// page's query says what to play; without one it is a world with a door and a
// key.
func (p *Player) Files() ([]File, error) {
	z, err := gzip.NewReader(bytes.NewReader(p.Wasm))
	if err != nil {
		return nil, err
	}
	wasm, err := io.ReadAll(z)
	if err != nil {
		return nil, err
	}
	return []File{{"index.html", page}, {runtimeFile, p.Runtime}, {"miniflow.wasm", wasm}}, nil
}

// builder runs the go command for the browser's target in the module's source.
type builder struct {
	ctx    context.Context
	goTool string
	root   string
}

// run returns the standard output of a go command; an error holds the last line
// of what it complained about.
func (b *builder) run(dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(b.ctx, b.goTool, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0", "GOWORK=off")
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if b.ctx.Err() != nil {
		return nil, errors.New("stopped before the browser's player was compiled")
	}
	if err != nil {
		if lines := strings.Split(strings.TrimSpace(complaints.String()), "\n"); lines[len(lines)-1] != "" {
			err = errors.New(lines[len(lines)-1])
		}
		return nil, fmt.Errorf("compile the browser's player: go %s: %w", args[0], err)
	}
	return out, nil
}

// sourceFiles makes go list print the files of this module that the program is
// compiled from.
const sourceFiles = `{{if and .Module .Module.Main}}{{range .GoFiles}}{{$.Dir}}/{{.}}
{{end}}{{range .SFiles}}{{$.Dir}}/{{.}}
{{end}}{{range .EmbedFiles}}{{$.Dir}}/{{.}}
{{end}}{{end}}`

// hash returns a name for what compile will produce: a hash of the compiler's
// version, the dependencies' checksums and the source.
func (b *builder) hash() (string, error) {
	version, err := b.run(b.root, "version")
	if err != nil {
		return "", err
	}
	list, err := b.run(b.root, "list", "-deps", "-f", sourceFiles, program)
	if err != nil {
		return "", err
	}
	files := append(strings.Fields(string(list)), filepath.Join(b.root, "go.mod"), filepath.Join(b.root, "go.sum"))
	h := sha256.New()
	h.Write(version)
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return "", fmt.Errorf("compile the browser's player: %w", err)
		}
		fmt.Fprintf(h, "%s %d\n", strings.TrimPrefix(name, b.root), len(data))
		h.Write(data)
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:12]), nil
}

func (b *builder) compile() (*Player, error) {
	goroot, err := b.run(b.root, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	p := &Player{}
	if p.Runtime, err = os.ReadFile(filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", runtimeFile)); err != nil {
		return nil, fmt.Errorf("compile the browser's player: the Go installation lacks its WebAssembly runtime: %w", err)
	}
	tmp, err := os.MkdirTemp("", "miniflow-web-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	out := filepath.Join(tmp, "miniflow.wasm")
	if _, err := b.run(b.root, "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", out, program); err != nil {
		return nil, err
	}
	wasm, err := os.ReadFile(out)
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(wasm); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	p.Wasm = packed.Bytes()
	return p, nil
}
