package miniworld

import (
	"github.com/go-gl/mathgl/mgl64"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// Entity is a thing in a world. A type of your own embeds [Body] and has a
// method Shape; it may also be a [Randomizer].
type Entity interface {
	// Base returns what the world knows of it: where it is and what it collides with.
	Base() *Body
	// Shape sets mesh, scale, colour and gain of e; place and ID are set already. A
	// nil mesh draws nothing. It is called for every picture and must not allocate
	// after the first.
	Shape(e *raster.Entity) error
}

// Randomizer is an [Entity] that varies with domain randomisation. It is called
// for every entity, in the order of their creation, when the world is complete;
// w.Vary answers the defaults when domain randomisation is off.
type Randomizer interface {
	Randomize(w *World) error
}

// Body is where an entity is and what it collides with: a cylinder.
type Body struct {
	Pos    mgl64.Vec3 // the middle of its base, metres
	Dir    float64    // radians, 0 looks along +x, anticlockwise seen from above
	Radius float64    // metres
	Height float64    // metres
	// Static things cannot be picked up.
	Static bool

	angle    float64 // for which sin and cos are
	sin, cos float64
	index    int // in the order of creation
}

// Base implements [Entity].
func (b *Body) Base() *Body { return b }

// Index returns the entity's number in the order of creation.
func (b *Body) Index() int { return b.index }

// sincos returns sine and cosine of the direction, which changes seldom.
func (b *Body) sincos() (sin, cos float64) {
	if b.angle != b.Dir || b.sin == 0 && b.cos == 0 {
		b.angle = b.Dir
		b.sin, b.cos = sincos(b.Dir)
	}
	return b.sin, b.cos
}

// Forward returns the unit vector the entity looks along.
func (b *Body) Forward() mgl64.Vec3 {
	sin, cos := b.sincos()
	return mgl64.Vec3{cos, 0, -sin}
}

// Right returns the unit vector to its right.
func (b *Body) Right() mgl64.Vec3 {
	sin, cos := b.sincos()
	return mgl64.Vec3{sin, 0, cos}
}

// Vary draws a factor of the domain, as a Randomizer does.
func (w *World) Vary(f Factor) mgl64.Vec3 { return w.sampler.vec(w.rng, f) }

// Rand returns the generator that the world draws from.
func (w *World) Rand() *miniflow.Rand { return w.rng }
