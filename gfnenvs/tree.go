package gfnenvs

import (
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow"
)

// PerfectTree is a perfect binary tree: from the root down to a leaf.
//
// The state is int32 [1], the node: 0 is the root, 2n+1 and 2n+2 the children of
// n. Action 0 goes left, 1 right; leaves, and only they, exit with action 2.
type PerfectTree struct {
	depth     int
	logReward func(leaf int) float64
}

var _ Rules = (*PerfectTree)(nil)

// NewPerfectTree returns a tree of the given depth, in [1,29]. logReward gets the
// number of a leaf, in [2^depth-1, 2^(depth+1)-1).
func NewPerfectTree(depth int, logReward func(leaf int) float64) (*PerfectTree, error) {
	if depth < 1 || depth > 29 {
		return nil, fmt.Errorf("gfnenvs: perfect tree of depth %d: want a number in [1,29]: %w", depth, miniflow.ErrParam)
	}
	if logReward == nil {
		return nil, fmt.Errorf("gfnenvs: perfect tree: logReward is nil: %w", miniflow.ErrParam)
	}
	return &PerfectTree{depth, logReward}, nil
}

// Layout implements [Rules].
func (r *PerfectTree) Layout() Layout {
	return Layout{Values: []int{2<<r.depth - 1}, Actions: 3, Steps: r.depth + 1, Names: []string{"left", "right", "exit"}}
}

// Forward implements [Rules].
func (r *PerfectTree) Forward(dst []bool, s []int32) {
	inner := int(s[0]) < 1<<r.depth-1
	dst[0], dst[1], dst[2] = inner, inner, !inner
}

// Backward implements [Rules].
func (r *PerfectTree) Backward(dst []bool, s []int32) {
	if s[0] > 0 {
		dst[(s[0]+1)&1] = true
	}
}

// Apply implements [Rules].
func (r *PerfectTree) Apply(s []int32, a int) { s[0] = 2*s[0] + 1 + int32(a) }

// Undo implements [Rules].
func (r *PerfectTree) Undo(s []int32, _ int) { s[0] = (s[0] - 1) / 2 }

// LogReward implements [Rules].
func (r *PerfectTree) LogReward(s []int32) float64 { return r.logReward(int(s[0])) }

// Depth returns the depth of the leaves.
func (r *PerfectTree) Depth() int { return r.depth }

// WhyNot implements [Explainer].
func (r *PerfectTree) WhyNot(_ []int32, a int) string {
	if a == 2 {
		return "only leaves can exit"
	}
	return "this is a leaf"
}

func init() {
	Family{
		Name: "PerfectTree", Doc: "Go down a binary tree; leaf n has the reward n+1.",
		Params: []miniflow.Param{{Name: "depth", Doc: "depth of the leaves", Value: 4, Min: 1, Max: 29}},
		Rules: func(c *miniflow.Config) (Rules, error) {
			return NewPerfectTree(c.Int("depth"), func(leaf int) float64 { return math.Log(float64(leaf + 1)) })
		},
	}.mustRegister("PerfectTree-4", nil)
}
