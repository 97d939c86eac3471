// Package ui draws and reads a small user interface without knowing of any
// window: a [Canvas] over an image, a few widgets, and the [Input] of one tick.
//
// Everything is drawn in software into an image.RGBA, so that a screen is a
// function from state to picture: tests compare it without a display, and the
// same pixels appear on a desktop and in a browser. Lengths are points, which
// the canvas scales to device pixels.
package ui
