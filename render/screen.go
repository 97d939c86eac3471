package render

import (
	"errors"
	"time"

	"github.com/miniflow-rl/miniflow/render/ui"
)

// Screen is what a window shows.
type Screen interface {
	// Update lives through one tick, a sixtieth of a second. It returns
	// ui.ErrQuit to close the window.
	Update(in *ui.Input) error
	// Changed reports whether the picture differs from the one drawn last.
	Changed() bool
	// Draw draws the picture.
	Draw(c *ui.Canvas)
}

// Options say how a window looks.
type Options struct {
	Title string
	// Width and Height are the window's size in points. The default (zero) is
	// 1180 x 760. A web page is always filled.
	Width, Height int
	// Frame is called after each picture that was drawn, if not nil.
	Frame func(Frame)
}

// Frame tells how a window is doing.
type Frame struct {
	Since  time.Duration // since Run was called
	Number int           // 1 for the first picture
	FPS    float64       // pictures per second, over the last second
	Scale  float64       // device pixels to the point
}

// ErrNoWindow says that no window can be opened here.
var ErrNoWindow = errors.New("no window can be opened here")
