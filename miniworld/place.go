package miniworld

import (
	"errors"
	"fmt"
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// ErrPlacement is wrapped by the error of an entity that found no free spot.
var ErrPlacement = errors.New("no free spot")

// placeTries is how often a random spot is tried. The original tries for ever.
const placeTries = 100000

// Span is a range of one coordinate in metres. The zero Span leaves it to the
// room.
type Span struct {
	lo, hi float64
	set    bool
}

// Over returns the span from lo to hi.
func Over(lo, hi float64) Span { return Span{lo, hi, true} }

// From returns the span from lo on, to where the room ends.
func From(lo float64) Span { return Span{lo, math.Inf(1), true} }

// To returns the span up to hi, from where the room begins.
func To(hi float64) Span { return Span{math.Inf(-1), hi, true} }

// within returns the span's bounds, a room's where it is open.
func (s Span) within(lo, hi float64) (float64, float64) {
	if s.set && !math.IsInf(s.lo, -1) {
		lo = s.lo
	}
	if s.set && !math.IsInf(s.hi, 1) {
		hi = s.hi
	}
	return lo, hi
}

// Spot says where an entity may be placed. The zero Spot is anywhere.
type Spot struct {
	// Room is where it must be. The default (nil) is any room, likelier if larger.
	Room *Room
	// X and Z bound where it is; the edge counts for its middle enlarged by its
	// radius, as in the original.
	X, Z Span
	// Dir is where it looks, in radians. The default (nil) is a random direction.
	Dir *float64
	// Pos is exactly where to put it, without any test. The default (nil) is a
	// random place that touches neither wall nor entity.
	Pos *mgl64.Vec3
}

// Place adds an entity at a random spot. To find none in 100000 tries is an error
// of the world that wraps [ErrPlacement], see [World.Err].
func (w *World) Place(e Entity, s Spot) {
	b := e.Base()
	b.index = w.created
	w.created++
	w.place(e, s)
}

// Replace removes an entity and places it anew.
func (w *World) Replace(e Entity, s Spot) {
	w.Remove(e)
	w.place(e, s)
}

// PlaceAgent is Place of the agent.
func (w *World) PlaceAgent(s Spot) { w.Place(w.Agent, s) }

func (w *World) place(e Entity, s Spot) {
	if w.err != nil {
		return
	}
	if len(w.rooms) == 0 {
		w.fail(fmt.Errorf("place %T: add a room first", e))
		return
	}
	w.build()
	if w.err != nil {
		return
	}
	b := e.Base()
	if s.Pos != nil {
		b.Dir, b.Pos = w.direction(s.Dir), *s.Pos
		w.insert(e)
		return
	}
	for range placeTries {
		r := s.Room
		if r == nil {
			r = w.rooms[w.rng.ChoiceP(w.weights)]
		}
		lx, hx := s.X.within(r.MinX, r.MaxX)
		lz, hz := s.Z.within(r.MinZ, r.MaxZ)
		x := w.rng.Uniform(lx-b.Radius, hx+b.Radius)
		y := w.rng.Uniform(0, 0)
		z := w.rng.Uniform(lz-b.Radius, hz+b.Radius)
		if !r.contains(x, z) || w.hits(b, x, z, b.Radius) {
			continue
		}
		b.Dir, b.Pos = w.direction(s.Dir), mgl64.Vec3{x, y, z}
		w.insert(e)
		return
	}
	w.fail(fmt.Errorf("place %T of radius %.2f m: %w in %d tries: make room or the thing smaller", e, b.Radius, ErrPlacement, placeTries))
}

func (w *World) direction(dir *float64) float64 {
	if dir != nil {
		return *dir
	}
	return w.rng.Uniform(-pi, pi)
}
