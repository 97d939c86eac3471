package gfn

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/nn"
)

// Names of the arrays in a checkpoint, or what they start with.
const (
	stateModel    = "model"
	stateTarget   = "target"
	stateMean     = "average"
	stateAdam     = "adam"
	stateRand     = "rand.actions"
	stateCounts   = "gfn.counts"
	stateModes    = "gfn.modes"
	stateBuffer   = "gfn.buffer."
	stateFrontier = "gfn.frontier."
)

// Save implements [agents.Agent].
func (a *Agent) Save(s *agents.State) error {
	a.model.params.Export(&s.File, stateModel)
	a.adam.Export(&s.File, stateAdam)
	for _, t := range a.twins() {
		t.params.Export(&s.File, t.name)
	}
	rng, err := a.sampler.rng.AppendBinary(nil)
	if err != nil {
		return err
	}
	s.PutBytes(stateRand, rng)
	s.PutInts(stateCounts, []int64{a.updates})
	if a.modes != nil {
		a.modes.save(s)
	}
	a.buffer.save(s)
	if a.config.Frontier > 0 {
		a.frontier.save(s)
	}
	return nil
}

// Load implements [agents.Agent].
func (a *Agent) Load(s *agents.State) error {
	if err := a.LoadBlocks(s); err != nil {
		return err
	}
	if err := loadLearning(s, a.adam, a.twins()); err != nil {
		return err
	}
	if err := a.sampler.rng.UnmarshalBinary(s.Bytes(stateRand)); err != nil {
		return errors.Join(s.Err(), fmt.Errorf("gfn: %s: %w: %w", stateRand, agents.ErrCheckpoint, err))
	}
	counts := make([]int64, 1)
	s.Ints(stateCounts, counts)
	a.updates = counts[0]
	if a.modes != nil {
		a.modes.load(s, len(a.layout.Values))
	}
	if err := a.buffer.load(s, len(a.layout.Values), a.table.c); err != nil {
		return fmt.Errorf("gfn: replay buffer: %w", err)
	}
	if a.config.Frontier > 0 {
		if err := a.frontier.load(s, len(a.layout.Values), a.layout.Actions-1); err != nil {
			return fmt.Errorf("gfn: frontier: %w", err)
		}
		a.frontier.weigh()
	}
	return s.Err()
}

// twin are parameters of networks that follow the learning ones, and the name of
// their arrays.
type twin struct {
	name   string
	params *nn.Params
}

// twins are the networks that follow the learning one.
func (a *Agent) twins() (out []twin) {
	if a.target != nil {
		out = append(out, twin{stateTarget, &a.target.m.params})
	}
	if a.average != nil {
		out = append(out, twin{stateMean, &a.average.m.params})
	}
	return out
}

// Blocks implements [agents.Transferrer].
func (a *Agent) Blocks() []string { return a.model.params.Blocks() }

// Freeze implements [agents.Transferrer].
func (a *Agent) Freeze(blocks ...string) error { return a.model.params.Freeze(blocks...) }

// LoadBlocks implements [agents.Transferrer].
func (a *Agent) LoadBlocks(s *agents.State, blocks ...string) error {
	return loadBlocks(s, &a.model.params, a.twins(), blocks)
}

// loadLearning reads what a run goes on learning with: the optimiser and the twins,
// all of which must be there.
func loadLearning(s *agents.State, adam *nn.Adam, twins []twin) error {
	err := adam.Import(&s.File, stateAdam)
	for _, t := range twins {
		if err == nil {
			err = t.params.Import(&s.File, t.name)
		}
	}
	if err != nil {
		return fmt.Errorf("gfn: %w: %w", agents.ErrCheckpoint, err)
	}
	return nil
}

// loadBlocks reads the learning networks and their twins: a restored run acts with
// its mean. Twins that s has no arrays of, as another run may have none, become
// equal to the learning networks. It changes nothing if it fails.
func loadBlocks(s *agents.State, params *nn.Params, twins []twin, blocks []string) error {
	var before nn.File
	params.Export(&before, stateModel)
	for _, t := range twins {
		t.params.Export(&before, t.name)
	}
	err := params.Import(&s.File, stateModel, blocks...)
	for _, t := range twins {
		if err != nil {
			break
		}
		if slices.ContainsFunc(s.File.Tensors, func(x nn.Tensor) bool { return strings.HasPrefix(x.Name, t.name+".") }) {
			err = t.params.Import(&s.File, t.name, blocks...)
		} else {
			t.params.CopyFrom(params)
		}
	}
	if err == nil {
		return nil
	}
	err = fmt.Errorf("gfn: %w: %w", agents.ErrCheckpoint, err)
	for _, t := range append(twins, twin{stateModel, params}) {
		err = errors.Join(err, t.params.Import(&before, t.name))
	}
	return err
}

// save puts the items into a checkpoint: states, conditions and log rewards row
// after row, and the actions one behind the other with their ends.
func (b *Buffer) save(s *agents.State) {
	var states, actions, ends []int64
	var conditions, rewards []float64
	for i := range b.items {
		x := &b.items[i]
		states, actions = widen(states, x.State), widen(actions, x.Actions)
		conditions, rewards = append(conditions, x.Condition...), append(rewards, x.LogReward)
		ends = append(ends, int64(len(actions)))
	}
	s.PutInts(stateBuffer+"size", []int64{int64(len(b.items)), int64(len(actions))})
	s.PutInts(stateBuffer+"states", states)
	s.PutInts(stateBuffer+"actions", actions)
	s.PutInts(stateBuffer+"ends", ends)
	s.PutFloats(stateBuffer+"conditions", conditions)
	s.PutFloats(stateBuffer+"log_rewards", rewards)
}

func (b *Buffer) load(s *agents.State, k, c int) error {
	var size [2]int64
	s.Ints(stateBuffer+"size", size[:])
	if s.Err() != nil || size[0] < 0 || size[0] > int64(b.Capacity) || size[1] < 0 || size[1] > math.MaxInt32 {
		return errors.Join(s.Err(), fmt.Errorf("%d items of %d actions do not fit into a capacity of %d: %w", size[0], size[1], b.Capacity, agents.ErrCheckpoint))
	}
	n := int(size[0])
	states, actions, ends := make([]int64, n*k), make([]int64, size[1]), make([]int64, n)
	conditions, rewards := make([]float64, n*c), make([]float64, n)
	s.Ints(stateBuffer+"states", states)
	s.Ints(stateBuffer+"actions", actions)
	s.Ints(stateBuffer+"ends", ends)
	s.Floats(stateBuffer+"conditions", conditions)
	s.Floats(stateBuffer+"log_rewards", rewards)
	if err := s.Err(); err != nil {
		return err
	}
	b.items = nil
	from := int64(0)
	for i, end := range ends {
		if end < from || end > size[1] {
			return fmt.Errorf("the actions of item %d are out of range: %w", i, agents.ErrCheckpoint)
		}
		x := Item{State: narrow(states[i*k : (i+1)*k]), Condition: conditions[i*c : (i+1)*c : (i+1)*c], LogReward: rewards[i]}
		if end > from {
			x.Actions = narrow(actions[from:end])
		}
		b.items = append(b.items, x)
		from = end
	}
	return nil
}

func widen(dst []int64, x []int32) []int64 {
	for _, v := range x {
		dst = append(dst, int64(v))
	}
	return dst
}

func narrow(x []int64) []int32 {
	out := make([]int32, len(x))
	for k, v := range x {
		out[k] = int32(v)
	}
	return out
}
