package gfn

import "github.com/miniflow-rl/miniflow/agents/nn"

// Batch says where the trajectories lie in a list of M transitions: N of them
// one behind the other, each ended by its exit. Call [Batch.Begin], [Batch.Add]
// for each trajectory and [Batch.End]; from the second batch of a size on that
// allocates nothing.
type Batch struct {
	start      []int32 // trajectory i has the transitions [start[i], start[i+1])
	trajectory []int32 // of each transition
	next       []int32 // the transition behind each; M+i behind the exit of trajectory i
	inner      []int32 // the transitions that are no exits
	innerNext  []int32 // and those behind them
	exits      []int32 // the exit of each trajectory
	longest    int

	// Of SubTB: rows t*N+i for transition t of trajectory i, -1 behind its end.
	padded   []int32 // the transition
	behind   []int32 // next of it
	before   []int32 // the row of transition t-1
	from, to []int32 // the rows where sub-trajectories begin and end
	weight   []float64
	byLength []float64
	total    int
}

// Begin forgets all trajectories.
func (b *Batch) Begin() {
	b.start = append(b.start[:0], 0)
	b.longest = 0
}

// Add appends a trajectory of n >= 1 transitions.
func (b *Batch) Add(n int) {
	b.start = append(b.start, b.start[len(b.start)-1]+int32(n))
	b.longest = max(b.longest, n)
}

// End makes the batch ready for objectives.
func (b *Batch) End() {
	b.trajectory, b.next, b.inner, b.innerNext, b.exits = b.trajectory[:0], b.next[:0], b.inner[:0], b.innerNext[:0], b.exits[:0]
	m := int32(b.Transitions())
	for i := range int32(b.Trajectories()) {
		last := b.start[i+1] - 1
		for k := b.start[i]; k < last; k++ {
			b.trajectory = append(b.trajectory, i)
			b.next = append(b.next, k+1)
			b.inner, b.innerNext = append(b.inner, k), append(b.innerNext, k+1)
		}
		b.trajectory, b.next, b.exits = append(b.trajectory, i), append(b.next, m+i), append(b.exits, last)
	}
}

// Trajectories returns N.
func (b *Batch) Trajectories() int { return len(b.start) - 1 }

// Transitions returns M.
func (b *Batch) Transitions() int { return int(b.start[len(b.start)-1]) }

// Len returns the number of transitions of trajectory i.
func (b *Batch) Len(i int) int { return int(b.start[i+1] - b.start[i]) }

// Terms are what objectives are made of: values on a tape, one row for each of a
// batch's M transitions s -> s', or for each of its N trajectories. An objective
// reads those that its comment names; the others need not be set.
type Terms struct {
	*Batch
	LogPF     nn.Value // [M,1] log P_F(s'|s), of the exit where the transition is one
	LogPB     nn.Value // [M,1] log P_B(s|s'), 0 at exits
	LogF      nn.Value // [M,1] log F(s)
	LogReward nn.Value // [N,1] log R(x)
	Potential nn.Value // [M,1] the log reward of the unfinished s
	LogPFExit nn.Value // [M,1] log P_F(exit|s)
	LogPrior  nn.Value // [M,1] log probability of the transition under a reference policy
}

// after returns, for every transition, the log flow of the state that it leads
// to: flow of s', or the log reward behind an exit.
func after[T nn.Float](t *nn.TapeOf[T], x *Terms, flow nn.Value) nn.Value {
	return t.Rows(t.ConcatRows(flow, x.LogReward), x.next)
}
