package player

import (
	"image"

	"github.com/miniflow-rl/miniflow"
)

// scene draws the views of a session: the whole world and what the agent sees.
type scene struct {
	swapped  bool
	pictures []picture
}

// picture is one view, drawn as large as fits.
type picture struct {
	view       string
	cols, rows int // grid cells; 0 if the view takes any size
	img        *image.RGBA
}

// update finds out what views there are and how many cells they have.
func (sc *scene) update(v miniflow.Viewer) error {
	if sc.pictures != nil {
		return nil
	}
	for _, name := range v.Views() {
		p := picture{view: name}
		// A view of cells is twice as large with cells twice as large.
		const tile = 8
		small, err := v.Frame(nil, 0, miniflow.View{Name: name, Tile: tile})
		if err != nil {
			return err
		}
		size := small.Rect.Size()
		large, err := v.Frame(nil, 0, miniflow.View{Name: name, Tile: 2 * tile})
		if err != nil {
			return err
		}
		if large.Rect.Size() == size.Mul(2) && size.Mod(image.Rect(0, 0, tile, tile)) == (image.Point{}) {
			p.cols, p.rows = size.X/tile, size.Y/tile
		}
		sc.pictures = append(sc.pictures, p)
	}
	return nil
}

// main and side are the large and the small picture; side is nil if there is
// only one view.
func (sc *scene) main() *picture { return sc.nth(0) }
func (sc *scene) side() *picture { return sc.nth(1) }

func (sc *scene) nth(i int) *picture {
	n := min(2, len(sc.pictures))
	if i >= n {
		return nil
	}
	if sc.swapped && n == 2 {
		i = 1 - i
	}
	return &sc.pictures[i]
}

// maxTile is the largest cell that views draw, in pixels.
const maxTile = 256

// size returns the picture's size in pixels in a space of w x h.
func (p *picture) size(w, h int) (int, int) {
	if p.cols > 0 {
		tile := max(1, min(w/p.cols, h/p.rows, maxTile))
		return tile * p.cols, tile * p.rows
	}
	if w*3 > h*4 {
		w = h * 4 / 3
	}
	return max(4, w), max(3, w*3/4)
}

// draw draws the view into a space of w x h pixels. The picture is valid until
// the next call.
func (p *picture) draw(v miniflow.Viewer, w, h int) (*image.RGBA, error) {
	pw, ph := p.size(w, h)
	view := miniflow.View{Name: p.view, Width: pw, Height: ph}
	if p.cols > 0 {
		view = miniflow.View{Name: p.view, Tile: pw / p.cols}
	}
	img, err := v.Frame(p.img, 0, view)
	if err != nil {
		return nil, err
	}
	p.img = img
	return img, nil
}
