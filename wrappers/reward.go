package wrappers

import (
	"math"

	"github.com/miniflow-rl/miniflow"
)

// TransformReward replaces every reward r by f(r), which must lie in [low,high]
// and be safe to call for different lanes at once.
func TransformReward(env miniflow.Env, low, high float64, f func(r float64) float64) (*Wrapper, error) {
	w := newWrapper(env, "transform_reward")
	if !(low <= high) {
		return nil, w.fail("rewards in [%v,%v]: want the lower bound first: %w", low, high, miniflow.ErrParam)
	}
	w.spec.Reward = [2]float64{low, high}
	w.step = func(i int, b *miniflow.Batch) { b.Reward[i] = f(b.Reward[i]) }
	return w.build(), nil
}

// ClipReward clips rewards to [low,high]; infinities are no bound.
func ClipReward(env miniflow.Env, low, high float64) (*Wrapper, error) {
	w, err := TransformReward(env, low, high, func(r float64) float64 { return min(max(r, low), high) })
	if err != nil {
		return nil, err
	}
	w.name = "clip_reward"
	r := env.Spec().Reward
	w.spec.Reward = [2]float64{min(max(r[0], low), high), min(max(r[1], low), high)}
	return w, nil
}

// LogReward replaces the reward of a finished construction by its logarithm, not
// less than floor, which a reward of 0 becomes. Rewards of constructions can differ
// by many powers of ten, beyond what a value network in float32 can learn. It fails
// if env is no miniflow.Flow.
func LogReward(env miniflow.Env, floor float64) (*Wrapper, error) {
	w := newWrapper(env, "log_reward")
	if _, ok := miniflow.As[miniflow.Flow](env); !ok {
		return nil, w.fail("it is no construction environment: leave the wrapper out")
	}
	if math.IsNaN(floor) || math.IsInf(floor, 0) {
		return nil, w.fail("floor %v: want a number: %w", floor, miniflow.ErrParam)
	}
	w.spec.Reward = [2]float64{min(floor, 0), max(floor, math.Log(math.MaxFloat64))}
	w.step = func(i int, b *miniflow.Batch) {
		if b.Terminated[i] {
			b.Reward[i] = max(math.Log(b.Reward[i]), floor)
		}
	}
	return w.build(), nil
}

// EpisodeStatistics counts returns and lengths of episodes.
type EpisodeStatistics struct {
	*Wrapper
	sum, last   []float64
	steps, size []int
	episodes    []int
}

// NewEpisodeStatistics returns env with its episodes counted.
func NewEpisodeStatistics(env miniflow.Env) *EpisodeStatistics {
	n := env.Len()
	s := &EpisodeStatistics{Wrapper: newWrapper(env, "statistics"),
		sum: make([]float64, n), last: make([]float64, n), steps: make([]int, n), size: make([]int, n), episodes: make([]int, n)}
	s.begin = func(i int) error {
		s.sum[i], s.steps[i] = 0, 0
		return nil
	}
	s.step = func(i int, b *miniflow.Batch) {
		s.sum[i] += b.Reward[i]
		s.steps[i]++
		if b.Ended(i) {
			s.last[i], s.size[i] = s.sum[i], s.steps[i]
			s.episodes[i]++
		}
	}
	s.save = func(i int, dst []byte) []byte { return s.appendLane(dst, i) }
	s.load = s.setLane
	s.build()
	return s
}

// Running returns the return and length so far of the lane's running episode.
func (s *EpisodeStatistics) Running(lane int) (ret float64, steps int) {
	return s.sum[lane], s.steps[lane]
}

// Last returns the return and length of the lane's last episode that ended; it
// is (0, 0) before the first end. After a step the episode that ended in it, if
// Batch.Ended says so, is the last one.
func (s *EpisodeStatistics) Last(lane int) (ret float64, steps int) {
	return s.last[lane], s.size[lane]
}

// Episodes returns the number of episodes of the lane that ended.
func (s *EpisodeStatistics) Episodes(lane int) int { return s.episodes[lane] }

func (s *EpisodeStatistics) appendLane(dst []byte, i int) []byte {
	row := s.row(i)
	return row.AppendRow(dst, 0)
}

// row gathers the numbers of a lane.
func (s *EpisodeStatistics) row(i int) miniflow.Array {
	a := miniflow.NewArray(miniflow.Float64, 1, 5)
	copy(a.F64, []float64{s.sum[i], s.last[i], float64(s.steps[i]), float64(s.size[i]), float64(s.episodes[i])})
	return a
}

func (s *EpisodeStatistics) setLane(i int, src []byte) error {
	a := miniflow.NewArray(miniflow.Float64, 1, 5)
	rest, err := a.SetRow(0, src)
	if err != nil {
		return err
	}
	for _, v := range a.F64[2:] {
		if !(v >= 0 && v < math.MaxInt32) || len(rest) > 0 {
			return miniflow.ErrSnapshot
		}
	}
	s.sum[i], s.last[i] = a.F64[0], a.F64[1]
	s.steps[i], s.size[i], s.episodes[i] = int(a.F64[2]), int(a.F64[3]), int(a.F64[4])
	return nil
}
