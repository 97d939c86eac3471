package gfn

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
)

// The level of seed 2 needs 13 right actions of 7 in a row: 300,000 random
// episodes of 24 actions do not solve it once. By going back to what is seldom
// seen it is solved within 1,500 episodes; the way back is legal and as short as
// the sighting says.
func TestFrontier(t *testing.T) {
	config, err := Preset("history", ObjectiveVarGrad)
	require.NoError(t, err)
	env, err := miniflow.Make("MiniGrid-DoorKey-5x5-v0", config.Options()...)
	require.NoError(t, err)
	a, err := New(env, config, 2, 1_000_000)
	require.NoError(t, err)
	m, solved := agents.NewMeter(1, 0), false
	for !solved && m.Episodes() < 1500 {
		require.NoError(t, a.Update(context.Background(), m))
		for i := range a.buffer.Len() {
			solved = solved || a.buffer.Item(i).LogReward > a.history.floor
		}
	}
	require.True(t, solved)
	t.Logf("solved after %d episodes; %d observations", m.Episodes(), len(a.frontier.seen))
	for _, x := range a.frontier.seen {
		a.table.reset()
		row, err := a.table.add(a.source, nil)
		require.NoError(t, err)
		for _, action := range x.past {
			require.True(t, a.table.forwardMask(row)[action])
			row, err = a.table.step(row, action)
			require.NoError(t, err)
		}
		on := a.table.on[int(row)*a.encoder.width : int(row+1)*a.encoder.width]
		require.Equal(t, x.key, hash(on[len(a.layout.Values):]))
	}
}

// A run of histories that stops and is resumed ends with the same bytes.
func TestResumeFrontier(t *testing.T) {
	config, err := Preset("history", ObjectiveVarGrad)
	require.NoError(t, err)
	config.Hidden = []int{16}
	checkResume(t, agents.Run{Env: agents.EnvConfig{ID: "MiniGrid-Empty-5x5-v0"}, Algorithm: &config, Steps: 6000, Seed: 3})
}

// Construction environments have no observations to go back to.
func TestFrontierOfConstructions(t *testing.T) {
	for _, id := range []string{"HyperGrid-2x8", "Line-2"} {
		config, err := DefaultConfig(ObjectiveTB)
		require.NoError(t, err)
		config.Frontier = 0.5
		env, err := miniflow.Make(id, config.Options()...)
		require.NoError(t, err)
		_, err = config.New(env, 1, 100)
		require.ErrorContains(t, err, "set frontier to 0")
	}
}
