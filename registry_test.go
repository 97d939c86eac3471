package miniflow_test

import (
	"context"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/stretchr/testify/require"
)

func init() {
	miniflow.MustRegister(*walkSpec(), func(c *miniflow.Config) (miniflow.Env, error) {
		limit := c.Int("limit")
		return c.Vector(func() (miniflow.Sim, error) { return &walk{limit: limit}, nil })
	})
}

func TestRegistry(t *testing.T) {
	require.Contains(t, miniflow.IDs(), "Walk-v0")
	require.ErrorContains(t, miniflow.Register(*walkSpec(), func(*miniflow.Config) (miniflow.Env, error) { return nil, nil }), "taken")
	require.Error(t, miniflow.Register(miniflow.Spec{ID: "X"}, nil))
	_, err := miniflow.Make("walk-v1")
	require.ErrorIs(t, err, miniflow.ErrUnknownID)
	require.ErrorContains(t, err, "did you mean Walk-v0")
	_, err = miniflow.Make("wolk") // letters of Walk-v0
	require.ErrorContains(t, err, "did you mean Walk-v0")
	for _, nonsense := range []string{"", "qqqqqq"} {
		_, err = miniflow.Make(nonsense)
		require.ErrorIs(t, err, miniflow.ErrUnknownID)
		require.NotContains(t, err.Error(), "did you mean")
	}
	for _, o := range []miniflow.Option{
		miniflow.WithLanes(0), miniflow.WithThreads(0), miniflow.WithAutoreset(9),
		miniflow.WithParam("limt", 3), miniflow.WithParam("limit", 0), miniflow.WithParam("limit", "many"), miniflow.WithParam("limit", 2.5),
	} {
		_, err := miniflow.Make("Walk-v0", o)
		require.ErrorIs(t, err, miniflow.ErrParam)
		require.ErrorContains(t, err, "make Walk-v0: ")
	}
	env, err := miniflow.Make("Walk-v0", miniflow.WithParam("limit", "12"), miniflow.WithLanes(70), miniflow.WithThreads(2), miniflow.WithSeed(5))
	require.NoError(t, err)
	require.Equal(t, 12, env.Spec().Params[0].Value)
	spec, err := miniflow.Lookup("Walk-v0")
	require.NoError(t, err)
	require.Equal(t, 30, spec.Params[0].Value, "making one does not change the registered spec")
	v, ok := miniflow.As[*miniflow.VectorEnv](env)
	require.True(t, ok, "As looks through Parallel")
	require.Equal(t, miniflow.NewRand(5+69).State(), v.Rand(69).State())
}

// TestContext: a context that ends keeps an environment from being made, and
// from being reset.
func TestContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	env, err := miniflow.Make("Walk-v0", miniflow.WithLanes(3), miniflow.WithContext(ctx))
	require.NoError(t, err)
	b := miniflow.NewBatch(env)
	require.NoError(t, env.Reset(b, 1))
	cancel()
	require.ErrorIs(t, env.Reset(b, 1), context.Canceled)
	_, err = miniflow.Make("Walk-v0", miniflow.WithContext(ctx))
	require.ErrorIs(t, err, context.Canceled)
}

// TestParamNumbers sets an int parameter from every kind of Go integer.
func TestParamNumbers(t *testing.T) {
	for _, v := range []any{7, int8(7), int16(7), int32(7), int64(7), uint(7), uint8(7), uint16(7), uint32(7), uint64(7), 7.0, "7"} {
		p := miniflow.Param{Name: "n", Value: 1, Min: 1, Max: 1 << 30}
		require.NoError(t, p.Set(v), "%T", v)
		require.Equal(t, 7, p.Value, "%T", v)
	}
	p := miniflow.Param{Name: "n", Value: 1, Min: 1, Max: 1 << 30}
	for _, v := range []any{nil, uint64(1 << 63), int8(-1), 0.5, true, "7.0"} {
		require.ErrorIs(t, p.Set(v), miniflow.ErrParam, "%T", v)
	}
	require.EqualError(t, p.Set(2_000_000_000), "parameter n is 2000000000: want a value in [1,1073741824]: bad parameter")
	require.Equal(t, "[0.1,1e+300]", (&miniflow.Param{Min: 0.1, Max: 1e300}).Range())
	require.Empty(t, (&miniflow.Param{}).Range())
}

func TestEpisodeRoundTrip(t *testing.T) {
	env, err := miniflow.Make("Walk-v0", miniflow.WithAutoreset(miniflow.Disabled), miniflow.WithParam("limit", 9))
	require.NoError(t, err)
	b := miniflow.NewBatch(env)
	seed := uint64(1)<<63 + 5 // JSON numbers beyond 2^53 must survive
	require.NoError(t, env.Reset(b, seed))
	r := miniflow.NewRecorder(env, b)
	r.Reset(&seed, "random")
	for rng := miniflow.NewRand(2); !b.Ended(0); {
		b.Action.I32[0] = int32(rng.Intn(2))
		require.NoError(t, env.Step(b))
		r.Step()
	}
	require.Equal(t, map[string]any{"limit": 9}, r.Episode().Params)
	var buf writer
	require.NoError(t, r.Episode().Write(&buf))
	n := 0
	for e, err := range miniflow.Episodes(&buf) {
		require.NoError(t, err)
		n++
		again, err := e.Make()
		require.NoError(t, err)
		bb := miniflow.NewBatch(again)
		require.NoError(t, e.Replay(again, bb, true, nil))
		e.Steps[1].Hash++
		require.ErrorIs(t, e.Replay(again, bb, true, nil), miniflow.ErrEpisode)
		require.NoError(t, e.Replay(again, bb, false, nil))
	}
	require.Equal(t, 1, n)
}
