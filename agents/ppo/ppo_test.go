package ppo_test

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/blocks"
	"github.com/miniflow-rl/miniflow/agents/ppo"
)

// TestLearns: a fixed seed must reach a mean return of 0.9 within some seconds,
// with both presets for symbols.
func TestLearns(t *testing.T) {
	for _, preset := range []string{"default", "sb3"} {
		for _, id := range []string{"MiniGrid-Empty-5x5-v0", "MiniGrid-DoorKey-5x5-v0"} {
			config, err := ppo.Preset(preset)
			require.NoError(t, err)
			r, err := agents.Train(t.Context(), agents.Run{Env: agents.EnvConfig{ID: id}, Algorithm: &config, Steps: 200_000, Seed: 1, Target: 0.9},
				agents.Options{Episodes: 100})
			require.NoError(t, err)
			require.NotZero(t, r.TargetStep, "%s on %s: mean return %v", preset, id, r.MeanReturn)
			require.Greater(t, r.Evaluation.Mean.Value, 0.88, "%s on %s", preset, id)
			t.Logf("%s on %s: 0.9 after %d steps", preset, id, r.TargetStep)
		}
	}
}

// newAgent returns an agent of a small configuration, with its meter.
func newAgent(t *testing.T, id string, change func(*ppo.Config)) (*ppo.Agent, *agents.Meter) {
	t.Helper()
	config := ppo.DefaultConfig()
	config.Lanes, config.Horizon, config.Minibatch = 4, 32, 64
	if change != nil {
		change(&config)
	}
	env, err := miniflow.Make(id, config.Options()...)
	require.NoError(t, err)
	a, err := ppo.New(env, config, 1, 10_000)
	require.NoError(t, err)
	return a, agents.NewMeter(env.Len(), math.NaN())
}

func encode(t *testing.T, a *ppo.Agent) []byte {
	t.Helper()
	var s agents.State
	require.NoError(t, a.Save(&s))
	data, err := s.Encode()
	require.NoError(t, err)
	return data
}

// TestDeterminism: the same bytes on any number of processors.
func TestDeterminism(t *testing.T) {
	run := func(procs int) []byte {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		a, m := newAgent(t, "MiniGrid-DoorKey-5x5-v0", func(c *ppo.Config) { c.Lanes, c.Minibatch = 16, 512 }) // four shards
		for range 4 {
			require.NoError(t, a.Update(t.Context(), m))
		}
		return encode(t, a)
	}
	want := run(1)
	for _, procs := range []int{2, 3, 8} {
		require.Equal(t, want, run(procs), "GOMAXPROCS=%d", procs)
	}
}

// TestUpdateDoesNotAllocate: once warm, neither rollouts nor learning do.
func TestUpdateDoesNotAllocate(t *testing.T) {
	for _, id := range []string{"MiniGrid-DoorKey-5x5-v0", "MiniGrid-Empty-5x5-v0", zooID} {
		a, m := newAgent(t, id, nil)
		for range 3 {
			require.NoError(t, a.Update(t.Context(), m))
		}
		require.Zero(t, testing.AllocsPerRun(5, func() {
			if err := a.Update(t.Context(), m); err != nil {
				panic(err)
			}
		}), id)
	}
}

// TestMixture: every kind of observation has a block, and every block learns.
func TestMixture(t *testing.T) {
	for _, image := range []blocks.Image{blocks.ImageAuto, blocks.ImageRaw, blocks.ImageConv} {
		t.Run(image.String(), func(t *testing.T) {
			want := []string{"pixels", "picture", "bits", "counts", "clock", "speed", "mission", "trunk", "policy", "value"}
			a, m := newAgent(t, zooID, func(c *ppo.Config) {
				c.Encoder.Image = image
				if image == blocks.ImageConv { // meant for small pictures
					c.Encoder.Observations = []string{"picture", "mission"}
					want = append([]string{"picture", "mission"}, want[7:]...)
				}
			})
			if image == blocks.ImageRaw {
				want = want[2:]
			}
			require.Equal(t, want, a.Blocks())
			var before, after agents.State
			require.NoError(t, a.Save(&before))
			for range 2 {
				require.NoError(t, a.Update(t.Context(), m))
			}
			require.NoError(t, a.Save(&after))
			for k, x := range before.File.Tensors[:len(a.Blocks())] {
				require.NotEqual(t, x.Data, after.File.Tensors[k].Data, x.Name)
			}
		})
	}
}

// TestMasks: an illegal action ends the zoo's episode with an error, so that
// training at all shows that none is taken; and the policy agrees.
func TestMasks(t *testing.T) {
	a, m := newAgent(t, zooID, func(c *ppo.Config) { c.EntropyCoef = 1 })
	for range 20 {
		require.NoError(t, a.Update(t.Context(), m))
	}
	require.Zero(t, illegal.Load())
	env, err := miniflow.Make(zooID, miniflow.WithLanes(3), miniflow.WithAutoreset(miniflow.Disabled))
	require.NoError(t, err)
	p, err := a.Policy(env)
	require.NoError(t, err)
	for _, greedy := range []bool{false, true} {
		_, err = agents.Evaluate(t.Context(), env, p, 50, 0, greedy)
		require.NoError(t, err)
		require.Zero(t, illegal.Load())
	}
}

// TestTargetKL: a tiny limit stops the epochs at once, a large one never.
func TestTargetKL(t *testing.T) {
	steps := func(kl float64) string {
		dir := t.TempDir() + "/run"
		config := ppo.DefaultConfig()
		config.TargetKL = kl
		_, err := agents.Train(t.Context(), agents.Run{Dir: dir, Env: agents.EnvConfig{ID: "MiniGrid-Empty-5x5-v0"}, Algorithm: &config, Steps: 2048},
			agents.Options{Episodes: -1})
		require.NoError(t, err)
		data, err := os.ReadFile(dir + "/metrics.csv")
		require.NoError(t, err)
		return string(data)
	}
	require.Contains(t, steps(1e9), ",24,", "24 gradient steps")
	require.NotContains(t, steps(1e-9), ",24,")
}

// TestSchedule: a linear rate ends at 0, so the last updates change little.
func TestSchedule(t *testing.T) {
	a, m := newAgent(t, "MiniGrid-Empty-5x5-v0", func(c *ppo.Config) { c.Schedule = ppo.Linear })
	for m.Steps() < 10_000 {
		require.NoError(t, a.Update(t.Context(), m))
	}
	before := encode(t, a)
	require.NoError(t, a.Update(t.Context(), m))
	x, err := agents.DecodeState(before)
	require.NoError(t, err)
	y, err := agents.DecodeState(encode(t, a))
	require.NoError(t, err)
	for k := range x.File.Tensors {
		if p := x.File.Tensors[k]; len(p.Name) > 6 && p.Name[:6] == "model." {
			require.Equal(t, p.Data, y.File.Tensors[k].Data, "%s after the last step", p.Name)
		}
	}
}

func TestNewErrors(t *testing.T) {
	for _, c := range []struct {
		change func(*ppo.Config)
		want   string
	}{
		{func(c *ppo.Config) { c.Horizon = 0 }, "horizon is 0"},
		{func(c *ppo.Config) { c.Epochs = -1 }, "epochs is -1"},
		{func(c *ppo.Config) { c.Clip = math.NaN() }, "clip is NaN"},
		{func(c *ppo.Config) { c.Trunk = []int{64, 0} }, "setting trunk is [64 0]: want layers of 1 to 65536 units"},
		{func(c *ppo.Config) { c.Encoder.ImageFeatures = 0 }, "image_features is 0"},
		{func(c *ppo.Config) { c.Encoder.Image = blocks.ImageNature }, "too small for image encoder nature"},
	} {
		config := ppo.DefaultConfig()
		c.change(&config)
		env, err := miniflow.Make("MiniGrid-Empty-5x5-v0")
		require.NoError(t, err)
		_, err = ppo.New(env, config, 1, 1)
		require.ErrorContains(t, err, c.want)
	}
	env, err := miniflow.Make("MiniGrid-Empty-5x5-v0") // autoreset next-step
	require.NoError(t, err)
	a, err := ppo.New(env, ppo.DefaultConfig(), 1, 1)
	require.NoError(t, err)
	require.ErrorContains(t, a.Update(t.Context(), agents.NewMeter(1, 0)), "SameStep")
	other, err := miniflow.Make(zooID)
	require.NoError(t, err)
	_, err = a.Policy(other)
	require.ErrorContains(t, err, "not those of "+zooID)
	config := ppo.DefaultConfig()
	config.Lanes, config.Horizon = 4096, 1024
	pictures, err := agents.EnvConfig{ID: "MiniGrid-Empty-5x5-v0", Wrap: "rgb,img"}.Make()
	require.NoError(t, err)
	_, err = ppo.New(pictures, config, 1, 1)
	require.ErrorContains(t, err, "4096 lanes of horizon 1024 with observations of 4800 bytes take 18 GiB in an update: want at most 8")
	_, err = ppo.Preset("sb4")
	require.ErrorContains(t, err, "there are default, sb3")
}

func ExamplePreset() {
	c, _ := ppo.Preset("sb3")
	fmt.Println(c.Lanes, c.Horizon, c.Minibatch, c.Policy, c.Value, c.Encoder.Image)
	// Output: 16 128 512 [64 64] [64 64] raw
}
