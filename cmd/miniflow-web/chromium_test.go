//go:build !js

package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	_ "github.com/miniflow-rl/miniflow/cmd/internal/all"
	"github.com/miniflow-rl/miniflow/render/player"
	"github.com/miniflow-rl/miniflow/render/ui"
	"github.com/miniflow-rl/miniflow/render/web"
)

// patience is how long anything in the browser may take; only a failure waits
// that long.
const patience = time.Minute

// needChromium skips a test that compiles for a browser and plays in it, which
// takes a minute, unless MINIFLOW_NEED_CHROMIUM=1 asks for it.
func needChromium(t *testing.T) {
	t.Helper()
	if os.Getenv("MINIFLOW_NEED_CHROMIUM") != "1" {
		t.Skip("compiling for the browser takes a minute: MINIFLOW_NEED_CHROMIUM=1 runs this test")
	}
	_, err := exec.LookPath("chromium")
	require.NoError(t, err, "chromium is missing: apt-get install chromium")
}

// state is what the page shows as window.miniflow.
type state struct {
	player.Status
	Frames    int
	FirstDraw float64 // seconds since the page was asked for
	FPS       float64
	Error     string
}

// tab is the player in the browser beside an App of its own, which must look
// alike.
type tab struct {
	*browser
	app   *player.App
	want  *image.RGBA
	shots int
}

func (p *tab) state() (s state) {
	p.t.Helper()
	p.eval(&s, "window.miniflow")
	return s
}

// wait polls the page's state until it is as wanted.
func (p *tab) wait(what string, ok func(state) bool) state {
	p.t.Helper()
	var s state
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if s = p.state(); ok(s) {
			return s
		}
	}
	require.Fail(p.t, "the page never "+what, "%+v", s)
	return s
}

// act holds a key until the world has moved on, however slow the browser is.
func (p *tab) act(name string, key ui.Key) {
	p.t.Helper()
	step := p.state().Step
	p.key("keyDown", name)
	p.wait("saw "+name, func(s state) bool { return s.Step != step })
	p.key("keyUp", name)
	p.follow(name, key, "")
}

// show holds a key that changes the picture only.
func (p *tab) show(name string, key ui.Key, typed string) {
	p.t.Helper()
	p.key("keyDown", name)
	p.follow(name, key, typed)
	p.key("keyUp", name)
	p.settle()
}

// follow presses the key in the twin and compares.
func (p *tab) follow(name string, key ui.Key, typed string) {
	p.t.Helper()
	keys := []ui.Key{key}
	require.NoError(p.t, p.app.Update(&ui.Input{Pressed: keys, Repeated: keys, Typed: []rune(typed)}))
	require.NoError(p.t, p.app.Update(&ui.Input{Released: keys}))
	p.compare(name)
}

// settle waits for two more pictures: then every event so far has been seen.
func (p *tab) settle() {
	p.t.Helper()
	n := p.state().Frames
	p.wait("drew", func(s state) bool { return s.Frames >= n+2 })
}

// compare waits until the page shows what the twin draws, every pixel of it.
func (p *tab) compare(after string) {
	p.t.Helper()
	p.settle()
	p.app.Draw(ui.NewCanvas(p.want, 1))
	var got *image.RGBA
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if got = p.screenshot(); slices.Equal(got.Pix, p.want.Pix) {
			p.save(got, after)
			return
		}
	}
	p.save(got, after+"-got")
	p.save(p.want, after+"-want")
	require.Fail(p.t, "the page does not show the player's picture after "+after, "see go test -artifacts")
}

func (p *tab) screenshot() *image.RGBA {
	p.t.Helper()
	var shot struct{ Data string }
	p.call(&shot, "Page.captureScreenshot", map[string]any{"format": "png"})
	data, err := base64.StdEncoding.DecodeString(shot.Data)
	require.NoError(p.t, err)
	img, err := png.Decode(bytes.NewReader(data))
	require.NoError(p.t, err)
	got := image.NewRGBA(p.want.Rect)
	draw.Draw(got, got.Rect, img, img.Bounds().Min, draw.Src)
	return got
}

func (p *tab) save(img *image.RGBA, name string) {
	p.t.Helper()
	p.shots++
	f, err := os.Create(filepath.Join(p.t.ArtifactDir(), fmt.Sprintf("%02d-%s.png", p.shots, name)))
	require.NoError(p.t, err)
	defer f.Close()
	require.NoError(p.t, png.Encode(f, img))
}

// trainedRun returns the folder of a run that has learned Empty-5x5.
func trainedRun(t *testing.T) string {
	t.Helper()
	algorithm, err := agents.NewAlgorithm("ppo")
	require.NoError(t, err)
	run := agents.Run{Dir: filepath.Join(t.TempDir(), "run"), Env: agents.EnvConfig{ID: "MiniGrid-Empty-5x5-v0"},
		Algorithm: algorithm, Steps: 100000, Seed: 1, Target: 0.95}
	_, err = agents.Train(context.Background(), run, agents.Options{})
	require.NoError(t, err)
	return run.Dir
}

// A person plays in a browser: the player compiled to WebAssembly, real keys,
// the state from the page and the picture from its screenshots.
func TestPlayInChromium(t *testing.T) {
	needChromium(t)
	ctx, stop := context.WithCancel(context.Background())
	began := time.Now()
	compiled, err := web.Build(ctx, os.Stderr)
	require.NoError(t, err)
	built := time.Since(began)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	dir, run := t.TempDir(), trainedRun(t)
	served := make(chan error, 1)
	go func() { served <- (&web.Site{Player: compiled, Run: run, Save: player.SaveTo(dir)}).Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-served, "the server stops with its context")
	})

	cfg := player.Config{ID: "MiniGrid-DoorKey-8x8-v0", Seed: 3, Given: true, NoQuit: true, Save: player.SaveTo(t.TempDir())}
	app, err := player.New(cfg)
	require.NoError(t, err)
	p := &tab{browser: newBrowser(t, 1180, 760), app: app, want: image.NewRGBA(image.Rect(0, 0, 1180, 760))}
	open := func(game url.Values) {
		p.call(nil, "Page.navigate", map[string]any{"url": web.Address(l, game)})
	}

	open(url.Values{"id": {cfg.ID}, "seed": {"3"}, "given": {"1"}})
	first := p.wait("drew", func(s state) bool { return s.Frames > 0 })
	fps := p.wait("drew for a while", func(s state) bool { return s.Frames > 60 }).FPS
	p.compare("start")
	for _, k := range []struct {
		name string
		key  ui.Key
	}{{"ArrowLeft", ui.KeyLeft}, {"ArrowLeft", ui.KeyLeft}, {"ArrowUp", ui.KeyUp}, {"ArrowUp", ui.KeyUp},
		{"ArrowUp", ui.KeyUp}, {"ArrowLeft", ui.KeyLeft}, {"Tab", ui.KeyTab}} {
		p.act(k.name, k.key)
	}
	require.Equal(t, app.Session().Status(), p.state().Status)
	require.Equal(t, "yellow key", p.state().Carrying)
	p.show("F1", ui.KeyF1, "")
	p.show("Escape", ui.KeyEscape, "")
	p.show("e", ui.KeyA+4, "e")
	for _, r := range "empty" {
		p.show(string(r), ui.KeyA+ui.Key(r-'a'), string(r))
	}
	p.show("Escape", ui.KeyEscape, "")

	// S sends the episode to the server.
	p.key("keyDown", "s")
	file := filepath.Join(dir, "MiniGrid-DoorKey-8x8-v0-seed3.jsonl")
	require.Eventually(t, func() bool { _, err := os.Stat(file); return err == nil }, patience, 10*time.Millisecond)
	p.key("keyUp", "s")
	p.settle()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	for e, err := range miniflow.Episodes(bytes.NewReader(data)) {
		require.NoError(t, err)
		env, err := e.Make()
		require.NoError(t, err)
		require.NoError(t, e.Replay(env, miniflow.NewBatch(env), true, nil), "an episode from the browser replays here")
		require.Equal(t, []int32{0, 0, 2, 2, 2, 0, 3}, e.Actions)
	}

	// An object is built by hand.
	cfg.ID = "HyperGrid-2x8"
	p.app, err = player.New(cfg)
	require.NoError(t, err)
	open(url.Values{"id": {cfg.ID}, "seed": {"3"}, "given": {"1"}})
	p.wait("showed a grid", func(s state) bool { return s.ID == cfg.ID && s.Frames > 0 })
	for _, k := range []struct {
		name string
		key  ui.Key
	}{{"ArrowRight", ui.KeyRight}, {"ArrowUp", ui.KeyUp}, {"ArrowUp", ui.KeyUp}, {"ArrowLeft", ui.KeyLeft}} {
		p.act(k.name, k.key)
	}
	require.Equal(t, p.app.Session().Status(), p.state().Status)
	require.Equal(t, "[0 2]", p.state().State)

	open(url.Values{"id": {"MiniGrid-Empty-8x8-v0"}, "agent": {"random"}})
	p.wait("showed an agent that acts", func(s state) bool { return s.ID == "MiniGrid-Empty-8x8-v0" && s.Step >= 5 })
	open(url.Values{"id": {"MiniGrid-Empty-5x5-v0"}, "agent": {run}, "greedy": {"1"}})
	p.wait("showed the trained agent solve a world", func(s state) bool {
		return s.ID == "MiniGrid-Empty-5x5-v0" && s.Terminated && s.Return > 0.5
	})
	open(url.Values{"id": {"MiniGrid-DorKey-8x8-v0"}})
	p.wait("named the mistake", func(s state) bool { return s.Error != "" })
	require.Contains(t, p.state().Error, "did you mean MiniGrid-DoorKey-8x8-v0")

	t.Logf("built in %.0f s, %.1f MB gzipped; first picture after %.2f s, %.0f pictures a second, %d screens compared",
		built.Seconds(), float64(len(compiled.Wasm))/1e6, first.FirstDraw, fps, p.shots)
}
