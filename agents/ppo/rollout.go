package ppo

import (
	"context"
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/nn"
)

// rollout holds horizon steps of all lanes: sample t*lanes+i is step t of lane i.
// Collecting allocates nothing from the second rollout on.
type rollout struct {
	env     miniflow.Env
	b       *miniflow.Batch
	masker  miniflow.Masker // nil if all actions are always legal
	tape    *nn.Tape
	rng     miniflow.Rand // draws actions
	uniform []float64     // one draw a lane
	start   int32         // number of the first action

	horizon   int
	obs       []miniflow.Array
	mask      []bool // [samples, actions], nil without a masker
	action    []int32
	logProb   []float32
	value     []float32
	next      []float32 // value of the state that the step led to; see Advantages
	reward    []float64
	ended     []bool
	advantage []float32
	target    []float32
}

func newRollout(env miniflow.Env, horizon int, seed uint64) (*rollout, error) {
	spec, lanes := env.Spec(), env.Len()
	if a, ok := miniflow.As[miniflow.Autoresetter](env); !ok || a.Autoreset() != miniflow.SameStep {
		return nil, fmt.Errorf("ppo: %s must reset its lanes within the step that ends an episode: make it with WithAutoreset(SameStep)", spec.ID)
	}
	n := horizon * lanes
	r := &rollout{
		env: env, b: miniflow.NewBatch(env), tape: nn.NewTape(), uniform: make([]float64, lanes),
		start: int32(spec.Action.(miniflow.Discrete).Start), horizon: horizon, obs: spec.NewObs(n),
		action: make([]int32, n), logProb: make([]float32, n), value: make([]float32, n), next: make([]float32, n),
		reward: make([]float64, n), ended: make([]bool, n), advantage: make([]float32, n), target: make([]float32, n),
	}
	if m, ok := miniflow.As[miniflow.Masker](env); ok && masks(m) {
		r.masker, r.mask = m, make([]bool, n*spec.NumActions())
	}
	r.rng.SeedKey(seed, agents.StreamActions)
	return r, nil
}

// masks reports whether the masker may forbid anything: a VectorEnv answers for
// worlds that have no masks too, and masks of nothing but true cost time.
func masks(m miniflow.Masker) bool {
	v, ok := m.(*miniflow.VectorEnv)
	if !ok {
		return true
	}
	_, ok = v.Sim(0).(miniflow.SimMasker)
	return ok
}

// collect steps the environment with the network's policy until the rollout is
// full, or ctx ends.
func (r *rollout) collect(ctx context.Context, net *network, m *agents.Meter) error {
	lanes := r.env.Len()
	for t := range r.horizon {
		if err := ctx.Err(); err != nil {
			return err
		}
		lo, hi := t*lanes, (t+1)*lanes
		for k := range r.obs {
			copyRows(&r.obs[k], lo, &r.b.Obs[k])
		}
		mask := r.legal(lo, hi)
		logits, value := r.forward(net, r.b.Obs)
		r.rng.RandomN(r.uniform)
		r.tape.SampleCategorical(r.action[lo:hi], r.logProb[lo:hi], logits, mask, r.uniform)
		copy(r.value[lo:hi], r.tape.Data(value))
		if t > 0 {
			r.follow(lo-lanes, r.value[lo:hi])
		}
		for i, a := range r.action[lo:hi] {
			if a < 0 {
				return fmt.Errorf("ppo: %s: lane %d has no legal action", r.env.Spec().ID, i)
			}
			r.b.Action.I32[i] = r.start + a
		}
		if err := r.env.Step(r.b); err != nil {
			return err
		}
		m.Step(r.b)
		copy(r.reward[lo:hi], r.b.Reward)
		r.end(net, lo)
	}
	_, value := r.forward(net, r.b.Obs)
	r.follow((r.horizon-1)*lanes, r.tape.Data(value))
	return nil
}

func (r *rollout) forward(net *network, obs []miniflow.Array) (logits, value nn.Value) {
	r.tape.Reset()
	return net.forward(r.tape, obs, nil)
}

// legal returns the masks of the samples [lo, hi), nil if all actions are legal.
func (r *rollout) legal(lo, hi int) []bool {
	if r.masker == nil {
		return nil
	}
	n := r.env.Spec().NumActions()
	mask := r.mask[lo*n : hi*n]
	r.masker.ActionMask(mask)
	return mask
}

// end notes which lanes' episodes ended in the step whose samples begin at lo,
// and values the final observations of those that were cut off: they would have
// gone on.
func (r *rollout) end(net *network, lo int) {
	cut := false
	for i := range r.b.Terminated {
		r.ended[lo+i] = r.b.Ended(i)
		r.next[lo+i] = 0
		cut = cut || r.b.Truncated[i] && !r.b.Terminated[i]
	}
	if !cut {
		return
	}
	_, value := r.forward(net, r.b.FinalObs)
	for i, v := range r.tape.Data(value) {
		if r.b.Truncated[i] && !r.b.Terminated[i] {
			r.next[lo+i] = v
		}
	}
}

// follow sets the next value of the samples from lo on whose episodes go on.
func (r *rollout) follow(lo int, value []float32) {
	for i, v := range value {
		if !r.ended[lo+i] {
			r.next[lo+i] = v
		}
	}
}

// explainedVariance is 1 - Var(target - value) / Var(target): 1 for perfect
// values, 0 for values as good as a constant.
func (r *rollout) explainedVariance() float64 {
	var sum, squares, rest, restSquares float64
	for k, v := range r.target {
		x, d := float64(v), float64(v-r.value[k])
		sum += x
		squares += x * x
		rest += d
		restSquares += d * d
	}
	n := float64(len(r.target))
	variance := squares - sum*sum/n
	if variance <= 0 {
		return math.NaN()
	}
	return 1 - (restSquares-rest*rest/n)/variance
}

// copyRows copies all rows of src into dst, from row at on.
func copyRows(dst *miniflow.Array, at int, src *miniflow.Array) {
	at *= src.Size()
	switch src.Type {
	case miniflow.Uint8:
		copy(dst.U8[at:], src.U8)
	case miniflow.Int32:
		copy(dst.I32[at:], src.I32)
	case miniflow.Int64:
		copy(dst.I64[at:], src.I64)
	case miniflow.Float32:
		copy(dst.F32[at:], src.F32)
	case miniflow.Float64:
		copy(dst.F64[at:], src.F64)
	case miniflow.TextType:
		copy(dst.Text[at:], src.Text)
	}
}
