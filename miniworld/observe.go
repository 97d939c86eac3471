package miniworld

import (
	"fmt"
	"slices"
	"strings"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// Kind is a kind of observation.
type Kind uint8

// The kinds of observations, with their names in Spec.Observation. H and W are
// the parameters obs_height and obs_width.
const (
	// ObsRGB is "image", uint8 [H,W,3], what the agent sees.
	ObsRGB Kind = iota
	// ObsGrey is "grey", uint8 [H,W,1]: 0.30 red + 0.59 green + 0.11 blue.
	ObsGrey
	// ObsDepth is "depth", float32 [H,W,1]: metres along the view axis, 100 for the sky.
	ObsDepth
	// ObsSegmentation is "segmentation", uint8 [H,W,3]: the class of what is seen (0
	// sky, 1 floor, 2 ceiling, 3 wall, 4 entity, 5 other), the number of its room
	// or entity, and of its piece of wall, each modulo 256.
	ObsSegmentation
	// ObsPose is "pose", float32 [6+4*Things]: the agent's x, y, z, cosine and sine
	// of its direction and 1 if it carries something; then for each of the first
	// Things entities but the agent, in the order of creation: 1 if it is in the
	// world, metres ahead of and to the right of the agent, and its height y.
	ObsPose
	// ObsTopDown is "topdown", uint8 [H,W,3]: the map from above, the agent an arrow.
	ObsTopDown
	// ObsText is "mission", the instruction.
	ObsText
	numKinds
)

var kindNames = [numKinds]string{"rgb", "grey", "depth", "segmentation", "pose", "topdown", "text"}

// String returns the kind's name in the parameter obs.
func (k Kind) String() string {
	if k < numKinds {
		return kindNames[k]
	}
	return "Kind(?)"
}

// parseKinds parses kinds joined by plus signs.
func parseKinds(s string) ([]Kind, error) {
	var out []Kind
	for part := range strings.SplitSeq(s, "+") {
		i := slices.Index(kindNames[:], strings.TrimSpace(part))
		if i < 0 || slices.Contains(out, Kind(i)) {
			return nil, fmt.Errorf("parameter obs is %q: want one or more of %s, joined by +: %w", s, strings.Join(kindNames[:], ", "), miniflow.ErrParam)
		}
		out = append(out, Kind(i))
	}
	return out, nil
}

// poseSize is the length of a pose observation.
func poseSize(things int) int { return 6 + 4*things }

// space returns name and space of a kind.
func (k Kind) space(width, height, things int) miniflow.Named {
	switch k {
	case ObsGrey:
		return miniflow.Named{Name: "grey", Space: miniflow.NewBox(miniflow.Uint8, 0, 255, height, width, 1)}
	case ObsDepth:
		return miniflow.Named{Name: "depth", Space: miniflow.NewBox(miniflow.Float32, 0, 100, height, width, 1)}
	case ObsSegmentation:
		return miniflow.Named{Name: "segmentation", Space: miniflow.NewBox(miniflow.Uint8, 0, 255, height, width, 3)}
	case ObsPose:
		return miniflow.Named{Name: "pose", Space: miniflow.NewBox(miniflow.Float32, -1e6, 1e6, poseSize(things))}
	case ObsTopDown:
		return miniflow.Named{Name: "topdown", Space: miniflow.NewBox(miniflow.Uint8, 0, 255, height, width, 3)}
	case ObsText:
		return miniflow.Named{Name: "mission", Space: miniflow.Text{MaxLen: 256}}
	}
	return miniflow.Named{Name: "image", Space: miniflow.NewBox(miniflow.Uint8, 0, 255, height, width, 3)}
}

// eye writes the observations of one lane.
type eye struct {
	kinds  []Kind
	things int
	pool   *pool
	scene  scene
	view   raster.View
	rgb    []uint8  // scratch for grey
	ids    []uint32 // scratch for segmentation
}

// observe writes all observations of a state.
func (s *sim) observe(l miniflow.Lane) error {
	e := s.eye
	var img raster.Image
	seen := false
	for k, kind := range e.kinds {
		switch kind {
		case ObsRGB:
			img.RGB, seen = l.U8(k), true
		case ObsGrey:
			seen = true
		case ObsDepth:
			img.Depth, seen = l.F32(k), true
		case ObsSegmentation:
			img.ID, seen = e.ids, true
		case ObsPose:
			s.pose(l.F32(k), e.things)
		case ObsTopDown:
			if err := s.drawMap(l.U8(k)); err != nil {
				return err
			}
		case ObsText:
			l.SetText(k, s.Mission)
		}
	}
	if s.informer != nil {
		s.informer.Inform(s.World, l, len(e.kinds))
	}
	if !seen {
		return nil
	}
	if img.RGB == nil && slices.Contains(e.kinds, ObsGrey) {
		img.RGB = e.rgb
	}
	if err := s.draw(&img, s.Agent.Camera()); err != nil {
		return err
	}
	for k, kind := range e.kinds {
		switch kind {
		case ObsGrey:
			greyscale(l.U8(k), img.RGB)
		case ObsSegmentation:
			segment(l.U8(k), img.ID)
		}
	}
	return nil
}

// mustObserve is observe within an episode: what can go wrong has gone wrong at
// the reset already, unless an entity's Shape began to fail.
func (s *sim) mustObserve(l miniflow.Lane) {
	if err := s.observe(l); err != nil {
		panic(fmt.Sprintf("miniworld: draw step %d: %v", s.steps, err))
	}
}

// draw draws what a camera sees.
func (s *sim) draw(img *raster.Image, c raster.Camera) error {
	e := s.eye
	if err := e.scene.update(s.World); err != nil {
		return err
	}
	if err := e.look(s.World, c, false); err != nil {
		return err
	}
	r := e.pool.get()
	err := r.Render(img, &e.scene.Scene, &e.view)
	e.pool.put(r)
	return err
}

// drawMap draws the world from above.
func (s *sim) drawMap(rgb []uint8) error {
	e := s.eye
	if err := e.scene.update(s.World); err != nil {
		return err
	}
	if err := e.look(s.World, s.overhead(float64(e.pool.width)/float64(e.pool.height)), true); err != nil {
		return err
	}
	r := e.pool.get()
	err := r.Render(&raster.Image{RGB: rgb}, &e.scene.Scene, &e.view)
	e.pool.put(r)
	return err
}

func (s *sim) pose(dst []float32, things int) {
	clear(dst)
	a := s.Agent
	f, r := a.Forward(), a.Right()
	dst[0], dst[1], dst[2] = float32(a.Pos[0]), float32(a.Pos[1]), float32(a.Pos[2])
	dst[3], dst[4] = float32(f[0]), float32(-f[2])
	if a.Carrying != nil {
		dst[5] = 1
	}
	for _, b := range s.bodies {
		i := b.index
		if b == &a.Body {
			continue
		}
		if i > a.index {
			i--
		}
		if i >= things {
			continue
		}
		d := b.Pos.Sub(a.Pos)
		p := dst[6+4*i:][:4]
		p[0] = 1
		p[1] = float32(dot2(d[0], d[2], f[0], f[2]))
		p[2] = float32(dot2(d[0], d[2], r[0], r[2]))
		p[3] = float32(b.Pos[1])
	}
}

func greyscale(dst, rgb []uint8) {
	for i := range dst {
		p := rgb[3*i : 3*i+3]
		dst[i] = uint8((30*uint32(p[0]) + 59*uint32(p[1]) + 11*uint32(p[2]) + 50) / 100)
	}
}

func segment(dst []uint8, ids []uint32) {
	for i, id := range ids {
		dst[3*i], dst[3*i+1], dst[3*i+2] = uint8(id>>24), uint8(id>>8), uint8(id)
	}
}
