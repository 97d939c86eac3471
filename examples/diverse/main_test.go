package main

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// A GFlowNet solves the level nearly always, and in at least 5 times as many ways
// as PPO.
func TestDiverse(t *testing.T) {
	for _, c := range []struct {
		id    string
		steps int
		long  bool
	}{
		{"MiniGrid-Empty-5x5-v0", 80_000, false},
		{"MiniGrid-DoorKey-5x5-v0", 400_000, true},
	} {
		t.Run(c.id, func(t *testing.T) {
			if c.long && os.Getenv("MINIFLOW_LONG") == "" {
				t.Skip("takes a minute: set MINIFLOW_LONG=1")
			}
			_, few, err := compare(context.Background(), "ppo", c.id, 1, c.steps)
			require.NoError(t, err)
			solved, many, err := compare(context.Background(), "gflownet", c.id, 1, c.steps)
			require.NoError(t, err)
			t.Logf("ppo: %d different solutions; GFlowNet: %d, %d of 1000 episodes solve it", few, many, solved)
			require.GreaterOrEqual(t, solved, 950)
			require.GreaterOrEqual(t, many, 5*max(few, 1))
		})
	}
}
