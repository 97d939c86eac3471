package gfnenvs

import (
	"fmt"
	"math"
	"strconv"

	"github.com/miniflow-rl/miniflow"
)

// HyperGrid is the grid of Bengio et al. 2021 (arXiv 2106.04399): action d
// raises coordinate d by one, and every point may exit.
//
// The state is the point: int32 [ndim], coordinates in [0, height). Action
// ndim exits.
type HyperGrid struct {
	ndim, height int
	reward       GridReward
	names        []string
}

var (
	_ Rules       = (*HyperGrid)(nil)
	_ Potential   = (*HyperGrid)(nil)
	_ Partitioner = (*HyperGrid)(nil)
	_ Moded       = (*HyperGrid)(nil)
)

// GridReward is the reward of the points of a grid whose coordinates lie in
// [0, height).
type GridReward interface {
	Reward(x []int32, height int) float64
}

// NewHyperGrid returns the grid of height^ndim points with the given reward; nil
// is [DefaultOriginal].
func NewHyperGrid(ndim, height int, reward GridReward) (*HyperGrid, error) {
	if ndim < 1 || height < 2 || height > math.MaxInt32 {
		return nil, fmt.Errorf("hypergrid of %d dimensions and height %d: want at least 1 and 2: %w", ndim, height, miniflow.ErrParam)
	}
	if reward == nil {
		reward = DefaultOriginal()
	}
	if c, ok := reward.(interface{ check(ndim, height int) error }); ok {
		if err := c.check(ndim, height); err != nil {
			return nil, fmt.Errorf("hypergrid of %d dimensions and height %d: %w: %w", ndim, height, err, miniflow.ErrParam)
		}
	}
	if p, ok := reward.(interface{ prepared() GridReward }); ok {
		reward = p.prepared()
	}
	g := &HyperGrid{ndim: ndim, height: height, reward: reward}
	for d := range ndim {
		g.names = append(g.names, "raise "+strconv.Itoa(d))
	}
	g.names = append(g.names, "exit")
	return g, nil
}

// Layout implements [Rules].
func (g *HyperGrid) Layout() Layout {
	values := make([]int, g.ndim)
	for d := range values {
		values[d] = g.height
	}
	return Layout{Values: values, Actions: g.ndim + 1, Steps: g.ndim*(g.height-1) + 1, Names: g.names}
}

// Forward implements [Rules].
func (g *HyperGrid) Forward(dst []bool, s []int32) {
	top := int32(g.height - 1)
	for d, x := range s {
		dst[d] = x < top
	}
	dst[g.ndim] = true
}

// Backward implements [Rules].
func (g *HyperGrid) Backward(dst []bool, s []int32) {
	for d, x := range s {
		dst[d] = x > 0
	}
}

// Apply implements [Rules].
func (g *HyperGrid) Apply(s []int32, a int) { s[a]++ }

// Undo implements [Rules].
func (g *HyperGrid) Undo(s []int32, a int) { s[a]-- }

// LogReward implements [Rules].
func (g *HyperGrid) LogReward(s []int32) float64 { return math.Log(g.reward.Reward(s, g.height)) }

// Potential implements [Potential]: every point may exit.
func (g *HyperGrid) Potential(s []int32) float64 { return g.LogReward(s) }

// Reward returns the reward of the grid's points.
func (g *HyperGrid) Reward() GridReward { return g.reward }

// LogZ implements [Partitioner]: all rewards of this package but the coprime one
// have a closed form.
func (g *HyperGrid) LogZ() (float64, bool) {
	p, ok := g.reward.(interface {
		total(ndim, height int) float64
	})
	if !ok {
		return 0, false
	}
	return math.Log(p.total(g.ndim, g.height)), true
}

// ModeThreshold returns the reward from which on a point is a mode; +Inf where
// the reward does not say.
func (g *HyperGrid) ModeThreshold() float64 {
	if m, ok := g.reward.(interface {
		modeThreshold(ndim int) float64
	}); ok {
		return m.modeThreshold(g.ndim)
	}
	return math.Inf(1)
}

// IsMode implements [Moded].
func (g *HyperGrid) IsMode(s []int32) bool {
	return g.reward.Reward(s, g.height) >= g.ModeThreshold()
}

// WhyNot implements [Explainer].
func (g *HyperGrid) WhyNot(s []int32, a int) string {
	if a < g.ndim && int(s[a]) == g.height-1 {
		return fmt.Sprintf("coordinate %d is at its end, %d", a, s[a])
	}
	return ""
}

// Index returns the point's number: its coordinates as digits in base height,
// the first the most significant. Numbers beyond 2^63 wrap.
func (g *HyperGrid) Index(s []int32) int {
	k := 0
	for _, x := range s {
		k = k*g.height + int(x)
	}
	return k
}

// ConditionalGrid is a [HyperGrid] whose reward is (1-c) times the constant
// R0+R1+R2 plus c times the original reward, for a condition c in [0,1] that is
// drawn uniformly. LogReward is that of c = 1.
type ConditionalGrid struct {
	*HyperGrid
	full float64
}

var _ Conditional = (*ConditionalGrid)(nil)

// NewConditionalGrid returns the grid of height^ndim points.
func NewConditionalGrid(ndim, height int, reward OriginalReward) (*ConditionalGrid, error) {
	g, err := NewHyperGrid(ndim, height, reward)
	if err != nil {
		return nil, err
	}
	return &ConditionalGrid{g, reward.R0 + reward.R1 + reward.R2}, nil
}

// Conditions implements [Conditional].
func (g *ConditionalGrid) Conditions() (low, high []float64) { return []float64{0}, []float64{1} }

// DrawCondition implements [Conditional].
func (g *ConditionalGrid) DrawCondition(dst []float64, rng *miniflow.Rand) { dst[0] = rng.Random() }

// LogRewardGiven implements [Conditional].
func (g *ConditionalGrid) LogRewardGiven(s []int32, c []float64) float64 {
	return math.Log((1-c[0])*g.full + c[0]*g.reward.Reward(s, g.height))
}
