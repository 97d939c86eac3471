// Package player is the game that people play: one environment, drawn, driven
// by the keyboard or by an agent, with every episode recorded.
//
// A [Session] plays episodes of one environment and knows nothing of keys or
// pictures. An [App] is the whole game on top of it, as a state machine that
// eats the [ui.Input] of one tick and draws itself on a [ui.Canvas]. Neither
// knows of any window: package render shows an App on a desktop and in a
// browser, and tests play it without a display.
package player
