package ppo

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	_ "github.com/miniflow-rl/miniflow/minigrid"
)

// twin computes the loss of a minibatch in float64 with plain loops, for
// networks of two separate stacks on raw images.
type twin struct {
	c      Config
	params map[string][]float64
	b      *minibatch
}

func (w *twin) mlp(block string, x []float64, layers int) []float64 {
	for k := range layers {
		weight, bias := w.params[fmt.Sprintf("%s.%d.weight", block, k)], w.params[fmt.Sprintf("%s.%d.bias", block, k)]
		y := append([]float64(nil), bias...)
		for i, v := range x {
			for j := range y {
				y[j] += v * weight[i*len(y)+j]
			}
		}
		if k < layers-1 {
			for j := range y {
				y[j] = math.Tanh(y[j])
			}
		}
		x = y
	}
	return x
}

func (w *twin) loss() float64 {
	policy, value, entropy := 0.0, 0.0, 0.0
	for k, sample := range w.b.index {
		var x []float64
		for _, v := range w.b.obs[0].RowU8(int(sample)) {
			x = append(x, float64(v)*float64(float32(0.1)))
		}
		logits := w.mlp("policy", x, len(w.c.Policy)+1)
		lse, h := 0.0, 0.0
		for a, l := range logits {
			if w.legal(k, a, len(logits)) {
				lse += math.Exp(l)
			}
		}
		lse = math.Log(lse)
		for a, l := range logits {
			if w.legal(k, a, len(logits)) {
				h -= math.Exp(l-lse) * (l - lse)
			}
		}
		ratio := math.Exp(logits[w.b.action[k]] - lse - float64(w.b.logProb[k]))
		adv := float64(w.b.advantage[k])
		policy -= min(ratio*adv, max(1-w.c.Clip, min(1+w.c.Clip, ratio))*adv)
		entropy += h

		v, old, target := w.mlp("value", x, len(w.c.Value)+1)[0], float64(w.b.value[k]), float64(w.b.target[k])
		square := (v - target) * (v - target)
		if c := w.c.ValueClip; c > 0 {
			near := old + max(-c, min(c, v-old))
			square = max(square, (near-target)*(near-target))
		}
		value += square
	}
	n := float64(len(w.b.index))
	return (policy + w.c.ValueCoef*value - w.c.EntropyCoef*entropy) / n
}

func (w *twin) legal(k, a, actions int) bool { return w.b.mask == nil || w.b.mask[k*actions+a] }

// TestLossGradient compares loss and gradient with finite differences of a twin
// in float64, with and without masks and value clip, after the policy has moved
// so far that some ratios are clipped.
func TestLossGradient(t *testing.T) {
	for _, masked := range []bool{false, true} {
		for _, clip := range []float64{0, 0.05} {
			t.Run(fmt.Sprintf("masked=%v,value_clip=%v", masked, clip), func(t *testing.T) {
				c, err := Preset("sb3")
				require.NoError(t, err)
				c.Lanes, c.Horizon, c.Policy, c.Value, c.ValueClip = 4, 64, []int{12, 10}, []int{9, 8}, clip
				env, err := miniflow.Make("MiniGrid-DoorKey-5x5-v0", append(c.Options(), miniflow.WithParam("max_steps", 20))...)
				require.NoError(t, err)
				a, err := New(env, c, 3, 1)
				require.NoError(t, err)
				require.NoError(t, a.begin())
				require.NoError(t, a.rollout.collect(t.Context(), a.net, agents.NewMeter(env.Len(), math.NaN())))
				r, rng := a.rollout, miniflow.NewRand(9)
				for k := range r.advantage { // as if something had been learned
					r.advantage[k], r.target[k] = float32(rng.StandardNormal()), r.value[k]+float32(rng.Normal(0, 0.1))
				}
				if masked {
					r.mask = make([]bool, len(r.action)*7)
					for k := range r.mask {
						r.mask[k] = rng.Random() < 0.6 || int32(k%7) == r.action[k/7]
					}
				}
				for _, p := range a.net.params.All() {
					for k := range p.Data() {
						p.Data()[k] += float32(rng.Normal(0, 0.15))
					}
				}
				checkGradient(t, a, rng)
			})
		}
	}
}

func checkGradient(t *testing.T, a *Agent, rng *miniflow.Rand) {
	index := make([]int32, shardRows+48) // two shards
	for k := range index {
		index[k] = int32(rng.Intn(len(a.rollout.action)))
	}
	a.mini.gather(a.rollout, index, true)
	m := a.gradient.compute(&a.mini)
	require.Greater(t, m.clipFraction, 0.02, "some ratios are clipped")

	w := &twin{c: a.config, params: map[string][]float64{}, b: &a.mini}
	for _, p := range a.net.params.All() {
		x := make([]float64, len(p.Data()))
		for k, v := range p.Data() {
			x[k] = float64(v)
		}
		w.params[p.Name()] = x
	}
	total := m.policy + a.config.ValueCoef*m.value - a.config.EntropyCoef*m.entropy
	require.InDelta(t, w.loss(), total, 1e-6) // float32 against float64
	const eps = 1e-6
	for _, p := range a.net.params.All() {
		x, g := w.params[p.Name()], p.Grad()
		for range 8 {
			k := rng.Intn(len(x))
			old := x[k]
			x[k] = old + eps
			up := w.loss()
			x[k] = old - eps
			down := w.loss()
			x[k] = old
			// The twin's difference is good to 1e-9; what remains is float32 rounding.
			require.InDelta(t, (up-down)/(2*eps), g[k], 2e-6, "%s[%d]", p.Name(), k)
		}
	}
}
