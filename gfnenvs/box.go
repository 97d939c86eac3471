package gfnenvs

import (
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow"
)

// BoxReward is the reward of the points of a unit cube, the continuous twin of
// [OriginalReward]: with a_d = |x_d - 0.5|,
//
//	R0 + R1 [all a_d > 0.25] + R2 [all 0.3 < a_d < 0.4]
type BoxReward struct{ R0, R1, R2 float64 }

// DefaultBoxReward returns the reward with R0 0.1, R1 0.5, R2 2.
func DefaultBoxReward() BoxReward { return BoxReward{0.1, 0.5, 2} }

// Reward returns the reward of x.
func (r BoxReward) Reward(x []float64) float64 {
	outer, band := true, true
	for _, v := range x {
		a := math.Abs(v - 0.5)
		outer = outer && a > 0.25
		band = band && a > 0.3 && a < 0.4
	}
	v := r.R0
	if outer {
		v += r.R1
	}
	if band {
		v += r.R2
	}
	return v
}

// draw fills x with a point drawn in proportion to the reward, by rejection. It
// reports false where the reward is 0 everywhere.
func (r BoxReward) draw(x []float64, rng *miniflow.Rand) bool {
	most := r.R0 + r.R1 + r.R2
	for most > 0 {
		for d := range x {
			x[d] = rng.Random()
		}
		if rng.Random()*most < r.Reward(x) {
			return true
		}
	}
	return false
}

// integral returns the integral of the reward over the box from low to high.
func (r BoxReward) integral(low, high []float64) float64 {
	all, outer, band := 1.0, 1.0, 1.0
	for d := range low {
		overlap := func(from, to float64) float64 { return max(0, min(high[d], to)-max(low[d], from)) }
		all *= overlap(0, 1)
		outer *= overlap(0, 0.25) + overlap(0.75, 1)
		band *= overlap(0.1, 0.2) + overlap(0.8, 0.9)
	}
	return r.R0*all + r.R1*outer + r.R2*band
}

// logZ returns the log of the integral over the cube: the outer parts are half of
// every axis, the bands a fifth.
func (r BoxReward) logZ(ndim int) float64 {
	n := float64(ndim)
	return math.Log(r.R0 + r.R1*math.Pow(0.5, n) + r.R2*math.Pow(0.2, n))
}

func (r BoxReward) check(delta float64) error {
	if err := nonNegative(r.R0, r.R1, r.R2); err != nil {
		return fmt.Errorf("gfnenvs: box: %w: %w", err, miniflow.ErrParam)
	}
	if !(delta > 0 && delta < 1) {
		return fmt.Errorf("gfnenvs: box: steps of length %v: want a number in (0,1): %w", delta, miniflow.ErrParam)
	}
	return nil
}

// Kinds of actions of [BoxPolar] and [BoxCartesian].
const (
	BoxFirst = 0 // the first step, from the source
	BoxNext  = 1 // any later step
	BoxExit  = 2
)

// thin is the width of a range of parameters below which a step into it is not
// legal: it would have no volume in float64.
const thin = 1e-9

// BoxPolar builds a point of the unit square by steps towards the upper right:
// Lahlou et al. 2023 (arXiv 2301.12594, section 4.1). The first step, two unit
// parameters (radius, angle), goes anywhere in the quarter disk of radius Delta
// around the origin; every later one, one unit parameter, goes a distance of
// exactly Delta at an angle that stays within the square. A point within Delta of
// the upper right corner can only exit; the origin cannot.
//
// The state is float64 [2], the point. Densities are with respect to the area of
// the first step and to the length of the arc of later ones.
type BoxPolar struct {
	delta  float64
	reward BoxReward
}

var (
	_ ContinuousRules = (*BoxPolar)(nil)
	_ Partitioner     = (*BoxPolar)(nil)
	_ Masser          = (*BoxPolar)(nil)
	_ Drawer          = (*BoxPolar)(nil)
)

// NewBoxPolar returns the box with steps of length delta, in (0,1).
func NewBoxPolar(delta float64, reward BoxReward) (*BoxPolar, error) {
	if err := reward.check(delta); err != nil {
		return nil, err
	}
	return &BoxPolar{delta, reward}, nil
}

// Layout implements [ContinuousRules]. A later step makes the sum of the
// coordinates grow by at least Delta.
func (r *BoxPolar) Layout() ContinuousLayout {
	return ContinuousLayout{
		Source: []float64{0, 0}, Low: []float64{0, 0}, High: []float64{1, 1}, Steps: int(2/r.delta) + 3,
		Kinds: []Kind{{Name: "first", Params: 2}, {Name: "next", Params: 1, Back: 1}, {Name: "exit"}},
	}
}

// Arc returns the angles at which a step may leave s or, if back, may have come
// to it: from low to low+width, in radians from the x axis. width is not above 0
// where there are none.
func (r *BoxPolar) Arc(s []float64, back bool) (low, width float64) {
	x, y := 1-s[0], 1-s[1] // the room for the step
	if back {
		x, y = s[0], s[1]
	}
	high := math.Pi / 2
	if x < r.delta {
		low = math.Acos(x / r.delta)
	}
	if y < r.delta {
		high = math.Asin(y / r.delta)
	}
	return low, high - low
}

// Forward implements [ContinuousRules].
func (r *BoxPolar) Forward(dst []bool, s []float64) {
	if s[0] == 0 && s[1] == 0 {
		dst[BoxFirst] = true
		return
	}
	_, width := r.Arc(s, false)
	dst[BoxNext] = width > thin
	dst[BoxExit] = true
}

// Backward implements [ContinuousRules]: points within Delta of the origin have
// come from there.
func (r *BoxPolar) Backward(dst []bool, s []float64) {
	if s[0] == 0 && s[1] == 0 {
		return
	}
	_, width := r.Arc(s, true)
	dst[BoxNext] = math.Hypot(s[0], s[1]) > r.delta && width > thin
	dst[BoxFirst] = !dst[BoxNext]
}

// Apply implements [ContinuousRules].
func (r *BoxPolar) Apply(s []float64, kind int, u, v []float64) (logVolume, logVolumeBack float64) {
	if kind == BoxFirst {
		// The origin itself is the source: the smallest step stays off it.
		radius, angle := r.delta*max(u[0], thin), math.Pi/2*u[1]
		s[0], s[1] = radius*math.Cos(angle), radius*math.Sin(angle)
		return r.diskVolume(radius), 0
	}
	low, width := r.Arc(s, false)
	angle := low + width*u[0]
	s[0] = min(s[0]+r.delta*math.Cos(angle), 1)
	s[1] = min(s[1]+r.delta*math.Sin(angle), 1)
	backLow, backWidth := r.Arc(s, true)
	v[0] = unit((angle - backLow) / backWidth)
	return math.Log(r.delta * width), math.Log(r.delta * backWidth)
}

// diskVolume is the log of the area element: with parameters u and w, the radius
// is Delta·u and the angle π/2·w.
func (r *BoxPolar) diskVolume(radius float64) float64 {
	return math.Log(r.delta * math.Pi / 2 * radius)
}

// Undo implements [ContinuousRules].
func (r *BoxPolar) Undo(s []float64, kind int, v, u []float64) (logVolumeBack, logVolume float64) {
	if kind == BoxFirst {
		radius := math.Hypot(s[0], s[1])
		u[0], u[1] = unit(radius/r.delta), unit(math.Atan2(s[1], s[0])/(math.Pi/2))
		s[0], s[1] = 0, 0
		return 0, r.diskVolume(radius)
	}
	backLow, backWidth := r.Arc(s, true)
	angle := backLow + backWidth*v[0]
	s[0] = max(s[0]-r.delta*math.Cos(angle), 0)
	s[1] = max(s[1]-r.delta*math.Sin(angle), 0)
	low, width := r.Arc(s, false)
	u[0] = unit((angle - low) / width)
	return math.Log(r.delta * backWidth), math.Log(r.delta * width)
}

// unit clamps what rounding has pushed out of [0,1].
func unit(v float64) float64 { return min(max(v, 0), 1) }

// LogReward implements [ContinuousRules].
func (r *BoxPolar) LogReward(s []float64) float64 { return math.Log(r.reward.Reward(s)) }

// LogZ implements [Partitioner].
func (r *BoxPolar) LogZ() (float64, bool) { return r.reward.logZ(2), true }

// Draw implements [Drawer].
func (r *BoxPolar) Draw(dst []float64, rng *miniflow.Rand) bool {
	return r.reward.draw(dst, rng)
}

// Mass implements [Masser].
func (r *BoxPolar) Mass(low, high []float64) float64 {
	return r.reward.integral(low, high) / math.Exp(r.reward.logZ(2))
}

// BoxCartesian builds a point of the unit cube of any dimension: the first step
// goes anywhere, every later one raises each coordinate by at least Delta. All
// steps have one unit parameter a dimension. The origin cannot exit.
//
// The state is float64 [ndim], the point. Densities are with respect to volume.
type BoxCartesian struct {
	ndim   int
	delta  float64
	reward BoxReward
}

var (
	_ ContinuousRules = (*BoxCartesian)(nil)
	_ Partitioner     = (*BoxCartesian)(nil)
	_ Masser          = (*BoxCartesian)(nil)
	_ Drawer          = (*BoxCartesian)(nil)
)

// NewBoxCartesian returns the cube of ndim dimensions with steps of at least
// delta, in (0,1).
func NewBoxCartesian(ndim int, delta float64, reward BoxReward) (*BoxCartesian, error) {
	if err := reward.check(delta); err != nil {
		return nil, err
	}
	if ndim < 1 {
		return nil, fmt.Errorf("gfnenvs: box of %d dimensions: want at least 1: %w", ndim, miniflow.ErrParam)
	}
	return &BoxCartesian{ndim, delta, reward}, nil
}

// Layout implements [ContinuousRules].
func (r *BoxCartesian) Layout() ContinuousLayout {
	high := make([]float64, r.ndim)
	for d := range high {
		high[d] = 1
	}
	zero := make([]float64, r.ndim)
	return ContinuousLayout{
		Source: zero, Low: zero, High: high, Steps: int(1/r.delta) + 3,
		Kinds: []Kind{{Name: "first", Params: r.ndim}, {Name: "next", Params: r.ndim, Back: r.ndim}, {Name: "exit"}},
	}
}

// Forward implements [ContinuousRules].
func (r *BoxCartesian) Forward(dst []bool, s []float64) {
	source, room := true, true
	for _, x := range s {
		source = source && x == 0
		room = room && 1-x-r.delta > thin
	}
	dst[BoxFirst], dst[BoxNext], dst[BoxExit] = source, room && !source, !source
}

// Backward implements [ContinuousRules]: every point may be that of a first step.
func (r *BoxCartesian) Backward(dst []bool, s []float64) {
	source, room := true, true
	for _, x := range s {
		source = source && x == 0
		room = room && x-r.delta > thin
	}
	dst[BoxFirst], dst[BoxNext] = !source, room && !source
}

// Apply implements [ContinuousRules].
func (r *BoxCartesian) Apply(s []float64, kind int, u, v []float64) (logVolume, logVolumeBack float64) {
	if kind == BoxFirst {
		for d := range s {
			s[d] = max(u[d], thin)
		}
		return 0, 0
	}
	for d, x := range s {
		room := 1 - x - r.delta
		logVolume += math.Log(room)
		s[d] = min(x+r.delta+u[d]*room, 1)
		back := s[d] - r.delta
		logVolumeBack += math.Log(back)
		v[d] = unit((back - x) / back)
	}
	return logVolume, logVolumeBack
}

// Undo implements [ContinuousRules].
func (r *BoxCartesian) Undo(s []float64, kind int, v, u []float64) (logVolumeBack, logVolume float64) {
	if kind == BoxFirst {
		copy(u, s)
		clear(s)
		return 0, 0
	}
	for d, x := range s {
		back := x - r.delta
		logVolumeBack += math.Log(back)
		// The origin is the source, which no later step leaves.
		s[d] = max(back*(1-v[d]), thin)
		room := 1 - s[d] - r.delta
		logVolume += math.Log(room)
		u[d] = unit((x - s[d] - r.delta) / room)
	}
	return logVolumeBack, logVolume
}

// LogReward implements [ContinuousRules].
func (r *BoxCartesian) LogReward(s []float64) float64 { return math.Log(r.reward.Reward(s)) }

// LogZ implements [Partitioner].
func (r *BoxCartesian) LogZ() (float64, bool) { return r.reward.logZ(r.ndim), true }

// Draw implements [Drawer].
func (r *BoxCartesian) Draw(dst []float64, rng *miniflow.Rand) bool {
	return r.reward.draw(dst, rng)
}

// Mass implements [Masser].
func (r *BoxCartesian) Mass(low, high []float64) float64 {
	return r.reward.integral(low, high) / math.Exp(r.reward.logZ(r.ndim))
}
