package nn

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestOptimisersAgreeWithPyTorch compares six steps with testdata/torch_optimisers.json, which the script beside it made.
func TestOptimisersAgreeWithPyTorch(t *testing.T) {
	data, err := os.ReadFile("testdata/torch_optimisers.json")
	require.NoError(t, err)
	var golden map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(data, &golden))
	adam := func(change func(*AdamConfig)) func(p *ParamsOf[float64]) (Optimiser, error) {
		return func(p *ParamsOf[float64]) (Optimiser, error) {
			c := DefaultAdam()
			change(&c)
			return NewAdam(p, c)
		}
	}
	rmsprop := func(change func(*RMSPropConfig)) func(p *ParamsOf[float64]) (Optimiser, error) {
		return func(p *ParamsOf[float64]) (Optimiser, error) {
			c := DefaultRMSProp()
			change(&c)
			return NewRMSProp(p, c)
		}
	}
	sgd := func(c SGDConfig) func(p *ParamsOf[float64]) (Optimiser, error) {
		return func(p *ParamsOf[float64]) (Optimiser, error) { return NewSGD(p, c) }
	}
	cases := map[string]func(p *ParamsOf[float64]) (Optimiser, error){
		"adam": adam(func(c *AdamConfig) { c.LR = 0.1 }),
		"adam decay": adam(func(c *AdamConfig) {
			c.LR, c.Beta1, c.Beta2, c.Epsilon, c.WeightDecay = 0.01, 0.8, 0.99, 1e-5, 0.1
		}),
		"adamw": adam(func(c *AdamConfig) { *c = DefaultAdamW(); c.LR = 0.1 }),

		"rmsprop":       rmsprop(func(c *RMSPropConfig) { c.LR = 0.01 }),
		"rmsprop decay": rmsprop(func(c *RMSPropConfig) { c.LR, c.Alpha, c.Epsilon, c.WeightDecay = 0.02, 0.9, 1e-5, 0.1 }),
		"sgd":           sgd(SGDConfig{Group: Group{LR: 0.1}}),
		"sgd momentum":  sgd(SGDConfig{Group: Group{LR: 0.1, WeightDecay: 0.1}, Momentum: 0.9, Dampening: 0.5}),
		"sgd nesterov":  sgd(SGDConfig{Group: Group{LR: 0.1}, Momentum: 0.9, Nesterov: true}),
	}
	require.Len(t, golden, len(cases)+1)
	for name, f := range cases {
		var want [][]float64
		require.NoError(t, json.Unmarshal(golden[name], &want))
		var p ParamsOf[float64]
		w := p.Block("b").Add("w", 1, 5)
		copy(w.Data(), []float64{0.5, -1, 1.5, -2, 2.5})
		opt, err := f(&p)
		require.NoError(t, err)
		for step := range want {
			if step == 3 {
				require.NoError(t, opt.SetFactor(0.5))
			}
			p.ZeroGrad()
			for i := range w.Grad() {
				w.Grad()[i] = math.Sin(float64(i) + 2*float64(step) + 1)
			}
			opt.Step()
			// Rounding alone: both are float64.
			require.InDeltaSlice(t, want[step], w.Data(), 1e-13, "%s step %d", name, step)
		}
	}
}

func TestParametersWithoutGradientStay(t *testing.T) {
	var p Params
	a, b, c := p.Block("a").Add("w", 1, 3), p.Block("b").Add("w", 1, 3), p.Block("c").Add("w", 1, 3)
	adam, err := NewAdam(&p, DefaultAdam())
	require.NoError(t, err)
	step := func(params ...Param) {
		p.ZeroGrad()
		for _, q := range params {
			for i := range q.Grad() {
				q.Grad()[i] = 1
			}
		}
		adam.Step()
	}
	step(a, b, c)
	require.InDelta(t, -1e-3, b.Data()[0], 1e-8) // the first step of Adam has the size of the learning rate
	was := b.Data()[0]
	step(a, c)
	require.Equal(t, was, b.Data()[0], "no gradient, no step")
	require.Equal(t, []int64{2, 1, 2}, adam.steps)
	require.NoError(t, p.Freeze("c"))
	was = c.Data()[0]
	step(a, b, c)
	require.Equal(t, was, c.Data()[0], "frozen")
	require.Equal(t, []int64{3, 2, 2}, adam.steps)
	require.NoError(t, p.Unfreeze())
	require.ErrorContains(t, p.Freeze("d"), `no block "d" in this network; it has a, b, c`)
}

func TestBlocksHaveRatesOfTheirOwn(t *testing.T) {
	var p Params
	a, z := p.Block("policy").Add("w", 1, 1), p.Block("logz").Add("w", 1, 1)
	c := DefaultAdam()
	c.Rates = map[string]float64{"logz": 0.1}
	adam, err := NewAdam(&p, c)
	require.NoError(t, err)
	a.Grad()[0], z.Grad()[0] = 1, 1
	require.NoError(t, adam.SetFactor(0.5))
	adam.Step()
	require.InDelta(t, -5e-4, a.Data()[0], 1e-8)
	require.InDelta(t, -5e-2, z.Data()[0], 1e-6)
	c.Only = []string{"logz"}
	if adam, err = NewAdam(&p, c); err != nil {
		t.Fatal(err)
	}
	was := a.Data()[0]
	adam.Step()
	require.Equal(t, was, a.Data()[0])
	c.Only = []string{"logs"}
	_, err = NewAdam(&p, c)
	require.ErrorContains(t, err, `no block "logs"`)
	_, err = NewAdam(&p, AdamConfig{Beta1: 1})
	require.ErrorContains(t, err, "beta1 is 1")
	_, err = NewSGD(&p, SGDConfig{Group: Group{LR: math.NaN()}})
	require.ErrorContains(t, err, "learning rate NaN")
}

// A factor or a rate that is no learning rate is an error and changes nothing.
// Adam's steps have the size of the learning rate where all gradients are alike.
func TestWarmUp(t *testing.T) {
	var p Params
	a, z := p.Block("policy").Add("w", 1, 1), p.Block("logz").Add("w", 1, 1)
	c := DefaultAdam()
	c.WarmUp, c.Warm = 4, []string{"logz"}
	adam, err := NewAdam(&p, c)
	require.NoError(t, err)
	for _, share := range []float64{0.25, 0.5, 0.75, 1, 1, 1} {
		was := [2]float32{a.Data()[0], z.Data()[0]}
		a.Grad()[0], z.Grad()[0] = 1, 1
		adam.Step()
		require.InDelta(t, -1e-3*share, a.Data()[0]-was[0], 1e-7)
		require.InDelta(t, -1e-3, z.Data()[0]-was[1], 1e-7)
	}
}

func TestBadLearningRates(t *testing.T) {
	var p Params
	w := p.Block("a").Add("w", 1, 1)
	adam, err := NewAdam(&p, DefaultAdam())
	require.NoError(t, err)
	rms, err := NewRMSProp(&p, DefaultRMSProp())
	require.NoError(t, err)
	sgd, err := NewSGD(&p, SGDConfig{Group: Group{LR: 0.1}})
	require.NoError(t, err)
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), -1e-9} {
		for _, opt := range []Optimiser{adam, rms, sgd} {
			require.ErrorContains(t, opt.SetFactor(bad), "factor of the learning rate is")
		}
		_, err = NewSGD(&p, SGDConfig{Group: Group{LR: bad}})
		require.ErrorContains(t, err, "learning rate")
		_, err = NewSGD(&p, SGDConfig{Group: Group{Rates: map[string]float64{"a": bad}}})
		require.ErrorContains(t, err, "of block a")
	}
	w.Grad()[0] = 1
	adam.Step()
	require.InDelta(t, -1e-3, w.Data()[0], 1e-8, "the factor is still 1")
	require.NoError(t, adam.SetFactor(0))
}

func TestClipGradNorm(t *testing.T) {
	var p Params
	w := p.Block("a").Add("w", 1, 40)
	p.Block("b").Add("never touched", 1, 8)
	for i := range w.Grad() {
		w.Grad()[i] = 3
	}
	norm := 3 * math.Sqrt(40)
	require.InDelta(t, norm, p.ClipGradNorm(100), 1e-4)
	require.Equal(t, float32(3), w.Grad()[0], "small enough")
	require.InDelta(t, norm, p.ClipGradNorm(0.5), 1e-4)
	require.InDelta(t, 0.5, p.GradNorm(), 1e-5)
	require.NoError(t, p.Freeze())
	require.Zero(t, p.GradNorm())
}

func TestSchedules(t *testing.T) {
	for _, c := range []struct {
		name string
		s    Schedule
		want [3]float64 // at 0, 1/2 and 1
	}{
		{"constant", Constant, [3]float64{1, 1, 1}},
		{"linear", LinearDecay(0.2), [3]float64{1, 0.6, 0.2}},
		{"cosine", CosineDecay(0.2), [3]float64{1, 0.6, 0.2}},
		{"warm-up", WarmUp(0.25, LinearDecay(0)), [3]float64{0, 2. / 3, 0}},
		{"only warm-up", WarmUp(1, Constant), [3]float64{0, 0.5, 1}},
	} {
		for i, p := range []float64{0, 0.5, 1} {
			require.InDelta(t, c.want[i], c.s(p), 1e-12, "%s at %v", c.name, p)
		}
		require.Equal(t, c.s(1), c.s(1.5), c.name)
	}
}

// A run that is stopped, saved and started again from files must go on with the same bits.
func TestResumeGivesEqualBits(t *testing.T) {
	type trainer struct {
		net Params
		l   Linear
		opt Optimiser
	}
	for name, make := range map[string]func(p *Params) (Optimiser, error){
		"adam":    func(p *Params) (Optimiser, error) { return NewAdam(p, DefaultAdamW()) },
		"rmsprop": func(p *Params) (Optimiser, error) { return NewRMSProp(p, DefaultRMSProp()) },
		"sgd":     func(p *Params) (Optimiser, error) { return NewSGD(p, SGDConfig{Group: Group{LR: 0.1}, Momentum: 0.9}) },
	} {
		start := func() *trainer {
			var r trainer
			r.l = NewLinear(r.net.Block("a"), "0", 7, 5, Orthogonal{Gain: 1}, benchSource{rand.New(rand.NewPCG(1, 2))})
			var err error
			r.opt, err = make(&r.net)
			require.NoError(t, err)
			return &r
		}
		train := func(r *trainer, from, to int) {
			tape := NewTape()
			x := []float32{0, 0.5, -1, 2, 1, 0.3, -0.7}
			for step := from; step < to; step++ {
				tape.Reset()
				r.net.ZeroGrad()
				x[0] = float32(step)
				tape.Backward(tape.Mean(tape.Square(tape.Linear(tape.Input(x, 1, 7), r.l, Tanh))))
				r.opt.Step()
			}
		}
		whole, half := start(), start()
		train(whole, 0, 10)
		train(half, 0, 5)
		var f File
		half.net.Export(&f, "model")
		half.opt.Export(&f, "optimiser")
		b, err := f.Encode()
		require.NoError(t, err)
		g, err := Decode(b)
		require.NoError(t, err)
		again := start()
		require.NoError(t, again.net.Import(g, "model"))
		require.NoError(t, again.opt.Import(g, "optimiser"))
		train(again, 5, 10)
		require.True(t, slices.Equal(whole.net.data, again.net.data), name)
		require.ErrorContains(t, again.opt.Import(g, "optimizer"), `no array "optimizer.a.0.weight.step"`)
	}
}
