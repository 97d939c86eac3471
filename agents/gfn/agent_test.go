package gfn

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

func newAgent(t testing.TB, id string, o Objective, edit func(c *Config)) (*Agent, *agents.Meter) {
	config, err := DefaultConfig(o)
	require.NoError(t, err)
	config.EvalEvery = math.MaxInt32
	if edit != nil {
		edit(&config)
	}
	env, err := miniflow.Make(id, config.Options()...)
	require.NoError(t, err)
	agent, err := New(env, config, 1, 1_000_000)
	require.NoError(t, err)
	if o == ObjectiveMLE {
		require.NoError(t, agent.SetData(targetObjects(agent, 20_000)))
	}
	return agent, agents.NewMeter(1, math.NaN())
}

// targetObjects draws objects from the target distribution.
func targetObjects(a *Agent, n int) (out [][]int32) {
	rng := miniflow.NewRand(9)
	for range n {
		out = append(out, a.Graph().State(rng.ChoiceP(a.Target())))
	}
	return out
}

func train(t testing.TB, a *Agent, m *agents.Meter, trajectories int) Exact {
	for m.Episodes() < trajectories {
		require.NoError(t, a.Update(context.Background(), m))
	}
	x, err := a.Evaluate()
	require.NoError(t, err)
	return x
}

// Every objective must learn the 8x8 grid from a fixed seed.
func TestLearning(t *testing.T) {
	for _, o := range Objectives {
		t.Run(string(o), func(t *testing.T) {
			a, m := newAgent(t, "HyperGrid-2x8", o, func(c *Config) {
				c.Lanes, c.Hidden = 64, []int{64, 64}
			})
			x := train(t, a, m, 20_000)
			t.Logf("%+v", x)
			require.Less(t, x.L1, 0.2)
		})
	}
}

// Whatever the trajectories come from, the same distribution is learned.
func TestSettings(t *testing.T) {
	for name, c := range map[string]struct {
		objective Objective
		edit      func(c *Config)
	}{
		"fifo":             {ObjectiveTB, func(c *Config) { c.Replay = ReplayFIFO }},
		"prioritized":      {ObjectiveTB, func(c *Config) { c.Replay, c.ReplayByReward, c.ReplayShare = ReplayPrioritized, true, 0.2 }},
		"diverse":          {ObjectiveTB, func(c *Config) { c.Replay, c.Cutoff, c.Capacity = ReplayDiverse, 0.5, 40 }},
		"states":           {ObjectiveTB, func(c *Config) { c.Replay = ReplayStates }},
		"epsilon":          {ObjectiveTB, func(c *Config) { c.Explore = Behaviour{Epsilon: 0.2, Temperature: 1.5, ExitBias: 0.5} }},
		"local search":     {ObjectiveTB, func(c *Config) { c.LocalSearch = 0.5 }},
		"metropolis":       {ObjectiveTB, func(c *Config) { c.LocalSearch, c.LocalSearchRounds, c.Metropolis = 0.5, 2, true }},
		"free backward":    {ObjectiveTB, func(c *Config) { c.Backward = BackwardFree }},
		"likelihood":       {ObjectiveTB, func(c *Config) { c.Backward = BackwardLikelihood }},
		"uniform backward": {ObjectiveTB, func(c *Config) { c.Backward = BackwardUniform }},
		"maximum entropy":  {ObjectiveTB, func(c *Config) { c.Backward, c.Replay = BackwardMaxEntropy, ReplayStates }},
		"shared flow":      {ObjectiveSubTB, func(c *Config) { c.SharedFlow = true }},
		"forward-looking":  {ObjectiveSubTB, func(c *Config) { c.ForwardLooking = true }},
		"tabular":          {ObjectiveTB, func(c *Config) { c.Tabular, c.LearningRate = true, 0.05 }},
		"huber":            {ObjectiveDB, func(c *Config) { c.Regression = Regression{Loss: Huber} }},
		"average":          {ObjectiveTB, func(c *Config) { c.Average = 0.05 }},
	} {
		t.Run(name, func(t *testing.T) {
			a, m := newAgent(t, "HyperGrid-2x8", c.objective, func(k *Config) {
				k.Lanes, k.Hidden = 64, []int{64, 64}
				c.edit(k)
			})
			x := train(t, a, m, 20_000)
			t.Logf("%+v", x)
			require.Less(t, x.L1, 0.25)
		})
	}
}

// A conditional agent learns the distributions of conditions. That of c = 1 takes
// longer: log rewards change fast close to it, where few conditions are drawn.
func TestConditional(t *testing.T) {
	for _, o := range []Objective{ObjectiveTB, ObjectiveDB} {
		a, m := newAgent(t, "ConditionalHyperGrid-2x8", o, func(c *Config) {
			c.Lanes, c.Hidden, c.FlowRate, c.Cooling = 64, []int{64, 64}, 5e-3, 0.05
			c.Explore.Epsilon = 0.1
		})
		a.steps = 750_000
		for m.Episodes() < 100_000 {
			require.NoError(t, a.Update(context.Background(), m))
		}
		for _, c := range []float64{0.1, 0.5, 0.9} {
			x, err := a.EvaluateGiven(c)
			require.NoError(t, err)
			t.Logf("%s at %v: %+v", o, c, x)
			require.Less(t, x.L1, 0.3)
			require.Less(t, x.LogZError, 0.1)
		}
		var mean Exact
		for _, c := range []float64{0.125, 0.375, 0.625, 0.875} {
			x, err := a.EvaluateGiven(c)
			require.NoError(t, err)
			mean.L1, mean.KL, mean.JSD, mean.LogZError = mean.L1+x.L1/4, mean.KL+x.KL/4, mean.JSD+x.JSD/4, mean.LogZError+x.LogZError/4
		}
		x, err := a.Evaluate()
		require.NoError(t, err)
		require.Equal(t, mean, x)
		all := measure(t, a)
		require.Equal(t, x.L1, all["exact/l1"])
		require.GreaterOrEqual(t, all["exact/worst_l1"], x.L1)
	}
}

// Under a condition a prior policy is tilted by the rewards of that condition.
func TestConditionalPrior(t *testing.T) {
	a, m := newAgent(t, "PreferenceHyperGrid-2x16", ObjectiveRTB, func(c *Config) { c.Lanes, c.Hidden, c.Beta, c.FlowRate = 64, []int{64, 64}, 2, 5e-3 })
	before, err := a.Evaluate()
	require.NoError(t, err)
	for m.Episodes() < 20_000 {
		require.NoError(t, a.Update(context.Background(), m))
	}
	after, err := a.Evaluate()
	require.NoError(t, err)
	t.Logf("%+v, then %+v", before, after)
	require.Less(t, after.L1, before.L1/3)
	require.Less(t, after.LogZError, 0.2)
}

// A run that stops and is resumed ends with the same bytes.
func TestResume(t *testing.T) {
	config, err := DefaultConfig(ObjectiveTB)
	require.NoError(t, err)
	config.Hidden, config.EvalEvery, config.Replay, config.Average = []int{16}, 7, ReplayPrioritized, 0.1
	checkResume(t, agents.Run{Env: agents.EnvConfig{ID: "HyperGrid-2x8"}, Algorithm: &config, Steps: 6000, Seed: 3})
}

// checkResume compares a run with one that stops before the half and goes on.
func checkResume(t *testing.T, run agents.Run) {
	options := agents.Options{Episodes: -1, CheckpointEvery: 1000}
	whole, parts := run, run
	whole.Dir, parts.Dir = t.TempDir()+"/whole", t.TempDir()+"/parts"
	_, err := agents.Train(context.Background(), whole, options)
	require.NoError(t, err)
	parts.Steps = run.Steps * 5 / 12
	_, err = agents.Train(context.Background(), parts, options)
	require.NoError(t, err)
	options.Resume, parts.Steps = true, run.Steps
	_, err = agents.Train(context.Background(), parts, options)
	require.NoError(t, err)
	for _, name := range []string{"checkpoint.safetensors", "metrics.csv"} {
		want, err := os.ReadFile(filepath.Join(whole.Dir, name))
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(parts.Dir, name))
		require.NoError(t, err)
		require.Equal(t, want, got, name)
	}
}

// broken is a grid whose corner has a bad reward.
type broken struct {
	*gfnenvs.HyperGrid
	reward float64
}

func (b broken) LogReward(s []int32) float64 {
	if s[0] == 3 && s[1] == 0 {
		return b.reward
	}
	return 0
}

func TestBadRewards(t *testing.T) {
	grid, err := gfnenvs.NewHyperGrid(2, 4, nil)
	require.NoError(t, err)
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		env, err := gfnenvs.Builder{ID: "Broken"}.Build(broken{grid, bad})
		require.NoError(t, err)
		config, err := DefaultConfig(ObjectiveTB)
		require.NoError(t, err)
		_, err = New(env, config, 1, 100)
		require.ErrorIs(t, err, gfnenvs.ErrReward)
		require.ErrorContains(t, err, "[3 0]")

		config.EvalStates = 0 // now it shows when the state is sampled
		a, err := New(env, config, 1, 100)
		require.NoError(t, err)
		m := agents.NewMeter(1, math.NaN())
		for err == nil && m.Episodes() < 10_000 {
			err = a.Update(context.Background(), m)
		}
		require.ErrorIs(t, err, gfnenvs.ErrReward)
		for _, part := range []string{"Broken", "[3 0]", "exit"} {
			require.ErrorContains(t, err, part)
		}
		for _, p := range a.model.params.All() {
			require.True(t, finite(p.Data()))
		}
	}
}

func TestConfigErrors(t *testing.T) {
	env, err := miniflow.Make("HyperGrid-2x8")
	require.NoError(t, err)
	for want, edit := range map[string]func(c *Config){
		"lanes":                 func(c *Config) { c.Lanes = 0 },
		"hidden":                func(c *Config) { c.Hidden = []int{0} },
		"epsilon":               func(c *Config) { c.Explore.Epsilon = 2 },
		"objective":             func(c *Config) { c.Objective = "nothing" },
		"2 lanes":               func(c *Config) { c.Objective, c.Lanes = ObjectiveVarGrad, 1 },
		"noisy":                 func(c *Config) { c.NoisyLayers = 4 },
		"rounds":                func(c *Config) { c.LocalSearchRounds = 0 },
		"has no prior":          func(c *Config) { c.Prior = "runs/some" },
		"fixed backward policy": func(c *Config) { c.Objective = ObjectiveMLE },
		"log_z_importance":      func(c *Config) { c.Objective, c.LogZImportance = ObjectiveVarGrad, true },
		"alpha":                 func(c *Config) { c.Objective, c.Alpha = ObjectiveTrustPCL, 0 },
	} {
		config, err := DefaultConfig(ObjectiveTB)
		require.NoError(t, err)
		edit(&config)
		_, err = New(env, config, 1, 100)
		require.ErrorContains(t, err, want)
	}
	for _, dst := range []interface{ UnmarshalText([]byte) error }{new(Backward), new(Weighting), new(Replay), new(Regression)} {
		require.ErrorContains(t, dst.UnmarshalText([]byte("nobody")), "unknown")
	}
	for _, text := range []string{"squared:2", "huber:-1", "linex:x"} {
		require.Error(t, new(Regression).UnmarshalText([]byte(text)))
	}
}

// One network answers for every preference between two objectives, log Z included,
// and 2,000 samples under random preferences hit the Pareto front.
func TestPreferences(t *testing.T) {
	a, m := newAgent(t, "PreferenceHyperGrid-2x16", ObjectiveTB, func(c *Config) {
		c.Lanes, c.Hidden, c.FlowRate, c.Cooling, c.Backward = 64, []int{64, 64}, 5e-3, 0.05, BackwardUniform
	})
	a.steps = 800_000
	rules := gfnenvs.Innermost(a.rules)
	require.IsType(t, &gfnenvs.HyperGrid{}, rules)
	grid := a.rules.(*gfnenvs.PreferenceGrid)
	for m.Episodes() < 60_000 {
		require.NoError(t, a.Update(context.Background(), m))
	}
	for _, w := range []float64{0.1, 0.5, 0.8} {
		x, err := a.EvaluateGiven(w, 1-w)
		require.NoError(t, err)
		t.Logf("%v: %+v", w, x)
		require.Less(t, x.L1, 0.25)
		z, err := a.presentLogZ([]float64{w, 1 - w})
		require.NoError(t, err)
		require.InDelta(t, grid.LogZGiven(w, 1-w), z, 0.1)
	}
	hit := map[[2]int32]bool{}
	for m.Episodes() < 62_000 {
		require.NoError(t, a.Update(context.Background(), m))
		for i := range a.sampler.n {
			rows := a.sampler.all[i].rows
			hit[[2]int32(a.table.row(rows[len(rows)-1]))] = true
		}
	}
	front, found := 0, 0
	for i := range int32(256) {
		p, q, best := make([]float64, 2), make([]float64, 2), true
		grid.Objectives(p, []int32{i / 16, i % 16})
		for j := range int32(256) {
			grid.Objectives(q, []int32{j / 16, j % 16})
			best = best && !(q[0] >= p[0] && q[1] >= p[1] && (q[0] > p[0] || q[1] > p[1]))
		}
		if best {
			front++
			if hit[[2]int32{i / 16, i % 16}] {
				found++
			}
		}
	}
	t.Logf("%d of %d points of the front", found, front)
	require.GreaterOrEqual(t, float64(found), 0.95*float64(front))
}

// A policy that never builds some object has an infinite KL, which JSON has not.
func TestFinishInfinite(t *testing.T) {
	a, _ := newAgent(t, "HyperGrid-2x8", ObjectiveTB, func(c *Config) { c.Hidden = []int{8} })
	a.model.policy.(*mlp).layers[1].B.Data()[2] = -1000 // no exit but at the far corner
	x, err := a.Evaluate()
	require.NoError(t, err)
	require.True(t, math.IsInf(x.KL, 1))
	dir := t.TempDir() + "/run" // with the measurements of a run
	config := a.config
	_, err = agents.Train(context.Background(), agents.Run{Dir: dir, Env: agents.EnvConfig{ID: "HyperGrid-2x8"}, Algorithm: &config, Steps: 100}, agents.Options{Episodes: -1})
	require.NoError(t, err)
	_, err = a.Finish(context.Background(), dir, nil)
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(dir, "exact.json"))
	require.NoError(t, err)
	require.Contains(t, string(text), `"kl": null`)
}
