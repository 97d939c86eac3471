package miniworld

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// eye writes the observations of one lane.
type eye struct {
	kinds  []Kind
	things int
	retina *Retina
	scene  scene
	view   raster.View
}

// observe writes all observations of a state.
func (s *sim) observe(l miniflow.Lane) error {
	e := s.eye
	var seen, above Picture
	for k, kind := range e.kinds {
		switch kind {
		case ObsRGB:
			seen.RGB = l.U8(k)
		case ObsGrey:
			seen.Grey = l.U8(k)
		case ObsDepth:
			seen.Depth = l.F32(k)
		case ObsSegmentation:
			seen.Segmentation = l.U8(k)
		case ObsPose:
			s.pose(l.F32(k), e.things)
		case ObsTopDown:
			above.RGB = l.U8(k)
		case ObsText:
			l.SetText(k, s.Mission)
		}
	}
	if s.informer != nil {
		s.informer.Inform(s.World, l, len(e.kinds))
	}
	if !seen.empty() {
		if err := s.draw(seen, s.Agent.Camera(), false); err != nil {
			return err
		}
	}
	if !above.empty() {
		return s.draw(above, s.overhead(e.retina.Aspect()), true)
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

// draw draws what a camera sees, the agent included or not.
func (s *sim) draw(dst Picture, c raster.Camera, agent bool) error {
	e := s.eye
	if err := e.scene.update(s.World); err != nil {
		return err
	}
	if err := e.look(s.World, c, agent); err != nil {
		return err
	}
	return e.retina.Draw(dst, &e.scene.Scene, &e.view)
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
