package player

import (
	"image"

	"github.com/miniflow-rl/miniflow"
)

// scene draws the views of a session: one of them large, the first of the others
// small beside it.
type scene struct {
	large    int // a number that the views take turns by
	pictures []picture
}

// picture is one view, drawn as large as fits.
type picture struct {
	view       string
	cols, rows int // grid cells; 0 if the view takes any size
	img        *image.RGBA
}

// update finds out how many cells the views have.
func (sc *scene) update(v miniflow.Viewer, views []string) error {
	if sc.pictures != nil {
		return nil
	}
	for _, name := range views {
		p := picture{view: name}
		// A view of cells is twice as large with cells twice as large.
		const tile = 8
		small, err := v.Frame(nil, 0, miniflow.View{Name: name, Tile: tile, Width: 4, Height: 3})
		if err != nil {
			return err
		}
		size := small.Rect.Size()
		large, err := v.Frame(nil, 0, miniflow.View{Name: name, Tile: 2 * tile, Width: 4, Height: 3})
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
func (sc *scene) main() *picture {
	if len(sc.pictures) == 0 {
		return nil
	}
	return &sc.pictures[sc.large%len(sc.pictures)]
}

func (sc *scene) side() *picture {
	for k := range sc.pictures {
		if p := &sc.pictures[k]; p != sc.main() {
			return p
		}
	}
	return nil
}

// next makes the next view the large one.
func (sc *scene) next() { sc.large = (sc.large + 1) % max(1, len(sc.pictures)) }

// free is the height of views of any size, by their width.
const free = 0.75

// shape is the height of the picture by its width.
func (p *picture) shape() float64 {
	if p == nil || p.cols > 0 {
		return 1
	}
	return free
}

// maxTile is the largest cell that views draw, in pixels.
const maxTile = 256

// size returns the picture's size in pixels in a space of w x h.
func (p *picture) size(w, h int) (int, int) {
	if p.cols > 0 {
		tile := max(1, min(w/p.cols, h/p.rows, maxTile))
		return tile * p.cols, tile * p.rows
	}
	if float64(w)*free > float64(h) {
		w = int(float64(h) / free)
	}
	return max(4, w), max(3, int(float64(w)*free))
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
