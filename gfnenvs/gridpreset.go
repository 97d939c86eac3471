package gfnenvs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/miniflow-rl/miniflow"
)

// GridRewards are the names of the rewards of a [HyperGrid].
var GridRewards = []string{"original", "cosine", "sparse", "deceptive", "bitwise_xor", "multiplicative_coprime", "conditional_multiscale"}

// GridPresets are the names of the difficulties that each reward comes in.
var GridPresets = []string{"easy", "medium", "hard", "challenging", "impossible"}

// PresetReward returns the reward of one of the [GridRewards] in one of the
// [GridPresets], with torchgfn's numbers, for a grid of ndim dimensions.
func PresetReward(reward, preset string, ndim int) (GridReward, error) {
	p := slices.Index(GridPresets, preset)
	if p < 0 {
		return nil, fmt.Errorf("difficulty %q: want one of %s: %w", preset, strings.Join(GridPresets, ", "), miniflow.ErrParam)
	}
	decades := []float64{1, 10, 100, 1000, 10000}
	dims := func(k int) []int { return firstDims(nil, min(k, ndim)) }
	switch reward {
	case "original":
		return []OriginalReward{{.1, .3, 1}, {.1, .5, 2}, {.05, .6, 3}, {.01, .6, 4}, {0, .7, 5}}[p], nil
	case "cosine":
		return []CosineReward{{.1, .3, .7}, {.1, .5, .8}, {.05, .6, .85}, {.01, .7, .9}, {0, .8, .92}}[p], nil
	case "sparse":
		return SparseReward{}, nil
	case "deceptive":
		return []DeceptiveReward{{1e-5, .05, 1}, {1e-5, .1, 2}, {1e-5, .15, 3}, {1e-5, .2, 4}, {1e-5, .25, 5}}[p], nil
	case "bitwise_xor":
		top := [][]int{{4, 5, 5}, {6, 7, 7, 7}, {8, 8, 8, 8}, {9, 9, 9, 9}, {9, 10, 10, 10, 10}}[p]
		r := XORReward{Weights: decades[:len(top)], Dims: dims([]int{3, 4, 8, 6, 12}[p])}
		for _, b := range top {
			r.Bits = append(r.Bits, [2]int{0, b})
		}
		return r, nil
	case "multiplicative_coprime":
		k := []int{3, 5, 8, 10, 12}[p]
		r := CoprimeReward{
			Caps:   [][]int{{2, 2, 2}, {2, 2, 2, 2}, {3, 3, 3, 3}, {3, 3, 4, 4}, {4, 4, 4, 4, 4}}[p],
			Primes: []int{2, 3, 5, 7, 11, 13, 17, 19, 23, 29}[:[]int{3, 4, 5, 6, 10}[p]],
			Dims:   dims(k),
			LCMs: [][]int{nil, nil, {0, 0, 8 * 9 * 5 * 7 * 11, 8 * 9 * 5 * 7 * 11}, {0, 0, 0, 8 * 9 * 25 * 13},
				{0, 0, 0, 0, 16 * 27 * 25 * 7 * 11}}[p],
		}
		r.Weights = decades[:len(r.Caps)]
		for i := range k - 1 {
			r.Coprime = append(r.Coprime, [2]int{i, i + 1})
		}
		return r, nil
	case "conditional_multiscale":
		r := MultiscaleReward{
			Weights: decades[:[]int{2, 3, 3, 4, 4}[p]], Base: 4, Width: 2, Seed: 42, Dims: dims([]int{3, 4, 6, 8, 12}[p]),
			Mods: [][]int{nil, nil, {0, 2, 2}, {0, 0, 2, 2}, {0, 2, 2, 2}}[p],
		}
		return r, nil
	}
	return nil, fmt.Errorf("grid reward %q: want one of %s: %w", reward, strings.Join(GridRewards, ", "), miniflow.ErrParam)
}

var hyperGridFamily = Family{
	Name: "HyperGrid",
	Doc:  "Walk up a grid and exit at a point; rewards lie in the corners.",
	Params: []miniflow.Param{
		{Name: "ndim", Doc: "dimensions", Value: 2, Min: 1, Max: 64},
		{Name: "height", Doc: "points along each dimension", Value: 8, Min: 2, Max: 1 << 20},
		{Name: "reward", Doc: "the reward's formula", Value: "original", Choices: GridRewards},
		{Name: "preset", Doc: "difficulty, which sets the reward's numbers; empty for the parameters below or, for rewards in tiers, easy",
			Value: "", Choices: append([]string{""}, GridPresets...)},
		{Name: "R0", Doc: "reward everywhere, of original, cosine and deceptive; below 0 for the reward's default", Value: -1.0, Min: -1, Max: 1e6},
		{Name: "R1", Doc: "reward of the outer parts, likewise", Value: -1.0, Min: -1, Max: 1e6},
		{Name: "R2", Doc: "reward of the ring, likewise", Value: -1.0, Min: -1, Max: 1e6},
	},
	Rules: func(c *miniflow.Config) (Rules, error) {
		reward, err := gridReward(c)
		if err != nil {
			return nil, err
		}
		return NewHyperGrid(c.Int("ndim"), c.Int("height"), reward)
	},
}

// gridReward reads the parameters of the HyperGrid family.
func gridReward(c *miniflow.Config) (GridReward, error) {
	name, preset := c.Text("reward"), c.Text("preset")
	or := func(param string, def float64) float64 {
		if v := c.Float(param); v >= 0 {
			return v
		}
		return def
	}
	if preset == "" {
		switch name {
		case "original":
			d := DefaultOriginal()
			return OriginalReward{or("R0", d.R0), or("R1", d.R1), or("R2", d.R2)}, nil
		case "cosine":
			d := DefaultCosine()
			return CosineReward{or("R0", d.R0), or("R1", d.R1), d.Gamma}, nil
		case "deceptive":
			d := DefaultDeceptive()
			return DeceptiveReward{or("R0", d.R0), or("R1", d.R1), or("R2", d.R2)}, nil
		}
		preset = "easy"
	}
	return PresetReward(name, preset, c.Int("ndim"))
}

var conditionalGridFamily = Family{
	Name: "ConditionalHyperGrid",
	Doc:  "A HyperGrid whose reward is flat at condition 0 and the original one at condition 1.",
	Params: []miniflow.Param{
		{Name: "ndim", Doc: "dimensions", Value: 2, Min: 1, Max: 64},
		{Name: "height", Doc: "points along each dimension", Value: 8, Min: 2, Max: 1 << 20},
		{Name: "R0", Doc: "reward everywhere", Value: 0.1, Min: 0, Max: 1e6},
		{Name: "R1", Doc: "reward of the corners", Value: 0.5, Min: 0, Max: 1e6},
		{Name: "R2", Doc: "reward of the rings in the corners", Value: 2.0, Min: 0, Max: 1e6},
	},
	Rules: func(c *miniflow.Config) (Rules, error) {
		return NewConditionalGrid(c.Int("ndim"), c.Int("height"), OriginalReward{c.Float("R0"), c.Float("R1"), c.Float("R2")})
	},
}

func init() {
	for _, size := range [][2]int{{2, 8}, {2, 16}, {2, 32}, {2, 64}, {2, 128}, {3, 8}, {4, 8}, {4, 12}, {4, 16}, {4, 20}, {8, 8}} {
		hyperGridFamily.mustRegister(fmt.Sprintf("HyperGrid-%dx%d", size[0], size[1]), map[string]any{"ndim": size[0], "height": size[1]})
	}
	for _, g := range []struct {
		id, reward   string
		ndim, height int
	}{
		{"Cosine", "cosine", 2, 16}, {"Sparse", "sparse", 2, 16}, {"Deceptive", "deceptive", 2, 16},
		{"XOR", "bitwise_xor", 3, 64}, {"Coprime", "multiplicative_coprime", 3, 16}, {"Multiscale", "conditional_multiscale", 2, 64},
	} {
		hyperGridFamily.mustRegister(fmt.Sprintf("HyperGrid-%s-%dx%d", g.id, g.ndim, g.height),
			map[string]any{"ndim": g.ndim, "height": g.height, "reward": g.reward})
	}
	conditionalGridFamily.mustRegister("ConditionalHyperGrid-2x8", nil)
}
