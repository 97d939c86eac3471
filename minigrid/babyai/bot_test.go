package babyai_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/minigrid/babyai"
	"github.com/stretchr/testify/require"
)

// unsolvable lists the ids of which some levels have no solution, what shows
// that without a planner, and the seed of such a level. The levels are those of
// the original.
var unsolvable = map[string]struct {
	shown func(m babyai.Mission, w *minigrid.World) bool
	seed  uint64
}{
	"BabyAI-GoToImpUnlock-v0":         {keyLockedIn, 6},
	"BabyAI-OpenDoorsOrderN2Debug-v0": {strictOrder, 1},
	"BabyAI-OpenDoorsOrderN4Debug-v0": {strictOrder, 1},
	"BabyAI-PickupDistDebug-v0":       {blockedIn, 981},
	"BabyAI-Unlock-v0":                {keyLockedIn, 63},
}

// flood returns the cells that can be reached from where the agent is if it can
// enter those that satisfy open, and the cells around them.
func flood(w *minigrid.World, open func(minigrid.Cell) bool) (in, around map[minigrid.Point]bool) {
	start, _ := w.Agent()
	in, around = map[minigrid.Point]bool{start: true}, map[minigrid.Point]bool{}
	for queue := []minigrid.Point{start}; len(queue) > 0; queue = queue[1:] {
		for d := range minigrid.Direction(4) {
			switch p := queue[0].Step(d); {
			case in[p]:
			case open(w.At(p)):
				in[p] = true
				queue = append(queue, p)
			default:
				around[p] = true
			}
		}
	}
	return in, around
}

// keyLockedIn reports whether no key of a locked door is on the agent's side of
// all locked doors, even if nothing else were in the way.
func keyLockedIn(_ babyai.Mission, w *minigrid.World) bool {
	in, around := flood(w, func(c minigrid.Cell) bool {
		return c.Type() != minigrid.TypeWall && (c.Type() != minigrid.TypeDoor || c.State() != minigrid.Locked)
	})
	keys, locked := map[minigrid.Color]bool{}, map[minigrid.Color]bool{}
	for p := range in {
		if c := w.At(p); c.Type() == minigrid.TypeKey {
			keys[c.Color()] = true
		}
	}
	for p := range around {
		if c := w.At(p); c.Type() == minigrid.TypeDoor {
			locked[c.Color()] = true
		}
	}
	for c := range locked {
		if keys[c] {
			return false
		}
	}
	return len(locked) > 0
}

// blockedIn reports whether the thing to be picked up is out of reach unless
// another one is picked up, which fails.
func blockedIn(m babyai.Mission, w *minigrid.World) bool {
	pickup := m.Instr().(*babyai.Pickup)
	_, around := flood(w, func(c minigrid.Cell) bool { return c == minigrid.Empty })
	for p := range around {
		c, d := w.At(p), pickup.Thing
		if c.CanPickup() && (d.Type == minigrid.AnyType || d.Type == c.Type()) && (d.Color == minigrid.AnyColor || d.Color == c.Color()) {
			return false
		}
	}
	return pickup.Strict
}

// strictOrder reports whether two different doors are to be opened in an order,
// and toggling any other door than the second one fails from the moment on in
// which the first is open. The toggle that opens the first is such a one.
func strictOrder(m babyai.Mission, _ *minigrid.World) bool {
	var first, then babyai.Instr
	switch i := m.Instr().(type) {
	case *babyai.Before:
		first, then = i.First, i.Then
	case *babyai.After:
		first, then = i.First, i.Then
	default:
		return false
	}
	return then.(*babyai.Open).Strict && then.(*babyai.Open).Door.Color != first.(*babyai.Open).Door.Color
}

// TestBot lets the bot play many levels of every id, in the steps that they
// allow. What it does not solve the planner has proved to be unsolvable, and so has
// a look at the level. With -v it prints how well and how fast.
func TestBot(t *testing.T) {
	seeds := uint64(5)
	if os.Getenv("MINIFLOW_LONG") != "" {
		seeds = 200
	}
	for _, id := range ids() {
		t.Run(id, func(t *testing.T) {
			env, err := miniflow.Make(id, miniflow.WithAutoreset(miniflow.Disabled))
			require.NoError(t, err)
			bot, err := babyai.NewBot(env)
			require.NoError(t, err)
			tasks, _ := miniflow.As[minigrid.Tasks](env)
			worlds, _ := miniflow.As[minigrid.Worlds](env)
			b := miniflow.NewBatch(env)
			solved, hopeless, steps, sum := 0, 0, 0, 0.0
			var total, worst time.Duration
			for seed := range seeds {
				require.NoError(t, env.Reset(b, seed))
				start := time.Now()
				plan, err := bot.Plan(context.Background(), 0, 0)
				took := time.Since(start)
				total, worst = total+took, max(worst, took)
				if err != nil {
					require.ErrorIs(t, err, miniflow.ErrUnsolvable, "seed %d", seed)
					require.Contains(t, unsolvable, id, "seed %d", seed)
					require.True(t, unsolvable[id].shown(tasks.Task(0).(babyai.Mission), worlds.World(0)), "seed %d", seed)
					hopeless++
					continue
				}
				reward := 0.0
				for k, a := range plan.Actions {
					b.Action.I32[0] = a
					require.NoError(t, env.Step(b))
					reward += b.Reward[0]
					require.Equal(t, k == len(plan.Actions)-1, b.Ended(0), "seed %d step %d", seed, k+1)
				}
				require.Equal(t, plan.Return, reward, "seed %d", seed)
				require.Positive(t, reward, "seed %d", seed)
				solved, steps, sum = solved+1, steps+len(plan.Actions), sum+reward
			}
			require.Positive(t, solved)
			n := float64(solved)
			t.Logf("%d of %d solved, %d unsolvable, %.1f steps, return %.3f, %.2f ms a level, worst %.1f ms", solved, seeds, hopeless,
				float64(steps)/n, sum/n, total.Seconds()*1e3/float64(seeds), worst.Seconds()*1e3)
		})
	}
}

// TestBotUnsolvable: the bot knows levels without a solution for what they are.
func TestBotUnsolvable(t *testing.T) {
	for id, u := range unsolvable {
		env, err := miniflow.Make(id)
		require.NoError(t, err)
		bot, err := babyai.NewBot(env)
		require.NoError(t, err)
		require.NoError(t, env.Reset(miniflow.NewBatch(env), u.seed))
		_, err = bot.Plan(context.Background(), 0, 0)
		require.ErrorIs(t, err, miniflow.ErrUnsolvable, id)
		tasks, _ := miniflow.As[*minigrid.Env](env)
		require.True(t, u.shown(tasks.Task(0).(babyai.Mission), tasks.World(0)), id)
	}
}

// TestBotErrors: the bot says what it cannot do.
func TestBotErrors(t *testing.T) {
	env, err := miniflow.Make("BabyAI-BossLevel-v0")
	require.NoError(t, err)
	bot, err := babyai.NewBot(env)
	require.NoError(t, err)
	_, err = bot.Plan(context.Background(), 0, 0)
	require.ErrorIs(t, err, miniflow.ErrNeedsReset)
	_, err = bot.Plan(context.Background(), 1, 0)
	require.ErrorContains(t, err, "there are 1 lanes")
	require.NoError(t, env.Reset(miniflow.NewBatch(env), 1))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = bot.Plan(ctx, 0, 0)
	require.ErrorIs(t, err, context.Canceled)
}

// TestBotMidEpisode lets the bot take over from someone who acted at random.
func TestBotMidEpisode(t *testing.T) {
	env, err := miniflow.Make("BabyAI-BossLevel-v0", miniflow.WithAutoreset(miniflow.Disabled))
	require.NoError(t, err)
	bot, err := babyai.NewBot(env)
	require.NoError(t, err)
	b := miniflow.NewBatch(env)
	rng := miniflow.NewRand(1)
	for seed := range uint64(60) {
		require.NoError(t, env.Reset(b, seed))
		for range 100 {
			if b.Ended(0) {
				break
			}
			b.Action.I32[0] = int32(rng.Intn(5)) // no toggle, which may destroy the box that is asked for
			require.NoError(t, env.Step(b))
		}
		if b.Ended(0) {
			continue
		}
		plan, err := bot.Plan(context.Background(), 0, 0)
		require.NoError(t, err, "seed %d", seed)
		for _, a := range plan.Actions {
			b.Action.I32[0] = a
			require.NoError(t, env.Step(b))
		}
		require.True(t, b.Terminated[0])
		require.Positive(t, b.Reward[0])
	}
}
