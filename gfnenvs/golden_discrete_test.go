package gfnenvs_test

import (
	"math"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
	"github.com/miniflow-rl/miniflow/internal/golden"
)

// states enumerates r and checks the numbers of states and the value of log Z.
func (c *tally) states(r gfnenvs.Rules, logZ float64) *exact.Graph {
	g, err := exact.Enumerate(r)
	require.NoError(c.t, err)
	c.near(g.LogZ(), logZ, "log Z")
	return g
}

// plus returns s with n added to every element: the files mark empty places by -1.
func plus(s []int32, n int32) []int32 {
	out := make([]int32, len(s))
	for i, v := range s {
		out[i] = v + n
	}
	return out
}

func goldenSet(c *tally) {
	var d struct {
		Params struct {
			NItems      int  `json:"n_items"`
			MaxItems    int  `json:"max_items"`
			FixedLength bool `json:"fixed_length"`
			Weights     []float64
			Pair        [][]float64
		}
		States      [][]int32
		FwdMask     []string `json:"fwd_mask"`
		BwdMask     []string `json:"bwd_mask"`
		Reward      []float64
		Terminating []bool
		LogZ        float64 `json:"log_z"`
	}
	golden.Decode(c.t, c.file, &d)
	r, err := gfnenvs.NewSet(gfnenvs.SetConfig{Items: d.Params.NItems, Max: d.Params.MaxItems, Fixed: d.Params.FixedLength,
		Energy: gfnenvs.PairEnergy(d.Params.Weights, d.Params.Pair)})
	require.NoError(c.t, err)
	g := c.states(r, d.LogZ)
	c.equal(g.Len(), len(d.States), "number of states")
	for i, s := range d.States {
		c.masks(r, s, d.FwdMask[i], d.BwdMask[i])
		c.near(math.Exp(r.Potential(s)), d.Reward[i], "reward of %v", s)
		at, ok := g.Index(s)
		c.equal(ok && g.CanExit(at), d.Terminating[i], "exit of %v", s)
	}
}

func goldenBits(c *tally) {
	var d struct {
		Kind   string
		Params struct {
			WordSize       int `json:"word_size"`
			SeqSize        int `json:"seq_size"`
			Temperature    float64
			RewardExponent float64 `json:"reward_exponent"`
			Modes          [][]int
		}
		States       [][]int32
		FwdMask      []string   `json:"fwd_mask"`
		BwdMask      []string   `json:"bwd_mask"`
		LogReward    []*float64 `json:"log_reward"`
		LogZ         float64    `json:"log_z"`
		NTerminating int        `json:"n_terminating"`
	}
	golden.Decode(c.t, c.file, &d)
	k := gfnenvs.BitSequenceConfig{WordSize: d.Params.WordSize, Size: d.Params.SeqSize, Order: gfnenvs.AnyOrder, Scale: d.Params.RewardExponent / float64(d.Params.SeqSize)}
	if d.Kind == "bitseq_autoregressive" {
		k.Order, k.Scale = gfnenvs.Append, 1/d.Params.Temperature
	}
	for _, m := range d.Params.Modes { // JSON has no []uint8 but base64
		mode := make([]uint8, len(m))
		for i, b := range m {
			mode[i] = uint8(b)
		}
		k.Modes = append(k.Modes, mode)
	}
	r, err := gfnenvs.NewBitSequence(k)
	require.NoError(c.t, err)
	g := c.states(r, d.LogZ)
	c.equal(g.Terminating(), d.NTerminating, "number of terminating states")
	for i, s := range d.States {
		s = plus(s, 1)
		c.masks(r, s, d.FwdMask[i], d.BwdMask[i])
		at, ok := g.Index(s)
		c.equal(ok && g.CanExit(at), d.LogReward[i] != nil, "exit of %v", s)
		if d.LogReward[i] != nil {
			c.near(r.LogReward(s), *d.LogReward[i], "log reward of %v", s)
		}
	}
}

func goldenTree(c *tally) {
	var d struct {
		Params      struct{ Depth int }
		States      []int32
		FwdMask     []string `json:"fwd_mask"`
		BwdMask     []string `json:"bwd_mask"`
		Children    map[int][2]int32
		Terminating []int32
		LogZ        float64 `json:"log_z"`
	}
	golden.Decode(c.t, c.file, &d)
	r, err := gfnenvs.NewPerfectTree(d.Params.Depth, func(leaf int) float64 { return math.Log(float64(leaf + 1)) })
	require.NoError(c.t, err)
	g := c.states(r, d.LogZ)
	c.equal(g.Len(), len(d.States), "number of states")
	c.equal(g.Terminating(), len(d.Terminating), "number of leaves")
	for i, n := range d.States {
		c.masks(r, []int32{n}, d.FwdMask[i], d.BwdMask[i])
	}
	for n, children := range d.Children {
		for a, want := range children {
			s := []int32{int32(n)}
			r.Apply(s, a)
			c.equal(s[0], want, "child %d of %d", a, n)
		}
	}
}

func goldenEBM(c *tally) {
	var d struct {
		Params struct {
			Alpha float64
			J     [][]float64
		}
		States      [][]int32
		FwdMask     []string `json:"fwd_mask"`
		BwdMask     []string `json:"bwd_mask"`
		Terminating [][]int32
		LogReward   []float64 `json:"log_reward"`
		LogZ        float64   `json:"log_z"`
	}
	golden.Decode(c.t, c.file, &d)
	r, err := gfnenvs.NewEBM(d.Params.J, d.Params.Alpha)
	require.NoError(c.t, err)
	g := c.states(r, d.LogZ)
	c.equal(g.Terminating(), len(d.Terminating), "number of terminating states")
	for i, s := range d.States {
		c.masks(r, plus(s, 1), d.FwdMask[i], d.BwdMask[i])
	}
	for i, s := range d.Terminating {
		c.near(r.LogReward(plus(s, 1)), d.LogReward[i], "log reward of %v", s)
	}
}

func goldenIsing(c *tally) {
	var d struct {
		Params struct {
			N     int
			Sigma float64
		}
		J                [][]float64
		LogRewardFirst64 []float64 `json:"log_reward_first64"`
		LogZ             float64   `json:"log_z"`
		MeanAbs          float64   `json:"mean_abs_magnetization"`
		MeanEnergy       float64   `json:"mean_energy"`
	}
	golden.Decode(c.t, c.file, &d)
	n := d.Params.N
	// gfnx keeps sigma as float32.
	ours := gfnenvs.TorusCouplings(n, float64(float32(d.Params.Sigma)))
	for i, row := range d.J {
		for j, v := range row {
			c.near(ours[i][j], v, "coupling of %d and %d", i, j)
		}
	}
	r, err := gfnenvs.NewEBM(ours, 1)
	require.NoError(c.t, err)
	spin := make([]int32, n*n)
	z, magnet, energy := 0.0, 0.0, 0.0
	for k := range 1 << (n * n) { // all states of the environment are 3^(n*n): too many
		m := 0
		for i := range spin {
			spin[i] = int32(1 + k>>(n*n-1-i)&1)
			m += int(spin[i])*2 - 3
		}
		v := r.LogReward(spin)
		if k < len(d.LogRewardFirst64) {
			c.near(v, d.LogRewardFirst64[k], "log reward of %v", spin)
		}
		z += math.Exp(v)
		magnet += math.Exp(v) * math.Abs(float64(m)) / float64(n*n)
		energy -= math.Exp(v) * v
	}
	c.near(math.Log(z), d.LogZ, "log Z")
	c.near(magnet/z, d.MeanAbs, "mean absolute magnetisation")
	c.near(energy/z, d.MeanEnergy, "mean energy")
}

type posterior struct {
	LogZ          float64     `json:"log_z"`
	EdgeMarginals [][]float64 `json:"edge_marginals"`
	PathMarginals [][]float64 `json:"path_marginals"`
}

func goldenDAG(c *tally) {
	var d struct {
		Params struct {
			NumVariables int     `json:"num_variables"`
			AlphaMu      float64 `json:"alpha_mu"`
			AlphaW       float64 `json:"alpha_w"`
			PriorMean    float64 `json:"prior_mean"`
			PriorScale   float64 `json:"prior_scale"`
			ObsScale     float64 `json:"obs_scale"`
		}
		Data              [][]float64
		NDags             int `json:"n_dags"`
		Adjacency         []string
		BGe               []float64
		LinGaussExact     []float64 `json:"lingauss_exact"`
		PosteriorBGe      posterior `json:"posterior_bge"`
		PosteriorLinGauss posterior `json:"posterior_lingauss"`
	}
	golden.Decode(c.t, c.file, &d)
	p := d.Params
	bge, err := gfnenvs.NewBGe(d.Data, p.AlphaMu, p.AlphaW)
	require.NoError(c.t, err)
	lin, err := gfnenvs.NewLinearGaussian(d.Data, p.PriorMean, p.PriorScale, p.ObsScale)
	require.NoError(c.t, err)
	for _, k := range []struct {
		score gfnenvs.DAGScore
		log   []float64
		post  posterior
	}{{bge, d.BGe, d.PosteriorBGe}, {lin, d.LinGaussExact, d.PosteriorLinGauss}} {
		r, err := gfnenvs.NewDAG(gfnenvs.DAGConfig{Nodes: p.NumVariables, Score: k.score})
		require.NoError(c.t, err)
		g := c.states(r, k.post.LogZ)
		c.equal(g.Len(), d.NDags, "number of graphs")
		for i, adj := range d.Adjacency {
			c.near(r.LogReward(zeroOnes(adj)), k.log[i], "%T of %s", k.score, adj)
		}
		for i := range p.NumVariables {
			for j := range p.NumVariables {
				c.near(g.Expect(g.Target(), func(s []int32) float64 { return float64(r.Edge(s, i, j)) }), k.post.EdgeMarginals[i][j], "edge %d %d", i, j)
				path := g.Expect(g.Target(), func(s []int32) float64 {
					if r.HasPath(s, i, j) {
						return 1
					}
					return 0
				})
				c.near(path, k.post.PathMarginals[i][j], "path %d %d", i, j)
			}
		}
	}
}

func zeroOnes(text string) []int32 {
	s := make([]int32, len(text))
	for i := range s {
		s[i] = int32(text[i] - '0')
	}
	return s
}

func goldenDAGEnv(c *tally) {
	var d struct {
		Params struct {
			NumVariables int `json:"num_variables"`
		}
		Trajectories [][]struct {
			Adj     string
			FwdMask string `json:"fwd_mask"`
			BwdMask string `json:"bwd_mask"`
			Action  int
		}
	}
	golden.Decode(c.t, c.file, &d)
	r, err := gfnenvs.NewDAG(gfnenvs.DAGConfig{Nodes: d.Params.NumVariables})
	require.NoError(c.t, err)
	for _, traj := range d.Trajectories {
		s := make([]int32, d.Params.NumVariables*d.Params.NumVariables)
		for _, step := range traj {
			c.equal(zeroOnesText(s), step.Adj, "adjacency")
			c.equal(step.BwdMask[len(s):], "0", "undoing the exit of %v", s)
			// The backward masks of this file have a place for the exit too.
			c.masks(r, s, step.FwdMask, step.BwdMask[:len(s)])
			if step.Action < len(s) {
				r.Apply(s, step.Action)
			}
		}
	}
}

func zeroOnesText(s []int32) string {
	b := make([]byte, len(s))
	for i, v := range s {
		b[i] = '0' + byte(v)
	}
	return string(b)
}

// goldenPhylo follows the joins. gfnx has no exit action and numbers inner nodes
// in the order of their making.
func goldenPhylo(c *tally) {
	var d struct {
		Params struct {
			NumNodes int     `json:"num_nodes"`
			C        float64 `json:"C"`
			Scale    float64 `json:"scale"`
		}
		Sequences    [][]int
		Trajectories []struct {
			Actions     []int
			FwdMasks    []string `json:"fwd_masks"`
			Left, Right []int
			LogReward   float64 `json:"log_reward"`
		}
	}
	golden.Decode(c.t, c.file, &d)
	var seqs [][]uint8
	for _, seq := range d.Sequences {
		s := make([]uint8, len(seq))
		for i, v := range seq {
			s[i] = uint8(v)
		}
		seqs = append(seqs, s)
	}
	r, err := gfnenvs.NewPhylo(seqs, d.Params.C, d.Params.Scale)
	require.NoError(c.t, err)
	n := d.Params.NumNodes
	var pairs [][2]int
	for i := range n {
		for j := i + 1; j < n; j++ {
			pairs = append(pairs, [2]int{i, j})
		}
	}
	mask := make([]bool, len(pairs)+1)
	for _, traj := range d.Trajectories {
		s := make([]int32, n)
		name := make([]int, n) // the node at the root of each tree
		for i := range name {
			name[i] = i
		}
		for k, a := range traj.Actions {
			clear(mask)
			r.Forward(mask, s)
			c.equal(bits(mask), traj.FwdMasks[k]+"0", "forward mask of %v", s)
			i, j := pairs[a][0], pairs[a][1]
			c.equal([2]int{name[i], name[j]}, [2]int{traj.Left[n+k], traj.Right[n+k]}, "children of node %d", n+k)
			r.Apply(s, a)
			name[i] = n + k
		}
		clear(mask)
		r.Forward(mask, s)
		c.equal(mask[len(pairs)], true, "exit of %v", s)
		c.near(r.LogReward(s), traj.LogReward, "log reward of %v", s)
	}
}
