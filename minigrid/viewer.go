package minigrid

import (
	"fmt"
	"image"
	"strings"

	"github.com/miniflow-rl/miniflow"
)

// The views that an [Env] draws.
const (
	// ViewMap is the whole map; what the agent sees is lighter if the
	// environment's parameter highlight is set.
	ViewMap = "map"
	// ViewMapPlain is the whole map without highlights.
	ViewMapPlain = "map_plain"
	// ViewAgent is what the agent sees, turned so that it faces up.
	ViewAgent = "agent"
)

var _ miniflow.Viewer = (*Env)(nil)

// Views implements [miniflow.Viewer]. The first one is [ViewMap], or [ViewAgent]
// if the environment's parameter agent_pov is set.
func (e *Env) Views() []string {
	if e.config.Bool("agent_pov") {
		return []string{ViewAgent, ViewMap, ViewMapPlain}
	}
	return []string{ViewMap, ViewAgent, ViewMapPlain}
}

// Frame implements [miniflow.Viewer]. The size of a cell is v.Tile or, if that is
// 0, the environment's parameter tile_size; Width and Height of v are not used.
// Drawing into an image of the right size allocates nothing once the tiles exist.
func (e *Env) Frame(dst *image.RGBA, lane int, v miniflow.View) (*image.RGBA, error) {
	if lane < 0 || lane >= e.Len() {
		return nil, fmt.Errorf("minigrid: frame: lane %d: want one in [0,%d)", lane, e.Len())
	}
	if v.Name == "" {
		v.Name = e.Views()[0]
	}
	if v.Tile == 0 {
		v.Tile = e.config.Int("tile_size")
	}
	if v.Tile < 1 || v.Tile > maxTile {
		return nil, fmt.Errorf("minigrid: frame: tiles of %d pixels: want 1 to %d", v.Tile, maxTile)
	}
	w := e.World(lane)
	if w.pos < 0 {
		return nil, fmt.Errorf("minigrid: frame: lane %d: call Reset first: %w", lane, miniflow.ErrNeedsReset)
	}
	width, height := w.MapSize(v.Tile)
	if v.Name == ViewAgent {
		width = w.ViewImageSize(v.Tile)
		height = width
	}
	if n := 3 * width * height; cap(e.frame) < n {
		e.frame = make([]uint8, n)
	}
	pix := e.frame[:3*width*height]
	switch v.Name {
	case ViewMap, ViewMapPlain:
		w.RenderMap(pix, v.Tile, v.Name == ViewMap && e.config.Bool("highlight"))
	case ViewAgent:
		w.RenderView(pix, v.Tile)
	default:
		return nil, fmt.Errorf("minigrid: frame: view %q is unknown: use one of %s", v.Name, strings.Join(e.Views(), ", "))
	}
	if dst == nil || dst.Rect.Dx() != width || dst.Rect.Dy() != height {
		dst = image.NewRGBA(image.Rect(0, 0, width, height))
	}
	for y := range height {
		row := dst.Pix[y*dst.Stride:][:4*width]
		for x := range width {
			p := pix[3*(y*width+x):][:3]
			row[4*x], row[4*x+1], row[4*x+2], row[4*x+3] = p[0], p[1], p[2], 255
		}
	}
	return dst, nil
}
