package ui

import (
	"errors"
	"slices"
)

// Key is a key that the interface knows, by its place on the keyboard.
type Key uint8

// The keys. KeyA to KeyZ and Key0 to Key9 are consecutive.
const (
	KeyLeft Key = iota
	KeyRight
	KeyUp
	KeyDown
	KeySpace
	KeyEnter
	KeyEscape
	KeyBackspace
	KeyTab
	KeyPageUp
	KeyPageDown
	KeyHome
	KeyEnd
	KeyLeftShift
	KeyF1
	Key0
	Key9 = Key0 + 9
	KeyA = Key9 + 1
	KeyZ = KeyA + 25
)

// Input is what happened since the last tick.
type Input struct {
	// Pressed lists the keys that went down, Released those that went up.
	// Repeated lists those that went down or are held long enough to count again.
	Pressed, Released, Repeated []Key
	// Typed is the text that was typed, by the keyboard's layout.
	Typed []rune
	// X and Y are the pointer's position in points.
	X, Y float64
	// Clicked is whether the main button went down or a finger touched.
	Clicked bool
	// Held is whether the main button or a finger is down.
	Held bool
	// Wheel is how far the wheel turned, in lines; positive is up.
	Wheel float64
}

// Down reports whether one of the keys went down.
func (in *Input) Down(keys ...Key) bool { return anyOf(in.Pressed, keys) }

// Repeat reports whether one of the keys went down or repeats.
func (in *Input) Repeat(keys ...Key) bool { return anyOf(in.Repeated, keys) }

// Up reports whether one of the keys went up.
func (in *Input) Up(keys ...Key) bool { return anyOf(in.Released, keys) }

// Types reports whether r was typed.
func (in *Input) Types(r rune) bool { return slices.Contains(in.Typed, r) }

func anyOf(have, keys []Key) bool {
	return slices.ContainsFunc(keys, func(k Key) bool { return slices.Contains(have, k) })
}

// ErrQuit is what a screen returns to close its window.
var ErrQuit = errors.New("the user closed the window")
