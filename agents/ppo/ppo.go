// Package ppo is proximal policy optimisation: Schulman et al., "Proximal Policy
// Optimization Algorithms", 2017, with the details that make it work (Huang et
// al., "The 37 Implementation Details of Proximal Policy Optimization", 2022).
//
// It learns in any environment with discrete actions, masked where the
// environment is a miniflow.Masker, from any mixture of observations:
//
//	config := ppo.DefaultConfig()
//	result, err := agents.Train(ctx, agents.Run{
//		Dir:       "runs/doorkey",
//		Env:       agents.EnvConfig{ID: "MiniGrid-DoorKey-5x5-v0"},
//		Algorithm: &config,
//		Steps:     100_000,
//		Seed:      1,
//	}, agents.Options{Progress: os.Stderr})
//
// The files read in this order: config.go, ppo.go, rollout.go, gae.go, loss.go,
// gradient.go, network.go, policy.go, state.go.
package ppo

import (
	"context"
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/nn"
)

// Agent learns by proximal policy optimisation. Make it with [New]. It is not
// safe for concurrent use, its policies included.
type Agent struct {
	config Config
	env    miniflow.Env
	steps  int // of the whole run, for the schedule

	net    *network
	adam   *nn.Adam
	frozen []string // blocks

	// What follows is there from the first Update, Save or Load on.
	rollout  *rollout
	gradient *gradient
	order    []int32 // of the samples in an epoch
	mini     minibatch

	batches miniflow.Rand // draws minibatches
	seed    uint64
}

var (
	_ agents.Agent       = (*Agent)(nil)
	_ agents.Transferrer = (*Agent)(nil)
)

// New returns an agent that is going to learn in env for a number of steps. env
// must have discrete actions and, when it comes to learning, autoreset mode
// [miniflow.SameStep].
func New(env miniflow.Env, config Config, seed uint64, steps int) (*Agent, error) {
	if err := config.Check(); err != nil {
		return nil, err
	}
	spec := env.Spec()
	if spec.NumActions() < 1 {
		return nil, fmt.Errorf("ppo: %s has actions of type %T: this PPO wants discrete ones", spec.ID, spec.Action)
	}
	if err := config.checkMemory(spec); err != nil {
		return nil, err
	}
	var init miniflow.Rand
	init.SeedKey(seed, agents.StreamInit)
	net, err := newNetwork(spec, &config, &init)
	if err != nil {
		return nil, err
	}
	opt := nn.DefaultAdam()
	opt.LR, opt.Epsilon = config.LearningRate, config.AdamEps
	adam, err := nn.NewAdam(&net.params, opt)
	if err != nil {
		return nil, fmt.Errorf("ppo: %w", err)
	}
	a := &Agent{config: config, env: env, steps: steps, net: net, adam: adam, seed: seed}
	a.batches.SeedKey(seed, agents.StreamBatches)
	return a, nil
}

// Update implements [agents.Agent]: one rollout, then a few epochs of gradient
// steps on minibatches of it.
func (a *Agent) Update(ctx context.Context, m *agents.Meter) error {
	if err := a.begin(); err != nil {
		return err
	}
	if a.config.Schedule == Linear {
		if err := a.adam.SetFactor(max(0, 1-float64(m.Steps())/float64(a.steps))); err != nil {
			return err
		}
	}
	if err := a.rollout.collect(ctx, a.net, m); err != nil {
		return err
	}
	r := a.rollout
	Advantages(r.advantage, r.target, r.value, r.next, r.reward, r.ended, a.env.Len(), a.config.Gamma, a.config.Lambda)
	measured, err := a.learn(ctx)
	if err != nil {
		return err
	}
	measured.report(m)
	m.Set("value/explained_variance", r.explainedVariance())
	return nil
}

// learn goes over the rollout and returns what it measured.
func (a *Agent) learn(ctx context.Context) (sum measures, err error) {
	for range a.config.Epochs {
		for k := range a.order {
			a.order[k] = int32(k)
		}
		a.batches.Shuffle(len(a.order), func(i, j int) { a.order[i], a.order[j] = a.order[j], a.order[i] })
		for rest := a.order; len(rest) > 0; {
			if err := ctx.Err(); err != nil {
				return sum, err
			}
			n := min(a.config.Minibatch, len(rest))
			a.mini.gather(a.rollout, rest[:n], a.config.NormalizeAdvantage)
			one := a.gradient.compute(&a.mini)
			if a.config.TargetKL > 0 && one.kl > 1.5*a.config.TargetKL {
				return sum, nil
			}
			if one.gradNorm = a.clipGradients(); math.IsNaN(one.gradNorm) || math.IsInf(one.gradNorm, 0) {
				return sum, fmt.Errorf("ppo: %s: the gradient is not finite at a loss of %v of the value and %v of the policy; nothing was learned from it: lower the learning rate, or bring the rewards to an order of 1 by the wrappers normalize_reward or, for constructions, log_reward", a.env.Spec().ID, one.value, one.policy)
			}
			a.adam.Step()
			sum.add(&one, 1)
			rest = rest[n:]
		}
	}
	return sum, nil
}

func (a *Agent) clipGradients() float64 {
	if a.config.MaxGradNorm > 0 {
		return a.net.params.ClipGradNorm(a.config.MaxGradNorm)
	}
	return a.net.params.GradNorm()
}

// begin makes what only learning needs, and starts the first episodes.
func (a *Agent) begin() error {
	if a.rollout != nil {
		return nil
	}
	r, err := newRollout(a.env, a.config.Horizon, a.seed)
	if err != nil {
		return err
	}
	if err := a.env.Reset(r.b, a.seed); err != nil {
		return err
	}
	a.order = make([]int32, a.config.Horizon*a.env.Len())
	if a.gradient, err = newGradient(a.net, a.env.Spec(), &a.config, min(a.config.Minibatch, len(a.order)), a.frozen); err != nil {
		return err
	}
	a.rollout = r
	return nil
}
