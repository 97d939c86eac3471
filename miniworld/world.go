package miniworld

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// ErrWorld is wrapped by the errors of a level that cannot be built.
var ErrWorld = errors.New("miniworld: the world cannot be built")

// errBuilt is the mistake of building on after walls were made.
var errBuilt = errors.New("rooms and openings must be added before the first entity is placed")

// World is one generated level and the state of the episode in it. The world is
// right-handed, in metres: y is up, x and z span the floor.
//
// What builds a level records the first mistake instead of returning it, so that
// a Generate reads like a plan; [World.Err] has it, and a reset fails with it.
type World struct {
	// Agent acts and sees. It is made anew before Generate, which places it.
	Agent *Agent
	// Mission is what the agent is asked to do; set it in Generate.
	Mission string
	// MaxSteps is the number of steps after which an episode is truncated; 0 for
	// no limit.
	MaxSteps int
	// Sky and the light are drawn when the level is complete.
	Sky, LightPos, LightColor, LightAmbient mgl64.Vec3

	rooms    []*Room
	entities []Entity // in the order of creation and of collision tests
	bodies   []*Body  // of entities
	created  int
	movers   []Mover
	segs     []wallSeg
	extra    []Segment
	polygons []raster.Polygon
	weights  []float64 // of rooms, for choosing one by area
	built    bool

	sampler sampler
	rng     *miniflow.Rand
	steps   int
	reach   float64 // the longest step of the domain
	err     error
	revision
}

// revision counts what a cached scene must notice.
type revision struct{ level uint64 }

// clear makes an empty world. All it drew and built before is forgotten.
func (w *World) clear(rng *miniflow.Rand) {
	*w = World{
		MaxSteps: w.MaxSteps, Agent: newAgent(), sampler: w.sampler, rng: rng,
		rooms: w.rooms[:0], entities: w.entities[:0], bodies: w.bodies[:0], movers: w.movers[:0],
		segs: w.segs[:0], weights: w.weights[:0], revision: revision{w.level + 1},
	}
	w.reach = w.sampler.Ranges[ForwardStep].Max[0]
	w.sampler.begin(rng)
}

// finish completes a generated level.
func (w *World) finish() error {
	if w.err != nil {
		return w.err
	}
	if len(w.rooms) == 0 {
		return fmt.Errorf("%w: it has no rooms: add one in Generate", ErrWorld)
	}
	if !slices.Contains(w.bodies, &w.Agent.Body) {
		return fmt.Errorf("%w: it has no agent: place World.Agent in Generate", ErrWorld)
	}
	w.Sky, w.LightPos = w.Vary(SkyColor), w.Vary(LightPos)
	w.LightColor, w.LightAmbient = w.Vary(LightColor), w.Vary(LightAmbient)
	for _, e := range w.entities {
		if r, ok := e.(Randomizer); ok {
			if err := r.Randomize(w); err != nil {
				return err
			}
		}
	}
	w.build()
	return w.err
}

// Err returns the first mistake that was made in building the level, nil if
// there is none. It wraps [ErrWorld].
func (w *World) Err() error { return w.err }

func (w *World) fail(err error) {
	if w.err == nil {
		w.err = fmt.Errorf("%w: %w", ErrWorld, err)
	}
}

// Rooms returns all rooms, those that bridge gaps included. The slice is the
// world's own and valid until the next reset.
func (w *World) Rooms() []*Room { return w.rooms }

// Entities returns what is in the world, the agent included, in the order of
// creation. The slice is the world's own and valid until the next change.
func (w *World) Entities() []Entity { return w.entities }

// Steps returns the number of steps since the reset.
func (w *World) Steps() int { return w.steps }

// Extents returns the bounds of all rooms in metres.
func (w *World) Extents() (minX, maxX, minZ, maxZ float64) {
	minX, maxX, minZ, maxZ = math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, r := range w.rooms {
		minX, maxX = min(minX, r.MinX), max(maxX, r.MaxX)
		minZ, maxZ = min(minZ, r.MinZ), max(maxZ, r.MaxZ)
	}
	return minX, maxX, minZ, maxZ
}

// AddSegment adds a line on the floor that entities cannot cross.
func (w *World) AddSegment(s Segment) {
	if s.A == s.B {
		w.fail(fmt.Errorf("add segment: it starts where it ends, at %v", s.A))
		return
	}
	w.extra = append(w.extra, s)
	if w.built {
		w.segs = append(w.segs, newWallSeg(s))
	}
}

// AddPolygon adds something to look at that nothing collides with; see
// [World.AddSegment].
func (w *World) AddPolygon(p raster.Polygon) {
	w.polygons = append(w.polygons, p)
	w.level++
}

// build makes the walls, when the first entity is placed, and chooses textures.
func (w *World) build() {
	if w.built || w.err != nil {
		return
	}
	w.built = true
	for _, r := range w.rooms {
		for _, t := range [...]struct {
			variant *int
			name    string
		}{{&r.Variants.Walls, r.Walls}, {&r.Variants.Floor, r.Floor}, {&r.Variants.Ceiling, r.Ceiling}} {
			v, err := pickVariant(w.rng, w.sampler.random, t.name)
			if err != nil {
				w.fail(err)
				return
			}
			*t.variant = v
		}
		r.build()
		for _, s := range r.segs {
			w.segs = append(w.segs, newWallSeg(s))
		}
		w.weights = append(w.weights, r.area)
	}
	for _, s := range w.extra {
		w.segs = append(w.segs, newWallSeg(s))
	}
	total := pairwiseSum(w.weights)
	for i := range w.weights {
		w.weights[i] /= total
	}
}

// Add puts an entity where its body says, without any test.
func (w *World) Add(e Entity) {
	b := e.Base()
	b.index = w.created
	w.created++
	w.insert(e)
}

func (w *World) insert(e Entity) {
	w.entities = append(w.entities, e)
	w.bodies = append(w.bodies, e.Base())
	if m, ok := e.(Mover); ok {
		w.movers = append(w.movers, m)
	}
}

// Remove takes an entity out of the world.
func (w *World) Remove(e Entity) {
	i := slices.Index(w.bodies, e.Base())
	if i < 0 {
		return
	}
	w.entities = slices.Delete(w.entities, i, i+1)
	w.bodies = slices.Delete(w.bodies, i, i+1)
	if m, ok := e.(Mover); ok {
		w.movers = slices.DeleteFunc(w.movers, func(o Mover) bool { return o == m })
	}
}
