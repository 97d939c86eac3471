package gfn

import (
	"fmt"
	"math"
	"slices"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/internal/spelling"
)

// Replay says which trajectories a [Buffer] keeps.
type Replay uint8

// The kinds of buffers.
const (
	// ReplayNone keeps nothing.
	ReplayNone Replay = iota
	// ReplayFIFO keeps the newest.
	ReplayFIFO
	// ReplayPrioritized keeps those with the highest rewards.
	ReplayPrioritized
	// ReplayDiverse keeps those with the highest rewards that are far from each
	// other.
	ReplayDiverse
	// ReplayStates keeps the newest terminating states; trajectories to them are
	// drawn from the backward policy.
	ReplayStates
)

var replayNames = []string{"none", "fifo", "prioritized", "diverse", "states"}

// String returns the name.
func (r Replay) String() string {
	if int(r) < len(replayNames) {
		return replayNames[r]
	}
	return fmt.Sprintf("Replay(%d)", uint8(r))
}

// MarshalText implements encoding.TextMarshaler.
func (r Replay) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *Replay) UnmarshalText(text []byte) error {
	return spelling.Read(r, "replay", replayNames, text)
}

// Item is what a [Buffer] keeps of a trajectory.
type Item struct {
	State     []int32   // the terminating state
	Point     []float64 // or that of continuous rules
	Condition []float64
	// Actions are all actions, the exit included; nil in [ReplayStates]. Those of
	// continuous rules are kinds, with their parameters one behind the other in Params.
	Actions   []int32
	Params    []float64
	LogReward float64
}

// Buffer keeps trajectories for replay.
type Buffer struct {
	Kind     Replay
	Capacity int
	// Cutoff is the distance, in the Norm-norm, at which [ReplayDiverse] takes two
	// states for the same.
	Cutoff, Norm float64

	items []Item // the oldest first, or ascending by log reward
	sums  []float64
}

// Len returns the number of items.
func (b *Buffer) Len() int { return len(b.items) }

// Item returns item i. It is valid until the next Add and must not be changed.
func (b *Buffer) Item(i int) *Item { return &b.items[i] }

// Add adds the items of a batch, which the buffer owns from then on, and drops
// what is beyond its capacity.
//
// A full [ReplayDiverse] buffer first drops additions below its smallest log
// reward, then those within Cutoff of a better one of the same batch, then those
// within Cutoff of what it holds.
func (b *Buffer) Add(batch []Item) {
	if b.Kind == ReplayDiverse && len(b.items) >= b.Capacity && len(b.items) > 0 {
		batch = b.diverse(slices.Clone(batch))
	}
	b.items = append(b.items, batch...)
	if b.Kind == ReplayPrioritized || b.Kind == ReplayDiverse {
		slices.SortStableFunc(b.items, byReward)
	}
	if extra := len(b.items) - b.Capacity; extra > 0 {
		b.items = slices.Delete(b.items, 0, extra)
	}
}

func byReward(x, y Item) int {
	switch {
	case x.LogReward < y.LogReward:
		return -1
	case x.LogReward > y.LogReward:
		return 1
	}
	return 0
}

func (b *Buffer) diverse(batch []Item) []Item {
	batch = slices.DeleteFunc(batch, func(x Item) bool { return x.LogReward < b.items[0].LogReward })
	slices.SortStableFunc(batch, func(x, y Item) int { return byReward(y, x) })
	var out []Item
	for i, x := range batch {
		near := func(y Item) bool { return b.distance(&x, &y) <= b.Cutoff }
		if !slices.ContainsFunc(batch[:i], near) && !slices.ContainsFunc(b.items, near) {
			out = append(out, x)
		}
	}
	return out
}

func (b *Buffer) distance(x, y *Item) float64 {
	sum := 0.0
	for j, v := range x.State {
		sum += math.Pow(math.Abs(float64(v-y.State[j])), b.Norm)
	}
	for j, v := range x.Point {
		sum += math.Pow(math.Abs(v-y.Point[j]), b.Norm)
	}
	for j, v := range x.Condition {
		sum += math.Pow(math.Abs(v-y.Condition[j]), b.Norm)
	}
	return math.Pow(sum, 1/b.Norm)
}

// Draw fills dst with numbers of items, with replacement: all with the same
// probability, or in proportion to their rewards. It panics if the buffer is
// empty.
func (b *Buffer) Draw(dst []int, rng *miniflow.Rand, byReward bool) {
	if !byReward {
		for k := range dst {
			dst[k] = rng.Intn(len(b.items))
		}
		return
	}
	most, sum := math.Inf(-1), 0.0
	for i := range b.items {
		most = max(most, b.items[i].LogReward)
	}
	b.sums = b.sums[:0]
	for i := range b.items {
		sum += math.Exp(b.items[i].LogReward - most)
		b.sums = append(b.sums, sum)
	}
	for k := range dst {
		at, _ := slices.BinarySearch(b.sums, rng.Random()*sum)
		dst[k] = min(at, len(b.items)-1)
	}
}
