package player

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// draw draws the screen, and keeps it as a PNG where go test -artifacts asks for.
func draw(t *testing.T, a *App, name string, w, h int, scale float64) *image.RGBA {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	a.Draw(ui.NewCanvas(img, scale))
	var buf bytes.Buffer
	require.NoError(t, (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&buf, img))
	require.NoError(t, os.WriteFile(filepath.Join(t.ArtifactDir(), fmt.Sprintf("%s-%dx%d.png", name, w, h)), buf.Bytes(), 0o644))
	return img
}

// The pictures on the screen are the environment's own, pixel by pixel, at every
// size and scale.
func TestScreenShowsTheViews(t *testing.T) {
	for _, size := range []struct {
		name  string
		w, h  int
		scale float64
	}{{"usual", 1180, 760, 1}, {"fine", 2360, 1520, 2}, {"small", 720, 540, 1}, {"tall", 620, 1000, 1}, {"odd", 1001, 733, 1.25}} {
		for _, id := range []string{"MiniGrid-DoorKey-8x8-v0", "Corridor"} {
			cfg := Config{ID: id, Seed: 3}
			if id == "Corridor" {
				cfg.Make = makeCorridor
			}
			a := newApp(t, cfg)
			press(t, a, ui.KeyRight)
			got := draw(t, a, id+"-"+size.name, size.w, size.h, size.scale)
			c := ui.NewCanvas(got, size.scale)
			l := arrange(c.Bounds(), a.scene.side().shape(), a.leastFacts())
			for k, panel := range []ui.Rect{l.main, l.side} {
				at := c.Pixels(pictureIn(panel))
				p := a.scene.pictures[k]
				w, h := p.size(at.Dx(), at.Dy())
				view := miniflow.View{Name: p.view, Width: w, Height: h}
				if p.cols > 0 {
					view.Tile = w / p.cols
				}
				want, err := a.session.Viewer().Frame(nil, 0, view)
				require.NoError(t, err)
				require.Equal(t, image.Pt(w, h), want.Rect.Size())
				min := placeIn(at, want.Rect.Size())
				require.True(t, image.Rectangle{min, min.Add(image.Pt(w, h))}.In(got.Rect), "%s %s is on the screen", id, p.view)
				for y := range h {
					x := got.PixOffset(min.X, min.Y+y)
					if !bytes.Equal(want.Pix[y*want.Stride:][:4*w], got.Pix[x:][:4*w]) {
						require.Fail(t, "the screen shows another picture", "%s %s %s row %d", size.name, id, p.view, y)
					}
				}
			}
		}
	}
}

func TestSwapPictures(t *testing.T) {
	a := newApp(t, Config{})
	draw(t, a, "straight", 1180, 760, 1)
	require.Equal(t, "map", a.scene.main().view)
	require.Equal(t, "free", a.scene.side().view)
	press(t, a, letter('V'))
	require.Equal(t, "free", a.scene.main().view)
}

// Every overlay and message draws, at the smallest window too, and the same
// state gives the same picture.
func TestScreens(t *testing.T) {
	a := newApp(t, Config{ID: "MiniGrid-DoorKey-8x8-v0", Seed: 3, Record: true})
	seen := map[string]bool{}
	check := func(name string) {
		for _, size := range []image.Point{{1180, 760}, {720, 540}, {40, 30}} {
			one := draw(t, a, name, size.X, size.Y, 1)
			require.True(t, bytes.Equal(one.Pix, draw(t, a, name, size.X, size.Y, 1).Pix))
			require.False(t, seen[string(one.Pix)], "%s differs from the other screens", name)
			seen[string(one.Pix)] = size.X > 40
		}
	}
	check("start")
	for _, action := range []int{0, 0, 2, 2, 2, 0, 3} {
		require.NoError(t, a.session.Act(action))
	}
	check("carrying")
	press(t, a, ui.KeyF1)
	check("help")
	press(t, a, ui.KeyEscape)
	press(t, a, letter('E'))
	check("list")
	typed(t, a, "no such world")
	check("nothing found")
	press(t, a, ui.KeyEscape)
	press(t, a, letter('P'))
	check("paused")
	press(t, a, ui.KeyUp)
	check("message")
}

func BenchmarkDraw(b *testing.B) {
	a, err := New(Config{ID: "MiniGrid-DoorKey-8x8-v0", Seed: 3})
	require.NoError(b, err)
	c := ui.NewCanvas(image.NewRGBA(image.Rect(0, 0, 1180, 760)), 1)
	b.ReportAllocs()
	for b.Loop() {
		a.Draw(c)
	}
}
