package gfnenvs_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// TestLinearGaussianAgainstGonum computes the marginal likelihood of a node as
// the density of its samples under N(m X_P 1, σ²I + τ² X_P X_Pᵀ), by gonum.
func TestLinearGaussianAgainstGonum(t *testing.T) {
	const n, mean, scale, noise = 12, 0.7, 1.3, 0.4
	data := gfnenvs.LinearData(5, n, 0.6, 3)
	score, err := gfnenvs.NewLinearGaussian(data, mean, scale, noise)
	require.NoError(t, err)
	for _, parents := range []uint64{0, 0b00010, 0b11010} {
		cov := mat.NewSymDense(n, nil)
		y := mat.NewVecDense(n, nil)
		for a := range n {
			y.SetVec(a, data[a][0])
			for b := a; b < n; b++ {
				v := 0.0
				if a == b {
					v = noise * noise
				}
				for p := range 5 {
					if parents>>p&1 == 1 {
						v += scale * scale * data[a][p] * data[b][p]
					}
				}
				cov.SetSym(a, b, v)
			}
			for p := range 5 {
				if parents>>p&1 == 1 {
					y.SetVec(a, y.AtVec(a)-mean*data[a][p])
				}
			}
		}
		var c mat.Cholesky
		require.True(t, c.Factorize(cov))
		var x mat.VecDense
		require.NoError(t, c.SolveVecTo(&x, y))
		want := -(n*math.Log(2*math.Pi) + c.LogDet() + mat.Dot(y, &x)) / 2
		require.InDelta(t, want, score.Local(0, parents), 1e-9*math.Abs(want))
	}
}

// TestBGeEquivalence: graphs of one Markov equivalence class score the same.
func TestBGeEquivalence(t *testing.T) {
	score, err := gfnenvs.NewBGe(gfnenvs.LinearData(3, 30, 0.8, 2), 1, 5)
	require.NoError(t, err)
	r, err := gfnenvs.NewDAG(gfnenvs.DAGConfig{Nodes: 3, Score: score})
	require.NoError(t, err)
	chain := r.LogReward([]int32{0, 1, 0, 0, 0, 1, 0, 0, 0}) // 0→1→2
	fork := r.LogReward([]int32{0, 0, 0, 1, 0, 1, 0, 0, 0})  // 0←1→2
	require.InDelta(t, chain, fork, 1e-9*math.Abs(chain))
	collider := r.LogReward([]int32{0, 1, 0, 0, 0, 0, 0, 1, 0}) // 0→1←2
	require.Greater(t, math.Abs(chain-collider), 1e-3)
}

// TestDAGDelta compares score differences with whole scores.
func TestDAGDelta(t *testing.T) {
	rules, err := gfnenvs.RulesOf("DAG-5")
	require.NoError(t, err)
	r := rules.(*gfnenvs.DAG)
	require.InDelta(t, 0, r.LogReward(make([]int32, 25)), 1e-12, "relative to the empty graph")
	rng, s, mask := miniflow.NewRand(1), make([]int32, 25), make([]bool, 26)
	for {
		clear(mask)
		r.Forward(mask, s)
		a := int(randomLegal(rng, mask))
		if a == 25 {
			break
		}
		delta, before := r.Delta(s, a), r.LogReward(s)
		r.Apply(s, a)
		require.InDelta(t, before+delta, r.LogReward(s), 1e-9)
	}
}

func TestBadScores(t *testing.T) {
	_, err := gfnenvs.NewBGe(nil, 1, 5)
	require.ErrorIs(t, err, miniflow.ErrParam)
	_, err = gfnenvs.NewBGe([][]float64{{1, 2}, {1}}, 1, 5)
	require.ErrorContains(t, err, "sample 1 has 1 variables, want 2")
	_, err = gfnenvs.NewBGe([][]float64{{1, math.NaN()}}, 1, 5)
	require.ErrorContains(t, err, "variable 1 of sample 0 is NaN")
	_, err = gfnenvs.NewBGe([][]float64{{1, 2}}, 1, 3)
	require.ErrorIs(t, err, miniflow.ErrParam)
	_, err = gfnenvs.NewLinearGaussian([][]float64{{1, 2}}, 0, 0, 1)
	require.ErrorIs(t, err, miniflow.ErrParam)
	_, err = gfnenvs.NewDAG(gfnenvs.DAGConfig{Nodes: 65})
	require.ErrorIs(t, err, miniflow.ErrParam)
}
