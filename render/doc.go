// Package render shows a screen in a window, with Ebiten: on a desktop, and on
// a web page when it is compiled to WebAssembly. It is the only package that
// imports Ebiten, and only programs import it: nothing that trains does.
//
// A screen draws itself into an image and reacts to keys (see package
// render/ui); this package only carries pictures one way and input the other.
package render
