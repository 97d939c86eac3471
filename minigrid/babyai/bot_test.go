package babyai_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/minigrid/babyai"
	"github.com/stretchr/testify/require"
)

func TestBot(t *testing.T) {
	seeds := uint64(10)
	if os.Getenv("MINIFLOW_LONG") != "" {
		seeds = 200
	}
	for _, id := range ids() {
		t.Run(id, func(t *testing.T) {
			env, err := miniflow.Make(id, miniflow.WithAutoreset(miniflow.Disabled))
			require.NoError(t, err)
			bot, err := babyai.NewBot(env)
			require.NoError(t, err)
			b := miniflow.NewBatch(env)
			solved, unsolvable, steps, ret := 0, 0, 0, 0.0
			var total, worst time.Duration
			for seed := range seeds {
				require.NoError(t, env.Reset(b, seed))
				start := time.Now()
				plan, err := bot.Plan(context.Background(), 0, 0)
				d := time.Since(start)
				total += d
				worst = max(worst, d)
				if err != nil {
					if errors.Is(err, miniflow.ErrUnsolvable) {
						unsolvable++
					} else {
					}
					t.Logf("seed %d %q: %v", seed, b.Obs[minigrid.ObsMission].Text[0], err)
					continue
				}
				sum := 0.0
				for k, a := range plan.Actions {
					b.Action.I32[0] = a
					require.NoError(t, env.Step(b))
					sum += b.Reward[0]
					require.Equal(t, k == len(plan.Actions)-1, b.Ended(0))
				}
				require.Equal(t, plan.Return, sum)
				require.Positive(t, sum)
				solved++
				steps += len(plan.Actions)
				ret += sum
			}
			t.Logf("TABLE %-40s %4d/%4d unsolvable %3d steps %6.1f return %.3f mean %8.2f ms worst %8.2f ms", id, solved, seeds, unsolvable, float64(steps)/float64(max(solved, 1)), ret/float64(max(solved, 1)), total.Seconds()*1000/float64(seeds), worst.Seconds()*1000)
		})
	}
}
