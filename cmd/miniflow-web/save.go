//go:build js && wasm

package main

import (
	"errors"
	"net/url"
	"syscall/js"
)

// save hands an episode file to the server, or to the browser as a download
// where the server does not take it.
func save(name string, data []byte) (where string, err error) {
	window := js.Global()
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("the browser refused to save the episode")
		}
	}()
	// A request that waits: fetch needs the event loop, which the game holds.
	request := window.Get("XMLHttpRequest").New()
	if sent := try(func() {
		request.Call("open", "POST", "episodes?name="+url.QueryEscape(name), false)
		request.Call("send", string(data))
	}); sent && request.Get("status").Int() == 200 {
		return request.Get("responseText").String(), nil
	}
	parts := window.Get("Array").New(string(data))
	blob := window.Get("Blob").New(parts)
	link := window.Get("document").Call("createElement", "a")
	link.Set("href", window.Get("URL").Call("createObjectURL", blob))
	link.Set("download", name+".jsonl")
	link.Call("click")
	return "the download " + name + ".jsonl", nil
}

// try calls f and reports whether JavaScript threw nothing.
func try(f func()) (ok bool) {
	defer func() { ok = recover() == nil }()
	f()
	return
}
