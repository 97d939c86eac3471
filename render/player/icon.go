package player

import (
	"image"
	"math"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// iconSize is the side of the picture of a carried thing, in points.
const iconSize = 24

// carriedIcon returns a picture of what the agent carries, nil if nothing.
func (a *App) carriedIcon(c *ui.Canvas) *image.RGBA {
	w, ok := miniflow.As[minigrid.Worlds](a.session.Env())
	if !ok {
		return nil
	}
	t := w.World(0).Carrying()
	if t.Cell == minigrid.Unseen {
		return nil
	}
	return cellPicture(t.Cell, int(math.Round(iconSize*c.Scale())))
}

// cellPicture draws one grid cell: the middle of a map of three by three.
func cellPicture(cell minigrid.Cell, tile int) *image.RGBA {
	w, err := minigrid.NewWorld(3, 3, 3)
	if err != nil {
		return nil
	}
	w.Set(minigrid.Point{X: 1, Y: 1}, cell)
	side := 3 * tile
	pix := make([]uint8, 3*side*side)
	w.RenderMap(pix, tile, false)
	img := image.NewRGBA(image.Rect(0, 0, tile, tile))
	for y := range tile {
		for x := range tile {
			p := pix[3*((y+tile)*side+x+tile):]
			copy(img.Pix[img.PixOffset(x, y):], []uint8{p[0], p[1], p[2], 255})
		}
	}
	return img
}
