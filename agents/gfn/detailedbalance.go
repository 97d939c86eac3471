package gfn

import "github.com/miniflow-rl/miniflow/agents/nn"

// DB is detailed balance (Bengio et al. 2023, "GFlowNet Foundations", arXiv
// 2111.09266), over transitions, from LogPF, LogPB, LogF and LogReward:
//
//	g(log F(s) + log P_F(s'|s) - log P_B(s|s') - log F(s'))
//
// with log R(s) in place of log F(s') at an exit. Forward-looking (Pan et al.
// 2023, arXiv 2302.01687) LogF is learned on top of the Potential, which is
// added to it.
func DB[T nn.Float](t *nn.TapeOf[T], x *Terms, forwardLooking bool, g Regression, r Reduction) nn.Value {
	flow := stateFlow(t, x, forwardLooking)
	residual := t.Sub(t.Add(flow, t.Sub(x.LogPF, x.LogPB)), after(t, x, flow))
	return reduce(t, r, regress(t, g, residual))
}

func stateFlow[T nn.Float](t *nn.TapeOf[T], x *Terms, forwardLooking bool) nn.Value {
	if forwardLooking {
		return t.Add(x.LogF, x.Potential)
	}
	return x.LogF
}

// ModifiedDB is detailed balance where every state may exit, so that F(s) =
// R(s) / P_F(exit|s) needs no network (Deleu et al. 2022, arXiv 2202.13903), over
// transitions that are no exits, from LogPF, LogPB, LogPFExit and Potential:
//
//	g(log R(s) + log P_F(s'|s) + log P_F(exit|s') - log R(s') - log P_B(s|s') - log P_F(exit|s))
//
// It is 0 for a batch without such transitions.
func ModifiedDB[T nn.Float](t *nn.TapeOf[T], x *Terms, g Regression, r Reduction) nn.Value {
	if len(x.inner) == 0 {
		return t.Scale(t.Sum(x.LogPFExit), 0)
	}
	flow := t.Sub(x.Potential, x.LogPFExit)
	step := t.Sub(x.LogPF, x.LogPB)
	residual := t.Add(t.Sub(t.Rows(flow, x.inner), t.Rows(flow, x.innerNext)), t.Rows(step, x.inner))
	return reduce(t, r, regress(t, g, residual))
}

// SoftQ is soft Q-learning in the decision process whose entropy-regularised
// optimum is the GFlowNet: rewards log P_B(s|s') along the way and log R(x) at the
// exit (Tiapkin et al. 2024, "Generative Flow Networks as Entropy-Regularized
// RL", arXiv 2310.12934), over transitions, from LogPB, LogF and LogReward:
//
//	g(Q(s, s') - log P_B(s|s') - V(s'))
//
// q [M,1] are the values of the actions taken; LogF are the soft values V, the
// log-sum-exp of Q over the legal actions, usually those of a target network.
func SoftQ[T nn.Float](t *nn.TapeOf[T], x *Terms, q nn.Value, g Regression, r Reduction) nn.Value {
	return reduce(t, r, regress(t, g, t.Sub(t.Sub(q, x.LogPB), after(t, x, x.LogF))))
}

// FlowTerms are what flow matching is made of: log flows of edges, nn.LogZero
// where there is none.
type FlowTerms struct {
	Incoming  nn.Value // [K,any] the edges that lead to each of K states, s0 left out
	Outgoing  nn.Value // [K,any] the edges that leave them, the exit included
	Exit      nn.Value // [N,1] the exit edges of terminating states
	LogReward nn.Value // [N,1] their log rewards
}

// FM is flow matching (Bengio et al. 2021, arXiv 2106.04399): the mean (or sum)
// over states of
//
//	g(log Σ incoming flow - log Σ outgoing flow)
//
// plus alpha times that over terminating states of g(exit flow - log reward): the
// reward-matching term, by which edges into the sink are learned like others. K
// may be 0.
func FM[T nn.Float](t *nn.TapeOf[T], x *FlowTerms, alpha float64, g Regression, r Reduction) nn.Value {
	match := t.Scale(reduce(t, r, regress(t, g, t.Sub(x.Exit, x.LogReward))), T(alpha))
	if k, _ := t.Shape(x.Incoming); k == 0 {
		return match
	}
	balance := t.Sub(t.LogSumExp(x.Incoming), t.LogSumExp(x.Outgoing))
	return t.Add(reduce(t, r, regress(t, g, balance)), match)
}
