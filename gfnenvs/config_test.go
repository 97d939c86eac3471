package gfnenvs_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// TestBadConfigs: what makes no sense is an error that names it.
func TestBadConfigs(t *testing.T) {
	flat := func([]int32) float64 { return 0 }
	one := func(_ any, err error) error { return err }
	for words, err := range map[string]error{
		"from an alphabet of 0":              one(gfnenvs.NewSequence(gfnenvs.SequenceConfig{Length: 3, LogReward: flat})),
		"sequences of 4 to 3":                one(gfnenvs.NewSequence(gfnenvs.SequenceConfig{Words: 2, Length: 3, MinLength: 4, LogReward: flat})),
		"sequence: LogReward is nil":         one(gfnenvs.NewSequence(gfnenvs.SequenceConfig{Words: 2, Length: 3})),
		"order Order(9) is unknown":          one(gfnenvs.NewSequence(gfnenvs.SequenceConfig{Words: 2, Length: 3, Order: 9, LogReward: flat})),
		`order "sideways"`:                   one(gfnenvs.ParseOrder("sideways")),
		"9 bits in words of 2":               one(gfnenvs.NewBitSequence(gfnenvs.BitSequenceConfig{WordSize: 2, Size: 9})),
		"without modes":                      one(gfnenvs.NewBitSequence(gfnenvs.BitSequenceConfig{WordSize: 2, Size: 8})),
		"mode 0 has 3 bits, want 4":          one(gfnenvs.NewBitSequence(gfnenvs.BitSequenceConfig{WordSize: 2, Size: 4, Modes: [][]uint8{{0, 1, 0}}})),
		"bit 1 of mode 0 is 2":               one(gfnenvs.NewBitSequence(gfnenvs.BitSequenceConfig{WordSize: 2, Size: 2, Modes: [][]uint8{{0, 2}}})),
		"sets of at most 5 of 4":             one(gfnenvs.NewSet(gfnenvs.SetConfig{Items: 4, Max: 5, Energy: flat})),
		"set: Energy is nil":                 one(gfnenvs.NewSet(gfnenvs.SetConfig{Items: 4})),
		"multisets of 0 of 4":                one(gfnenvs.NewMultiset(gfnenvs.SetConfig{Items: 4, Energy: flat})),
		"multiset: Energy is nil":            one(gfnenvs.NewMultiset(gfnenvs.SetConfig{Items: 4, Max: 1})),
		"perfect tree of depth 0":            one(gfnenvs.NewPerfectTree(0, func(int) float64 { return 0 })),
		"perfect tree: logReward is nil":     one(gfnenvs.NewPerfectTree(3, nil)),
		"ebm: J is empty":                    one(gfnenvs.NewEBM(nil, 1)),
		"row 1 of J has 1 elements":          one(gfnenvs.NewEBM([][]float64{{0, 1}, {1}}, 1)),
		"times an element NaN of row 0":      one(gfnenvs.NewEBM([][]float64{{math.NaN()}}, 1)),
		"graphs of 0 to 0 nodes":             one(gfnenvs.NewGraph(gfnenvs.GraphConfig{EdgeLabels: 1})),
		"graph: LogReward is nil":            one(gfnenvs.NewGraph(gfnenvs.GraphConfig{MaxNodes: 2, EdgeLabels: 1})),
		"trees of 1 sequences":               one(gfnenvs.NewPhylo([][]uint8{{1}}, 0, 1)),
		"sequence 1 has 2 sites, want 1":     one(gfnenvs.NewPhylo([][]uint8{{1}, {1, 2}}, 0, 1)),
		"site 0 of sequence 1 is 16":         one(gfnenvs.NewPhylo([][]uint8{{1}, {16}}, 0, 1)),
		"there are no layers":                one(gfnenvs.NewDropout(gfnenvs.DropoutConfig{})),
		"kept with probability 1":            one(gfnenvs.NewDropout(gfnenvs.DropoutConfig{Widths: []int{1}, Keep: 1})),
		"exponents in [2,1]":                 one(gfnenvs.NewTempered(nil, 2, 1)),
		"there are no objectives":            one(gfnenvs.NewPreferences(nil)),
		"box of 0 dimensions":                one(gfnenvs.NewBoxCartesian(0, 0.1, gfnenvs.DefaultBoxReward())),
		"the rewards must be numbers":        one(gfnenvs.NewBoxPolar(0.1, gfnenvs.BoxReward{R0: -1})),
		"hybrid: a part is nil":              one(gfnenvs.NewHybrid(gfnenvs.HybridConfig{})),
		"mixture of 0 components":            one(gfnenvs.RandomMixture(0, 2, 1)),
		"0 weights, 0 means":                 one(gfnenvs.NewMixture(nil, nil, nil)),
		"component 0 has mean NaN":           one(gfnenvs.NewLine([]float64{math.NaN()}, []float64{1})),
		"[-1]: want numbers that are not":    one(gfnenvs.NewMixture([]float64{-1}, [][]float64{{0}}, [][][]float64{{{1}}})),
		"row 0 of covariance 0 has 2":        one(gfnenvs.NewMixture([]float64{1}, [][]float64{{0}}, [][][]float64{{{1, 2}}})),
		"component 0 has 1 dimensions and a": one(gfnenvs.NewMixture([]float64{1}, [][]float64{{0}}, [][][]float64{{{1}, {2}}})),
	} {
		require.ErrorIs(t, err, miniflow.ErrParam, words)
		require.ErrorContains(t, err, words)
	}
}

func TestSequenceText(t *testing.T) {
	q, err := gfnenvs.NewSequence(gfnenvs.SequenceConfig{Words: 4, Length: 5, MinLength: -1, LogReward: gfnenvs.NeighbourEnergy(4, 1, 1)})
	require.NoError(t, err)
	s := q.Encode(nil, []int32{3, 0, 2, -1, -1})
	require.Equal(t, []int32{4, 1, 3, 0, 0}, s)
	require.Equal(t, []int32{3, 0, 2, -1, -1}, q.Decode(nil, s))
	require.Equal(t, "302..", q.Text(s))
	require.Equal(t, 0.0, q.LogReward(make([]int32, 5)), "the empty sequence")
	// The energy of a chain is that of its parts less what they share.
	e := func(w ...int32) float64 { return q.LogReward(append(w, make([]int32, 5-len(w))...)) }
	require.InDelta(t, e(4, 1)+e(1, 3)-e(1), e(4, 1, 3), 1e-12)
	wide, err := gfnenvs.NewSequence(gfnenvs.SequenceConfig{Words: 12, Length: 2, LogReward: func([]int32) float64 { return 0 }})
	require.NoError(t, err)
	require.Equal(t, "11 .", wide.Text([]int32{12, 0}))
}

func TestBitModes(t *testing.T) {
	modes := gfnenvs.BlockModes(3, 16, 1)
	r, err := gfnenvs.NewBitSequence(gfnenvs.BitSequenceConfig{WordSize: 4, Size: 16, Modes: modes})
	require.NoError(t, err)
	for _, m := range modes {
		s := make([]int32, 4)
		for i, b := range m {
			s[i/4] = s[i/4]<<1 | int32(b)
		}
		for i := range s {
			s[i]++
		}
		require.True(t, r.IsMode(s))
		s[0] = (s[0] - 1) ^ 1 + 1
		require.LessOrEqual(t, r.Distance(s), 1)
	}
}

// tilted is a line walk with faults to choose from.
type tilted struct {
	gfnenvs.ContinuousRules
	fault string
}

func (r tilted) Backward(dst []bool, s []float64) {
	r.ContinuousRules.Backward(dst, s)
	if r.fault == "mask" {
		dst[gfnenvs.WalkNext] = false
	}
}

func (r tilted) Apply(s []float64, kind int, u, v []float64) (a, b float64) {
	a, b = r.ContinuousRules.Apply(s, kind, u, v)
	switch r.fault {
	case "volume":
		a++
	case "bounds":
		s[1] = 99
	}
	return a, b
}

func (r tilted) Undo(s []float64, kind int, v, u []float64) (a, b float64) {
	a, b = r.ContinuousRules.Undo(s, kind, v, u)
	if r.fault == "undo" {
		u[0]++
	}
	if r.fault == "volume" {
		b++
	}
	return a, b
}

func TestCheckContinuousFindsFaults(t *testing.T) {
	line, err := gfnenvs.ContinuousRulesOf("Line-2")
	require.NoError(t, err)
	for fault, words := range map[string]string{
		"mask":   "where the other mask forbids the way back",
		"volume": "by finite differences",
		"bounds": "element 1 is not in [0,5]",
		"undo":   "and back with",
	} {
		require.ErrorContains(t, gfnenvs.CheckContinuous(tilted{line, fault}, true, 5, 1), words)
	}
	require.NoError(t, gfnenvs.CheckContinuous(tilted{line, ""}, true, 5, 1))
	_, err = gfnenvs.ContinuousRulesOf("HyperGrid-2x8")
	require.ErrorContains(t, err, "no environment of continuous rules")
	_, err = gfnenvs.RulesOf("Line-2")
	require.ErrorContains(t, err, "no environment of discrete rules")
}
