package wrappers

import "github.com/miniflow-rl/miniflow"

// FrameStack shows the last n observations of each name, the newest last: an
// observation of shape [...] becomes [n,...]. When an episode begins its first
// observation fills the stack; with zeros it follows zeros. No names stands for
// all observations that are not text.
func FrameStack(env miniflow.Env, n int, zeros bool, names ...string) (*Wrapper, error) {
	w := newWrapper(env, "frame_stack")
	if n < 1 || n > 1<<10 {
		return nil, w.fail("%d frames: want 1 to %d: %w", n, 1<<10, miniflow.ErrParam)
	}
	from, err := w.numeric(names)
	if err != nil {
		return nil, err
	}
	to := make([]int, len(from))
	stacks := make([]*miniflow.Array, len(from))
	for j, k := range from {
		o := env.Spec().Observation[k]
		box := miniflow.Box{Type: o.Space.DType(), Dims: append([]int{n}, o.Space.Shape()...)}
		low, high := bounds(o.Space)
		box.Low, box.High = repeated(low, n), repeated(high, n)
		if zeros {
			box.Low, box.High = append([]float64(nil), box.Low...), append([]float64(nil), box.High...)
			for e := range box.Low {
				box.Low[e], box.High[e] = min(box.Low[e], 0), max(box.High[e], 0)
			}
		}
		to[j] = w.set(o.Name, box)
		a := miniflow.NewArray(box.Type, env.Len(), box.Dims...)
		stacks[j] = &a
	}
	fresh := make([]bool, env.Len()) // the next observation is the first of an episode
	w.begin = func(i int) error {
		fresh[i] = true
		return nil
	}
	w.push = func(i int, src []miniflow.Array) {
		for j, s := range stacks {
			pushFrame(s, i, &src[from[j]], fresh[i], zeros)
		}
		fresh[i] = false
	}
	w.write = func(i int, dst, _ []miniflow.Array) {
		for j, s := range stacks {
			dst[to[j]].CopyRow(i, s, i)
		}
	}
	w.saveRows(stacks...)
	return w.build(), nil
}

func pushFrame(stack *miniflow.Array, i int, src *miniflow.Array, first, zeros bool) {
	switch src.Type {
	case miniflow.Uint8:
		shift(stack.RowU8(i), src.RowU8(i), first, zeros)
	case miniflow.Int32:
		shift(stack.RowI32(i), src.RowI32(i), first, zeros)
	case miniflow.Int64:
		shift(stack.RowI64(i), src.RowI64(i), first, zeros)
	case miniflow.Float32:
		shift(stack.RowF32(i), src.RowF32(i), first, zeros)
	case miniflow.Float64:
		shift(stack.RowF64(i), src.RowF64(i), first, zeros)
	}
}

// shift drops the oldest frame of a stack and adds a new one.
func shift[T any](stack, frame []T, first, zeros bool) {
	last := stack[len(stack)-len(frame):]
	switch {
	case first && zeros:
		clear(stack)
	case first:
		for s := stack; len(s) > 0; s = s[len(frame):] {
			copy(s, frame)
		}
	default:
		copy(stack, stack[len(frame):])
	}
	copy(last, frame)
}
