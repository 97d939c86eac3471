package ppo

import (
	"fmt"
	"runtime"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents/nn"
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
	crew   *crew
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
	g.crew = newCrew(g.shards)
	runtime.AddCleanup(g, func(c *crew) { c.dismiss() }, g.crew)
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
	g.crew.run(n)
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

// crew is the goroutines that run shards: the caller's and up to one less than
// there are processors. With n shards to run, goroutine k of m runs shards
// k, k+m, k+2m, ...
type crew struct {
	shards []*shard
	orders []chan int // how many shards there are to run
	done   chan struct{}
}

func newCrew(shards []*shard) *crew {
	c := &crew{shards: shards}
	for k := 1; k < min(runtime.GOMAXPROCS(0), len(shards)); k++ {
		c.orders = append(c.orders, make(chan int))
	}
	c.done = make(chan struct{}, len(c.orders))
	for k, orders := range c.orders {
		go func() {
			for n := range orders {
				c.work(k+1, n)
				c.done <- struct{}{}
			}
		}()
	}
	return c
}

// run runs the first n shards.
func (c *crew) run(n int) {
	others := min(len(c.orders), n-1)
	for _, orders := range c.orders[:others] {
		orders <- n
	}
	c.work(0, n)
	for range others {
		<-c.done
	}
}

// work runs the shards of goroutine k.
func (c *crew) work(k, n int) {
	for i := k; i < n; i += min(len(c.orders)+1, n) {
		c.shards[i].run()
	}
}

// dismiss ends the goroutines.
func (c *crew) dismiss() {
	for _, orders := range c.orders {
		close(orders)
	}
}
