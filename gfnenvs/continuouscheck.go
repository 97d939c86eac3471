package gfnenvs

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/miniflow-rl/miniflow"
)

// CheckContinuous proves on random constructions what the author of continuous
// rules promised, and returns all the faults it found, joined: masks that agree,
// states within their bounds, undoing that leads back (within 1e-6: charts
// round), the same volumes in both directions, constructions that exit in time
// and can be undone to the source, and log rewards that are numbers or -Inf. If
// volumes is true it also compares the volumes of steps with those of finite
// differences. walks and seed are as for [CheckRules].
func CheckContinuous(r ContinuousRules, volumes bool, walks int, seed uint64) error {
	c := &continuousChecker{r: r, l: r.Layout(), rng: miniflow.NewRand(seed), volumes: volumes}
	if err := c.l.check(); err != nil {
		return fmt.Errorf("gfnenvs: check %T: %w", r, err)
	}
	for range walks {
		c.walk()
	}
	return errors.Join(c.faults...)
}

// chartTol is how far undoing may miss, absolutely.
const chartTol = 1e-6

type continuousChecker struct {
	r       ContinuousRules
	l       ContinuousLayout
	rng     *miniflow.Rand
	volumes bool
	faults  []error
}

func (c *continuousChecker) fault(format string, args ...any) {
	if len(c.faults) < 20 {
		c.faults = append(c.faults, fmt.Errorf("gfnenvs: check %T: "+format, append([]any{c.r}, args...)...))
	}
}

// draw fills p with parameters of a kind, away from the ends of their range.
func (c *continuousChecker) draw(p []float64, d Domain) {
	for j := range p {
		switch d {
		case Unit:
			p[j] = c.rng.Uniform(0.02, 0.98)
		case Real:
			p[j] = c.rng.StandardNormal()
		case Circle:
			p[j] = c.rng.Uniform(-math.Pi, math.Pi)
		}
	}
}

func (c *continuousChecker) mask(fill func([]bool, []float64), s []float64) []int {
	dst := make([]bool, len(c.l.Kinds))
	fill(dst, s)
	var out []int
	for k, ok := range dst {
		if ok {
			out = append(out, k)
		}
	}
	return out
}

func (c *continuousChecker) walk() {
	s := slices.Clone(c.l.Source)
	limit := c.l.Steps
	if limit == 0 {
		limit = checkSteps
	}
	for step := 1; ; step++ {
		c.bounds(s)
		kinds := c.mask(c.r.Forward, s)
		if len(kinds) == 0 {
			c.fault("state %v: %w", s, ErrDeadEnd)
		}
		if len(c.faults) > 0 {
			return
		}
		k := kinds[c.rng.Intn(len(kinds))]
		if k == c.l.Exit() {
			if v := c.r.LogReward(s); math.IsNaN(v) || math.IsInf(v, 1) {
				c.fault("action %d: the log reward of state %v is %v: %w", k, s, v, ErrReward)
			}
			break
		}
		if step >= limit {
			c.fault("a construction has reached state %v, where kind %d is legal, after %d steps: the layout promises at most %d", s, k, step-1, limit)
			return
		}
		c.step(s, k, true)
	}
	for range limit {
		if slices.Equal(s, c.l.Source) {
			return
		}
		kinds := c.mask(c.r.Backward, s)
		if len(kinds) == 0 {
			c.fault("state %v is not the source and has no parent", s)
			return
		}
		c.step(s, kinds[c.rng.Intn(len(kinds))], false)
		c.bounds(s)
	}
	if !slices.Equal(s, c.l.Source) {
		c.fault("undoing %d actions leads to state %v and not to the source", limit, s)
	}
}

func (c *continuousChecker) bounds(s []float64) {
	for j, v := range s {
		if !(v >= c.l.Low[j] && v <= c.l.High[j]) {
			c.fault("state %v: element %d is not in [%v,%v]", s, j, c.l.Low[j], c.l.High[j])
		}
	}
}

// step moves s by a random action of kind k, forward or backward, after checking
// that the reverse leads back.
func (c *continuousChecker) step(s []float64, k int, forward bool) {
	kind := c.l.Kinds[k]
	do, undo, mask, n, m := c.r.Apply, c.r.Undo, c.r.Backward, kind.Params, kind.Back
	if !forward {
		do, undo, mask, n, m = c.r.Undo, c.r.Apply, c.r.Forward, kind.Back, kind.Params
	}
	u, v, again := make([]float64, n), make([]float64, m), make([]float64, n)
	c.draw(u, kind.Domain)
	before := slices.Clone(s)
	volume, volumeBack := do(s, k, u, v)
	if !slices.Contains(c.mask(mask, s), k) {
		c.fault("state %v: kind %d with %v leads to %v, where the other mask forbids the way back", before, k, u, s)
		return
	}
	t := slices.Clone(s)
	gotBack, got := undo(t, k, v, again)
	if !c.near(t, before, Real) || !c.near(again, u, kind.Domain) {
		c.fault("state %v: kind %d with %v leads to %v, and back with %v to %v with %v", before, k, u, s, v, t, again)
	}
	if math.Abs(got-volume) > 1e-4 || math.Abs(gotBack-volumeBack) > 1e-4 {
		c.fault("state %v: kind %d with %v has log volumes %v and %v, and on the way back %v and %v", before, k, u, volume, volumeBack, got, gotBack)
	}
	if c.volumes && n > 0 {
		if want := c.volume(before, k, u, v, do); math.Abs(volume-want) > 1e-4 {
			c.fault("state %v: kind %d with %v has log volume %v, by finite differences %v", before, k, u, volume, want)
		}
	}
}

func (c *continuousChecker) near(a, b []float64, d Domain) bool {
	for j, v := range a {
		diff := v - b[j]
		if d == Circle {
			diff = WrapAngle(diff)
		}
		if !(math.Abs(diff) <= chartTol*max(1, math.Abs(v))) {
			return false
		}
	}
	return true
}

// volume returns the log volume element of a step by central differences: half
// the log determinant of JᵀJ.
func (c *continuousChecker) volume(s []float64, k int, u, v []float64, do func(s []float64, kind int, u, v []float64) (a, b float64)) float64 {
	const h = 1e-6
	n := len(u)
	rows := make([][]float64, n)
	v = slices.Clone(v)
	for j := range u {
		at := func(sign float64) []float64 {
			t, w := slices.Clone(s), slices.Clone(u)
			w[j] += sign * h
			do(t, k, w, v)
			return t
		}
		plus, minus := at(1), at(-1)
		for i := range plus {
			rows[j] = append(rows[j], (plus[i]-minus[i])/(2*h))
		}
	}
	l := &cholesky{nodes: make([]int, n), lower: make([]float64, n*n)}
	l.factor(func(i, j int) float64 {
		dot := 0.0
		for e, x := range rows[i] {
			dot += x * rows[j][e]
		}
		return dot
	})
	return l.logDet(n) / 2
}
