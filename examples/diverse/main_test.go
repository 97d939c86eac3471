package main

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// A GFlowNet solves the level nearly always, and in at least 5 times as many ways
// as PPO.
func TestDiverse(t *testing.T) {
	for _, c := range []struct {
		id    string
		seed  uint64
		steps int
		long  bool
	}{
		{"MiniGrid-Empty-5x5-v0", 1, 80_000, false},
		{"MiniGrid-DoorKey-5x5-v0", 1, 500_000, true},
		{"MiniGrid-DoorKey-5x5-v0", 2, 500_000, true},
		{"MiniGrid-DoorKey-5x5-v0", 3, 500_000, true},
		{"MiniGrid-DoorKey-5x5-v0", 4, 500_000, true},
		{"MiniGrid-DoorKey-5x5-v0", 5, 500_000, true},
	} {
		t.Run(fmt.Sprintf("%s/%d", c.id, c.seed), func(t *testing.T) {
			if c.long && os.Getenv("MINIFLOW_LONG") == "" {
				t.Skip("takes a minute: set MINIFLOW_LONG=1")
			}
			_, few, err := compare(context.Background(), "ppo", c.id, c.seed, c.steps)
			require.NoError(t, err)
			solved, many, err := compare(context.Background(), "gflownet", c.id, c.seed, c.steps)
			require.NoError(t, err)
			t.Logf("ppo: %d different solutions; GFlowNet: %d, %d of 1000 episodes solve it", few, many, solved)
			require.GreaterOrEqual(t, solved, 950)
			require.GreaterOrEqual(t, many, 5*max(few, 1))
		})
	}
}
