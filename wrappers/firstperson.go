package wrappers

import (
	"slices"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/miniworld"
	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// FirstPersonConfig says what is observed in first person.
type FirstPersonConfig struct {
	// Kinds are what is observed: miniworld.ObsRGB, ObsGrey, ObsDepth and
	// ObsSegmentation. The default (empty) is ObsRGB.
	Kinds []miniworld.Kind
	// Width and Height are in pixels. The defaults (zero) are 80 and 60.
	Width, Height int
	// Quality is the work that goes into a pixel. The default (zero) is raster.Fast.
	Quality raster.Quality
}

// FirstPersonEnv is a Minigrid environment seen in first person; see [FirstPerson].
type FirstPersonEnv struct {
	*Wrapper
	lanes []gridEye
	*FirstPersonViewer
}

// FirstPerson lets the agent walk through a Minigrid level: walls, doors, keys,
// balls, boxes, goals, floor tiles and lava are shapes in their colours, a cell is
// a metre, and what the agent carries is in front of it. Nothing but the
// observation changes: the same seed and actions give the same levels, missions,
// rewards and ends.
//
// The observation image gives way to those of the configuration, named and shaped
// as in package miniworld. A pixel of the segmentation is the type, colour and
// state of the cell that is seen, as Minigrid encodes it; the sky is (0, 0, 0).
// As a miniflow.Viewer it adds the views of a [FirstPersonViewer].
func FirstPerson(env miniflow.Env, c FirstPersonConfig) (*FirstPersonEnv, error) {
	w := newWrapper(env, "first_person")
	if err := w.worlds(); err != nil {
		return nil, err
	}
	if err := makeShapes(); err != nil {
		return nil, w.fail("%w", err)
	}
	if c.Width == 0 && c.Height == 0 {
		c.Width, c.Height = 80, 60
	}
	if len(c.Kinds) == 0 {
		c.Kinds = []miniworld.Kind{miniworld.ObsRGB}
	}
	retina, err := miniworld.NewRetina(c.Width, c.Height, c.Quality)
	if err != nil {
		return nil, w.fail("%w: %w", err, miniflow.ErrParam)
	}
	w.spec.Observation = slices.DeleteFunc(w.spec.Observation, func(o miniflow.Named) bool { return o.Name == "image" })
	f := &FirstPersonEnv{Wrapper: w, lanes: make([]gridEye, env.Len()), FirstPersonViewer: &FirstPersonViewer{grid: w.grid}}
	var at [4]int // where each kind's observation is, -1 for nowhere
	for k := range at {
		at[k] = -1
	}
	for _, k := range c.Kinds {
		if k > miniworld.ObsSegmentation || at[k] >= 0 {
			return nil, w.fail("kind %v: want some of rgb, grey, depth and segmentation, each once: %w", k, miniflow.ErrParam)
		}
		s := k.Space(c.Width, c.Height, 0)
		at[k] = w.set(s.Name, s.Space)
	}
	for i := range f.lanes {
		f.lanes[i].retina = retina.Clone()
	}
	w.look = func(world *minigrid.World, i int, dst []miniflow.Array, _ bool) {
		var p miniworld.Picture
		if k := at[miniworld.ObsRGB]; k >= 0 {
			p.RGB = dst[k].RowU8(i)
		}
		if k := at[miniworld.ObsGrey]; k >= 0 {
			p.Grey = dst[k].RowU8(i)
		}
		if k := at[miniworld.ObsDepth]; k >= 0 {
			p.Depth = dst[k].RowF32(i)
		}
		if k := at[miniworld.ObsSegmentation]; k >= 0 {
			p.Segmentation = dst[k].RowU8(i)
		}
		e := &f.lanes[i]
		e.look(world)
		if err := e.retina.Draw(p, &e.scene, &e.view); err != nil {
			panic(err) // only sizes can be wrong, and they are ours
		}
	}
	w.build()
	return f, nil
}
