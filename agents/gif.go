package agents

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"io"
)

// Delay times of a GIF's frames, in hundredths of a second.
const (
	gifDelay = 12
	gifLast  = 120 // the last frame stays, so that one sees how it ended
)

// WriteGIF writes frames of one size as an animation that repeats. Colours are
// exact if there are at most 256 in all frames; otherwise they are rounded to
// as many bits as it takes to have no more.
func WriteGIF(w io.Writer, frames []*image.RGBA) error {
	if len(frames) == 0 {
		return errors.New("agents: gif: there are no frames")
	}
	palette, index := quantize(frames)
	g := &gif.GIF{Config: image.Config{ColorModel: palette, Width: frames[0].Rect.Dx(), Height: frames[0].Rect.Dy()}}
	for _, f := range frames {
		if f.Rect.Size() != frames[0].Rect.Size() {
			return fmt.Errorf("agents: gif: frames of %v and %v: want one size", frames[0].Rect.Size(), f.Rect.Size())
		}
		p := image.NewPaletted(image.Rectangle{Max: f.Rect.Size()}, palette)
		var last [3]uint8 // neighbours are mostly alike
		is := index(0, 0, 0)
		for y := range f.Rect.Dy() {
			row := f.Pix[y*f.Stride:]
			for x := range f.Rect.Dx() {
				if c := [3]uint8(row[4*x : 4*x+3]); c != last {
					last, is = c, index(c[0], c[1], c[2])
				}
				p.Pix[y*p.Stride+x] = is
			}
		}
		g.Image = append(g.Image, p)
		g.Delay = append(g.Delay, gifDelay)
	}
	g.Delay[len(g.Delay)-1] = gifLast
	if err := gif.EncodeAll(w, g); err != nil {
		return fmt.Errorf("agents: gif: %w", err)
	}
	return nil
}

// quantize finds at most 256 colours: those that occur, in the order they do,
// or what is left of them with ever fewer low bits.
func quantize(frames []*image.RGBA) (color.Palette, func(r, g, b uint8) uint8) {
	for drop := 0; ; drop++ {
		keep := uint8(0xff) << drop
		index := map[[3]uint8]uint8{}
		var palette color.Palette
		if fill(frames, keep, index, &palette) {
			return palette, func(r, g, b uint8) uint8 { return index[[3]uint8{r & keep, g & keep, b & keep}] }
		}
	}
}

// fill collects colours and reports whether there are at most 256.
func fill(frames []*image.RGBA, keep uint8, index map[[3]uint8]uint8, palette *color.Palette) bool {
	var last [3]uint8
	for _, f := range frames {
		for y := range f.Rect.Dy() {
			row := f.Pix[y*f.Stride : y*f.Stride+4*f.Rect.Dx()]
			for x := 0; x < len(row); x += 4 {
				key := [3]uint8{row[x] & keep, row[x+1] & keep, row[x+2] & keep}
				if key == last && len(index) > 0 {
					continue
				}
				last = key
				if _, ok := index[key]; ok {
					continue
				}
				if len(*palette) == 256 {
					return false
				}
				index[key] = uint8(len(*palette))
				*palette = append(*palette, color.RGBA{R: key[0], G: key[1], B: key[2], A: 0xff})
			}
		}
	}
	return true
}
