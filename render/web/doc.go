// Package web compiles the player to WebAssembly and serves it to a browser on
// this machine, for places where no window can be opened.
package web
