package miniflow

// Sim is the rules of one lane: what the author of a world writes. [NewVector]
// runs any number of them as an [Env].
//
// A Sim that also implements encoding.BinaryAppender and
// encoding.BinaryUnmarshaler can be snapshotted; one that implements
// [SimMasker] has action masks; one that implements [SimHasher] decides what
// episode files record as its state.
type Sim interface {
	// Reset builds a new world from rng and writes the first observation. The
	// Sim may keep rng for draws during the episode.
	Reset(rng *Rand, l Lane) error
	// Step applies l's action, which lies in the action space, and writes
	// observation, reward and flags. Reward and flags are zero on entry.
	Step(l Lane)
}

// SimMasker is a [Sim] that knows its legal actions; dst has one entry an action.
type SimMasker interface {
	ActionMask(dst []bool)
}

// SimHasher is a [Sim] with a state hash of its own; see [Hasher].
type SimHasher interface {
	StateHash() uint64
}

// Lane is one row of a [Batch]: the side of it that a [Sim] sees. Slices that
// it returns alias the batch and are valid during the call only.
type Lane struct {
	b *Batch
	i int
}

// LaneOf returns lane i of b.
func LaneOf(b *Batch, i int) Lane { return Lane{b, i} }

// Index returns the lane's number.
func (l Lane) Index() int { return l.i }

// Action returns the lane's action in a Discrete action space.
func (l Lane) Action() int { return int(l.b.Action.I32[l.i]) }

// Actions returns the lane's row of a MultiDiscrete or MultiBinary action space.
func (l Lane) Actions() []int32 { return l.b.Action.RowI32(l.i) }

// ActionF32 returns the lane's row of a float32 Box action space.
func (l Lane) ActionF32() []float32 { return l.b.Action.RowF32(l.i) }

// ActionF64 returns the lane's row of a float64 Box action space.
func (l Lane) ActionF64() []float64 { return l.b.Action.RowF64(l.i) }

// U8 returns the lane's row of observation k, a Uint8 array.
func (l Lane) U8(k int) []uint8 { return l.b.Obs[k].RowU8(l.i) }

// I32 returns the lane's row of observation k, an Int32 array.
func (l Lane) I32(k int) []int32 { return l.b.Obs[k].RowI32(l.i) }

// F32 returns the lane's row of observation k, a Float32 array.
func (l Lane) F32(k int) []float32 { return l.b.Obs[k].RowF32(l.i) }

// F64 returns the lane's row of observation k, a Float64 array.
func (l Lane) F64(k int) []float64 { return l.b.Obs[k].RowF64(l.i) }

// SetText stores a text observation.
func (l Lane) SetText(k int, s string) { l.b.Obs[k].Text[l.i] = s }

// SetReward sets the reward of this step.
func (l Lane) SetReward(r float64) { l.b.Reward[l.i] = r }

// Terminate marks the task as ended on this step.
func (l Lane) Terminate() { l.b.Terminated[l.i] = true }

// Truncate marks the episode as cut off from outside on this step.
func (l Lane) Truncate() { l.b.Truncated[l.i] = true }
