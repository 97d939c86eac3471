package main

import (
	"archive/zip"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/render/web"
)

var webFile = fmt.Sprintf("miniflow-%s-web.zip", miniflow.Version)

// web packs the player into a folder that any web server can offer.
func (r *release) web() (err error) {
	if !r.has("web") {
		return nil
	}
	fmt.Println("building", webFile)
	p, err := web.Build(r.ctx, os.Stderr)
	if err != nil {
		return err
	}
	files, err := p.Files()
	if err != nil {
		return err
	}
	out, err := os.Create(r.path(webFile))
	if err != nil {
		return err
	}
	z := zip.NewWriter(out)
	defer func() { err = errors.Join(err, z.Close(), out.Close()) }()
	for _, f := range slices.SortedFunc(slices.Values(files), func(a, b web.File) int { return len(a.Data) - len(b.Data) }) {
		w, err := z.Create("miniflow-web/" + f.Name)
		if err != nil {
			return err
		}
		if _, err := w.Write(f.Data); err != nil {
			return err
		}
	}
	return nil
}

// tryWeb reads the player back: the page must be there with all it loads.
func (r *release) tryWeb() error {
	z, err := zip.OpenReader(r.path(webFile))
	if err != nil {
		return err
	}
	defer z.Close()
	for name, begin := range map[string]string{"index.html": "<!DOCTYPE html>", "miniflow.wasm": "\x00asm", "wasm_exec.js": "//"} {
		f, err := z.Open("miniflow-web/" + name)
		if err != nil {
			return fmt.Errorf("%s: %w", webFile, err)
		}
		head := make([]byte, len(begin))
		_, err = f.Read(head)
		f.Close()
		if err != nil || string(head) != begin {
			return fmt.Errorf("%s: %s does not begin with %q", webFile, name, begin)
		}
	}
	return nil
}
