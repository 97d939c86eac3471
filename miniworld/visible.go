package miniworld

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// visibleSide is the side of the cubes that stand for entities in a search for
// what is visible, in metres: the original's.
const visibleSide = 0.2

// Visible returns the entities that the agent of a lane sees, in the order of
// creation: those of which a cube of 0.2 m at their place would be seen between
// the walls and the other cubes, as in the original's get_visible_ents.
func (e *Env) Visible(lane int) ([]Entity, error) {
	if lane < 0 || lane >= e.Len() {
		return nil, fmt.Errorf("miniworld: visible: lane %d: want one in [0,%d)", lane, e.Len())
	}
	s := e.sim(lane)
	if s.Agent == nil || !s.built {
		return nil, fmt.Errorf("miniworld: visible: lane %d: call Reset first: %w", lane, miniflow.ErrNeedsReset)
	}
	if e.seer == nil {
		// Twice the original's size: one sample here for each of its four there.
		r, err := NewRetina(160, 120, raster.Fast)
		if err != nil {
			return nil, err
		}
		e.seer = r
		e.seen = make([]uint32, 160*120)
	}
	if err := s.eye.scene.update(s.World); err != nil {
		return nil, err
	}
	v := raster.View{Camera: s.Agent.Camera()}
	for _, b := range s.bodies {
		if b != &s.Agent.Body {
			v.Entities = append(v.Entities, raster.Entity{Mesh: cube, Pos: b.Pos,
				Scale: [3]float64{visibleSide, visibleSide, visibleSide}, ID: pixelID(classEntity, b.index, 0)})
		}
	}
	r := e.seer.pool.get()
	err := r.Render(&raster.Image{ID: e.seen}, &s.eye.scene.Scene, &v)
	e.seer.pool.put(r)
	if err != nil {
		return nil, err
	}
	seen := map[uint32]bool{}
	for _, id := range e.seen {
		seen[id] = true
	}
	var out []Entity
	for i, b := range s.bodies {
		if b != &s.Agent.Body && seen[pixelID(classEntity, b.index, 0)] {
			out = append(out, s.entities[i])
		}
	}
	return out, nil
}
