package gfnenvs_test

import (
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
	"github.com/miniflow-rl/miniflow/internal/golden"
)

// goldenTol is the relative tolerance of rewards and log Z: both sides compute
// in float64, in another order.
const goldenTol = 1e-9

// tally counts what a golden test compared.
type tally struct {
	t                 *testing.T
	file              string
	checks, mismatchs int
}

func (c *tally) fail(format string, args ...any) {
	if c.mismatchs++; c.mismatchs <= 20 {
		c.t.Errorf("%s: %s", c.file, fmt.Sprintf(format, args...))
	}
}

// near compares numbers; -1e308 stands for -Inf.
func (c *tally) near(got, want float64, format string, args ...any) {
	c.checks++
	if want <= -1e307 {
		want = math.Inf(-1)
	}
	if got != want && !(math.Abs(got-want) <= goldenTol*max(1, math.Abs(want))) {
		c.fail("%s is %v, want %v", fmt.Sprintf(format, args...), got, want)
	}
}

func (c *tally) equal(got, want any, format string, args ...any) {
	c.checks++
	if got != want {
		c.fail("%s is %v, want %v", fmt.Sprintf(format, args...), got, want)
	}
}

// masks compares both masks of a state with strings of 0 and 1; bwd leaves out
// the exit.
func (c *tally) masks(r gfnenvs.Rules, s []int32, fwd, bwd string) {
	n := r.Layout().Actions
	dst := make([]bool, n)
	r.Forward(dst, s)
	c.equal(bits(dst), fwd, "forward mask of %v", s)
	clear(dst)
	r.Backward(dst, s)
	c.equal(bits(dst[:n-1]), bwd, "backward mask of %v", s)
}

func bits(mask []bool) string {
	b := make([]byte, len(mask))
	for i, m := range mask {
		b[i] = '0'
		if m {
			b[i] = '1'
		}
	}
	return string(b)
}

// goldenKinds has a test for every kind of file that concerns environments. The
// kinds losses, replay_buffers and behaviour_policy belong to agents/gfn.
var goldenKinds = map[string]func(c *tally){
	"hypergrid":             goldenGrid,
	"conditional_hypergrid": goldenConditionalGrid,
	"exact_flows":           goldenFlows,
	"set":                   goldenSet,
	"bitseq_autoregressive": goldenBits,
	"bitseq_any_order":      goldenBits,
	"perfect_tree":          goldenTree,
	"discrete_ebm":          goldenEBM,
	"ising":                 goldenIsing,
	"dag":                   goldenDAG,
	"dag_env":               goldenDAGEnv,
	"phylo":                 goldenPhylo,
	"box":                   goldenBox,
	"box_polar_density":     goldenPolar,
	"line":                  goldenLine,
	"diffusion_targets":     goldenTargets,
}

// agentKinds are the files that the Golden test of agents/gfn reads.
var agentKinds = []string{"behaviour_policy", "losses", "replay_buffers"}

func TestGolden(t *testing.T) {
	ids, checks, mismatches := 0, 0, 0
	for _, name := range golden.Glob(t, "gfn/*.json") {
		var head struct{ Kind string }
		require.True(t, golden.Decode(t, name, &head))
		test := goldenKinds[head.Kind]
		if test == nil {
			require.Contains(t, agentKinds, head.Kind, "nothing reads %s", name)
			continue
		}
		c := &tally{t: t, file: name}
		test(c)
		ids, checks, mismatches = ids+1, checks+c.checks, mismatches+c.mismatchs
	}
	golden.Report(os.Stdout, "gfn", ids, "%d values, %d mismatches", checks, mismatches)
}

type gridKwargs struct {
	R0, R1, R2     *float64
	TierWeights    []float64 `json:"tier_weights"`
	DimsConstraint []int     `json:"dims_constrained"`
	BitsPerTier    [][2]int  `json:"bits_per_tier"`
	Primes         []int
	ExponentCaps   []int    `json:"exponent_caps"`
	ActiveDims     []int    `json:"active_dims"`
	CoprimePairs   [][2]int `json:"coprime_pairs"`
	TargetLCMs     []*int   `json:"target_lcms"`
	Base           int
	FilterWidth    int `json:"filter_width"`
	Seed           uint32
	CrossDimMods   []*int `json:"cross_dim_mods"`
}

func (k gridKwargs) reward(name string) gfnenvs.GridReward {
	or := func(p *float64, def float64) float64 {
		if p != nil {
			return *p
		}
		return def
	}
	ints := func(p []*int) []int {
		out := make([]int, len(p))
		for i, v := range p {
			if v != nil {
				out[i] = *v
			}
		}
		return out
	}
	switch name {
	case "original":
		d := gfnenvs.DefaultOriginal()
		return gfnenvs.OriginalReward{R0: or(k.R0, d.R0), R1: or(k.R1, d.R1), R2: or(k.R2, d.R2)}
	case "cosine":
		d := gfnenvs.DefaultCosine()
		return gfnenvs.CosineReward{R0: or(k.R0, d.R0), R1: or(k.R1, d.R1), Gamma: d.Gamma}
	case "sparse":
		return gfnenvs.SparseReward{}
	case "deceptive":
		d := gfnenvs.DefaultDeceptive()
		return gfnenvs.DeceptiveReward{R0: or(k.R0, d.R0), R1: or(k.R1, d.R1), R2: or(k.R2, d.R2)}
	case "bitwise_xor":
		return gfnenvs.XORReward{R0: or(k.R0, 0), Weights: k.TierWeights, Dims: k.DimsConstraint, Bits: k.BitsPerTier}
	case "multiplicative_coprime":
		return gfnenvs.CoprimeReward{R0: or(k.R0, 0), Weights: k.TierWeights, Primes: k.Primes, Caps: k.ExponentCaps,
			Dims: k.ActiveDims, Coprime: k.CoprimePairs, LCMs: ints(k.TargetLCMs)}
	case "conditional_multiscale":
		return gfnenvs.MultiscaleReward{R0: or(k.R0, 0), Weights: k.TierWeights, Base: k.Base, Width: k.FilterWidth, Seed: k.Seed, Mods: ints(k.CrossDimMods)}
	}
	return nil
}

func goldenGrid(c *tally) {
	var d struct {
		Params struct {
			NDim, Height int
			Reward       string
			RewardKwargs gridKwargs `json:"reward_kwargs"`
			ShiftCoeffs  [][]int    `json:"shift_coeffs"`
		}
		States        [][]int32
		Index         []int
		FwdMask       []string `json:"fwd_mask"`
		BwdMask       []string `json:"bwd_mask"`
		Reward        []float64
		LogReward     []float64 `json:"log_reward"`
		LogZ          float64   `json:"log_z"`
		ModeThreshold float64   `json:"mode_threshold"`
		NModeStates   int       `json:"n_mode_states"`
	}
	golden.Decode(c.t, c.file, &d)
	reward := d.Params.RewardKwargs.reward(d.Params.Reward)
	g, err := gfnenvs.NewHyperGrid(d.Params.NDim, d.Params.Height, reward)
	require.NoError(c.t, err)
	for i, s := range d.States {
		c.equal(g.Index(s), d.Index[i], "index of %v", s)
		c.masks(g, s, d.FwdMask[i], d.BwdMask[i])
		c.near(g.Reward().Reward(s, d.Params.Height), d.Reward[i], "reward of %v", s)
		c.near(g.LogReward(s), d.LogReward[i], "log reward of %v", s)
	}
	z, modes := 0.0, 0
	for x := range points(d.Params.NDim, d.Params.Height) {
		z += math.Exp(g.LogReward(x))
		if g.IsMode(x) {
			modes++
		}
	}
	c.near(math.Log(z), d.LogZ, "log Z")
	if closed, ok := g.LogZ(); ok {
		c.near(closed, d.LogZ, "log Z in closed form")
	}
	c.near(g.ModeThreshold(), d.ModeThreshold, "mode threshold")
	c.equal(modes, d.NModeStates, "number of modes")
	if m, ok := reward.(gfnenvs.MultiscaleReward); ok {
		c.equal(fmt.Sprint(m.Shifts()), fmt.Sprint(d.Params.ShiftCoeffs), "shifts")
	}
}

func goldenConditionalGrid(c *tally) {
	var d struct {
		Params struct {
			NDim, Height int
			R0, R1, R2   float64
		}
		Cases []struct {
			Condition float64
			LogZ      float64   `json:"log_z"`
			TrueDist  []float64 `json:"true_dist"`
		}
	}
	golden.Decode(c.t, c.file, &d)
	p := d.Params
	g, err := gfnenvs.NewConditionalGrid(p.NDim, p.Height, gfnenvs.OriginalReward{R0: p.R0, R1: p.R1, R2: p.R2})
	require.NoError(c.t, err)
	for _, k := range d.Cases {
		given, err := gfnenvs.Given(g, k.Condition)
		require.NoError(c.t, err)
		z := 0.0
		for x := range points(p.NDim, p.Height) {
			z += math.Exp(given.LogReward(x))
		}
		c.near(math.Log(z), k.LogZ, "log Z at %v", k.Condition)
		for x := range points(p.NDim, p.Height) {
			c.near(math.Exp(given.LogReward(x))/z, k.TrueDist[g.Index(x)], "probability of %v at %v", x, k.Condition)
		}
	}
}

// goldenFlows compares exact evaluation with an independent dynamic program.
func goldenFlows(c *tally) {
	var d struct {
		Cases []struct {
			Params struct {
				NDim, Height int
				R0, R1, R2   float64
			}
			Logits           [][]float64
			TerminatingProb  []float64   `json:"terminating_prob"`
			VisitProb        []float64   `json:"visit_prob"`
			L1Sum            float64     `json:"l1_sum"`
			TV               float64     `json:"tv"`
			JSD              float64     `json:"jsd_nats"`
			KLTrueModel      float64     `json:"kl_true_model"`
			KLModelTrue      float64     `json:"kl_model_true"`
			LogZ             float64     `json:"log_z"`
			UniformPBLogFlow []float64   `json:"uniform_pb_log_flow"`
			UniformPBPolicy  [][]float64 `json:"uniform_pb_policy"`
			NPaths           []float64   `json:"n_paths"`
			LogZAbove        []float64   `json:"log_z_above"`
			TargetEntropy    float64     `json:"target_entropy"`
			ModelEntropy     float64     `json:"model_entropy"`
			TargetMarginals  [][]float64 `json:"target_marginals"`
			TargetMI         float64     `json:"target_mi_dims01"`
		}
	}
	golden.Decode(c.t, c.file, &d)
	for _, k := range d.Cases {
		p := k.Params
		r, err := gfnenvs.NewHyperGrid(p.NDim, p.Height, gfnenvs.OriginalReward{R0: p.R0, R1: p.R1, R2: p.R2})
		require.NoError(c.t, err)
		g, err := exact.Enumerate(r)
		require.NoError(c.t, err)
		var model exact.Distribution
		require.NoError(c.t, g.Evaluate(&model, softmaxTable(r, k.Logits)))
		flows, err := g.Flows(nil)
		require.NoError(c.t, err)
		paths, policy := g.Paths(), make([]float64, p.NDim+1)
		for i := range g.Len() {
			s := g.State(i)
			at := r.Index(s)
			c.near(model.P[i], k.TerminatingProb[at], "terminating probability of %v", s)
			c.near(model.Visit[i], k.VisitProb[at], "visit probability of %v", s)
			c.near(flows.Log[i], k.UniformPBLogFlow[at], "log flow of %v", s)
			flows.Policy(policy, i)
			for a, v := range policy {
				c.near(v, k.UniformPBPolicy[at][a], "exact policy of action %d in %v", a, s)
			}
			c.near(paths[i], k.NPaths[at], "paths to %v", s)
			c.near(g.LogZAbove(i), k.LogZAbove[at], "log Z above %v", s)
		}
		target := g.Target()
		c.near(exact.L1(model.P, target), k.L1Sum, "L1")
		c.near(exact.TV(model.P, target), k.TV, "TV")
		c.near(exact.JSD(model.P, target), k.JSD, "JSD")
		c.near(exact.KL(target, model.P), k.KLTrueModel, "KL(target, model)")
		c.near(exact.KL(model.P, target), k.KLModelTrue, "KL(model, target)")
		c.near(g.LogZ(), k.LogZ, "log Z")
		c.near(exact.Entropy(target), k.TargetEntropy, "entropy of the target")
		c.near(exact.Entropy(model.P), k.ModelEntropy, "entropy of the model")
		for j, want := range k.TargetMarginals {
			for v, m := range g.Marginal(target, j) {
				c.near(m, want[v], "marginal of coordinate %d at %d", j, v)
			}
		}
		c.near(g.MutualInformation(target, 0, 1), k.TargetMI, "mutual information")
	}
}

// softmaxTable is the policy with the given logits for each point of a grid.
func softmaxTable(r *gfnenvs.HyperGrid, logits [][]float64) exact.Policy {
	return func(_ int, states []int32, mask []bool, logP []float64) error {
		n := r.Layout().Actions
		k := n - 1
		for row := range len(mask) / n {
			l := logits[r.Index(states[row*k:(row+1)*k])]
			var legal []float64
			for a, ok := range mask[row*n : (row+1)*n] {
				if ok {
					legal = append(legal, l[a])
				}
			}
			z := exact.LogSumExp(legal)
			for a := range n {
				logP[row*n+a] = l[a] - z
			}
		}
		return nil
	}
}
