//go:build !headless

package render

import (
	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"

	"github.com/miniflow-rl/miniflow/render/ui"
)

// A key that is held counts again after repeatDelay ticks and then every
// repeatEvery ticks.
const (
	repeatDelay = 18
	repeatEvery = 6
)

// keyNames are the interface's keys in Ebiten.
var keyNames = map[ebiten.Key]ui.Key{
	ebiten.KeyArrowLeft:   ui.KeyLeft,
	ebiten.KeyArrowRight:  ui.KeyRight,
	ebiten.KeyArrowUp:     ui.KeyUp,
	ebiten.KeyArrowDown:   ui.KeyDown,
	ebiten.KeySpace:       ui.KeySpace,
	ebiten.KeyEnter:       ui.KeyEnter,
	ebiten.KeyNumpadEnter: ui.KeyEnter,
	ebiten.KeyEscape:      ui.KeyEscape,
	ebiten.KeyBackspace:   ui.KeyBackspace,
	ebiten.KeyTab:         ui.KeyTab,
	ebiten.KeyPageUp:      ui.KeyPageUp,
	ebiten.KeyPageDown:    ui.KeyPageDown,
	ebiten.KeyHome:        ui.KeyHome,
	ebiten.KeyEnd:         ui.KeyEnd,
	ebiten.KeyShiftLeft:   ui.KeyLeftShift,
	ebiten.KeyF1:          ui.KeyF1,
}

// named returns the interface's name of a key.
func named(k ebiten.Key) (ui.Key, bool) {
	switch {
	case k >= ebiten.KeyA && k <= ebiten.KeyZ:
		return ui.KeyA + ui.Key(k-ebiten.KeyA), true
	case k >= ebiten.KeyDigit0 && k <= ebiten.KeyDigit9:
		return ui.Key0 + ui.Key(k-ebiten.KeyDigit0), true
	}
	u, ok := keyNames[k]
	return u, ok
}

// keyboard turns what Ebiten knows into the input of one tick. Its slices are
// reused from tick to tick.
type keyboard struct {
	keys    []ebiten.Key
	touches []ebiten.TouchID
}

// read fills in from keyboard, pointer and fingers.
func (k *keyboard) read(in *ui.Input, scale float64) {
	in.Pressed, in.Released, in.Repeated = in.Pressed[:0], in.Released[:0], in.Repeated[:0]
	k.keys = inpututil.AppendJustPressedKeys(k.keys[:0])
	in.Pressed = appendNamed(in.Pressed, k.keys)
	in.Repeated = append(in.Repeated, in.Pressed...)
	k.keys = inpututil.AppendJustReleasedKeys(k.keys[:0])
	in.Released = appendNamed(in.Released, k.keys)
	k.keys = inpututil.AppendPressedKeys(k.keys[:0])
	held := k.keys[:0]
	for _, key := range k.keys {
		if d := inpututil.KeyPressDuration(key); d > repeatDelay && (d-repeatDelay)%repeatEvery == 0 {
			held = append(held, key)
		}
	}
	in.Repeated = appendNamed(in.Repeated, held)
	in.Typed = ebiten.AppendInputChars(in.Typed[:0])

	x, y := ebiten.CursorPosition()
	in.Clicked = inpututil.IsMouseButtonJustPressed(ebiten.MouseButtonLeft)
	k.touches = inpututil.AppendJustPressedTouchIDs(k.touches[:0])
	in.Clicked = in.Clicked || len(k.touches) > 0
	in.Held = ebiten.IsMouseButtonPressed(ebiten.MouseButtonLeft)
	k.touches = ebiten.AppendTouchIDs(k.touches[:0])
	if len(k.touches) > 0 {
		x, y = ebiten.TouchPosition(k.touches[0])
		in.Held = true
	}
	in.X, in.Y = float64(x)/scale, float64(y)/scale
	_, in.Wheel = ebiten.Wheel()
}

func appendNamed(dst []ui.Key, keys []ebiten.Key) []ui.Key {
	for _, k := range keys {
		if u, ok := named(k); ok {
			dst = append(dst, u)
		}
	}
	return dst
}
