package gfnenvs_test

import (
	"math"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
	"github.com/miniflow-rl/miniflow/internal/golden"
)

func goldenBox(c *tally) {
	var d struct {
		Points [][]float64
		Cases  []struct {
			Params gfnenvs.BoxReward
			Reward []float64
			LogZ   float64 `json:"log_z"`
		}
	}
	golden.Decode(c.t, c.file, &d)
	for _, k := range d.Cases {
		polar, err := gfnenvs.NewBoxPolar(0.25, k.Params)
		require.NoError(c.t, err)
		cartesian, err := gfnenvs.NewBoxCartesian(2, 0.25, k.Params)
		require.NoError(c.t, err)
		for _, z := range []gfnenvs.Partitioner{polar, cartesian} {
			logZ, ok := z.LogZ()
			require.True(c.t, ok)
			c.near(logZ, k.LogZ, "log Z")
		}
		for i, x := range d.Points {
			c.near(math.Exp(polar.LogReward(x)), k.Reward[i], "reward of %v", x)
			c.near(cartesian.LogReward(x), math.Log(k.Reward[i]), "log reward of %v", x)
		}
	}
}

func goldenLine(c *tally) {
	var d struct {
		Cases []struct {
			Mus, Sigmas, X []float64
			LogReward      []float64 `json:"log_reward"`
			LogZ           float64   `json:"log_z"`
		}
	}
	golden.Decode(c.t, c.file, &d)
	for _, k := range d.Cases {
		l, err := gfnenvs.NewLine(k.Mus, k.Sigmas)
		require.NoError(c.t, err)
		c.near(l.LogZ(), k.LogZ, "log Z")
		for i, x := range k.X {
			c.near(l.LogDensity([]float64{x}), k.LogReward[i], "log reward of %v", x)
		}
	}
}

func goldenTargets(c *tally) {
	var d struct {
		Targets map[string]struct {
			X         [][]float64
			LogReward []float64 `json:"log_reward"`
			LogZ      float64   `json:"log_z"`
			Weights   []float64
			Means     [][]float64
			Covs      [][][]float64
		}
	}
	golden.Decode(c.t, c.file, &d)
	for name, k := range d.Targets {
		if name == "posterior9" {
			name = "gmm25_posterior9"
		}
		target, err := gfnenvs.NewTarget(name)
		require.NoError(c.t, err)
		if n, ok := target.(gfnenvs.Normalised); ok {
			c.near(n.LogZ(), k.LogZ, "log Z of %s", name)
		}
		var given *gfnenvs.Mixture // of the parameters in the file
		if k.Weights != nil {
			given, err = gfnenvs.NewMixture(k.Weights, k.Means, k.Covs)
			require.NoError(c.t, err)
		}
		for i, x := range k.X {
			c.near(target.LogDensity(x), k.LogReward[i], "log reward of %s at %v", name, x)
			if given != nil {
				c.near(given.LogDensity(x), k.LogReward[i], "log reward of %s, parameters given, at %v", name, x)
			}
		}
	}
}

// betas is a mixture of beta densities with the given logits of its weights.
type betas struct{ logits, alpha, beta []float64 }

func (m betas) logProb(u float64) float64 {
	var terms []float64
	for k, l := range m.logits {
		terms = append(terms, l-exact.LogSumExp(m.logits)+distuv.Beta{Alpha: m.alpha[k], Beta: m.beta[k]}.LogProb(u))
	}
	return exact.LogSumExp(terms)
}

// goldenPolar compares densities of steps: those of their parameters less the log
// volume of the chart.
func goldenPolar(c *tally) {
	var d struct {
		ByDelta map[string]struct {
			QuarterCircle []struct {
				Northeastern  bool
				Centers       [][]float64
				MixtureLogits [][]float64 `json:"mixture_logits"`
				Alpha, Beta   [][]float64
				Actions       [][]float64
				LogProb       []float64 `json:"log_prob"`
			} `json:"quarter_circle"`
			QuarterDisk struct {
				MixtureLogits []float64 `json:"mixture_logits"`
				AlphaR        []float64 `json:"alpha_r"`
				BetaR         []float64 `json:"beta_r"`
				AlphaTheta    []float64 `json:"alpha_theta"`
				BetaTheta     []float64 `json:"beta_theta"`
				Actions       [][]float64
				LogProb       []float64 `json:"log_prob"`
			} `json:"quarter_disk"`
		} `json:"by_delta"`
	}
	golden.Decode(c.t, c.file, &d)
	for text, k := range d.ByDelta {
		delta := map[string]float64{"0.1": 0.1, "0.25": 0.25}[text]
		r, err := gfnenvs.NewBoxPolar(delta, gfnenvs.DefaultBoxReward())
		require.NoError(c.t, err)
		u, v := make([]float64, 2), make([]float64, 2)
		for _, q := range k.QuarterCircle {
			for i, center := range q.Centers {
				mixture := betas{q.MixtureLogits[i], q.Alpha[i], q.Beta[i]}
				low, width := r.Arc(center, !q.Northeastern)
				angle := math.Atan2(q.Actions[i][1], q.Actions[i][0])
				s := append([]float64{}, center...)
				mask := make([]bool, 3)
				got := 0.0
				if q.Northeastern {
					u[0] = (angle - low) / width
					logVolume, _ := r.Apply(s, gfnenvs.BoxNext, u[:1], v[:1])
					got = mixture.logProb(u[0]) - logVolume
					c.near(s[0], center[0]+q.Actions[i][0], "x after the step from %v", center)
					c.near(s[1], center[1]+q.Actions[i][1], "y after the step from %v", center)
				} else if r.Backward(mask, center); mask[gfnenvs.BoxNext] {
					v[0] = (angle - low) / width
					logVolume, _ := r.Undo(s, gfnenvs.BoxNext, v[:1], u[:1])
					got = mixture.logProb(v[0]) - logVolume
					c.near(s[0], center[0]-q.Actions[i][0], "x before the step to %v", center)
				} else {
					logVolume, _ := r.Undo(s, gfnenvs.BoxFirst, nil, u)
					got = -logVolume
				}
				c.near(got, q.LogProb[i], "log density of step %v at %v", q.Actions[i], center)
			}
		}
		q := k.QuarterDisk
		for i, action := range q.Actions {
			s := append([]float64{}, action...)
			_, logVolume := r.Undo(s, gfnenvs.BoxFirst, nil, u)
			got := betas{q.MixtureLogits, q.AlphaR, q.BetaR}.logProb(u[0]) + betas{q.MixtureLogits, q.AlphaTheta, q.BetaTheta}.logProb(u[1]) - logVolume
			c.near(got, q.LogProb[i], "log density of first step %v", action)
		}
	}
}
