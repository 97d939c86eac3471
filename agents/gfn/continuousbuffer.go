package gfn

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
)

// objectBuffer is the replay buffer of continuous rules: the newest objects, as
// terminating states, with their log rewards.
type objectBuffer struct {
	width, capacity int
	state           []float64
	reward          []float64
	oldest          int // where the next one goes once the buffer is full
	sums            []float64
}

func (o *objectBuffer) len() int { return len(o.reward) }

func (o *objectBuffer) add(s []float64, reward float64) {
	if o.len() < o.capacity {
		o.state, o.reward = append(o.state, s...), append(o.reward, reward)
		return
	}
	copy(o.state[o.oldest*o.width:], s)
	o.reward[o.oldest] = reward
	o.oldest = (o.oldest + 1) % o.capacity
}

// draw returns an object, one as probable as the other or in proportion to
// reward. It is valid until the next add.
func (o *objectBuffer) draw(rng *miniflow.Rand, byReward bool) []float64 {
	k := 0
	if byReward {
		most, sum := slices.Max(o.reward), 0.0
		o.sums = o.sums[:0]
		for _, r := range o.reward {
			sum += math.Exp(r - most)
			o.sums = append(o.sums, sum)
		}
		at, _ := slices.BinarySearch(o.sums, rng.Random()*sum)
		k = min(at, o.len()-1)
	} else {
		k = rng.Intn(o.len())
	}
	return o.state[k*o.width : (k+1)*o.width]
}

func (o *objectBuffer) save(s *agents.State) {
	s.PutInts(stateBuffer+"size", []int64{int64(o.len()), int64(o.oldest)})
	s.PutFloats(stateBuffer+"states", o.state)
	s.PutFloats(stateBuffer+"log_rewards", o.reward)
}

func (o *objectBuffer) load(s *agents.State) error {
	var size [2]int64
	s.Ints(stateBuffer+"size", size[:])
	if n, oldest := size[0], size[1]; s.Err() != nil || n < 0 || n > int64(o.capacity) || oldest < 0 || oldest > n {
		return errors.Join(s.Err(), fmt.Errorf("%d objects, the oldest number %d, do not fit into a capacity of %d: %w", n, oldest, o.capacity, agents.ErrCheckpoint))
	}
	n := int(size[0])
	o.state, o.reward, o.oldest = make([]float64, n*o.width), make([]float64, n), int(size[1])
	s.Floats(stateBuffer+"states", o.state)
	s.Floats(stateBuffer+"log_rewards", o.reward)
	return s.Err()
}
