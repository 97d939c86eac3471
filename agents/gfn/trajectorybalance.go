package gfn

import (
	"fmt"

	"github.com/miniflow-rl/miniflow/agents/nn"
)

// TB is trajectory balance (Malkin et al. 2022, arXiv 2201.13259), over
// trajectories, from LogPF, LogPB and LogReward:
//
//	g(log Z + Σ log P_F - Σ log P_B - log R(x))
//
// logZ is [1,1], or [N,1] where it depends on a condition.
func TB[T nn.Float](t *nn.TapeOf[T], x *Terms, logZ nn.Value, g Regression, r Reduction) nn.Value {
	return reduce(t, r, regress(t, g, t.Add(pathDifference(t, x), logZ)))
}

// trajectoryBalance is [TB] as configured. With LogZImportance its log Z learns from
// [Linex] of scale -1, whose minimum is where the mean of R P_B / (Z P_F) is 1: log Z
// by importance sampling. The square has its minimum at the mean of the logarithm, a
// lower bound, which misses log Z by the divergence of what is not learned.
func (c *Config) trajectoryBalance(t *nn.Tape, x *Terms, logZ nn.Value) nn.Value {
	if !c.LogZImportance {
		return TB(t, x, logZ, c.Regression, Mean)
	}
	d := pathDifference(t, x)
	policy := regress(t, c.Regression, t.Add(d, t.StopGradient(logZ)))
	return t.Mean(t.Add(policy, regress(t, Regression{Linex, -1}, t.Add(t.StopGradient(d), logZ))))
}

// remedy says what to do about a loss or a gradient that is beyond float32.
func (c *Config) remedy() string {
	if c.LogZImportance {
		return fmt.Sprintf("set log_z, which is %v, near log Z, or log_z_importance to false: this gradient grows exponentially with what log Z is too low by", c.LogZ)
	}
	return fmt.Sprintf("lower the learning rate, or raise min_log_reward from %v", c.MinLogReward)
}

// VarGrad is the log-partition variance loss (Zhang et al. 2023, "Robust
// Scheduling with GFlowNets", arXiv 2302.05446), also called LPV: [TB] with log
// Z estimated from the batch, as minus the mean of what remains of the residual,
// through which the gradient flows.
func VarGrad[T nn.Float](t *nn.TapeOf[T], x *Terms, g Regression, r Reduction) nn.Value {
	d := pathDifference(t, x)
	return reduce(t, r, regress(t, g, t.Sub(d, t.Mean(d))))
}

// RTB is relative trajectory balance (Venkatraman et al. 2024, arXiv 2405.20971):
// it makes P_F the posterior of a prior policy under the reward to the power of
// beta, from LogPF, LogPrior and LogReward:
//
//	g(log Z + Σ log P_F - Σ log prior - beta log R(x))
func RTB[T nn.Float](t *nn.TapeOf[T], x *Terms, logZ nn.Value, beta float64, g Regression, r Reduction) nn.Value {
	return reduce(t, r, regress(t, g, t.Add(priorDifference(t, x, beta), logZ)))
}

// RelativeVarGrad is to [RTB] what [VarGrad] is to [TB].
func RelativeVarGrad[T nn.Float](t *nn.TapeOf[T], x *Terms, beta float64, g Regression, r Reduction) nn.Value {
	d := priorDifference(t, x, beta)
	return reduce(t, r, regress(t, g, t.Sub(d, t.Mean(d))))
}

// BackwardMLE is minus the log likelihood of trajectories under the backward
// policy, over trajectories, from LogPB: trajectory likelihood maximisation
// (Gritsaev et al. 2024, arXiv 2410.15474) where the forward policy drew them.
func BackwardMLE[T nn.Float](t *nn.TapeOf[T], x *Terms, r Reduction) nn.Value {
	return reduce(t, r, t.Neg(t.SegmentSum(x.LogPB, x.trajectory, x.Trajectories())))
}

// MLE is minus the log likelihood of trajectories under the forward policy, over
// trajectories, from LogPF: where the backward policy drew them from objects of
// probability p(x), its minimum is a policy that samples p (Zhang et al. 2022,
// arXiv 2202.01361, equation 10).
func MLE[T nn.Float](t *nn.TapeOf[T], x *Terms, r Reduction) nn.Value {
	return reduce(t, r, t.Neg(t.SegmentSum(x.LogPF, x.trajectory, x.Trajectories())))
}

// pathDifference is Σ log P_F - Σ log P_B - log R(x), [N,1].
func pathDifference[T nn.Float](t *nn.TapeOf[T], x *Terms) nn.Value {
	return t.Sub(t.SegmentSum(t.Sub(x.LogPF, x.LogPB), x.trajectory, x.Trajectories()), x.LogReward)
}

func priorDifference[T nn.Float](t *nn.TapeOf[T], x *Terms, beta float64) nn.Value {
	ratio := t.SegmentSum(t.Sub(x.LogPF, x.LogPrior), x.trajectory, x.Trajectories())
	return t.Sub(ratio, t.Scale(x.LogReward, T(beta)))
}

// TrustPCL is path consistency with a trust region around a reference policy, at
// temperature alpha (Nachum et al. 2018, arXiv 1707.01891), over whole
// trajectories, from LogPF, LogPrior and LogReward:
//
//	g(V(s0) + alpha Σ (log P_F - log prior) - log R(x))
//
// With g the square it is alpha^2 times [RTB] with beta = 1/alpha and log Z =
// V/alpha (Deleu et al. 2025, arXiv 2509.01632). value [1,1] is V(s0).
func TrustPCL[T nn.Float](t *nn.TapeOf[T], x *Terms, value nn.Value, alpha float64, g Regression, r Reduction) nn.Value {
	ratio := t.SegmentSum(t.Sub(x.LogPF, x.LogPrior), x.trajectory, x.Trajectories())
	residual := t.Add(t.Sub(t.Scale(ratio, T(alpha)), x.LogReward), value)
	return reduce(t, r, regress(t, g, residual))
}
