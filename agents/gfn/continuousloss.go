package gfn

import (
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow/agents/gfn/density"
	"github.com/miniflow-rl/miniflow/agents/nn"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// continuousTerms is memory for the indices and constants of a batch.
type continuousTerms struct {
	Terms
	batch Batch

	row, child, exit []int32 // of each transition; child -1 where it is an exit
	reward           []float32
	even             []float32 // log probabilities of a fixed backward policy
	forward, back    []points  // of each kind
	potential        []float32
	source           []int32 // of each transition: 1 where it leaves the source, else 0
	ratios           []float64
}

// points are the parameters of the actions of one kind, and the rows that they
// belong to.
type points struct {
	rows []int32
	x    []float32
}

func (p *points) add(row int, params []float64, d gfnenvs.Domain) {
	p.rows = append(p.rows, int32(row))
	for _, v := range params {
		if d == gfnenvs.Unit {
			v = density.Clamp(v)
		}
		p.x = append(p.x, float32(v))
	}
}

// index lists what an objective needs to know of the walker's constructions.
func (x *continuousTerms) index(w *walker) {
	kinds := w.layout.Kinds
	if x.forward == nil {
		x.forward, x.back = make([]points, len(kinds)), make([]points, len(kinds))
	}
	for k := range kinds {
		x.forward[k].rows, x.forward[k].x = x.forward[k].rows[:0], x.forward[k].x[:0]
		x.back[k].rows, x.back[k].x = x.back[k].rows[:0], x.back[k].x[:0]
	}
	x.row, x.child, x.reward, x.even, x.source = x.row[:0], x.child[:0], x.reward[:0], x.even[:0], x.source[:0]
	x.batch.Begin()
	for i := range w.all[:w.done] {
		c := &w.all[i]
		if c.broken {
			continue
		}
		x.batch.Add(len(c.rows))
		x.reward = append(x.reward, float32(c.reward))
		for t, row := range c.rows {
			child, source := int32(-1), int32(0)
			if t+1 < len(c.rows) {
				child = c.rows[t+1]
			}
			if t == 0 {
				source = 1
			}
			x.row, x.child, x.source = append(x.row, row), append(x.child, child), append(x.source, source)
			kind := w.kind[row]
			if k := &kinds[kind]; k.Params > 0 {
				x.forward[kind].add(int(row), w.parameters(int(row), false), k.Domain)
			}
			if child < 0 {
				x.even = append(x.even, 0)
				continue
			}
			if kinds[kind].Back > 0 && w.net.learned {
				x.back[kind].add(int(child), w.parameters(int(child), true), kinds[kind].Domain)
			}
			even := 0.0
			if !w.net.learned {
				even = w.logEven(int(child))
			}
			x.even = append(x.even, float32(even))
		}
	}
	x.batch.End()
	x.Batch = &x.batch
}

// probabilities computes LogPF, LogPB and LogReward on the walker's tape, from the
// outputs of its networks, and returns those outputs.
func (x *continuousTerms) probabilities(w *walker) (policy nn.Value) {
	t, net, n, k := w.tape, w.net, w.n, w.kinds()
	policy = w.outputs[0]
	if len(w.outputs) > 1 {
		policy = t.ConcatRows(w.outputs...)
	}
	logPF := t.Gather(t.LogSoftmax(t.Columns(policy, 0, k), w.mask[:n*k]), w.kind[:n])
	logPF = t.Sub(addDensities(t, logPF, policy, net.forward, x.forward), t.Input(w.volume[:n], n, 1))
	x.LogPF = t.Rows(logPF, x.row)
	x.LogReward = t.Input(x.reward, len(x.reward), 1)
	if !net.learned {
		x.LogPB = t.Input(x.even, len(x.even), 1)
		return policy
	}
	back := policy
	if net.back != nil {
		back = net.back.forward(t, net.visible(t, t.Input(w.feature[:n*w.size], n, w.size)))
	}
	logPB := t.Gather(t.LogSoftmax(t.Columns(back, net.backAt, net.backAt+k-1), w.back[:n*(k-1)]), w.in[:n])
	logPB = t.Sub(addDensities(t, logPB, back, net.backward, x.back), t.Input(w.volumeBack[:n], n, 1))
	x.LogPB = t.Rows(logPB, x.child)
	return policy
}

// addDensities adds to logP, [rows,1], the log densities of the parameters.
func addDensities(t *nn.Tape, logP, out nn.Value, heads []head, all []points) nn.Value {
	rows, _ := t.Shape(logP)
	for k := range all {
		p, h := &all[k], &heads[k]
		if len(p.rows) == 0 {
			continue
		}
		own := t.Rows(t.Columns(out, h.at, h.at+h.Outputs()), p.rows)
		q := density.LogProb(t, h.Mixture, own, t.Input(p.x, len(p.rows), h.Params))
		logP = t.Add(logP, t.SegmentSum(q, p.rows, rows))
	}
	return logP
}

// sumRatios fills ratios with log(R P_B / P_F) of every trajectory: in expectation
// under P_F a lower bound of log Z, and under P_B from objects of the target
// distribution an upper one.
func (x *continuousTerms) sumRatios(t *nn.Tape) []float64 {
	pf, pb := t.Data(x.LogPF), t.Data(x.LogPB)
	x.ratios = x.ratios[:0]
	for i, r := range x.reward {
		v := float64(r)
		for k := x.batch.start[i]; k < x.batch.start[i+1]; k++ {
			v += float64(pb[k]) - float64(pf[k])
		}
		x.ratios = append(x.ratios, v)
	}
	return x.ratios
}

// potentials fills potential with the log rewards of the states that transitions
// leave, 0 for the source if it cannot exit.
func (x *continuousTerms) potentials(w *walker, o Objective) error {
	x.potential = x.potential[:0]
	k := w.kinds()
	for t, row := range x.row {
		v := 0.0
		switch s := w.stateOf(int(row)); {
		case w.mask[int(row+1)*k-1]:
			v = w.rules.LogReward(s)
			if math.IsNaN(v) || math.IsInf(v, 1) {
				return fmt.Errorf("state %v: the log reward is %v: %w", s, v, gfnenvs.ErrReward)
			}
			v = max(v, w.floor)
		case x.source[t] == 0:
			return noContinuousExit(s, o)
		}
		x.potential = append(x.potential, float32(v))
	}
	return nil
}

// learn makes one step of the optimiser along the gradient of the objective, and
// returns the loss.
func (a *ContinuousAgent) learn() (float64, error) {
	w, x, t, c := a.walker, &a.terms, a.walker.tape, &a.config
	x.index(w)
	if x.Trajectories() == 0 {
		return 0, nil
	}
	a.net.params.ZeroGrad()
	policy := x.probabilities(w)
	likelihood := nn.Value(-1)
	if c.Backward == BackwardLikelihood {
		likelihood = BackwardMLE(t, &x.Terms, Mean)
		x.LogPB = t.StopGradient(x.LogPB)
	}
	loss, err := a.objective(policy)
	if err != nil {
		return 0, err
	}
	if likelihood >= 0 {
		loss = t.Add(loss, likelihood)
	}
	value := float64(t.Item(loss))
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return 0, fmt.Errorf("the loss is %v%s; nothing was learned from it: %s", value, a.culprit(), c.remedy())
	}
	t.Backward(loss)
	if norm := a.net.params.GradNorm(); math.IsNaN(norm) || math.IsInf(norm, 0) {
		return 0, fmt.Errorf("the gradient is not finite at a loss of %v%s; nothing was learned from it: %s", value, a.culprit(), c.remedy())
	}
	if c.MaxGradNorm > 0 {
		a.net.params.ClipGradNorm(c.MaxGradNorm)
	}
	if err := a.adam.SetFactor(a.factor * c.settled(value)); err != nil {
		return 0, err
	}
	a.adam.Step()
	if a.average != nil {
		a.average.params.MixFrom(&a.net.params, c.Average)
	}
	return value, nil
}

// culprit names the transition whose probabilities are no numbers or, if all are,
// the most improbable one.
func (a *ContinuousAgent) culprit() string {
	w, x := a.walker, &a.terms
	pf, pb := w.tape.Data(x.LogPF), w.tape.Data(x.LogPB)
	worst, least := 0, math.Inf(1)
	for k := range pf {
		v := min(float64(pf[k]), float64(pb[k]))
		if math.IsNaN(v) || math.IsInf(v, 0) {
			worst = k
			break
		}
		if v < least {
			worst, least = k, v
		}
	}
	row := int(x.row[worst])
	return fmt.Sprintf(" (worst: state %v, action %s %v, log P_F %v, log P_B %v)", w.stateOf(row), w.layout.Kinds[w.kind[row]].Name, w.parameters(row, false), pf[worst], pb[worst])
}

// objective puts the loss together.
func (a *ContinuousAgent) objective(policy nn.Value) (nn.Value, error) {
	w, x, t, c := a.walker, &a.terms, a.walker.tape, &a.config
	if c.flows() {
		flow := policy
		if a.net.flow != nil {
			flow = a.net.flow.forward(t, a.net.visible(t, t.Input(w.feature[:w.n*w.size], w.n, w.size)))
		} else {
			flow = t.Columns(policy, a.net.flowAt, a.net.flowAt+1)
		}
		x.LogF = t.Rows(flow, x.row)
	}
	if c.potentials() {
		if err := x.potentials(w, c.Objective); err != nil {
			return 0, err
		}
		x.Potential = t.Input(x.potential, len(x.potential), 1)
	}
	switch c.Objective {
	case ObjectiveTB:
		return c.trajectoryBalance(t, &x.Terms, t.Param(a.net.logZ)), nil
	case ObjectiveVarGrad:
		return VarGrad(t, &x.Terms, c.Regression, Mean), nil
	case ObjectiveDB, ObjectiveFLDB:
		return DB(t, &x.Terms, c.Objective == ObjectiveFLDB, c.Regression, Mean), nil
	case ObjectiveSubTB:
		return SubTB(t, &x.Terms, c.Weighting, c.Lambda, c.ForwardLooking, c.Regression, Mean), nil
	}
	// ModifiedDB
	k := w.kinds()
	x.exit = x.exit[:0]
	for i, row := range x.row {
		if x.exit = append(x.exit, row); !w.mask[int(row+1)*k-1] {
			x.exit[i] = -1
		}
	}
	exits := t.Columns(t.LogSoftmax(t.Columns(policy, 0, k), w.mask[:w.n*k]), k-1, k)
	x.LogPFExit = t.Rows(exits, x.exit)
	if a.net.logZ.Valid() { // it is the flow of a source that cannot exit
		x.Potential = t.Add(x.Potential, t.Rows(t.ConcatRows(t.Scalar(0), t.Param(a.net.logZ)), x.source))
	}
	return ModifiedDB(t, &x.Terms, c.Regression, Mean), nil
}
