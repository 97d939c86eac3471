package render_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	_ "github.com/miniflow-rl/miniflow/gfnenvs"
	_ "github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/render"
	"github.com/miniflow-rl/miniflow/render/player"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// asPlayer makes this test program the player; its value is the folder where
// episodes are saved.
const asPlayer = "MINIFLOW_TEST_PLAYER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(asPlayer); dir != "" {
		if err := playInWindow(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func gameConfig(dir string) player.Config {
	return player.Config{ID: "MiniGrid-DoorKey-8x8-v0", Seed: 3, Given: true, Save: player.SaveTo(dir)}
}

// report is a line that the player writes for the test.
type report struct {
	Pressed  []ui.Key `json:",omitempty"`
	Released []ui.Key `json:",omitempty"`
	Drawn    float64  `json:",omitempty"` // seconds until the first picture
	FPS      float64  `json:",omitempty"`
	Failed   string   `json:",omitempty"` // why there is no window
}

// talker is a screen that reports what it is told.
type talker struct {
	*player.App
	out *json.Encoder
}

func (s *talker) Update(in *ui.Input) error {
	err := s.App.Update(in)
	if len(in.Pressed)+len(in.Released) > 0 {
		s.out.Encode(report{Pressed: in.Pressed, Released: in.Released})
	}
	return err
}

func playInWindow(dir string) error {
	app, err := player.New(gameConfig(dir))
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	fps := 0.0
	err = render.Run(context.Background(), &talker{app, out}, render.Options{Title: "miniflow", Frame: func(f render.Frame) {
		if f.Number == 1 {
			out.Encode(report{Drawn: f.Since.Seconds()})
		}
		fps = f.FPS
	}})
	if err != nil {
		out.Encode(report{Failed: err.Error()})
		return err
	}
	out.Encode(report{FPS: fps})
	return nil
}

// twin presses keys in a window and in an App of its own, which must look alike.
type twin struct {
	t       *testing.T
	screen  *display
	reports chan report
	app     *player.App
	want    *image.RGBA
	shots   int
}

// press holds a key until the window has seen it, and then compares the whole
// window with the twin's picture.
func (w *twin) press(xname string, key ui.Key, typed string) {
	w.t.Helper()
	_, err := w.screen.xdotool("keydown", xname)
	require.NoError(w.t, err)
	w.await(func(r report) bool { return slices.Contains(r.Pressed, key) }, "pressed "+xname)
	_, err = w.screen.xdotool("keyup", xname)
	require.NoError(w.t, err)
	w.await(func(r report) bool { return slices.Contains(r.Released, key) }, "released "+xname)
	keys := []ui.Key{key}
	require.NoError(w.t, w.app.Update(&ui.Input{Pressed: keys, Repeated: keys, Typed: []rune(typed)}))
	require.NoError(w.t, w.app.Update(&ui.Input{Released: keys}))
	w.compare(xname)
}

func (w *twin) await(ok func(report) bool, what string) report {
	w.t.Helper()
	timeout := time.After(patience)
	for {
		select {
		case r, open := <-w.reports:
			require.True(w.t, open, "the window closed before it %s", what)
			if ok(r) {
				return r
			}
		case <-timeout:
			require.Fail(w.t, "the window never "+what)
		}
	}
}

// compare waits until the window shows what the twin draws, every pixel of it.
func (w *twin) compare(after string) {
	w.t.Helper()
	w.app.Draw(ui.NewCanvas(w.want, 1))
	var got *image.RGBA
	for end := time.Now().Add(patience); time.Now().Before(end); {
		at, err := w.screen.window("miniflow")
		require.NoError(w.t, err)
		all, err := w.screen.picture()
		require.NoError(w.t, err)
		got = image.NewRGBA(w.want.Rect)
		draw.Draw(got, got.Rect, all, at, draw.Src)
		if slices.Equal(got.Pix, w.want.Pix) {
			w.save(got, after)
			return
		}
	}
	w.save(got, after+"-got")
	w.save(w.want, after+"-want")
	require.Fail(w.t, "the window does not show the player's picture after "+after, "see go test -artifacts")
}

func (w *twin) save(img *image.RGBA, name string) {
	w.t.Helper()
	w.shots++
	f, err := os.Create(filepath.Join(w.t.ArtifactDir(), fmt.Sprintf("%02d-%s.png", w.shots, name)))
	require.NoError(w.t, err)
	defer f.Close()
	require.NoError(w.t, png.Encode(f, img))
}

// A person plays in a window: real keys, and the picture read back from the
// display, compared pixel by pixel.
func TestWindowUnderXvfb(t *testing.T) {
	needX(t)
	dir := t.TempDir()
	screen := newDisplay(t, 1280, 800)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asPlayer+"="+dir, "DISPLAY="+screen.name, "WAYLAND_DISPLAY=")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill() })
	reports := make(chan report, 1000)
	go func() {
		defer close(reports)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var r report
			if json.Unmarshal(lines.Bytes(), &r) == nil {
				reports <- r
			}
		}
	}()
	app, err := player.New(gameConfig(t.TempDir()))
	require.NoError(t, err)
	w := &twin{t: t, screen: screen, reports: reports, app: app, want: image.NewRGBA(image.Rect(0, 0, 1180, 760))}
	drawn := w.await(func(r report) bool { return r.Drawn > 0 || r.Failed != "" }, "drew")
	if drawn.Failed != "" && os.Getenv("MINIFLOW_NEED_X") != "1" {
		t.Skip("Xvfb has no OpenGL here (libgl1, libgl1-mesa-dri): " + drawn.Failed)
	}
	require.Empty(t, drawn.Failed)
	w.compare("start")

	// Fetch the key of seed 3, look at the help, then solve another world.
	for _, k := range []struct {
		xname string
		key   ui.Key
	}{{"Left", ui.KeyLeft}, {"Left", ui.KeyLeft}, {"Up", ui.KeyUp}, {"Up", ui.KeyUp}, {"Up", ui.KeyUp}, {"Left", ui.KeyLeft},
		{"Tab", ui.KeyTab}, {"F1", ui.KeyF1}, {"Escape", ui.KeyEscape}} {
		w.press(k.xname, k.key, "")
	}
	require.Equal(t, "yellow key", app.Session().Status().Carrying)
	w.press("e", ui.KeyA+4, "e")
	for _, r := range "empty" {
		w.press(string(r), ui.KeyA+ui.Key(r-'a'), string(r))
	}
	w.press("space", ui.KeySpace, " ")
	for _, r := range "55" {
		w.press(string(r), ui.Key0+ui.Key(r-'0'), string(r))
	}
	w.press("BackSpace", ui.KeyBackspace, "")
	w.press("Return", ui.KeyEnter, "")
	require.Equal(t, "MiniGrid-Empty-5x5-v0", app.Session().Status().ID)
	for _, k := range []string{"Up", "Up", "Right", "Up", "Up"} {
		w.press(k, map[string]ui.Key{"Up": ui.KeyUp, "Right": ui.KeyRight}[k], "")
	}
	require.True(t, app.Session().Status().Terminated, "the world is solved")

	// The saved episode replays to the same states.
	_, err = screen.xdotool("keydown", "s")
	require.NoError(t, err)
	w.await(func(r report) bool { return slices.Contains(r.Pressed, ui.KeyA+18) }, "pressed s")
	_, err = screen.xdotool("keyup", "s")
	require.NoError(t, err)
	f, err := os.Open(filepath.Join(dir, "MiniGrid-Empty-5x5-v0-seed3.jsonl"))
	require.NoError(t, err)
	defer f.Close()
	episodes := 0
	for e, err := range miniflow.Episodes(f) {
		require.NoError(t, err)
		env, err := e.Make()
		require.NoError(t, err)
		require.NoError(t, e.Replay(env, miniflow.NewBatch(env), true, nil))
		require.Equal(t, []int32{2, 2, 1, 2, 2}, e.Actions)
		episodes++
	}
	require.Equal(t, 1, episodes)

	// Build an object: choose an action of the list, undo it.
	w.press("e", ui.KeyA+4, "e")
	for _, r := range "ising" {
		w.press(string(r), ui.KeyA+ui.Key(r-'a'), string(r))
	}
	w.press("Return", ui.KeyEnter, "")
	require.Equal(t, "Ising-4x4", app.Session().Status().ID)
	for _, k := range []struct {
		xname string
		key   ui.Key
	}{{"1", ui.Key0 + 1}, {"Down", ui.KeyDown}, {"Return", ui.KeyEnter}, {"1", ui.Key0 + 1}, {"BackSpace", ui.KeyBackspace}} {
		typed := ""
		if len(k.xname) == 1 {
			typed = k.xname
		}
		w.press(k.xname, k.key, typed)
	}
	require.Equal(t, "[1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0]", app.Session().Status().State)

	_, err = screen.xdotool("keydown", "Escape")
	require.NoError(t, err)
	fps := w.await(func(r report) bool { return r.FPS > 0 }, "closed").FPS
	require.NoError(t, cmd.Wait(), "Escape closes the window")
	t.Logf("first picture after %.2f s, %.0f pictures a second, %d screens compared", drawn.Drawn, fps, w.shots)
}

func TestNoDisplayIsAnError(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asPlayer+"="+t.TempDir(), "DISPLAY=", "WAYLAND_DISPLAY=")
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Skip("a window opened although no display was named: this machine has another window system")
	}
	require.Contains(t, string(out), render.ErrNoWindow.Error())
	require.NotContains(t, string(out), "goroutine")
}
