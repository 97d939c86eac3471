package miniworld

import (
	"fmt"
	"image"
	"strings"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// The views that an [Env] draws.
const (
	// ViewFirstPerson is what the agent sees.
	ViewFirstPerson = "first_person"
	// ViewMap is the world from above, the agent an arrow.
	ViewMap = "map"
	// ViewDepth is what the agent sees, lighter where nearer.
	ViewDepth = "depth"
	// ViewSegmentation is what the agent sees, a colour for every thing and surface.
	ViewSegmentation = "segmentation"
)

var _ miniflow.Viewer = (*Env)(nil)

// frames is where Frame draws.
type frames struct {
	*raster.Renderer
	img *raster.Image
	eye eye
}

// Views implements [miniflow.Viewer]. The first one is [ViewFirstPerson], or
// [ViewMap] if the environment's parameter view is "top".
func (e *Env) Views() []string {
	if e.config.Text("view") == "top" {
		return []string{ViewMap, ViewFirstPerson, ViewDepth, ViewSegmentation}
	}
	return []string{ViewFirstPerson, ViewMap, ViewDepth, ViewSegmentation}
}

// Frame implements [miniflow.Viewer]. Width and Height of v are by default the
// environment's parameters window_width and window_height; Tile is not used.
func (e *Env) Frame(dst *image.RGBA, lane int, v miniflow.View) (*image.RGBA, error) {
	if lane < 0 || lane >= e.Len() {
		return nil, fmt.Errorf("miniworld: frame: lane %d: want one in [0,%d)", lane, e.Len())
	}
	s := e.sim(lane)
	if s.Agent == nil || !s.built {
		return nil, fmt.Errorf("miniworld: frame: lane %d: call Reset first: %w", lane, miniflow.ErrNeedsReset)
	}
	if v.Name == "" {
		v.Name = e.Views()[0]
	}
	if v.Width == 0 {
		v.Width = e.config.Int("window_width")
	}
	if v.Height == 0 {
		v.Height = e.config.Int("window_height")
	}
	if err := e.drawFrame(s, v); err != nil {
		return nil, err
	}
	if dst == nil || dst.Rect.Dx() != v.Width || dst.Rect.Dy() != v.Height {
		dst = image.NewRGBA(image.Rect(0, 0, v.Width, v.Height))
	}
	for y := range v.Height {
		row := dst.Pix[y*dst.Stride:][:4*v.Width]
		for x := range v.Width {
			c := e.frames.color(v.Name, y*v.Width+x)
			row[4*x], row[4*x+1], row[4*x+2], row[4*x+3] = c[0], c[1], c[2], 255
		}
	}
	return dst, nil
}

// drawFrame draws a view in all channels.
func (e *Env) drawFrame(s *sim, v miniflow.View) error {
	f := &e.frames
	if f.Renderer == nil {
		f.Renderer, _ = raster.NewRenderer(1, 1, raster.Full)
	}
	if w, h := f.Size(); w != v.Width || h != v.Height {
		r, err := raster.NewRenderer(v.Width, v.Height, raster.Full)
		if err != nil {
			return fmt.Errorf("miniworld: frame: %w", err)
		}
		f.Renderer, f.img = r, raster.NewImage(v.Width, v.Height)
	}
	c := s.Agent.Camera()
	switch v.Name {
	case ViewMap:
		c = s.overhead(float64(v.Width) / float64(v.Height))
	case ViewFirstPerson, ViewDepth, ViewSegmentation:
	default:
		return fmt.Errorf("miniworld: frame: view %q is unknown: use one of %s", v.Name, strings.Join(e.Views(), ", "))
	}
	if err := s.eye.scene.update(s.World); err != nil {
		return err
	}
	if err := f.eye.look(s.World, c, v.Name == ViewMap); err != nil {
		return err
	}
	return f.Render(f.img, &s.eye.scene.Scene, &f.eye.view)
}

// color returns a pixel of a view.
func (f *frames) color(view string, i int) [3]uint8 {
	switch view {
	case ViewDepth:
		g := raster.DepthShade(f.img.Depth[i])
		return [3]uint8{g, g, g}
	case ViewSegmentation:
		return raster.FalseColor(f.img.ID[i])
	}
	return [3]uint8(f.img.RGB[3*i : 3*i+3])
}
