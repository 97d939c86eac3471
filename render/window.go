//go:build !headless

package render

import (
	"context"
	"errors"
	"fmt"
	"image"
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"github.com/miniflow-rl/miniflow/render/ui"
)

// Run opens a window and shows the screen until the user or the screen closes
// it, or ctx ends. It must be called from the main goroutine. Where there is no
// display the error wraps [ErrNoWindow].
func Run(ctx context.Context, s Screen, o Options) error {
	if o.Width == 0 || o.Height == 0 {
		o.Width, o.Height = 1180, 760
	}
	ebiten.SetWindowTitle(o.Title)
	ebiten.SetWindowSize(o.Width, o.Height)
	ebiten.SetWindowSizeLimits(720, 540, -1, -1)
	ebiten.SetWindowResizingMode(ebiten.WindowResizingModeEnabled)
	// A picture that did not change stays: an idle window costs next to nothing.
	ebiten.SetScreenClearedEveryFrame(false)
	g := &game{ctx: ctx, screen: s, options: o, began: time.Now()}
	err := ebiten.RunGame(g)
	switch {
	case err == nil || errors.Is(err, ui.ErrQuit):
		return nil
	case !g.ran:
		return fmt.Errorf("%w (%w)", ErrNoWindow, err)
	}
	return err
}

// game is the Ebiten side of a window.
type game struct {
	ctx     context.Context
	screen  Screen
	options Options
	began   time.Time
	ran     bool // a tick has come: there is a window
	frames  int

	input   ui.Input
	keys    keyboard
	scale   float64
	size    image.Point // device pixels
	picture *image.RGBA
	canvas  *ui.Canvas
	texture *ebiten.Image
}

// Update implements [ebiten.Game].
func (g *game) Update() error {
	g.ran = true
	if g.ctx.Err() != nil {
		return ui.ErrQuit
	}
	g.keys.read(&g.input, g.scale)
	return g.screen.Update(&g.input)
}

// Layout implements [ebiten.Game]. Ebiten calls LayoutF instead.
func (g *game) Layout(w, h int) (int, int) { return w, h }

// LayoutF implements [ebiten.LayoutFer]: one pixel of the picture is one pixel
// of the device.
func (g *game) LayoutF(w, h float64) (float64, float64) {
	g.scale = 1
	if m := ebiten.Monitor(); m != nil {
		g.scale = m.DeviceScaleFactor()
	}
	g.size = image.Pt(max(1, int(w*g.scale)), max(1, int(h*g.scale)))
	return float64(g.size.X), float64(g.size.Y)
}

// Draw implements [ebiten.Game]. The picture is drawn anew only if it changed.
func (g *game) Draw(dst *ebiten.Image) {
	resized := g.picture == nil || g.picture.Rect.Size() != g.size || g.canvas.Scale() != g.scale
	if resized {
		g.resize()
	}
	if resized || g.screen.Changed() {
		g.screen.Draw(g.canvas)
		g.texture.WritePixels(g.picture.Pix)
		dst.DrawImage(g.texture, nil)
	}
	g.frames++
	if g.options.Frame != nil {
		g.options.Frame(Frame{time.Since(g.began), g.frames, ebiten.ActualFPS(), g.scale})
	}
}

func (g *game) resize() {
	g.picture = image.NewRGBA(image.Rectangle{Max: g.size})
	if g.canvas == nil {
		g.canvas = ui.NewCanvas(g.picture, g.scale)
	} else {
		g.canvas = g.canvas.On(g.picture, g.scale)
	}
	if g.texture != nil {
		g.texture.Deallocate()
	}
	g.texture = ebiten.NewImage(g.size.X, g.size.Y)
}
