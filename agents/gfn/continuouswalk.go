package gfn

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents/gfn/density"
	"github.com/miniflow-rl/miniflow/agents/nn"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// constructed is a trajectory: the rows of its states, from the source on.
type constructed struct {
	rows   []int32
	reward float64 // log reward, at least Config.MinLogReward
	broken bool    // by rounding: a step that was undone is not legal
}

// walker draws constructions, all of a batch in lockstep, and keeps what an
// objective has to know of every state they pass through: a row. The networks
// evaluate each row once, on the walker's tape, for drawing and for learning.
type walker struct {
	ctx       context.Context
	rules     gfnenvs.ContinuousRules
	features  features
	layout    gfnenvs.ContinuousLayout
	net       *continuousNet
	tape      *nn.Tape
	rng       *miniflow.Rand
	behaviour Behaviour
	noise     float64
	settings  *Continuous
	floor     float64 // of log rewards

	width, params, size int // of a state, of actions, of features
	n                   int // rows
	state, u, v         []float64
	feature             []float32
	mask                []bool  // [n,kinds]
	back                []bool  // [n,kinds-1]
	kind                []int32 // of the action that leaves a row
	in                  []int32 // of the action that led to it; -1 at the source
	volume, volumeBack  []float32
	owner               []int32 // construction
	outputs             []nn.Value

	all     []constructed
	done    int // constructions
	chance  []float64
	even    []float32       // zeros, the logits of even kinds
	bridge  gfnenvs.Bridger // of rules with real parameters to undo; else nil
	next    []float64       // a state
	scratch []float64       // parameters
}

func newWalker(rules gfnenvs.ContinuousRules, c *Config, net *continuousNet, f features, rng *miniflow.Rand) *walker {
	l := f.layout
	w := &walker{ctx: context.Background(), rules: rules, features: f.own(), layout: l, net: net, tape: nn.NewTape(), rng: rng, settings: &c.Continuous,
		floor: c.MinLogReward, width: len(l.Source), params: l.Params(), size: f.size(),
		chance: make([]float64, len(l.Kinds)), even: make([]float32, len(l.Kinds)), next: make([]float64, len(l.Source)), scratch: make([]float64, l.Params())}
	w.bridge, _ = rules.(gfnenvs.Bridger)
	return w
}

// begin forgets all rows and constructions.
func (w *walker) begin() {
	w.tape.Reset()
	w.n, w.done, w.outputs = 0, 0, w.outputs[:0]
}

// reevaluate computes the networks' outputs of all rows anew.
func (w *walker) reevaluate() {
	w.tape.Reset()
	w.outputs = w.outputs[:0]
	if w.n > 0 {
		w.evaluate(0, w.n, false)
	}
}

func (w *walker) kinds() int { return len(w.layout.Kinds) }

// stateOf returns the state of a row.
func (w *walker) stateOf(row int) []float64 { return w.state[row*w.width : (row+1)*w.width] }

// parameters are those of the action that leaves a row, or, back, of undoing that
// which led to it.
func (w *walker) parameters(row int, back bool) []float64 {
	if back {
		return w.v[row*w.params : row*w.params+w.layout.Kinds[w.in[row]].Back]
	}
	return w.u[row*w.params : row*w.params+w.layout.Kinds[w.kind[row]].Params]
}

// visit adds a row for s to construction i.
func (w *walker) visit(i int, s []float64) int {
	row, k := w.n, w.kinds()
	w.n++
	w.state, w.u, w.v = extend(w.state, w.n*w.width), extend(w.u, w.n*w.params), extend(w.v, w.n*w.params)
	w.feature, w.mask, w.back = extend(w.feature, w.n*w.size), extend(w.mask, w.n*k), extend(w.back, w.n*(k-1))
	w.kind, w.in, w.owner = extend(w.kind, w.n), extend(w.in, w.n), extend(w.owner, w.n)
	w.volume, w.volumeBack = extend(w.volume, w.n), extend(w.volumeBack, w.n)
	copy(w.stateOf(row), s)
	w.features.write(w.feature[row*w.size:w.n*w.size], s)
	legal, back := w.mask[row*k:w.n*k], w.back[row*(k-1):w.n*(k-1)]
	clear(legal)
	clear(back)
	w.rules.Forward(legal, s)
	w.rules.Backward(back, s)
	w.kind[row], w.in[row], w.owner[row], w.volume[row], w.volumeBack[row] = int32(k-1), -1, int32(i), 0, 0
	w.all[i].rows = append(w.all[i].rows, int32(row))
	return row
}

// start begins a construction.
func (w *walker) start() int {
	if w.done == len(w.all) {
		w.all = append(w.all, constructed{})
	}
	c := &w.all[w.done]
	c.rows, c.reward, c.broken = c.rows[:0], 0, false
	w.done++
	return w.done - 1
}

// evaluate computes the networks' outputs for rows lo to hi. Those of a backward
// network of its own are wanted only where it is to be drawn from.
func (w *walker) evaluate(lo, hi int, backward bool) (policy, back []float32) {
	x := w.tape.Input(w.feature[lo*w.size:hi*w.size], hi-lo, w.size)
	out := w.net.act(w.tape, x)
	w.outputs = append(w.outputs, out)
	policy = w.tape.Data(out)
	if backward && w.net.back != nil {
		return policy, w.tape.Data(w.net.back.forward(w.tape, w.net.visible(w.tape, x)))
	}
	return policy, policy
}

// draw adds n constructions that are drawn by the forward policy.
func (w *walker) draw(n int) error {
	lo := w.n
	for range n {
		w.visit(w.start(), w.layout.Source)
	}
	for lo < w.n {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		hi := w.n
		out, _ := w.evaluate(lo, hi, false)
		for row := lo; row < hi; row++ {
			if err := w.step(row, out[(row-lo)*w.net.outputs:(row-lo+1)*w.net.outputs]); err != nil {
				return err
			}
		}
		lo = hi
	}
	return nil
}

// step draws an action that leaves a row, and does it.
func (w *walker) step(row int, out []float32) error {
	k := w.kinds()
	legal := w.mask[row*k : (row+1)*k]
	if !w.behaviour.Probabilities(w.chance, out[:k], legal) {
		if !slices.Contains(legal, true) {
			return fmt.Errorf("state %v: %w: let the rules allow an action or the exit", w.stateOf(row), gfnenvs.ErrDeadEnd)
		}
		return fmt.Errorf("state %v: the policy is no number: %v", w.stateOf(row), out[:k])
	}
	kind := int(draw(w.chance, w.rng.Random()))
	w.kind[row] = int32(kind)
	i := int(w.owner[row])
	if kind == k-1 {
		return w.exit(i, row)
	}
	if u := w.parameters(row, false); len(u) > 0 {
		w.explore(u, &w.net.forward[kind], out)
	}
	_, err := w.apply(i, row)
	return err
}

// apply does the action that leaves a row of construction i and returns the row that
// it leads to.
func (w *walker) apply(i, row int) (child int, err error) {
	kind, u := int(w.kind[row]), w.parameters(row, false)
	v := w.scratch[:w.layout.Kinds[kind].Back]
	copy(w.next, w.stateOf(row))
	volume, volumeBack := w.rules.Apply(w.next, kind, u, v)
	if err := w.checkStep(row, kind, u, volume, volumeBack); err != nil {
		return 0, err
	}
	child = w.visit(i, w.next)
	w.in[child], w.volume[row], w.volumeBack[child] = int32(kind), float32(volume), float32(volumeBack)
	copy(w.parameters(child, true), v)
	return child, nil
}

// explore draws the parameters of an action: by the policy, with noise, or, with
// the probability that actions are drawn evenly, evenly where they have bounds and
// else as broadly as the policy can.
func (w *walker) explore(u []float64, h *head, out []float32) {
	density.Sample(u, h.Mixture, h.row(out), w.rng)
	even := w.behaviour.Epsilon > 0 && w.rng.Random() < w.behaviour.Epsilon
	for j := range u {
		switch {
		case h.Family == density.Beta && even:
			u[j] = density.Clamp(w.rng.Random())
		case h.Family == density.VonMises && even:
			u[j] = w.rng.Uniform(-math.Pi, math.Pi)
		case h.Family == density.Normal && even:
			u[j] = w.rng.Normal(u[j], h.High)
		case h.Family != density.Beta && w.noise > 0:
			u[j] = w.rng.Normal(u[j], w.noise)
		}
		if h.Family == density.VonMises {
			u[j] = gfnenvs.WrapAngle(u[j])
		}
	}
}

// checkStep says what is wrong with what the rules made of an action: w.next.
func (w *walker) checkStep(row, kind int, params []float64, volume, volumeBack float64) error {
	sum := volume + volumeBack // no number if one of them is none
	for _, v := range w.next {
		sum += v
	}
	if !math.IsNaN(sum) && !math.IsInf(sum, 0) {
		return nil
	}
	return fmt.Errorf("state %v, action %s %v: it leads to %v with log volumes %v and %v: %w", w.stateOf(row), w.layout.Kinds[kind].Name,
		slices.Clone(params), w.next, volume, volumeBack, gfnenvs.ErrState)
}

// exit ends construction i in a row.
func (w *walker) exit(i, row int) error {
	v := w.rules.LogReward(w.stateOf(row))
	if math.IsNaN(v) || math.IsInf(v, 1) {
		return fmt.Errorf("state %v, action %s: the log reward is %v: want a number, or -Inf for a reward of 0: %w", w.stateOf(row), w.layout.Kinds[w.kinds()-1].Name, v, gfnenvs.ErrReward)
	}
	w.all[i].reward = max(v, w.floor)
	return nil
}

// undo adds a construction for each of the objects, states one behind the other,
// that the backward policy takes apart.
func (w *walker) undo(objects []float64) error {
	lo := w.n
	for at := 0; at < len(objects); at += w.width {
		i := w.start()
		if err := w.exit(i, w.visit(i, objects[at:at+w.width])); err != nil {
			return err
		}
	}
	first := int(w.owner[lo])
	for lo < w.n {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		hi := w.n
		_, back := w.evaluate(lo, hi, true)
		cols := len(back) / (hi - lo)
		for row := lo; row < hi; row++ {
			if err := w.stepBack(row, back[(row-lo)*cols:(row-lo+1)*cols]); err != nil {
				return err
			}
		}
		lo = hi
	}
	for i := first; i < w.done; i++ {
		slices.Reverse(w.all[i].rows)
	}
	return nil
}

// stepBack undoes an action that may have led to a row. A row that none can have
// led to is the source.
func (w *walker) stepBack(row int, out []float32) error {
	k := w.kinds() - 1
	legal := w.back[row*k : (row+1)*k]
	if !slices.Contains(legal, true) {
		return nil
	}
	logits := w.even[:k]
	if w.net.learned {
		logits = out[w.net.backAt : w.net.backAt+k]
	}
	if !(Behaviour{}).Probabilities(w.chance[:k], logits, legal) {
		return fmt.Errorf("state %v: the backward policy is no number: %v", w.stateOf(row), logits)
	}
	kind := int(draw(w.chance[:k], w.rng.Random()))
	w.in[row] = int32(kind)
	v := w.parameters(row, true)
	switch h := &w.net.backward[kind]; {
	case len(v) == 0:
	case w.net.learned:
		density.Sample(v, h.Mixture, h.row(out), w.rng)
	default:
		w.drawEven(v, row)
	}
	u := w.scratch[:w.layout.Kinds[kind].Params]
	copy(w.next, w.stateOf(row))
	volumeBack, volume := w.rules.Undo(w.next, kind, v, u)
	if err := w.checkStep(row, kind, v, volume, volumeBack); err != nil {
		return err
	}
	i := w.owner[row]
	parent := w.visit(int(i), w.next)
	w.kind[parent], w.volume[parent], w.volumeBack[row] = int32(kind), float32(volume), float32(volumeBack)
	copy(w.parameters(parent, false), u)
	if !w.mask[parent*(k+1)+kind] {
		w.all[i].broken = true
	}
	return nil
}

// drawEven draws the parameters of undoing the action that led to a row by the
// fixed backward policy: evenly where they have bounds, and else by the Brownian
// bridge from the source.
func (w *walker) drawEven(v []float64, row int) {
	switch w.layout.Kinds[w.in[row]].Domain {
	case gfnenvs.Unit:
		for j := range v {
			v[j] = density.Clamp(w.rng.Random())
		}
	case gfnenvs.Circle:
		for j := range v {
			v[j] = w.rng.Uniform(-math.Pi, math.Pi)
		}
	default:
		sd := w.bridged(v, row)
		for j := range v {
			v[j] = w.rng.Normal(v[j], sd)
		}
	}
}

// logEven is the log probability of having come to a row as one did, under the
// fixed backward policy.
func (w *walker) logEven(row int) float64 {
	k := w.kinds() - 1
	v := w.parameters(row, true)
	p := -math.Log(float64(count(w.back[row*k:(row+1)*k]))) - float64(w.volumeBack[row])
	switch w.layout.Kinds[w.in[row]].Domain {
	case gfnenvs.Circle:
		p -= float64(len(v)) * math.Log(2*math.Pi)
	case gfnenvs.Real:
		if len(v) == 0 {
			break
		}
		mean := w.scratch[:len(v)]
		sd := w.bridged(mean, row)
		for j, x := range v {
			z := (x - mean[j]) / sd
			p -= z*z/2 + math.Log(sd) + math.Log(2*math.Pi)/2
		}
	}
	return p
}

// bridged fills mean with that of the Brownian bridge's step to a row, and returns
// its standard deviation.
func (w *walker) bridged(mean []float64, row int) float64 {
	variance, _ := w.bridge.Bridge(mean, w.stateOf(row))
	return w.settings.Step * math.Sqrt(variance)
}
