package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid/level"
	"github.com/miniflow-rl/miniflow/wrappers"
)

// A contact sheet shows this many levels at most, about this many pixels wide.
const (
	sheetLevels = 400
	sheetWidth  = 1600
	sheetGap    = 6
	captionLine = 16
)

// contactSheet draws levels in rows, each with its caption, as a PNG file: their
// maps, or what is seen in wrappers.
func contactSheet(levels []*level.Level, wrap string, caption func(*level.Level) string) ([]byte, error) {
	levels = levels[:min(len(levels), sheetLevels)]
	w, h := level.List(levels).Size()
	columns := int(math.Ceil(math.Sqrt(float64(len(levels)))))
	tile := min(max(sheetWidth/columns/w, 2), 32)
	cellW, cellH := max(w*tile, 80)+sheetGap, h*tile+captionLine+sheetGap
	rows := (len(levels) + columns - 1) / columns
	sheet := image.NewRGBA(image.Rect(0, 0, columns*cellW+sheetGap, rows*cellH+sheetGap))
	draw.Draw(sheet, sheet.Rect, image.NewUniform(color.RGBA{32, 32, 36, 255}), image.Point{}, draw.Src)
	text := font.Drawer{Dst: sheet, Src: image.NewUniform(color.RGBA{220, 220, 220, 255}), Face: basicfont.Face7x13}
	for k, l := range levels {
		img, err := picture(l, wrap, tile, w*tile, h*tile)
		if err != nil {
			return nil, fmt.Errorf("contact sheet: %w", err)
		}
		at := image.Pt(sheetGap+k%columns*cellW, sheetGap+k/columns*cellH)
		draw.Draw(sheet, img.Rect.Add(at), img, image.Point{}, draw.Src)
		text.Dot = fixed.P(at.X, at.Y+h*tile+captionLine-4)
		label := caption(l)
		text.DrawString(label[:min(len(label), (cellW-sheetGap)/7)])
	}
	var out bytes.Buffer
	err := png.Encode(&out, sheet)
	return out.Bytes(), err
}

// picture draws a level: its map with tiles of that size, or what is seen in
// wrappers, with that width and height where they are free to choose.
func picture(l *level.Level, wrap string, tile, width, height int) (*image.RGBA, error) {
	if wrap == "" {
		return l.Image(tile)
	}
	env, err := wrapped(l, wrap)
	if err != nil {
		return nil, err
	}
	viewer, ok := miniflow.As[miniflow.Viewer](env)
	if !ok {
		return l.Image(tile)
	}
	if err := env.Reset(miniflow.NewBatch(env)); err != nil {
		return nil, err
	}
	return viewer.Frame(nil, 0, miniflow.View{Tile: tile, Width: width, Height: height})
}

// wrapped is the environment of one level, in wrappers.
func wrapped(l *level.Level, wrap string) (miniflow.Env, error) {
	env, err := level.New(level.ID, level.List{l})
	if err != nil {
		return nil, err
	}
	return wrappers.Apply(env, wrap)
}
