package gfn

import (
	"context"
	"math"
	"runtime"
	"sync"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents/gfn/density"
	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
)

// partition divides the space of objects of one or two dimensions. Where it has no
// bounds one more cell, the last, is everything outside.
type partition struct {
	dims, side      int
	low, high       []float64
	target, learned []float64 // masses; element 0 of objects runs fastest
}

// dimensions is the number of elements of a state that an object consists of.
func dimensions(r gfnenvs.ContinuousRules) int {
	if t, ok := r.(interface{ Target() gfnenvs.Target }); ok {
		return t.Target().Dim()
	}
	return len(r.Layout().Source)
}

// newPartition returns cells with their masses under the target, nil if there is no
// way to know them. logZ may be NaN.
func newPartition(r gfnenvs.ContinuousRules, drawer gfnenvs.Drawer, logZ float64, rng *miniflow.Rand) *partition {
	l, dims := r.Layout(), dimensions(r)
	masser, known := r.(gfnenvs.Masser)
	if dims > 2 || !known && math.IsNaN(logZ) {
		return nil
	}
	c := &partition{dims: dims, side: 20, low: append([]float64{}, l.Low[:dims]...), high: append([]float64{}, l.High[:dims]...)}
	if dims == 1 {
		c.side = 200
	}
	open := false
	for d := range dims {
		open = open || math.IsInf(c.low[d], -1) || math.IsInf(c.high[d], 1)
	}
	n := int(math.Pow(float64(c.side), float64(dims)))
	if open {
		if drawer == nil {
			return nil
		}
		c.cover(drawer, len(l.Source), rng)
		n++
	}
	c.target, c.learned = make([]float64, n), make([]float64, n)
	low, high, s := make([]float64, dims), make([]float64, dims), append([]float64{}, l.High...)
	inside := 0.0
	for k := range c.side * (n / c.side) {
		at := k
		for d := range dims {
			h := (c.high[d] - c.low[d]) / float64(c.side)
			low[d] = c.low[d] + float64(at%c.side)*h
			high[d] = low[d] + h
			at /= c.side
		}
		mass := math.NaN()
		if known {
			mass = masser.Mass(low, high)
		}
		if math.IsNaN(mass) {
			if math.IsNaN(logZ) {
				return nil
			}
			mass = integral(r, s, low, high, logZ)
		}
		c.target[k] = mass
		inside += mass
	}
	if open {
		c.target[n-1] = max(0, 1-inside)
	}
	return c
}

// cover makes the cells cover what is drawn from the target.
func (c *partition) cover(drawer gfnenvs.Drawer, width int, rng *miniflow.Rand) {
	const draws = 10_000
	s := make([]float64, width)
	for d := range c.low {
		c.low[d], c.high[d] = math.Inf(1), math.Inf(-1)
	}
	for range draws {
		drawer.Draw(s, rng)
		for d := range c.low {
			c.low[d], c.high[d] = min(c.low[d], s[d]), max(c.high[d], s[d])
		}
	}
}

// integral is that of exp(log reward - logZ) over a box of one or two dimensions,
// by the midpoint rule with 16 points along each.
func integral(r gfnenvs.ContinuousRules, s, low, high []float64, logZ float64) float64 {
	const points = 16
	n, volume := 1, 1.0
	for d := range low {
		n *= points
		volume *= (high[d] - low[d]) / points
	}
	sum := 0.0
	for k := range n {
		at := k
		for d := range low {
			s[d] = low[d] + (float64(at%points)+0.5)*(high[d]-low[d])/points
			at /= points
		}
		sum += math.Exp(r.LogReward(s) - logZ)
	}
	return sum * volume
}

// at returns the cell that an object lies in.
func (c *partition) at(s []float64) int {
	k, stride := 0, 1
	for d := range c.dims {
		z := (s[d] - c.low[d]) / (c.high[d] - c.low[d]) * float64(c.side)
		if !(z >= 0 && z <= float64(c.side)) {
			return len(c.target) - 1
		}
		k += min(int(z), c.side-1) * stride
		stride *= c.side
	}
	return k
}

// line is the density of walks on a line, propagated step by step over a grid of
// points: exact but for the sums that stand for integrals, which converge
// exponentially once the points are closer than the narrowest step.
type line struct {
	walk            *gfnenvs.Walk
	low, h          float64 // the first point, and the distance to the next
	target, learned []float64
	next            []float64
}

// newLine returns nil if the rules are not walks on a line to a target whose
// masses are known, or so long that the grid would be huge. minSD is the least
// standard deviation of a step.
func newLine(r gfnenvs.ContinuousRules, minSD float64) *line {
	w, ok := r.(*gfnenvs.Walk)
	if !ok || w.Target().Dim() != 1 || angle(new(w.Layout()), 0) {
		return nil
	}
	if math.IsNaN(w.Mass([]float64{0}, []float64{1})) {
		return nil
	}
	g := &line{walk: w}
	if g.cover(); g.h > minSD/4 {
		return nil
	}
	return g
}

// linePoints is the number of points of the grid.
const linePoints = 2048

// propagate computes the masses of intervals around the points. What leaves the
// grid is lost, and so counts against the policy.
func (g *line) propagate(w *walker) error {
	clear(g.learned)
	s := append([]float64{}, w.layout.Source...)
	first, next := &w.net.forward[gfnenvs.WalkFirst], &w.net.forward[gfnenvs.WalkNext]
	w.begin()
	w.visit(w.start(), s)
	out, _ := w.evaluate(0, 1, false)
	g.spread(g.learned, first, out, s[0], 1)
	for t := 1; t < int(w.layout.High[1]); t++ {
		w.begin()
		i := w.start()
		for j := range g.learned {
			s[0], s[1] = g.low+float64(j)*g.h, float64(t)
			w.visit(i, s)
		}
		out, _ = w.evaluate(0, w.n, false)
		clear(g.next)
		for j, p := range g.learned {
			if p > 1e-15 {
				g.spread(g.next, next, out[j*w.net.outputs:(j+1)*w.net.outputs], g.low+float64(j)*g.h, p)
			}
		}
		g.learned, g.next = g.next, g.learned
	}
	return nil
}

// spread adds the mass p at x, moved by a step.
func (g *line) spread(dst []float64, h *head, out []float32, x, p float64) {
	density.Normals(h.Mixture, h.row(out), func(weight, mean, sd float64) {
		const reach = 8 // standard deviations
		from := max(0, int((x+mean-reach*sd-g.low)/g.h))
		to := min(len(dst)-1, int((x+mean+reach*sd-g.low)/g.h))
		scale := p * weight * g.h / (sd * math.Sqrt(2*math.Pi))
		for j := from; j <= to; j++ {
			z := (g.low + float64(j)*g.h - x - mean) / sd
			dst[j] += scale * math.Exp(-z*z/2)
		}
	})
}

// cover makes the grid cover the target and the source with as much again on
// either side.
func (g *line) cover() {
	var rng miniflow.Rand
	rng.Seed(0)
	l := g.walk.Layout()
	c := &partition{low: []float64{0}, high: []float64{0}}
	c.cover(g.walk, len(l.Source), &rng)
	low, high := min(c.low[0], l.Source[0]), max(c.high[0], l.Source[0])
	low, high = low-(high-low), high+(high-low)
	g.low, g.h = low, (high-low)/(linePoints-1)
	g.target, g.learned, g.next = make([]float64, linePoints), make([]float64, linePoints), make([]float64, linePoints)
	for j := range g.target {
		x := g.low + float64(j)*g.h
		g.target[j] = g.walk.Mass([]float64{x - g.h/2}, []float64{x + g.h/2})
	}
}

// kernelJSD is the Jensen-Shannon divergence in nats of two samples of points in
// the plane, x and y with elements stride apart, as continuous-gfn and torchgfn
// estimate it: of densities with exponential kernels of bandwidth 0.1, scaled to
// sum to 1 over a grid of 100x100 points from low to high. It fails if ctx ends.
func kernelJSD(ctx context.Context, x, y []float64, stride int, low, high []float64) (float64, error) {
	const side, bandwidth = 100, 0.1
	estimate := func(points []float64) []float64 {
		p := make([]float64, side*side)
		var group sync.WaitGroup
		threads := runtime.GOMAXPROCS(0)
		for thread := range threads {
			group.Go(func() {
				for k := thread; k < len(p) && ctx.Err() == nil; k += threads {
					a := low[0] + float64(k%side)*(high[0]-low[0])/(side-1)
					b := low[1] + float64(k/side)*(high[1]-low[1])/(side-1)
					for i := 0; i < len(points); i += stride {
						dx, dy := points[i]-a, points[i+1]-b
						if d := math.Sqrt(dx*dx+dy*dy) / bandwidth; d < 40 { // e^-40 is no digit of the sum
							p[k] += math.Exp(-d)
						}
					}
				}
			})
		}
		group.Wait()
		sum := 0.0
		for _, v := range p {
			sum += v
		}
		for k := range p {
			p[k] /= sum
		}
		return p
	}
	p, q := estimate(x), estimate(y)
	return exact.JSD(p, q), ctx.Err()
}
