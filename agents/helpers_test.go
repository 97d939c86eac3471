package agents_test

import (
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/ppo"
	_ "github.com/miniflow-rl/miniflow/minigrid"
)

// smallRun is a run of PPO that takes a fraction of a second.
func smallRun(dir string, steps int) agents.Run {
	config := ppo.DefaultConfig()
	config.Lanes, config.Horizon, config.Minibatch = 4, 32, 64
	return agents.Run{Dir: dir, Env: agents.EnvConfig{ID: "MiniGrid-DoorKey-5x5-v0", Params: map[string]any{"max_steps": 20.0}},
		Algorithm: &config, Steps: steps, Seed: 5}
}

func train(t *testing.T, run agents.Run, o agents.Options) *agents.Result {
	t.Helper()
	r, err := agents.Train(t.Context(), run, o)
	require.NoError(t, err)
	return r
}

// read returns the bytes of a file of a run.
func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return data
}

// counter is a world of three states in a row: action 1 moves on, 0 back, the
// last is the goal. Its action mask forbids to move back from the first.
type counter struct{ at, steps int }

func (c *counter) Reset(_ *miniflow.Rand, l miniflow.Lane) error {
	*c = counter{}
	l.F32(0)[0] = 0
	return nil
}

func (c *counter) Step(l miniflow.Lane) {
	c.at += 2*l.Action() - 1
	c.steps++
	l.F32(0)[0] = float32(c.at)
	if c.at == 3 {
		l.SetReward(1)
		l.Terminate()
	} else if c.steps == 10 {
		l.Truncate()
	}
}

func (c *counter) ActionMask(dst []bool) { dst[0], dst[1] = c.at > 0, true }

func (c *counter) AppendBinary(dst []byte) ([]byte, error) {
	return binary.LittleEndian.AppendUint16(append(dst, byte(c.at)), uint16(c.steps)), nil
}

func (c *counter) UnmarshalBinary(src []byte) error {
	c.at, c.steps = int(src[0]), int(binary.LittleEndian.Uint16(src[1:]))
	return nil
}

// The two worlds of these tests. The second cannot be saved.
const (
	counterID   = "Test-Counter-v0"
	forgetfulID = "Test-Forgetful-v0"
)

func init() {
	spec := miniflow.Spec{ID: counterID, Observation: miniflow.Dict{{Name: "at", Space: miniflow.NewBox(miniflow.Float32, 0, 3, 1)}},
		Action: miniflow.Discrete{N: 2}, MaxSteps: 10, Reward: [2]float64{0, 1}}
	miniflow.MustRegister(spec, func(c *miniflow.Config) (miniflow.Env, error) {
		return c.Vector(func() (miniflow.Sim, error) { return &counter{}, nil })
	})
	spec.ID = forgetfulID
	miniflow.MustRegister(spec, func(c *miniflow.Config) (miniflow.Env, error) {
		return c.Vector(func() (miniflow.Sim, error) { return struct{ miniflow.Sim }{&counter{}}, nil })
	})
}

func makeEnv(t *testing.T, id string, options ...miniflow.Option) miniflow.Env {
	t.Helper()
	env, err := miniflow.Make(id, options...)
	require.NoError(t, err)
	return env
}

// forward is a policy that always moves on.
type forward struct{ begun int }

func (f *forward) Begin(context.Context, int) error { f.begun++; return nil }

func (f *forward) Act(b *miniflow.Batch, _ []miniflow.Rand, _ bool) error {
	for i := range b.Action.I32 {
		b.Action.I32[i] = 1
	}
	return nil
}
