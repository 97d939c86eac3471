package miniworld

import (
	"fmt"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/miniflow-rl/miniflow"
)

// Factor is a property of the simulation that domain randomisation varies.
type Factor uint8

// The factors, with their units.
const (
	SkyColor     Factor = iota // red, green, blue in [0,1]
	LightPos                   // metres; the light shines from this direction
	LightColor                 // red, green, blue in [0,1]
	LightAmbient               // red, green, blue in [0,1]
	ObjColorBias               // added to the colours of boxes
	ForwardStep                // metres a step
	ForwardDrift               // metres to the right a step
	TurnStep                   // degrees a turn
	BotRadius                  // metres; never drawn, as in the original
	CamPitch                   // degrees, positive looks up
	CamFovY                    // degrees, vertical field of view
	CamHeight                  // metres above the floor
	CamFwdDisp                 // metres from the agent's axis forward
	// NumFactors is how many there are.
	NumFactors
)

var factorNames = [NumFactors]string{"sky_color", "light_pos", "light_color", "light_ambient", "obj_color_bias",
	"forward_step", "forward_drift", "turn_step", "bot_radius", "cam_pitch", "cam_fov_y", "cam_height", "cam_fwd_disp"}

// String returns the factor's name, as the original spells it.
func (f Factor) String() string {
	if f < NumFactors {
		return factorNames[f]
	}
	return "Factor(?)"
}

// vector reports whether the factor has three elements; the others use the first.
func (f Factor) vector() bool { return f <= ObjColorBias }

// Range is the default of a factor and the range it is drawn from.
type Range struct {
	Default, Min, Max mgl64.Vec3
}

// Fixed returns the range that holds v alone.
func Fixed(v ...float64) Range {
	var r Range
	copy(r.Default[:], v)
	r.Min, r.Max = r.Default, r.Default
	return r
}

// Between returns the range of a single number.
func Between(def, lo, hi float64) Range {
	return Range{mgl64.Vec3{def}, mgl64.Vec3{lo}, mgl64.Vec3{hi}}
}

// Domain says what domain randomisation varies and how far.
type Domain struct {
	Ranges [NumFactors]Range
	// Streams draws every factor from a stream of its own, so that randomising one
	// more of them changes neither the others nor the level. The default (false)
	// is the original's one stream for everything.
	Streams bool
}

// DefaultDomain returns the original's defaults and ranges.
func DefaultDomain() Domain {
	var d Domain
	d.Ranges[SkyColor] = Range{mgl64.Vec3{0.25, 0.82, 1}, mgl64.Vec3{0.1, 0.1, 0.1}, mgl64.Vec3{1, 1, 1}}
	d.Ranges[LightPos] = Range{mgl64.Vec3{0, 2.5, 0}, mgl64.Vec3{-40, 2.5, -40}, mgl64.Vec3{40, 5, 40}}
	d.Ranges[LightColor] = Range{mgl64.Vec3{0.7, 0.7, 0.7}, mgl64.Vec3{0.45, 0.45, 0.45}, mgl64.Vec3{0.8, 0.8, 0.8}}
	d.Ranges[LightAmbient] = Range{mgl64.Vec3{0.45, 0.45, 0.45}, mgl64.Vec3{0.35, 0.35, 0.35}, mgl64.Vec3{0.55, 0.55, 0.55}}
	d.Ranges[ObjColorBias] = Range{mgl64.Vec3{}, mgl64.Vec3{-0.2, -0.2, -0.2}, mgl64.Vec3{0.2, 0.2, 0.2}}
	d.Ranges[ForwardStep] = Between(0.15, 0.12, 0.17)
	d.Ranges[ForwardDrift] = Between(0, -0.05, 0.05)
	d.Ranges[TurnStep] = Between(15, 10, 20)
	d.Ranges[BotRadius] = Between(0.4, 0.38, 0.42)
	d.Ranges[CamPitch] = Between(0, -5, 5)
	d.Ranges[CamFovY] = Between(60, 55, 65)
	d.Ranges[CamHeight] = Between(1.5, 1.45, 1.55)
	d.Ranges[CamFwdDisp] = Between(0, -0.05, 0.10)
	return d
}

// Keep narrows the ranges of all factors to their defaults, except those named;
// none narrows all of them. The draws are made nevertheless. It fails with an
// error that wraps miniflow.ErrParam at a name that is no factor's.
func (d *Domain) Keep(names ...string) error {
	var keep [NumFactors]bool
next:
	for _, n := range names {
		for f := range keep {
			if factorNames[f] == n {
				keep[f] = true
				continue next
			}
		}
		return fmt.Errorf("miniworld: factor %q is unknown: there are %s: %w", n, strings.Join(factorNames[:], ", "), miniflow.ErrParam)
	}
	for f := range d.Ranges {
		if r := &d.Ranges[f]; !keep[f] {
			r.Min, r.Max = r.Default, r.Default
		}
	}
	return nil
}

// check returns an error unless every default lies in its range.
func (d *Domain) check() error {
	for f, r := range d.Ranges {
		for k := range r.Default {
			if !(r.Min[k] <= r.Default[k] && r.Default[k] <= r.Max[k]) {
				return fmt.Errorf("miniworld: %s: default %v is not in [%v,%v]: %w", Factor(f), r.Default, r.Min, r.Max, miniflow.ErrParam)
			}
		}
	}
	return nil
}

// sampler draws factors for one world.
type sampler struct {
	*Domain
	random  bool // whether domain randomisation is on
	streams [NumFactors]miniflow.Rand
}

// begin starts the streams of an episode.
func (s *sampler) begin(rng *miniflow.Rand) {
	if s.random && s.Streams {
		seed := rng.Uint64()
		for f := range s.streams {
			s.streams[f].SeedKey(seed, uint32(f))
		}
	}
}

// vec draws a factor: its default if domain randomisation is off.
func (s *sampler) vec(rng *miniflow.Rand, f Factor) mgl64.Vec3 {
	r := &s.Ranges[f]
	if !s.random {
		return r.Default
	}
	if s.Streams {
		rng = &s.streams[f]
	}
	v := mgl64.Vec3{rng.Uniform(r.Min[0], r.Max[0])}
	if f.vector() {
		v[1] = rng.Uniform(r.Min[1], r.Max[1])
		v[2] = rng.Uniform(r.Min[2], r.Max[2])
	}
	return v
}

// num is vec of a factor with one element.
func (s *sampler) num(rng *miniflow.Rand, f Factor) float64 {
	if !s.random {
		return s.Ranges[f].Default[0]
	}
	return s.vec(rng, f)[0]
}
