package miniworld_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/miniworld"
)

// reset makes a world and resets it with seed 3.
func reset(t *testing.T, id string, options ...miniflow.Option) *miniworld.World {
	env, err := miniflow.Make(id, append(options, miniflow.WithParam("obs", "pose"))...)
	require.NoError(t, err)
	require.NoError(t, env.Reset(miniflow.NewBatch(env), 3))
	return env.(*miniworld.Env).World(0)
}

func param(name string, v any) miniflow.Option { return miniflow.WithParam(name, v) }

// TestDomainSubset randomises one factor alone: the others keep their defaults.
func TestDomainSubset(t *testing.T) {
	d := miniworld.DefaultDomain()
	w := reset(t, "MiniWorld-OneRoom-v0", param("domain_rand", true), param("randomize", "sky_color, cam_height"))
	require.NotEqual(t, d.Ranges[miniworld.SkyColor].Default, w.Sky)
	require.NotEqual(t, 1.5, w.Agent.CamHeight)
	require.Equal(t, d.Ranges[miniworld.LightColor].Default, w.LightColor)
	require.Equal(t, 60.0, w.Agent.CamFovY)
	_, err := miniflow.Make("MiniWorld-OneRoom-v0", param("randomize", "sky"))
	require.ErrorIs(t, err, miniflow.ErrParam)
	require.ErrorContains(t, err, "sky_color")
}

// TestDomainStreams requires that, with a stream for each factor, randomising
// fewer of them changes neither the others nor the level.
func TestDomainStreams(t *testing.T) {
	all := reset(t, "MiniWorld-OneRoom-v0", param("domain_rand", true), param("streams", true))
	one := reset(t, "MiniWorld-OneRoom-v0", param("domain_rand", true), param("streams", true), param("randomize", "cam_height"))
	require.Equal(t, all.Agent.Pos, one.Agent.Pos)
	require.Equal(t, all.Agent.CamHeight, one.Agent.CamHeight)
	require.NotEqual(t, all.Agent.CamFovY, one.Agent.CamFovY)
}

// TestSteps sets the lengths of steps and turns.
func TestSteps(t *testing.T) {
	env, err := miniflow.Make("MiniWorld-OneRoom-v0", param("forward_step", 0.5), param("turn_step", 90), param("obs", "pose"))
	require.NoError(t, err)
	b := miniflow.NewBatch(env)
	require.NoError(t, env.Reset(b, 3))
	a := env.(*miniworld.Env).World(0).Agent
	dir := a.Dir
	b.Action.I32[0] = int32(miniworld.TurnLeft)
	require.NoError(t, env.Step(b))
	require.InDelta(t, dir+math.Pi/2, a.Dir, 1e-12)
	pos := a.Pos
	b.Action.I32[0] = int32(miniworld.MoveForward)
	require.NoError(t, env.Step(b))
	require.InDelta(t, 0.5, a.Pos.Sub(pos).Len(), 1e-12)
	require.InDelta(t, float64(b.Obs[0].F32[0]), a.Pos[0], 1e-6)
}

// TestSincos compares with the sum of the series in 200 bits: the result must be
// the nearest float64.
func TestSincos(t *testing.T) {
	rng := miniflow.NewRand(1)
	for range 20000 {
		x := rng.Uniform(-40, 40)
		sin, cos := miniworld.Sincos(x)
		wantSin, wantCos := bigSincos(x)
		require.Equal(t, wantSin, sin, "sin %v", x)
		require.Equal(t, wantCos, cos, "cos %v", x)
	}
	for _, x := range []float64{0, math.Pi / 2, math.Pi, -math.Pi, 1e-300} {
		sin, cos := miniworld.Sincos(x)
		require.InDelta(t, math.Sin(x), sin, 2e-16)
		require.InDelta(t, math.Cos(x), cos, 2e-16)
	}
	sin, _ := miniworld.Sincos(math.NaN())
	require.True(t, math.IsNaN(sin))
}

// bigSincos sums the Taylor series of x/64 and doubles the angle six times.
func bigSincos(x float64) (sin, cos float64) {
	const bits, halvings = 300, 6
	num := func(v float64) *big.Float { return new(big.Float).SetPrec(bits).SetFloat64(v) }
	mul := func(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(bits).Mul(a, b) }
	y := new(big.Float).SetPrec(bits).SetMantExp(num(x), -halvings)
	term, s, c := num(1), num(0), num(1)
	for n := 1; n < 60; n++ {
		term = mul(term, y)
		term.Quo(term, num(float64(n)))
		switch n % 4 {
		case 1:
			s.Add(s, term)
		case 2:
			c.Sub(c, term)
		case 3:
			s.Sub(s, term)
		case 0:
			c.Add(c, term)
		}
	}
	for range halvings {
		sc := mul(s, c)
		c = new(big.Float).SetPrec(bits).Sub(mul(c, c), mul(s, s))
		s = sc.Add(sc, sc)
	}
	sin, _ = s.Float64()
	cos, _ = c.Float64()
	return sin, cos
}
