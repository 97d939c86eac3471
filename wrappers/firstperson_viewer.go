package wrappers

import (
	"fmt"
	"image"
	"slices"
	"strings"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/miniworld"
	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// ViewFirstPerson, ViewDepth and ViewSegmentation are the views that a
// [FirstPersonViewer] adds: what the agent sees in colour, in depth, lighter where
// nearer, and with a colour for every kind of cell.
const (
	ViewFirstPerson  = miniworld.ViewFirstPerson
	ViewDepth        = miniworld.ViewDepth
	ViewSegmentation = miniworld.ViewSegmentation
)

var firstPersonViews = []string{ViewFirstPerson, ViewDepth, ViewSegmentation}

// FirstPersonViewer draws Minigrid levels as [FirstPerson] shows them, without
// changing what is observed. It also has the views of the environment itself.
type FirstPersonViewer struct {
	grid     *minigrid.Env
	eye      gridEye
	renderer *raster.Renderer
	img      *raster.Image
}

var (
	_ miniflow.Viewer = (*FirstPersonViewer)(nil)
	_ miniflow.Viewer = (*FirstPersonEnv)(nil)
)

// NewFirstPersonViewer returns a viewer of env. It fails if there is no Minigrid
// environment in it.
func NewFirstPersonViewer(env miniflow.Env) (*FirstPersonViewer, error) {
	grid, ok := miniflow.As[*minigrid.Env](env)
	if !ok {
		return nil, fmt.Errorf("wrappers: view of %s: it is no Minigrid environment", env.Spec().ID)
	}
	if err := makeShapes(); err != nil {
		return nil, fmt.Errorf("wrappers: view of %s: %w", env.Spec().ID, err)
	}
	return &FirstPersonViewer{grid: grid}, nil
}

// Views implements [miniflow.Viewer]: first person, then those of the map, then
// depth and segmentation.
func (f *FirstPersonViewer) Views() []string {
	return slices.Concat(firstPersonViews[:1], f.grid.Views(), firstPersonViews[1:])
}

// Frame implements [miniflow.Viewer]. In first person the default size is 800 x
// 600 pixels.
func (f *FirstPersonViewer) Frame(dst *image.RGBA, lane int, v miniflow.View) (*image.RGBA, error) {
	if v.Name == "" {
		v.Name = ViewFirstPerson
	}
	if !slices.Contains(firstPersonViews, v.Name) {
		if !slices.Contains(f.grid.Views(), v.Name) {
			return nil, fmt.Errorf("wrappers: frame: view %q is unknown: use one of %s: %w", v.Name, strings.Join(f.Views(), ", "), miniflow.ErrParam)
		}
		return f.grid.Frame(dst, lane, v)
	}
	if lane < 0 || lane >= f.grid.Len() {
		return nil, fmt.Errorf("wrappers: frame: lane %d: want one in [0,%d)", lane, f.grid.Len())
	}
	if p, _ := f.grid.World(lane).Agent(); p.X < 0 {
		return nil, fmt.Errorf("wrappers: frame: lane %d: call Reset first: %w", lane, miniflow.ErrNeedsReset)
	}
	if v.Width == 0 && v.Height == 0 {
		v.Width, v.Height = 800, 600
	}
	if f.renderer == nil || !sized(f.renderer, v.Width, v.Height) {
		r, err := raster.NewRenderer(v.Width, v.Height, raster.Full)
		if err != nil {
			return nil, fmt.Errorf("wrappers: frame: %w", err)
		}
		f.renderer, f.img = r, raster.NewImage(v.Width, v.Height)
	}
	f.eye.look(f.grid.World(lane))
	if err := f.renderer.Render(f.img, &f.eye.scene, &f.eye.view); err != nil {
		return nil, fmt.Errorf("wrappers: frame: %w", err)
	}
	switch v.Name {
	case ViewDepth:
		for k, d := range f.img.Depth {
			g := raster.DepthShade(d)
			copy(f.img.RGB[3*k:], []uint8{g, g, g})
		}
	case ViewSegmentation:
		for k, id := range f.img.ID {
			c := raster.FalseColor(id)
			copy(f.img.RGB[3*k:], c[:])
		}
	}
	return toRGBA(dst, f.img.RGB, v.Width, v.Height), nil
}

func sized(r *raster.Renderer, width, height int) bool {
	w, h := r.Size()
	return w == width && h == height
}
