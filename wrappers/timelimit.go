package wrappers

import (
	"encoding/binary"
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

// TimeLimit truncates an episode after steps steps.
func TimeLimit(env miniflow.Env, steps int) (*Wrapper, error) {
	w := newWrapper(env, "time_limit")
	if steps < 1 || steps > 1<<30 {
		return nil, w.fail("a limit of %d steps: want 1 to %d: %w", steps, 1<<30, miniflow.ErrParam)
	}
	if _, ok := miniflow.As[miniflow.Ender](env); !ok {
		return nil, w.fail("%T cannot end an episode before its time", env)
	}
	taken := make([]uint32, env.Len())
	w.begin = func(i int) error {
		taken[i] = 0
		return nil
	}
	w.step = func(i int, b *miniflow.Batch) {
		if taken[i]++; int(taken[i]) >= steps {
			b.Truncated[i] = true
		}
	}
	if w.spec.MaxSteps == 0 || steps < w.spec.MaxSteps {
		w.spec.MaxSteps = steps
	}
	w.save = func(i int, dst []byte) []byte { return binary.LittleEndian.AppendUint32(dst, taken[i]) }
	w.load = func(i int, src []byte) error {
		if len(src) != 4 {
			return fmt.Errorf("%d bytes are no number of steps", len(src))
		}
		taken[i] = binary.LittleEndian.Uint32(src)
		return nil
	}
	return w.build(), nil
}

// RepeatAction makes every action n times, or until the episode ends, and adds
// the rewards up. Only the last observation is seen.
func RepeatAction(env miniflow.Env, n int) (*Wrapper, error) {
	w := newWrapper(env, "repeat")
	if n < 1 || n > 1<<20 {
		return nil, w.fail("%d repeats: want 1 to %d: %w", n, 1<<20, miniflow.ErrParam)
	}
	if w.chunk == nil {
		return nil, w.fail("%T cannot step one lane alone", env)
	}
	w.repeat = n
	w.spec.MaxSteps = (w.spec.MaxSteps + n - 1) / n
	w.spec.Reward[0] = min(w.spec.Reward[0], w.spec.Reward[0]*float64(n))
	w.spec.Reward[1] = max(w.spec.Reward[1], w.spec.Reward[1]*float64(n))
	return w.build(), nil
}
