package gfnenvs

import (
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow"
)

// Target is a density to sample from, on real vectors or on angles. It is safe
// for concurrent use.
type Target interface {
	// Dim returns the number of elements of a point.
	Dim() int
	// LogDensity returns the log of the density at x, which need not be
	// normalised.
	LogDensity(x []float64) float64
}

// Abilities that a [Target] may have.
type (
	// Normalised is a [Target] that knows the log of the integral of its density.
	Normalised interface{ LogZ() float64 }
	// Differentiable is a [Target] that knows the gradient of LogDensity, as
	// samplers with Langevin dynamics use it.
	Differentiable interface{ Gradient(dst, x []float64) }
	// Sampler is a [Target] that can be drawn from.
	Sampler interface {
		Sample(dst []float64, rng *miniflow.Rand)
	}
)

// WalkConfig says what walks there are.
type WalkConfig struct {
	// Target is the reward of the point that a walk ends at.
	Target Target
	// Steps is the number of steps of every walk, the exit not counted.
	Steps int
	// Circle is whether points are angles in [-π,π) and steps turn them.
	Circle bool
	// Source is where walks start. The default (nil) is the origin.
	Source []float64
}

// Walk builds a point by a fixed number of steps, each adding a vector to it: the
// shape of diffusion samplers, of the line and, with angles, of the torus.
//
// The state is float64 [dim+1]: the point, and the number of steps so far. A step
// has one parameter a dimension, real ones (or angles): the vector that is added;
// undoing it has the same. The first step, and only it, can be undone in one way:
// back to the source. After the last step a walk can only exit. Densities are
// with respect to volume.
type Walk struct {
	c      WalkConfig
	source []float64
}

// Kinds of actions of a [Walk].
const (
	WalkFirst = 0 // the first step, from the source
	WalkNext  = 1 // any later step
	WalkExit  = 2
)

var (
	_ ContinuousRules = (*Walk)(nil)
	_ Partitioner     = (*Walk)(nil)
	_ Bridger         = (*Walk)(nil)
	_ Sloper          = (*Walk)(nil)
	_ Drawer          = (*Walk)(nil)
)

// NewWalk returns the walks of c.
func NewWalk(c WalkConfig) (*Walk, error) {
	if c.Target == nil || c.Target.Dim() < 1 || c.Steps < 1 {
		return nil, fmt.Errorf("gfnenvs: walk of %d steps to target %v: want at least 1 step and 1 dimension: %w", c.Steps, c.Target, miniflow.ErrParam)
	}
	n := c.Target.Dim()
	if c.Source != nil && len(c.Source) != n {
		return nil, fmt.Errorf("gfnenvs: walk: a source of %d elements for a target of %d dimensions: %w", len(c.Source), n, miniflow.ErrParam)
	}
	w := &Walk{c, make([]float64, n+1)}
	copy(w.source, c.Source)
	return w, nil
}

// Target returns what the walks are rewarded for.
func (w *Walk) Target() Target { return w.c.Target }

// Layout implements [ContinuousRules].
func (w *Walk) Layout() ContinuousLayout {
	n := len(w.source) - 1
	low, high := make([]float64, n+1), make([]float64, n+1)
	domain, bound := Real, math.Inf(1)
	if w.c.Circle {
		domain, bound = Circle, math.Pi
	}
	for d := range n {
		low[d], high[d] = -bound, bound
	}
	high[n] = float64(w.c.Steps)
	return ContinuousLayout{
		Source: w.source, Low: low, High: high, Steps: w.c.Steps + 1,
		Kinds: []Kind{{Name: "first", Params: n, Domain: domain}, {Name: "next", Params: n, Back: n, Domain: domain}, {Name: "exit"}},
	}
}

// Forward implements [ContinuousRules].
func (w *Walk) Forward(dst []bool, s []float64) {
	switch s[len(s)-1] {
	case float64(w.c.Steps):
		dst[WalkExit] = true
	case 0:
		dst[WalkFirst] = true
	default:
		dst[WalkNext] = true
	}
}

// Backward implements [ContinuousRules].
func (w *Walk) Backward(dst []bool, s []float64) {
	switch s[len(s)-1] {
	case 0:
	case 1:
		dst[WalkFirst] = true
	default:
		dst[WalkNext] = true
	}
}

// Apply implements [ContinuousRules].
func (w *Walk) Apply(s []float64, kind int, u, v []float64) (logVolume, logVolumeBack float64) {
	n := len(s) - 1
	for d, x := range u {
		s[d] = w.wrap(s[d] + x)
	}
	s[n]++
	if kind == WalkNext {
		copy(v, u)
	}
	return 0, 0
}

// Undo implements [ContinuousRules].
func (w *Walk) Undo(s []float64, kind int, v, u []float64) (logVolumeBack, logVolume float64) {
	n := len(s) - 1
	s[n]--
	if kind == WalkFirst {
		for d := range n {
			u[d] = w.wrap(s[d] - w.source[d])
		}
		copy(s[:n], w.source)
		return 0, 0
	}
	for d, x := range v {
		s[d] = w.wrap(s[d] - x)
	}
	copy(u, v)
	return 0, 0
}

func (w *Walk) wrap(x float64) float64 {
	if w.c.Circle {
		return WrapAngle(x)
	}
	return x
}

// Bridge implements [Bridger]. There is none of angles, which may have come around.
func (w *Walk) Bridge(mean, s []float64) (variance float64, ok bool) {
	t := s[len(s)-1]
	for d := range mean {
		mean[d] = (s[d] - w.source[d]) / t
	}
	return (t - 1) / t, !w.c.Circle
}

// Slope implements [Sloper] where the target is [Differentiable].
func (w *Walk) Slope(dst, s []float64) bool {
	target, ok := w.c.Target.(Differentiable)
	if ok {
		target.Gradient(dst, s[:len(s)-1])
	}
	return ok
}

// Draw implements [Drawer], where the target is normalised and can be drawn from.
func (w *Walk) Draw(dst []float64, rng *miniflow.Rand) bool {
	target, ok := w.c.Target.(Sampler)
	if _, normalised := w.c.Target.(Normalised); !ok || !normalised {
		return false
	}
	n := len(dst) - 1
	target.Sample(dst[:n], rng)
	dst[n] = float64(w.c.Steps)
	return true
}

// LogReward implements [ContinuousRules].
func (w *Walk) LogReward(s []float64) float64 { return w.c.Target.LogDensity(s[:len(s)-1]) }

// LogZ implements [Partitioner].
func (w *Walk) LogZ() (float64, bool) {
	n, ok := w.c.Target.(Normalised)
	if !ok {
		return 0, false
	}
	return n.LogZ(), true
}

// Mass implements [Masser] where the target does, and is NaN elsewhere.
func (w *Walk) Mass(low, high []float64) float64 {
	if m, ok := w.c.Target.(Masser); ok {
		return m.Mass(low, high)
	}
	return math.NaN()
}

// Line is the mixture of normal densities that walks on a line are rewarded for,
//
//	R(x) = Σ_k N(x; mean_k, sd_k²)
//
// so that log Z is the log of the number of components.
type Line struct{ means, sds []float64 }

var (
	_ Target         = (*Line)(nil)
	_ Normalised     = (*Line)(nil)
	_ Differentiable = (*Line)(nil)
	_ Sampler        = (*Line)(nil)
	_ Masser         = (*Line)(nil)
)

// NewLine returns the mixture of the given components.
func NewLine(means, sds []float64) (*Line, error) {
	if len(means) == 0 || len(means) != len(sds) {
		return nil, fmt.Errorf("gfnenvs: line: %d means and %d standard deviations: %w", len(means), len(sds), miniflow.ErrParam)
	}
	for k, sd := range sds {
		if !(sd > 0) || math.IsInf(sd, 1) || math.IsNaN(means[k]) || math.IsInf(means[k], 0) {
			return nil, fmt.Errorf("gfnenvs: line: component %d has mean %v and standard deviation %v: %w", k, means[k], sd, miniflow.ErrParam)
		}
	}
	return &Line{append([]float64{}, means...), append([]float64{}, sds...)}, nil
}

// Dim implements [Target].
func (l *Line) Dim() int { return 1 }

func logNormal(x, mean, sd float64) float64 {
	z := (x - mean) / sd
	return -z*z/2 - math.Log(sd) - math.Log(2*math.Pi)/2
}

// LogDensity implements [Target].
func (l *Line) LogDensity(x []float64) float64 {
	var sum logSum
	for k, m := range l.means {
		sum.add(logNormal(x[0], m, l.sds[k]))
	}
	return sum.value()
}

// LogZ implements [Normalised].
func (l *Line) LogZ() float64 { return math.Log(float64(len(l.means))) }

// Gradient implements [Differentiable].
func (l *Line) Gradient(dst, x []float64) {
	all := l.LogDensity(x)
	dst[0] = 0
	for k, m := range l.means {
		sd := l.sds[k]
		dst[0] -= math.Exp(logNormal(x[0], m, sd)-all) * (x[0] - m) / (sd * sd)
	}
}

// Sample implements [Sampler].
func (l *Line) Sample(dst []float64, rng *miniflow.Rand) {
	k := rng.Intn(len(l.means))
	dst[0] = rng.Normal(l.means[k], l.sds[k])
}

// Mass implements [Masser].
func (l *Line) Mass(low, high []float64) float64 {
	p := 0.0
	for k, m := range l.means {
		s := l.sds[k] * math.Sqrt2
		p += (math.Erf((high[0]-m)/s) - math.Erf((low[0]-m)/s)) / 2
	}
	return p / float64(len(l.means))
}

// logSum adds up numbers given by their logarithms. The zero value is log 0.
type logSum struct {
	most, sum float64 // the sum is exp(most)·sum; empty where sum is 0
}

func (s *logSum) add(v float64) {
	switch {
	case math.IsInf(v, -1):
	case s.sum == 0:
		s.most, s.sum = v, 1
	case v <= s.most:
		s.sum += math.Exp(v - s.most)
	default:
		s.sum = s.sum*math.Exp(s.most-v) + 1
		s.most = v
	}
}

func (s *logSum) value() float64 { return s.most + math.Log(s.sum) }
