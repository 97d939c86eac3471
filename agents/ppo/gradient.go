package ppo

import (
	"fmt"
	"runtime"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents/nn"
	"github.com/miniflow-rl/miniflow/internal/crew"
)

const (
	// shardRows is the number of samples that are at least one goroutine's work:
	// enough that waking it pays.
	shardRows = 128
	// maxShards bounds the memory: each shard has a network.
	maxShards = 8
)

// shardsOf returns how many shards a minibatch is cut into.
func shardsOf(rows int) int { return min((rows+shardRows-1)/shardRows, maxShards) }

// gradient computes gradients of minibatches on several goroutines. A minibatch
// is cut into shards, each has a network of its own with the same parameters,
// and their gradients are added in the shards' order: the result does not depend
// on the number of goroutines.
type gradient struct {
	shards []*shard // the first has the agent's own network
	jobs   *jobs
	crew   *crew.Crew
}

// jobs is the shards of the minibatch at hand, of which member k of m runs
// k, k+m, k+2m, ...
type jobs struct {
	shards  []*shard
	members int
	do      func(k int) // work, made once
}

func (j *jobs) work(k int) {
	for i := k; i < len(j.shards); i += j.members {
		j.shards[i].run()
	}
}

// shard is a part of a minibatch, with what computes its gradient.
type shard struct {
	net, agent *network
	config     *Config
	tape       *nn.Tape
	part       minibatch
	share      float64 // of the minibatch
	measured   measures
}

// newGradient returns what computes gradients of up to rows samples into the
// agent's network.
func newGradient(net *network, spec *miniflow.Spec, c *Config, rows int, frozen []string) (*gradient, error) {
	g := &gradient{}
	for k := range shardsOf(rows) {
		s := &shard{net: net, agent: net, config: c, tape: nn.NewTape()}
		if k > 0 {
			var err error
			if s.net, err = newNetwork(spec, c, nil); err != nil {
				return nil, err
			}
			if len(frozen) > 0 {
				if err := s.net.params.Freeze(frozen...); err != nil {
					return nil, fmt.Errorf("ppo: %w", err)
				}
			}
		}
		g.shards = append(g.shards, s)
	}
	g.jobs = &jobs{}
	g.jobs.do = g.jobs.work
	g.crew = crew.New(min(runtime.GOMAXPROCS(0), len(g.shards)))
	return g, nil
}

// compute leaves the gradient of a minibatch's loss in the agent's network.
func (g *gradient) compute(b *minibatch) measures {
	rows := len(b.index)
	n := shardsOf(rows)
	for k, s := range g.shards[:n] {
		lo, hi := k*rows/n, (k+1)*rows/n
		s.part, s.share = b.part(lo, hi), float64(hi-lo)/float64(rows)
	}
	g.jobs.shards, g.jobs.members = g.shards[:n], min(n, g.crew.Members())
	g.crew.Run(g.jobs.members, g.jobs.do)
	var sum measures
	for k, s := range g.shards[:n] {
		sum.add(&s.measured, s.share)
		if k > 0 {
			s.agent.params.AddGrad(&s.net.params)
		}
	}
	return sum
}

// run computes a shard's part of the gradient.
func (s *shard) run() {
	if s.net != s.agent {
		s.net.follow(s.agent)
	}
	l := s.part.loss(s.tape, s.net, s.config)
	s.measured = l.measure(s.tape, s.config.Clip)
	s.net.params.ZeroGrad()
	s.tape.Backward(s.tape.Scale(l.total, float32(s.share)))
}
