package gfn

import (
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow/agents/nn"
)

// lossTerms is memory for the indices and constants of a batch.
type lossTerms struct {
	Terms
	batch Batch

	row, action, exit, back []int32 // of each transition; action and exit in [rows,actions], back in [rows,actions-1]
	backward                []float32
	reward                  []float32
	potential               []float32
	prior                   []float32
	source                  []int32 // the first row of each trajectory

	incoming, outgoing      []int32 // edges of flow matching, in [rows,actions]
	noIncoming, noOutgoing  []float32
	exits                   []int32
	soft                    []float32
	estimate, estimateCount float64 // of log Z, by trajectories
}

// learn makes one step of the optimiser along the gradient of the objective, and
// returns the loss.
func (a *Agent) learn() (float64, error) {
	if err := a.index(); err != nil {
		return 0, err
	}
	t := a.tape
	t.Reset()
	a.model.params.ZeroGrad()
	h := a.passes.heads(t)
	loss, err := a.objective(h)
	if err != nil {
		return 0, err
	}
	value := float64(t.Item(loss))
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return 0, fmt.Errorf("the loss is %v; nothing was learned from it: %s", value, a.config.remedy())
	}
	t.Backward(loss)
	if !a.passes.backward(t, a.table, h) {
		return 0, fmt.Errorf("the gradient is not finite at a loss of %v; nothing was learned from it: %s", value, a.config.remedy())
	}
	a.model.noise.gradients()
	a.model.noise.end()
	if a.config.MaxGradNorm > 0 {
		a.model.params.ClipGradNorm(a.config.MaxGradNorm)
	}
	factor := a.factor * a.config.settled(value)
	if err := a.adam.SetFactor(factor); err != nil {
		return 0, err
	}
	if a.passes.done >= gradientRows {
		a.adam.Share(a.workers.crew)
	} else {
		a.adam.Share(nil)
	}
	a.adam.Step()
	if a.target != nil {
		a.target.m.params.MixFrom(&a.model.params, a.config.TargetRate)
	}
	if a.average != nil {
		a.average.m.params.MixFrom(&a.model.params, 1-(1-a.config.Average)*factor)
	}
	return value, nil
}

// cooled is the factor of the learning rates at a point of the run, progress going
// from 0 to 1.
func (c *Config) cooled(progress float64) float64 {
	if c.Cooling >= 1 || progress <= c.CoolingFrom {
		return 1
	}
	return nn.CosineDecay(c.Cooling)((progress - c.CoolingFrom) / (1 - c.CoolingFrom))
}

// settled is the factor of the learning rates at a loss, which rounding can make
// negative.
func (c *Config) settled(loss float64) float64 {
	if c.Settle == 0 || c.Backward == BackwardLikelihood || loss >= c.Settle {
		return 1
	}
	return math.Pow(max(loss, 0)/c.Settle, 0.125)
}

// index lists what the objective needs to know of every transition.
func (a *Agent) index() error {
	x, s, n := &a.loss, &a.sampler, int32(a.table.a)
	x.row, x.action, x.exit, x.back, x.source = x.row[:0], x.action[:0], x.exit[:0], x.back[:0], x.source[:0]
	x.backward, x.reward, x.potential, x.prior = x.backward[:0], x.reward[:0], x.potential[:0], x.prior[:0]
	x.batch.Begin()
	for i := range s.n {
		p := &s.all[i]
		x.batch.Add(len(p.actions))
		x.source = append(x.source, p.rows[0])
		x.reward = append(x.reward, float32(p.reward))
		for k, action := range p.actions {
			row := p.rows[k]
			x.row, x.action, x.exit = append(x.row, row), append(x.action, row*n+action), append(x.exit, row*n+n-1)
			if action == n-1 {
				x.back, x.backward = append(x.back, -1), append(x.backward, 0)
				continue
			}
			child := p.rows[k+1]
			x.back = append(x.back, child*(n-1)+action)
			x.backward = append(x.backward, a.fixedBackward(row, child))
		}
	}
	x.batch.End()
	x.Batch = &x.batch
	if a.config.prior() {
		a.logPrior()
	}
	if a.config.potentials() {
		for _, row := range x.row {
			v, err := a.table.potentialOf(row)
			if err != nil {
				return err
			}
			x.potential = append(x.potential, float32(v))
		}
	}
	if a.config.Objective == ObjectiveFM {
		return a.edges()
	}
	return nil
}

// fixedBackward is log P_B of a backward policy that is not learned.
func (a *Agent) fixedBackward(row, child int32) float32 {
	switch {
	case !a.config.backwards() || a.config.Backward.learned():
		return 0
	case a.paths != nil:
		return float32(a.pathsTo(row) - a.pathsTo(child))
	}
	return -float32(math.Log(float64(count(a.table.backwardMask(child)))))
}

func count(mask []bool) int {
	n := 0
	for _, ok := range mask {
		if ok {
			n++
		}
	}
	return n
}

// objective puts the loss together from the networks' heads.
func (a *Agent) objective(h heads) (nn.Value, error) {
	t, x, c, rows, n := a.tape, &a.loss, &a.config, a.passes.done, a.table.a
	if c.Objective == ObjectiveFM {
		return a.flowMatching(h), nil
	}
	m := x.Transitions()
	logPF := t.Reshape(t.LogSoftmax(h.logits, a.table.forward[:rows*n]), rows*n, 1)
	x.LogPF = t.Rows(logPF, x.action)
	x.LogReward = t.Input(x.reward, len(x.reward), 1)
	if h.hasFlow {
		x.LogF = t.Rows(h.logF, x.row)
	}
	if c.potentials() {
		x.Potential = t.Input(x.potential, m, 1)
	}
	likelihood := nn.Value(-1)
	switch {
	case c.prior():
		x.LogPrior = t.Input(x.prior, m, 1)
	case h.hasBack:
		logPB := t.Reshape(t.LogSoftmax(h.backLogits, a.table.backward[:rows*(n-1)]), rows*(n-1), 1)
		x.LogPB = t.Rows(logPB, x.back)
		if c.Backward == BackwardLikelihood {
			likelihood = BackwardMLE(t, &x.Terms, Mean)
			x.LogPB = t.StopGradient(x.LogPB)
		}
	default:
		x.LogPB = t.Input(x.backward, m, 1)
	}
	var loss nn.Value
	switch c.Objective {
	case ObjectiveTB:
		loss = c.trajectoryBalance(t, &x.Terms, a.logZValue(h))
	case ObjectiveVarGrad:
		loss = VarGrad(t, &x.Terms, c.Regression, Mean)
	case ObjectiveDB, ObjectiveFLDB:
		loss = DB(t, &x.Terms, c.Objective == ObjectiveFLDB, c.Regression, Mean)
	case ObjectiveModifiedDB:
		for i, ok := range a.table.forward[:rows*n] {
			if i%n == n-1 && !ok {
				return 0, noExit(a.table.row(int32(i / n)))
			}
		}
		x.LogPFExit = t.Rows(logPF, x.exit)
		loss = ModifiedDB(t, &x.Terms, c.Regression, Mean)
	case ObjectiveSubTB:
		loss = SubTB(t, &x.Terms, c.Weighting, c.Lambda, c.ForwardLooking, c.Regression, Mean)
	case ObjectiveRTB:
		loss = RTB(t, &x.Terms, a.logZValue(h), c.Beta, c.Regression, Mean)
	case ObjectiveRelativeVarGrad:
		loss = RelativeVarGrad(t, &x.Terms, c.Beta, c.Regression, Mean)
	case ObjectiveTrustPCL:
		loss = TrustPCL(t, &x.Terms, a.logZValue(h), c.Alpha, c.Regression, Mean)
	case ObjectiveMLE:
		loss = MLE(t, &x.Terms, Mean)
	case ObjectiveSoftQ:
		x.LogF = t.Rows(a.softValues(), x.row)
		loss = SoftQ(t, &x.Terms, t.Rows(t.Reshape(h.logits, rows*n, 1), x.action), c.Regression, Mean)
	}
	a.estimate()
	if likelihood >= 0 {
		loss = t.Add(loss, likelihood)
	}
	return loss, nil
}

// logZValue is log Z, or log F(s0) where that depends on a condition.
func (a *Agent) logZValue(h heads) nn.Value {
	if a.model.logZ.Valid() {
		return a.tape.Param(a.model.logZ)
	}
	return a.tape.Rows(h.logF, a.loss.source)
}

// softValues are the soft values of the target network, [rows,1].
func (a *Agent) softValues() nn.Value {
	x, n := &a.loss, a.table.a
	a.target.done = 0
	a.target.evaluate(a.table)
	x.soft = extend(x.soft, a.table.n)
	for i := range int32(a.table.n) {
		x.soft[i] = float32(logSumExp(a.target.logits(i), a.table.forward[int(i)*n:int(i+1)*n]))
	}
	return a.tape.Input(x.soft[:a.table.n], a.table.n, 1)
}

// logSumExp is that of the entries that mask allows.
func logSumExp(x []float32, mask []bool) float64 {
	most, sum := math.Inf(-1), 0.0
	for k, ok := range mask {
		if ok {
			most = max(most, float64(x[k]))
		}
	}
	for k, ok := range mask {
		if ok {
			sum += math.Exp(float64(x[k]) - most)
		}
	}
	return most + math.Log(sum)
}

// estimate adds up log(R P_B / P_F) of the trajectories, whose mean is a lower
// bound of log Z where they are on-policy.
func (a *Agent) estimate() {
	x := &a.loss
	x.estimate, x.estimateCount = 0, float64(x.Trajectories())
	pf, pb := a.tape.Data(x.LogPF), x.LogPB
	if a.config.prior() {
		pb = x.LogPrior
	}
	back, reward := a.tape.Data(pb), a.config.rewardPower()
	for k, v := range pf {
		x.estimate += float64(back[k]) - float64(v)
	}
	for _, v := range x.reward {
		x.estimate += reward * float64(v)
	}
}

// rewardPower is the exponent of the reward in the target distribution.
func (c *Config) rewardPower() float64 {
	switch c.Objective {
	case ObjectiveRTB, ObjectiveRelativeVarGrad:
		return c.Beta
	case ObjectiveTrustPCL:
		return 1 / c.Alpha
	}
	return 1
}

// edges lists the edges of flow matching, whose parents become rows of the table.
func (a *Agent) edges() error {
	x, s, n := &a.loss, &a.sampler, int32(a.table.a)
	x.incoming, x.outgoing, x.exits = x.incoming[:0], x.outgoing[:0], x.exits[:0]
	for i := range s.n {
		rows := s.all[i].rows
		for _, row := range rows[1:] {
			for action := range n - 1 {
				e := int32(-1)
				if a.table.backwardMask(row)[action] {
					parent, err := a.table.stepBack(row, action)
					if err != nil {
						return err
					}
					e = parent*n + action
				}
				x.incoming = append(x.incoming, e)
			}
			for action, ok := range a.table.forwardMask(row) {
				e := int32(-1)
				if ok {
					e = row*n + int32(action)
				}
				x.outgoing = append(x.outgoing, e)
			}
		}
		x.exits = append(x.exits, rows[len(rows)-1]*n+n-1)
	}
	x.noIncoming, x.noOutgoing = missing(x.noIncoming, x.incoming), missing(x.noOutgoing, x.outgoing)
	a.passes.evaluate(a.table)
	return nil
}

// missing is nn.LogZero where there is no edge.
func missing(dst []float32, edges []int32) []float32 {
	dst = dst[:0]
	for _, e := range edges {
		v := float32(0)
		if e < 0 {
			v = nn.LogZero
		}
		dst = append(dst, v)
	}
	return dst
}

func (a *Agent) flowMatching(h heads) nn.Value {
	t, x, n := a.tape, &a.loss, a.table.a
	flow := t.Reshape(h.logits, a.passes.done*n, 1)
	k := len(x.outgoing) / n
	f := FlowTerms{Exit: t.Rows(flow, x.exits), LogReward: t.Input(x.reward, len(x.reward), 1)}
	f.Incoming = t.Reshape(t.Add(t.Rows(flow, x.incoming), t.Input(x.noIncoming, k*(n-1), 1)), k, n-1)
	f.Outgoing = t.Reshape(t.Add(t.Rows(flow, x.outgoing), t.Input(x.noOutgoing, k*n, 1)), k, n)
	return FM(t, &f, a.config.Alpha, a.config.Regression, Mean)
}
