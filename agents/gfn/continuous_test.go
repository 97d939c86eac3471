package gfn

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/gfn/density"
	"github.com/miniflow-rl/miniflow/agents/nn"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

func newContinuousAgent(t testing.TB, id string, c Config, steps int, seed uint64) (*ContinuousAgent, *agents.Meter) {
	c.EvalEvery = math.MaxInt32
	env, err := miniflow.Make(id, c.Options()...)
	require.NoError(t, err)
	a, err := NewContinuous(env, c, seed, steps)
	require.NoError(t, err)
	return a, agents.NewMeter(1, math.NaN())
}

func preset(t testing.TB, name string, o Objective, edit func(c *Config)) Config {
	c, err := Preset(name, o)
	require.NoError(t, err)
	if edit != nil {
		edit(&c)
	}
	return c
}

func trainContinuous(t testing.TB, id string, c Config, steps, samples int, seed uint64) Measured {
	a, m := newContinuousAgent(t, id, c, steps, seed)
	for m.Steps() < steps {
		require.NoError(t, a.Update(context.Background(), m))
	}
	x, err := a.Evaluate(context.Background(), samples)
	require.NoError(t, err)
	t.Logf("%s %s seed %d: %+v", id, c.Objective, seed, x)
	return x
}

// Every objective and backward policy that continuous rules know learns the line,
// where the learned density is known by quadrature.
func TestLearnLine(t *testing.T) {
	for name, c := range map[string]struct {
		objective Objective
		edit      func(c *Config)
	}{
		"tb":          {ObjectiveTB, nil},
		"vargrad":     {ObjectiveVarGrad, nil},
		"db":          {ObjectiveDB, func(c *Config) { c.FlowRate = 5e-3 }},
		"subtb":       {ObjectiveSubTB, func(c *Config) { c.FlowRate = 5e-3 }},
		"free":        {ObjectiveTB, func(c *Config) { c.Backward = BackwardFree }},
		"likelihood":  {ObjectiveTB, func(c *Config) { c.Backward = BackwardLikelihood }},
		"bridge":      {ObjectiveTB, func(c *Config) { c.Backward, c.Continuous.Step = BackwardUniform, 1 }},
		"langevin":    {ObjectiveVarGrad, func(c *Config) { c.Backward, c.Continuous.Step, c.Continuous.Langevin = BackwardUniform, 1, true }},
		"replay":      {ObjectiveTB, func(c *Config) { c.Replay, c.ReplayShare = ReplayStates, 0.25 }},
		"fifo":        {ObjectiveTB, func(c *Config) { c.Replay, c.ReplayShare = ReplayFIFO, 0.25 }},
		"prioritized": {ObjectiveTB, func(c *Config) { c.Replay, c.ReplayShare = ReplayPrioritized, 0.1 }},
		"diverse":     {ObjectiveTB, func(c *Config) { c.Replay, c.ReplayShare, c.Cutoff, c.Capacity = ReplayDiverse, 0.1, 0.05, 100 }},
		"by reward":   {ObjectiveTB, func(c *Config) { c.Replay, c.ReplayShare, c.ReplayByReward = ReplayStates, 0.1, true }},
		"average":     {ObjectiveTB, func(c *Config) { c.Average = 0.05 }},
		"shared":      {ObjectiveDB, func(c *Config) { c.SharedFlow = true }},
	} {
		t.Run(name, func(t *testing.T) {
			x := trainContinuous(t, "Line-2", preset(t, "line", c.objective, func(k *Config) {
				k.Lanes, k.ExploreSteps = 16, 50_000
				if c.edit != nil {
					c.edit(k)
				}
			}), 100_000, 4000, 1)
			// The bounds are means of some thousand numbers with a standard deviation below 1.
			require.Less(t, x.Lower, math.Ln2+0.05)
			require.Greater(t, x.Upper, math.Ln2-0.05)
			require.Less(t, x.JSD, 0.05)
			require.Less(t, x.LogZError, 0.3)
		})
	}
}

// The gate of the line: 100,000 trajectories of 6 transitions.
func TestLineGate(t *testing.T) {
	seeds := 1
	if os.Getenv("MINIFLOW_LONG") != "" {
		seeds = 5
	}
	for seed := range uint64(seeds) {
		x := trainContinuous(t, "Line-2", preset(t, "line", ObjectiveTB, nil), 600_000, 4000, seed+1)
		require.Less(t, x.JSD, 0.005)
		require.Less(t, x.LogZError, 0.05)
	}
}

// The gates of the boxes, 1,500,000 steps, take minutes.
func TestLongGates(t *testing.T) {
	if os.Getenv("MINIFLOW_LONG") == "" {
		t.Skip("takes ten minutes: set MINIFLOW_LONG=1")
	}
	for seed := range uint64(5) {
		for _, id := range []string{"BoxPolar-0.25", "BoxCartesian-0.25"} {
			x := trainContinuous(t, id, preset(t, "box", ObjectiveTB, nil), 1_500_000, 1<<18, seed+1)
			require.Less(t, x.JSD, 0.01, id)
			require.Less(t, x.LogZError, 0.03, id)
		}
	}
}

// The gates of diffusion, 20 steps a walk: bounds of log Z, which is 0. They take
// minutes.
func TestLongDiffusion(t *testing.T) {
	if os.Getenv("MINIFLOW_LONG") == "" {
		t.Skip("takes ten minutes: set MINIFLOW_LONG=1")
	}
	for _, c := range []struct {
		id, preset string
		gap        float64
	}{
		{"Diffusion-gmm25", "modes", 0.15},
		{"Diffusion-easy_funnel", "diffusion", 0.1},
	} {
		x := trainContinuous(t, c.id, preset(t, c.preset, ObjectiveVarGrad, nil), 10_000_000, 1<<13, 1)
		require.Greater(t, x.Lower, -c.gap, c.id)
	}
}

// A short run on the other kinds of continuous environments, with the other
// objectives, brings the bounds of log Z near each other. Those of an untrained
// policy are more than 10 apart.
func TestContinuousEnvironments(t *testing.T) {
	for _, c := range []struct {
		id        string
		objective Objective
		steps     int
		gap       float64 // between the bounds, or between log Z and the lower one
	}{
		{"BoxPolar-0.25", ObjectiveTB, 100_000, 1},
		{"BoxPolar-0.25", ObjectiveModifiedDB, 200_000, 1.5},
		{"BoxPolar-0.25", ObjectiveFLDB, 200_000, 4},
		{"BoxCartesian-0.25", ObjectiveSubTB, 100_000, 0.7},
		{"Torus-2", ObjectiveTB, 100_000, 0.6},
		{"HybridLine-3", ObjectiveTB, 300_000, 0.3},
		{"Diffusion-gmm4", ObjectiveVarGrad, 100_000, 1},
		{"Diffusion-easy_funnel", ObjectiveVarGrad, 200_000, 3.5},
	} {
		t.Run(fmt.Sprint(c.id, " ", c.objective), func(t *testing.T) {
			name := "line"
			switch c.id {
			case "HybridLine-3":
				name = "hybrid"
			case "Diffusion-gmm4":
				name = "modes"
			case "Diffusion-easy_funnel":
				name = "diffusion"
			}
			x := trainContinuous(t, c.id, preset(t, name, c.objective, func(k *Config) {
				k.Lanes, k.ExploreSteps, k.FlowRate = 16, c.steps/2, 5e-3
			}), c.steps, 4000, 1)
			upper := x.Upper
			switch c.id {
			case "Torus-2": // nothing is drawn from its target
				torus, err := gfnenvs.ContinuousRulesOf(c.id)
				require.NoError(t, err)
				upper, _ = torus.(gfnenvs.Partitioner).LogZ()
			case "HybridLine-3": // bumps of weights 1, 2 and 3
				upper = math.Log(6)
			}
			require.Less(t, upper-x.Lower, c.gap)
		})
	}
}

// What is drawn with exploration is learned from with the probabilities of the
// policy: those that a second walker finds for the same constructions.
func TestProbabilitiesAreOfThePolicy(t *testing.T) {
	c := preset(t, "line", ObjectiveTB, func(c *Config) { c.Explore.Epsilon, c.Explore.ExitBias = 0.5, 0.3 })
	for _, id := range []string{"Line-2", "Torus-2", "BoxPolar-0.25", "HybridLine-3"} {
		a, _ := newContinuousAgent(t, id, c, 1000, 1)
		a.walker.behaviour, a.walker.noise = c.explore(0)
		_, err := a.collect()
		require.NoError(t, err)
		a.terms.index(a.walker)
		a.terms.probabilities(a.walker)
		got := slices.Clone(a.walker.tape.Data(a.terms.LogPF))
		b := newWalker(a.rules, &a.config, a.net, a.features, &a.rng)
		w := a.walker
		for i := range w.done {
			b.start()
			for _, row := range w.all[i].rows { // one construction after the other, not in lockstep
				r := b.visit(i, w.stateOf(int(row)))
				b.kind[r], b.in[r], b.volume[r], b.volumeBack[r] = w.kind[row], w.in[row], w.volume[row], w.volumeBack[row]
				copy(b.parameters(r, false), w.parameters(int(row), false))
				if b.in[r] >= 0 {
					copy(b.parameters(r, true), w.parameters(int(row), true))
				}
			}
		}
		b.evaluate(0, b.n, false)
		var x continuousTerms
		x.index(b)
		x.probabilities(b)
		want := b.tape.Data(x.LogPF)
		for k := range want { // products of different batches add in different orders
			require.InDelta(t, want[k], got[k], 2e-3, "%s transition %d", id, k)
		}
	}
}

// Undoing what was done finds the same densities: the actions that lead to the
// states of a construction and those that lead back.
func TestUndo(t *testing.T) {
	a, _ := newContinuousAgent(t, "BoxCartesian-0.25", preset(t, "box", ObjectiveTB, nil), 1000, 1)
	w := a.walker
	w.begin()
	objects := []float64{0.9, 0.95, 0.3, 0.2, 0.6, 0.99}
	require.NoError(t, w.undo(objects))
	for i := range w.done {
		rows := w.all[i].rows
		require.Equal(t, objects[2*i:2*i+2], w.object(i))
		require.Equal(t, []float64{0, 0}, w.stateOf(int(rows[0])))
		for k, row := range rows[:len(rows)-1] {
			s := slices.Clone(w.stateOf(int(row)))
			v := make([]float64, 2)
			kind := int(w.kind[row])
			volume, volumeBack := a.rules.Apply(s, kind, w.parameters(int(row), false), v)
			child := int(rows[k+1])
			require.InDeltaSlice(t, w.stateOf(child), s, 1e-6)
			require.InDelta(t, w.volume[row], volume, 1e-4)
			require.InDelta(t, w.volumeBack[child], volumeBack, 1e-4)
		}
	}
}

// The masses of cells sum to 1, whether they are known or found by quadrature.
func TestCells(t *testing.T) {
	for _, id := range []string{"BoxPolar-0.25", "Torus-2", "Diffusion-gmm25", "Diffusion-gmm2"} {
		a, _ := newContinuousAgent(t, id, preset(t, "box", ObjectiveTB, nil), 1000, 1)
		sum := 0.0
		for _, p := range a.measure.cells.target {
			sum += p
		}
		require.InDelta(t, 1, sum, 1e-3, id) // the edges of cells in the middle of a narrow bump
	}
	a, _ := newContinuousAgent(t, "Line-2", preset(t, "line", ObjectiveTB, nil), 1000, 1)
	require.NoError(t, a.measure.line.propagate(a.measure.prepare(1)[0]))
	sum := 0.0
	for _, p := range a.measure.line.learned {
		sum += p
	}
	require.InDelta(t, 1, sum, 1e-6, "the density of an untrained policy")
	x, err := a.measure.sample(context.Background(), 20_000, false)
	require.NoError(t, err)
	below, cumulated := 0.0, 0.0
	for i := 0; i < len(x); i += 2 {
		if x[i] < 0.5 {
			below += 2 / float64(len(x))
		}
	}
	for j, p := range a.measure.line.learned {
		if a.measure.line.low+float64(j)*a.measure.line.h < 0.5 {
			cumulated += p
		}
	}
	require.InDelta(t, cumulated, below, 0.02, "the share of draws below 0.5, five standard errors")
}

// first is a drawer that remembers the generator it was first called with.
type first struct {
	gfnenvs.Drawer
	rng *miniflow.Rand
}

func (f *first) Draw(dst []float64, rng *miniflow.Rand) bool {
	if f.rng == nil {
		f.rng = new(miniflow.Rand)
		*f.rng = *rng
	}
	return f.Drawer.Draw(dst, rng)
}

// Objects of the target are drawn independently of those of the policy: the policy
// would draw others with the target's generator.
func TestIndependentSamples(t *testing.T) {
	a, _ := newContinuousAgent(t, "BoxCartesian-0.25", preset(t, "box", ObjectiveTB, nil), 1000, 1)
	m := a.measure
	drawer := &first{Drawer: m.drawer}
	m.drawer = drawer
	_, err := m.sample(context.Background(), 1, true)
	require.NoError(t, err)
	_, err = m.sample(context.Background(), 1, false)
	require.NoError(t, err)
	w := m.walkers[0]
	h := &w.net.forward[gfnenvs.BoxFirst]
	u := make([]float64, h.Params)
	drawer.rng.Random() // of the kind of action
	density.Sample(u, h.Mixture, h.row(w.tape.Data(w.outputs[0])), drawer.rng)
	require.NotEqual(t, w.parameters(0, false), u)
}

// A run that stops and is resumed ends with the same bytes, whatever it replays;
// what it writes beside them is there.
func TestResumeContinuous(t *testing.T) {
	for _, replay := range []Replay{ReplayStates, ReplayFIFO, ReplayPrioritized} {
		t.Run(replay.String(), func(t *testing.T) { resumeContinuous(t, replay) })
	}
}

func resumeContinuous(t *testing.T, replay Replay) {
	config := preset(t, "line", ObjectiveTB, func(c *Config) {
		c.Hidden, c.EvalEvery, c.Replay, c.Average, c.Continuous.EvalSamples, c.Continuous.FinalSamples = []int{16}, 7, replay, 0.1, 500, 2000
		c.Capacity, c.Cooling = 100, 1 // a longer run would cool later
	})
	run := agents.Run{Env: agents.EnvConfig{ID: "BoxCartesian-0.25"}, Algorithm: &config, Steps: 4000, Seed: 3}
	options := agents.Options{Episodes: 10, CheckpointEvery: 1000}
	whole, parts := run, run
	whole.Dir, parts.Dir = t.TempDir()+"/whole", t.TempDir()+"/parts"
	_, err := agents.Train(context.Background(), whole, options)
	require.NoError(t, err)
	parts.Steps = 2500
	_, err = agents.Train(context.Background(), parts, options)
	require.NoError(t, err)
	options.Resume, parts.Steps = true, 4000
	_, err = agents.Train(context.Background(), parts, options)
	require.NoError(t, err)
	for _, name := range []string{"checkpoint.safetensors", "metrics.csv", measuredFile, "distribution.png", "evaluation.json"} {
		want, err := os.ReadFile(filepath.Join(whole.Dir, name))
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(parts.Dir, name))
		require.NoError(t, err)
		require.Equal(t, want, got, name)
	}
	env, err := run.Env.Make(miniflow.WithLanes(2))
	require.NoError(t, err)
	_, err = agents.Restore(whole.Dir, env)
	require.NoError(t, err)
}

// The measurement of a finished run ends with the context, and the run resumes with
// it. Uninterrupted it would take hours.
func TestStopMeasurement(t *testing.T) {
	config := preset(t, "line", ObjectiveTB, func(c *Config) { c.Hidden, c.Continuous.FinalSamples = []int{16}, 1<<30 })
	run := agents.Run{Dir: t.TempDir() + "/run", Env: agents.EnvConfig{ID: "BoxPolar-0.25"}, Algorithm: &config, Steps: 500, Seed: 3}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stopped time.Time
	r, err := agents.Train(ctx, run, agents.Options{Episodes: 10, Progress: lastLine(func() {
		time.AfterFunc(500*time.Millisecond, func() { stopped = time.Now(); cancel() })
	})})
	require.NoError(t, err)
	require.Less(t, time.Since(stopped), 5*time.Second) // some milliseconds on an idle machine
	require.True(t, r.Stopped)
	require.GreaterOrEqual(t, r.Steps, 500)
	require.Contains(t, r.Files, "progress.png")
	require.NoFileExists(t, filepath.Join(run.Dir, measuredFile))

	config.Continuous.FinalSamples = 1000
	r, err = agents.Train(t.Context(), run, agents.Options{Episodes: 10, Resume: true})
	require.NoError(t, err)
	require.False(t, r.Stopped)
	require.Contains(t, r.Files, measuredFile)
	require.Len(t, r.Evaluation.Episodes, 10)

	_, err = kernelJSD(ctx, make([]float64, 200), make([]float64, 200), 2, []float64{0, 0}, []float64{1, 1})
	require.ErrorIs(t, err, context.Canceled)
}

// lastLine calls itself at the line of progress that ends the training.
type lastLine func()

func (f lastLine) Write(line []byte) (int, error) {
	if bytes.HasPrefix(line, []byte("500/500 ")) {
		f()
	}
	return len(line), nil
}

// A checkpoint whose average is damaged or missing cannot be resumed, and loading
// blocks from a damaged one changes nothing; another run may have no average.
func TestLoadAverage(t *testing.T) {
	config := preset(t, "line", ObjectiveTB, func(c *Config) { c.Hidden, c.Average = []int{8}, 0.1 })
	trained, m := newContinuousAgent(t, "Line-2", config, 1000, 1)
	for range 3 {
		require.NoError(t, trained.Update(context.Background(), m))
	}
	var whole agents.State
	require.NoError(t, trained.Save(&whole))
	without := func(drop func(name string) bool) *agents.State {
		s := &agents.State{}
		for _, x := range whole.File.Tensors {
			if !drop(x.Name) {
				s.File.Tensors = append(s.File.Tensors, x)
			}
		}
		return s
	}
	absent := without(func(name string) bool { return strings.HasPrefix(name, "average.") })
	damaged := without(func(name string) bool { return name == "average.policy.0.weight" })
	values := func(p *nn.Params) (all []float32) {
		for _, v := range p.All() {
			all = append(all, v.Data()...)
		}
		return all
	}

	a, _ := newContinuousAgent(t, "Line-2", config, 1000, 2)
	net, average := values(&a.net.params), values(&a.average.params)
	err := a.LoadBlocks(damaged)
	require.ErrorIs(t, err, agents.ErrCheckpoint)
	require.ErrorContains(t, err, "average.policy.0.weight")
	require.Equal(t, net, values(&a.net.params))
	require.Equal(t, average, values(&a.average.params))
	require.NoError(t, a.LoadBlocks(absent))
	require.Equal(t, values(&trained.net.params), values(&a.net.params))
	require.Equal(t, values(&trained.net.params), values(&a.average.params))
	require.NoError(t, a.LoadBlocks(&whole))
	require.Equal(t, values(&trained.average.params), values(&a.average.params))

	for _, s := range []*agents.State{absent, damaged} {
		require.ErrorIs(t, a.Load(s), agents.ErrCheckpoint)
	}
	require.NoError(t, a.Load(&whole))
}

// hollowBox is a box whose source can exit: an object of its own, with the reward
// of its point.
type hollowBox struct{ *gfnenvs.BoxCartesian }

func (b hollowBox) Forward(dst []bool, s []float64) {
	b.BoxCartesian.Forward(dst, s)
	dst[gfnenvs.BoxExit] = true
}

// Where the source can exit, modified detailed balance learns no log Z: it follows
// from the policy.
func TestModifiedDBLogZ(t *testing.T) {
	box, err := gfnenvs.NewBoxCartesian(2, 0.25, gfnenvs.BoxReward{R0: 1, R1: 5, R2: 20})
	require.NoError(t, err)
	inside, _ := box.LogZ()
	env, err := gfnenvs.Builder{ID: "Hollow"}.BuildContinuous(hollowBox{box})
	require.NoError(t, err)
	c := preset(t, "box", ObjectiveModifiedDB, func(c *Config) { c.Lanes, c.Hidden, c.EvalEvery = 32, []int{32}, math.MaxInt32 })
	a, err := NewContinuous(env, c, 1, 40_000)
	require.NoError(t, err)
	require.NotContains(t, a.Blocks(), blockLogZ)
	m := agents.NewMeter(1, math.NaN())
	for m.Steps() < 40_000 {
		require.NoError(t, a.Update(context.Background(), m))
	}
	x, err := a.Evaluate(context.Background(), 2000)
	require.NoError(t, err)
	want := math.Log(math.Exp(inside) + math.Exp(box.LogReward([]float64{0, 0})))
	require.InDelta(t, want, x.LogZ, 0.2) // that of the untrained policy is wrong by 0.34
	require.InDelta(t, x.LogZ, a.present(0), 0.2, "before the last update")

	boxed, _ := newContinuousAgent(t, "BoxCartesian-0.25", c, 1000, 1)
	require.Contains(t, boxed.Blocks(), blockLogZ)
}

// brokenBox is a box with a bad reward in its upper right quarter.
type brokenBox struct {
	*gfnenvs.BoxCartesian
	reward float64
}

func (b brokenBox) LogReward(s []float64) float64 {
	if s[0] > 0.5 && s[1] > 0.5 {
		return b.reward
	}
	return 0
}

func TestBadContinuousRewards(t *testing.T) {
	box, err := gfnenvs.NewBoxCartesian(2, 0.25, gfnenvs.DefaultBoxReward())
	require.NoError(t, err)
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		env, err := gfnenvs.Builder{ID: "Broken"}.BuildContinuous(brokenBox{box, bad})
		require.NoError(t, err)
		a, err := NewContinuous(env, preset(t, "line", ObjectiveTB, nil), 1, 100)
		require.NoError(t, err)
		m := agents.NewMeter(1, math.NaN())
		for err == nil && m.Episodes() < 10_000 {
			err = a.Update(context.Background(), m)
		}
		require.ErrorIs(t, err, gfnenvs.ErrReward)
		for _, part := range []string{"Broken", "state [", "exit"} {
			require.ErrorContains(t, err, part)
		}
		requireFinite(t, &a.net.params)
	}
}

func requireFinite(t *testing.T, p *nn.Params) {
	for _, v := range p.All() {
		require.True(t, finite(v.Data()), v.Name())
	}
}

// A gradient that is no number is an error, and changes no parameter.
func TestBadContinuousGradient(t *testing.T) {
	env, err := miniflow.Make("Line-2")
	require.NoError(t, err)
	a, err := NewContinuous(env, preset(t, "line", ObjectiveTB, func(c *Config) { c.Regression.Loss = ShiftedCosh; c.LogZ = 500 }), 1, 100)
	require.NoError(t, err)
	err = a.Update(context.Background(), agents.NewMeter(1, math.NaN()))
	for _, part := range []string{"Line-2", "state [", "action"} {
		require.ErrorContains(t, err, part)
	}
	requireFinite(t, &a.net.params)
}

// unbridged are rules without abilities.
type unbridged struct{ gfnenvs.ContinuousRules }

func TestContinuousConfigErrors(t *testing.T) {
	for want, c := range map[string]struct {
		id   string
		edit func(c *Config)
	}{
		"list of all actions":   {"Line-2", func(c *Config) { c.Objective = ObjectiveFM }},
		"counts paths":          {"Line-2", func(c *Config) { c.Backward = BackwardMaxEntropy }},
		"tabular":               {"Line-2", func(c *Config) { c.Tabular = true }},
		"local search":          {"Line-2", func(c *Config) { c.LocalSearch = 0.5 }},
		"noisy layers":          {"Line-2", func(c *Config) { c.NoisyLayers = 1 }},
		"data":                  {"Line-2", func(c *Config) { c.Data = "objects.jsonl" }},
		"source_components":     {"Line-2", func(c *Config) { c.Continuous.SourceComponents = 0 }},
		"continuous.components": {"Line-2", func(c *Config) { c.Continuous.Components = 0 }},
		"39.0 % of its mass":    {"BoxPolar-0.25", func(c *Config) { c.Continuous.MinConcentration = 0.1 }},
		"method Slope":          {"BoxPolar-0.25", func(c *Config) { c.Continuous.Langevin = true }},
		"max_sd":                {"Line-2", func(c *Config) { c.Continuous.MaxSD = 0.01 }},
		"no continuous rules":   {"HyperGrid-2x8", func(*Config) {}},
	} {
		env, err := miniflow.Make(c.id)
		require.NoError(t, err)
		_, err = NewContinuous(env, preset(t, "default", ObjectiveTB, c.edit), 1, 100)
		require.ErrorContains(t, err, want)
	}
	line, err := gfnenvs.ContinuousRulesOf("Line-2")
	require.NoError(t, err)
	env, err := gfnenvs.Builder{ID: "Unbridged"}.BuildContinuous(unbridged{line})
	require.NoError(t, err)
	_, err = NewContinuous(env, preset(t, "default", ObjectiveTB, func(c *Config) { c.Backward = BackwardUniform }), 1, 100)
	require.ErrorContains(t, err, "Bridge")
	_, err = Preset("nothing", ObjectiveTB)
	require.ErrorContains(t, err, "unknown")
	line2, err := miniflow.Make("Line-2")
	require.NoError(t, err)
	_, err = NewContinuous(line2, preset(t, "line", ObjectiveModifiedDB, nil), 1, 100)
	require.ErrorContains(t, err, "cannot exit")
}

// A loss below 0, as log densities of a likelihood and rounding give it, is
// learned from like any other.
func TestNegativeLoss(t *testing.T) {
	for _, settle := range []float64{0, 0.1} {
		a, m := newContinuousAgent(t, "BoxPolar-0.25", preset(t, "box", ObjectiveTB, func(c *Config) {
			c.Backward, c.Settle = BackwardLikelihood, settle
		}), 1_000_000, 1)
		require.NoError(t, a.Update(context.Background(), m))
		loss, last := 1.0, a.net.policy.layers[len(a.net.policy.layers)-1].W.Data()
		for n := 0; loss >= 0; n++ {
			require.Less(t, n, 500, "no loss was negative")
			_, err := a.collect()
			require.NoError(t, err)
			before := slices.Clone(last)
			loss, err = a.learn()
			require.NoError(t, err)
			require.NotEqual(t, before, last)
		}
		requireFinite(t, &a.net.params)
	}
	c, err := DefaultConfig(ObjectiveTB)
	require.NoError(t, err)
	require.Equal(t, 1.0, c.settled(-1e-8))
	c.Settle = 1e-9
	require.Equal(t, 0.0, c.settled(-1e-8))
}

// From the second update of a size on, little is allocated: names of curves and
// what goroutines of products cost.
func TestContinuousAllocations(t *testing.T) {
	a, m := newContinuousAgent(t, "Line-2", preset(t, "line", ObjectiveTB, nil), 1_000_000, 1)
	for range 20 {
		require.NoError(t, a.Update(context.Background(), m))
	}
	n := testing.AllocsPerRun(50, func() { require.NoError(t, a.Update(context.Background(), m)) })
	t.Log(n)
	require.Less(t, n, 1.0)
}

func BenchmarkContinuous(b *testing.B) {
	for _, id := range []string{"Line-2", "BoxPolar-0.25", "BoxCartesian-0.25", "BoxCartesian-0.1"} {
		for _, lanes := range []int{16, 256} {
			b.Run(fmt.Sprint(id, " ", lanes), func(b *testing.B) {
				a, m := newContinuousAgent(b, id, preset(b, "box", ObjectiveTB, func(c *Config) { c.Lanes = lanes }), 1_000_000, 1)
				b.ReportAllocs()
				for b.Loop() {
					require.NoError(b, a.Update(context.Background(), m))
				}
				b.ReportMetric(float64(m.Steps())/b.Elapsed().Seconds(), "transitions/s")
			})
		}
	}
}
