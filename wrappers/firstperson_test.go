package wrappers_test

import (
	"os"
	"slices"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/miniworld"
	"github.com/miniflow-rl/miniflow/wrappers"
	"github.com/stretchr/testify/require"
)

func firstPerson(t testing.TB, id string, c wrappers.FirstPersonConfig, options ...miniflow.Option) *wrappers.FirstPersonEnv {
	env, err := miniflow.Make(id, options...)
	require.NoError(t, err)
	f, err := wrappers.FirstPerson(env, c)
	require.NoError(t, err)
	return f
}

// TestFirstPersonSame plays the same seeds and actions on the map and in first
// person: missions, rewards and ends must be the same. It also requires that the
// thing in front of the agent is seen, by its type, colour and state.
func TestFirstPersonSame(t *testing.T) {
	ids := families()
	if os.Getenv("MINIFLOW_LONG") != "" {
		ids = miniflow.IDs()
	}
	in := 0
	for _, id := range ids {
		env, err := miniflow.Make(id)
		require.NoError(t, err)
		if _, ok := miniflow.As[*minigrid.Env](env); !ok {
			continue
		}
		f := firstPerson(t, id, wrappers.FirstPersonConfig{Kinds: []miniworld.Kind{miniworld.ObsSegmentation}, Width: 40, Height: 30})
		b, fb := miniflow.NewBatch(env), miniflow.NewBatch(f)
		mission, fmission := env.Spec().Observation.Index("mission"), f.Spec().Observation.Index("mission")
		seg := f.Spec().Observation.Index("segmentation")
		require.Negative(t, f.Spec().Observation.Index("image"))
		worlds, _ := miniflow.As[minigrid.Worlds](f)
		require.NoError(t, env.Reset(b, 5))
		require.NoError(t, f.Reset(fb, 5))
		rng := miniflow.NewRand(7)
		for step := range 120 {
			require.Equal(t, b.Obs[mission].Text[0], fb.Obs[fmission].Text[0], "%s step %d", id, step)
			w := worlds.World(0)
			if c := w.At(w.Front()); c.Type() != minigrid.TypeEmpty && w.Contains(w.Front()) {
				typ, color, state := c.Encode()
				require.True(t, shows(fb.Obs[seg].RowU8(0), typ, color, state), "%s step %d: %v in front is not seen", id, step, c)
				in++
			}
			a := int32(rng.Intn(env.Spec().NumActions()))
			b.Action.I32[0], fb.Action.I32[0] = a, a
			require.NoError(t, env.Step(b))
			require.NoError(t, f.Step(fb))
			require.Equal(t, []any{b.Reward[0], b.Terminated[0], b.Truncated[0]}, []any{fb.Reward[0], fb.Terminated[0], fb.Truncated[0]}, "%s step %d", id, step)
		}
	}
	require.Greater(t, in, 1000)
}

func shows(seg []uint8, want ...uint8) bool {
	for i := 0; i < len(seg); i += 3 {
		if slices.Equal(seg[i:i+3], want) {
			return true
		}
	}
	return false
}

// TestFirstPersonThreads requires that pictures do not depend on the number of
// goroutines.
func TestFirstPersonThreads(t *testing.T) {
	const lanes = 64
	var want []uint8
	for _, threads := range []int{1, 2, 4} {
		f := firstPerson(t, "MiniGrid-DoorKey-6x6-v0", wrappers.FirstPersonConfig{}, miniflow.WithLanes(lanes), miniflow.WithThreads(threads))
		b := miniflow.NewBatch(f)
		require.NoError(t, f.Reset(b, 1))
		rng := miniflow.NewRand(3)
		for range 20 {
			for i := range lanes {
				b.Action.I32[i] = int32(rng.Intn(7))
			}
			require.NoError(t, f.Step(b))
		}
		image := b.Obs[f.Spec().Observation.Index("image")].U8
		if want == nil {
			want = slices.Clone(image)
		}
		require.Equal(t, want, image, "%d threads", threads)
	}
}

func TestFirstPersonErrors(t *testing.T) {
	env, err := miniflow.Make("MiniGrid-Empty-5x5-v0")
	require.NoError(t, err)
	for _, c := range []wrappers.FirstPersonConfig{
		{Width: -1, Height: 5},
		{Kinds: []miniworld.Kind{miniworld.ObsText}},
		{Kinds: []miniworld.Kind{miniworld.ObsRGB, miniworld.ObsRGB}},
	} {
		_, err := wrappers.FirstPerson(env, c)
		require.ErrorIs(t, err, miniflow.ErrParam, "%+v", c)
	}
	f := firstPerson(t, "MiniGrid-Empty-5x5-v0", wrappers.FirstPersonConfig{})
	_, err = f.Frame(nil, 0, miniflow.View{})
	require.ErrorIs(t, err, miniflow.ErrNeedsReset)
	require.NoError(t, f.Reset(miniflow.NewBatch(f), 1))
	img, err := f.Frame(nil, 0, miniflow.View{})
	require.NoError(t, err)
	require.Equal(t, 800, img.Rect.Dx())
	again, err := f.Frame(img, 0, miniflow.View{})
	require.NoError(t, err)
	require.Same(t, img, again)
	_, err = f.Frame(nil, 0, miniflow.View{Name: "x-ray"})
	require.Error(t, err)
}

func BenchmarkFirstPerson(b *testing.B) {
	for _, id := range []string{"MiniGrid-Empty-8x8-v0", "MiniGrid-DoorKey-8x8-v0", "BabyAI-GoTo-v0"} {
		b.Run(id, func(b *testing.B) {
			f := firstPerson(b, id, wrappers.FirstPersonConfig{})
			batch := miniflow.NewBatch(f)
			require.NoError(b, f.Reset(batch, 1))
			rng := miniflow.NewRand(3)
			b.ReportAllocs()
			for b.Loop() {
				batch.Action.I32[0] = int32(rng.Intn(3))
				if err := f.Step(batch); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
