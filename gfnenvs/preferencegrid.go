package gfnenvs

import (
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow"
)

// PreferenceGrid is a [HyperGrid] of two objectives, hills around two opposite
// corners,
//
//	R_k(x) = floor + exp(-|u - c_k|² / (2 width²)),  u = x / (height-1)
//
// with all coordinates of c_1 equal to 1/4 and those of c_2 to 3/4, and the reward
// w_1 R_1 + w_2 R_2 under the preference w. No point is best for both: the Pareto
// front leads from one hill to the other (Bengio et al. 2023, arXiv 2111.09266,
// section on Pareto GFlowNets; Jain et al. 2023, arXiv 2210.12765).
type PreferenceGrid struct {
	*Preferences
	ndim, height int
	floor, width float64
}

var _ Conditional = (*PreferenceGrid)(nil)

// The centres of the hills, in every dimension.
var hills = [...]float64{0.25, 0.75}

// NewPreferenceGrid returns the grid of height^ndim points; floor and width are
// above 0.
func NewPreferenceGrid(ndim, height int, floor, width float64) (*PreferenceGrid, error) {
	if !(floor > 0 && width > 0) || math.IsInf(floor, 1) || math.IsInf(width, 1) {
		return nil, fmt.Errorf("gfnenvs: preference grid of floor %v and width %v: want numbers above 0: %w", floor, width, miniflow.ErrParam)
	}
	grid, err := NewHyperGrid(ndim, height, nil)
	if err != nil {
		return nil, err
	}
	g := &PreferenceGrid{ndim: ndim, height: height, floor: floor, width: width}
	objectives := make([]func(s []int32) float64, len(hills))
	for k := range hills {
		objectives[k] = func(s []int32) float64 { return g.objective(k, s) }
	}
	g.Preferences, err = NewPreferences(grid, objectives...)
	return g, err
}

func (g *PreferenceGrid) objective(k int, s []int32) float64 {
	v := 1.0
	for _, x := range s {
		v *= g.hill(k, int(x))
	}
	return g.floor + v
}

// hill is the factor of coordinate x.
func (g *PreferenceGrid) hill(k, x int) float64 {
	d := (float64(x)/float64(g.height-1) - hills[k]) / g.width
	return math.Exp(-d * d / 2)
}

// LogZGiven returns the exact log Z under preference w: the sums over the
// coordinates are independent.
func (g *PreferenceGrid) LogZGiven(w ...float64) float64 {
	z := 0.0
	for k := range hills {
		line := 0.0
		for x := range g.height {
			line += g.hill(k, x)
		}
		z += w[k] * (g.floor*math.Pow(float64(g.height), float64(g.ndim)) + math.Pow(line, float64(g.ndim)))
	}
	return math.Log(z)
}

func init() {
	Family{
		Name: "PreferenceHyperGrid",
		Doc:  "A HyperGrid of two objectives, whose weights are drawn for every construction.",
		Params: []miniflow.Param{
			{Name: "ndim", Doc: "dimensions", Value: 2, Min: 1, Max: 64},
			{Name: "height", Doc: "points along each dimension", Value: 16, Min: 2, Max: 1 << 20},
			{Name: "floor", Doc: "smallest reward", Value: 0.01, Min: 1e-9, Max: 1e3},
			{Name: "width", Doc: "width of the hills, in lengths of the grid", Value: 0.2, Min: 1e-3, Max: 1e3},
		},
		Rules: func(c *miniflow.Config) (Rules, error) {
			return NewPreferenceGrid(c.Int("ndim"), c.Int("height"), c.Float("floor"), c.Float("width"))
		},
	}.mustRegister("PreferenceHyperGrid-2x16", nil)
}
