package gfn

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/agents"
)

// A replayed construction is the one that was drawn: the same states, actions and
// reward, and by the same networks the same log probabilities.
func TestRepeat(t *testing.T) {
	for _, id := range []string{"BoxPolar-0.25", "BoxCartesian-0.25", "Line-2", "Torus-2", "HybridLine-3"} {
		a, _ := newContinuousAgent(t, id, preset(t, "default", ObjectiveTB, func(c *Config) {
			c.Hidden, c.Lanes, c.Replay = []int{16}, 8, ReplayFIFO
		}), 1000, 1)
		w := a.walker
		w.begin()
		require.NoError(t, w.draw(8))
		a.remember(8)
		for i := range 8 {
			require.NoError(t, w.repeat(a.buffer.Item(i)))
		}
		w.evaluate(int(w.all[8].rows[0]), w.n, false)
		a.terms.index(w)
		a.terms.probabilities(w)
		for i := range 8 {
			was, is := &w.all[i], &w.all[8+i]
			require.Equal(t, was.reward, is.reward)
			require.Len(t, is.rows, len(was.rows))
			for k := range was.rows {
				p, q := int(was.rows[k]), int(is.rows[k])
				require.Equal(t, w.stateOf(p), w.stateOf(q), id)
				require.Equal(t, w.kind[p], w.kind[q])
				require.Equal(t, w.parameters(p, false), w.parameters(q, false))
				require.Equal(t, [2]float32{w.volume[p], w.volumeBack[p]}, [2]float32{w.volume[q], w.volumeBack[q]})
			}
		}
		ratios := a.terms.sumRatios(w.tape)
		for i := range 8 { // rows of another batch may be summed in another order
			require.InDelta(t, ratios[i], ratios[8+i], 1e-4)
		}
	}
}

// A buffer that is damaged in a checkpoint is refused.
func TestDamagedContinuousBuffer(t *testing.T) {
	for name, damage := range map[string]func(x *Item){
		"no exit":         func(x *Item) { x.Actions[len(x.Actions)-1] = 0 },
		"an early exit":   func(x *Item) { x.Actions[0] = 2 },
		"no such kind":    func(x *Item) { x.Actions[0] = 7 },
		"no parameters":   func(x *Item) { x.Params = x.Params[:0] },
		"a short point":   func(x *Item) { x.Point = x.Point[:1] },
		"a negative kind": func(x *Item) { x.Actions[0] = -1 },
	} {
		make := func() (*ContinuousAgent, *agents.Meter) {
			return newContinuousAgent(t, "Line-2", preset(t, "line", ObjectiveTB, func(c *Config) {
				c.Hidden, c.Replay = []int{4}, ReplayPrioritized
			}), 1000, 1)
		}
		a, m := make()
		require.NoError(t, a.Update(context.Background(), m))
		var whole, damaged agents.State
		require.NoError(t, a.Save(&whole))
		x := a.buffer.Item(3)
		x.Actions = slices.Clone(x.Actions)
		damage(x)
		require.NoError(t, a.Save(&damaged))
		b, _ := make()
		require.NoError(t, b.Load(&whole))
		b, _ = make()
		require.ErrorIs(t, b.Load(&damaged), agents.ErrCheckpoint, name)
	}
}

// A run that was begun when continuous rules had a ring of objects goes on with them,
// the oldest first.
func TestRingOfObjects(t *testing.T) {
	make := func() (*ContinuousAgent, *agents.Meter) {
		return newContinuousAgent(t, "Line-2", preset(t, "line", ObjectiveTB, func(c *Config) {
			c.Hidden, c.Replay, c.Capacity = []int{4}, ReplayStates, 3
		}), 1000, 1)
	}
	ring := func(size, oldest int64) *agents.State {
		a, _ := make()
		a.config.Replay = ReplayNone // saves no buffer
		var s agents.State
		require.NoError(t, a.Save(&s))
		s.PutInts(stateBuffer+"size", []int64{size, oldest})
		s.PutFloats(stateBuffer+"states", []float64{5, 6, 1, 2, 3, 4})
		s.PutFloats(stateBuffer+"log_rewards", []float64{-3, -1, -2})
		return &s
	}
	a, m := make()
	require.NoError(t, a.Load(ring(3, 1)))
	require.Equal(t, 3, a.buffer.Len())
	for k, want := range []Item{{Point: []float64{1, 2}, LogReward: -1}, {Point: []float64{3, 4}, LogReward: -2}, {Point: []float64{5, 6}, LogReward: -3}} {
		require.Equal(t, want, *a.buffer.Item(k))
	}
	require.NoError(t, a.Update(context.Background(), m))
	for _, size := range [][2]int64{{4, 0}, {-1, 0}, {2, 0}, {3, 4}} {
		b, _ := make()
		require.ErrorIs(t, b.Load(ring(size[0], size[1])), agents.ErrCheckpoint, "%v", size)
	}
}
