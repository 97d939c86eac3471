package miniworld_test

import (
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/miniworld"
)

// small makes pictures that take little time.
var small = []miniflow.Option{
	miniflow.WithParam("quality", "fast"),
	miniflow.WithParam("obs_width", 32),
	miniflow.WithParam("obs_height", 24),
}

// TestCheck runs the conformance check over every registered id, in one
// autoreset mode each or, if MINIFLOW_LONG is set, in all; with domain
// randomisation, one stream a factor, in every other one.
func TestCheck(t *testing.T) {
	modes := []miniflow.Autoreset{miniflow.NextStep, miniflow.SameStep, miniflow.Disabled}
	obs := []string{"rgb+depth+text", "grey+segmentation+topdown", "pose"}
	for i, id := range miniflow.IDs() {
		for m, mode := range modes {
			if m != i%len(modes) && os.Getenv("MINIFLOW_LONG") == "" {
				continue
			}
			t.Run(id+"/"+mode.String(), func(t *testing.T) {
				require.NoError(t, miniflow.CheckID(id, append(small, miniflow.WithAutoreset(mode),
					miniflow.WithParam("obs", obs[(i/3+m)%3]), miniflow.WithParam("domain_rand", i%2 == 0), miniflow.WithParam("streams", i%4 == 0))...))
			})
		}
	}
}

// TestThreads requires that worlds and pictures do not depend on the number of
// goroutines, nor on that of lanes.
func TestThreads(t *testing.T) {
	for _, id := range []string{"MiniWorld-PickupObjects-v0", "MiniWorld-MazeS2-v0", "MiniWorld-Sign-v0"} {
		var want []uint8
		for _, c := range []struct{ lanes, threads int }{{100, 1}, {100, 2}, {100, 3}, {3, 1}} {
			env, err := miniflow.Make(id, append(small, miniflow.WithLanes(c.lanes), miniflow.WithThreads(c.threads), miniflow.WithParam("domain_rand", true))...)
			require.NoError(t, err)
			b := miniflow.NewBatch(env)
			require.NoError(t, env.Reset(b, 1))
			var rngs []*miniflow.Rand
			for i := range c.lanes {
				rngs = append(rngs, miniflow.NewRand(uint64(i)))
			}
			for range 25 {
				for i := range c.lanes {
					b.Action.I32[i] = int32(rngs[i].Intn(env.Spec().NumActions()))
				}
				require.NoError(t, env.Step(b))
			}
			got := b.Obs[0].U8[:3*b.Obs[0].Size()]
			if want == nil {
				want = slices.Clone(got)
			}
			require.Equal(t, want, got, "%s: %d lanes, %d threads", id, c.lanes, c.threads)
		}
	}
}

// TestSnapshot restores an episode after things were carried about, taken away
// and placed anew, and requires that it goes on as it did.
func TestSnapshot(t *testing.T) {
	for _, id := range []string{"MiniWorld-CollectHealth-v0", "MiniWorld-PickupObjects-v0", "MiniWorld-PutNext-v0"} {
		env, err := miniflow.Make(id, append(small, miniflow.WithParam("domain_rand", true), miniflow.WithAutoreset(miniflow.Disabled))...)
		require.NoError(t, err)
		bot, err := miniworld.NewBot(env)
		require.NoError(t, err)
		snap, _ := miniflow.As[miniflow.Snapshotter](env)
		hash, _ := miniflow.As[miniflow.Hasher](env)
		b := miniflow.NewBatch(env)
		require.NoError(t, env.Reset(b, 2))
		plan, err := bot.Plan(t.Context(), 0, 0)
		require.NoError(t, err)
		play := func(from, to int) (out []uint64) {
			for _, a := range plan.Actions[from:to] {
				b.Action.I32[0] = a
				require.NoError(t, env.Step(b))
				out = append(out, hash.StateHash(0))
			}
			return out
		}
		n := min(len(plan.Actions), 300)
		play(0, n*2/3)
		state, err := snap.Snapshot(nil, b, 0)
		require.NoError(t, err)
		want := play(n*2/3, n)
		require.NoError(t, env.Reset(b, 77))
		require.NoError(t, snap.Restore(b, 0, state))
		require.Equal(t, want, play(n*2/3, n), id)

		// A world with other parameters refuses it.
		other, err := miniflow.Make(id, append(small, miniflow.WithParam("size", 9))...)
		require.NoError(t, err)
		ob := miniflow.NewBatch(other)
		require.NoError(t, other.Reset(ob, 2))
		snap, _ = miniflow.As[miniflow.Snapshotter](other)
		require.ErrorIs(t, snap.Restore(ob, 0, state), miniflow.ErrSnapshot)
	}
}
