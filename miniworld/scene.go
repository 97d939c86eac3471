package miniworld

import (
	"fmt"

	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// Classes of what is seen, the highest byte of a pixel's ID.
const (
	classFloor = iota + 1
	classCeiling
	classWall
	classEntity
	classOther
)

func pixelID(class, index, part int) uint32 {
	return uint32(class)<<24 | uint32(index&0xffff)<<8 | uint32(part&0xff)
}

// scene is the part of a world that does not move, as the renderer wants it.
type scene struct {
	raster.Scene
	level uint64 // of the world that it shows
	textures
	poly raster.Polygon // scratch
}

// update builds the scene if it shows another level than w is.
func (s *scene) update(w *World) error {
	if s.level == w.level {
		return nil
	}
	s.Reset()
	if s.textures == nil {
		s.textures = textures{}
	}
	for i, r := range w.rooms {
		if err := s.addRoom(r); err != nil {
			return fmt.Errorf("miniworld: room %d: %w", i, err)
		}
	}
	for _, r := range w.rooms {
		if err := s.connect(r); err != nil {
			return fmt.Errorf("miniworld: room %d: %w", r.index, err)
		}
	}
	for i := range w.polygons {
		if err := s.AddPolygon(raster.Outside, &w.polygons[i]); err != nil {
			return fmt.Errorf("miniworld: polygon %d: %w", i, err)
		}
	}
	s.level = w.level
	return nil
}

func (s *scene) addRoom(r *Room) error {
	cell, err := s.AddCell(raster.Cell{Outline: r.Outline, Top: r.Height, Open: r.Open})
	if err != nil {
		return err
	}
	if err := s.addFlat(cell, r, 0, r.Floor, r.Variants.Floor, classFloor); err != nil {
		return err
	}
	if !r.Open {
		if err := s.addFlat(cell, r, r.Height, r.Ceiling, r.Variants.Ceiling, classCeiling); err != nil {
			return err
		}
	}
	tex, err := s.get(r.Walls, r.Variants.Walls)
	if err != nil {
		return err
	}
	p := &s.poly
	for i, q := range r.quads {
		*p = raster.Polygon{Verts: p.Verts[:0], UV: p.UV[:0], Texture: tex, Color: raster.White, ID: pixelID(classWall, r.index, i)}
		for _, c := range [4]struct {
			at   [2]float64
			u, y float64
		}{{q.p0, q.start, q.minY}, {q.p0, q.start, q.maxY}, {q.p1, q.end, q.maxY}, {q.p1, q.end, q.minY}} {
			p.Verts = append(p.Verts, [3]float64{c.at[0], c.y, c.at[1]})
			p.UV = append(p.UV, [2]float64{c.u / tex.Width, c.y / tex.Height})
		}
		if err := s.AddPolygon(cell, p); err != nil {
			return err
		}
	}
	return nil
}

// addFlat adds a floor or, seen from below, a ceiling.
func (s *scene) addFlat(cell int, r *Room, y float64, name string, variant, class int) error {
	tex, err := s.get(name, variant)
	if err != nil {
		return err
	}
	p := &s.poly
	*p = raster.Polygon{Verts: p.Verts[:0], UV: p.UV[:0], Texture: tex, Color: raster.White, ID: pixelID(class, r.index, 0)}
	for i := range r.Outline {
		c := r.Outline[i]
		if class == classCeiling {
			c = r.Outline[len(r.Outline)-1-i]
		}
		p.Verts = append(p.Verts, [3]float64{c[0], y, c[1]})
		p.UV = append(p.UV, [2]float64{c[0] / tex.Width, c[1] / tex.Height})
	}
	return s.AddPolygon(cell, p)
}

// connect opens the portals of a room to rooms after it and to the outside.
func (s *scene) connect(r *Room) error {
	for edge, portals := range r.Portals {
		for _, p := range portals {
			to := raster.Outside
			if p.To != nil {
				if to = p.To.index; to < r.index {
					continue // opened from the other side
				}
			}
			a, b := r.along(edge, p.Start), r.along(edge, p.End)
			v := [4][3]float64{{a[0], p.MinY, a[1]}, {a[0], p.MaxY, a[1]}, {b[0], p.MaxY, b[1]}, {b[0], p.MinY, b[1]}}
			if err := s.Connect(r.index, to, v[:]); err != nil {
				return err
			}
		}
	}
	return nil
}

// look sets up what the camera sees beside the scene. The agent is only in maps.
func (e *eye) look(w *World, c raster.Camera, agent bool) error {
	v := &e.view
	v.Camera = c
	v.Light = raster.FixedLight(w.LightPos, w.LightColor, w.LightAmbient)
	v.Sky = w.Sky
	v.Entities = v.Entities[:0]
	for i, ent := range w.entities {
		b := w.bodies[i]
		if b == &w.Agent.Body && !agent {
			continue
		}
		v.Entities = append(v.Entities, raster.Entity{Pos: b.Pos, Yaw: b.Dir, ID: pixelID(classEntity, b.index, 0)})
		if err := ent.Shape(&v.Entities[len(v.Entities)-1]); err != nil {
			return err
		}
	}
	return nil
}

// overhead returns a camera that sees the whole world, a metre around it
// included, from above.
func (w *World) overhead(aspect float64) raster.Camera {
	minX, maxX, minZ, maxZ := w.Extents()
	return raster.Overhead(minX-1, maxX+1, minZ-1, maxZ+1, aspect)
}
