package wrappers

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

// ActionBonus adds 1/sqrt(n) to the reward of the n-th time that the lane makes
// this action and ends up at this place and direction. Counts live over resets.
func ActionBonus(env miniflow.Env) (*Wrapper, error) {
	w := newWrapper(env, "action_bonus")
	if err := w.worlds(); err != nil {
		return nil, err
	}
	actions := env.Spec().NumActions()
	if actions == 0 {
		return nil, w.fail("its actions are not discrete")
	}
	start := int32(env.Spec().Action.(miniflow.Discrete).Start)
	world := w.grid.World(0)
	return w.bonus(1, 4*actions*world.Width()*world.Height(), func(b *miniflow.Batch, i int, p minigrid.Point, d minigrid.Direction) int {
		return ((p.Y*world.Width()+p.X)*4+int(d))*actions + int(b.Action.I32[i]-start)
	})
}

// PositionBonus adds scale/sqrt(n) to the reward of the n-th step of the lane
// that ends at this place. Counts live over resets.
func PositionBonus(env miniflow.Env, scale float64) (*Wrapper, error) {
	w := newWrapper(env, "position_bonus")
	if err := w.worlds(); err != nil {
		return nil, err
	}
	if math.IsNaN(scale) || math.IsInf(scale, 0) {
		return nil, w.fail("scale %v: want a number: %w", scale, miniflow.ErrParam)
	}
	world := w.grid.World(0)
	return w.bonus(scale, world.Width()*world.Height(), func(_ *miniflow.Batch, _ int, p minigrid.Point, _ minigrid.Direction) int {
		return p.Y*world.Width() + p.X
	})
}

// bonus counts in cells keys a lane. The place is noted as soon as the step is
// made: the world may be reset before the step is over.
func (w *Wrapper) bonus(scale float64, keys int, key func(b *miniflow.Batch, i int, p minigrid.Point, d minigrid.Direction) int) (*Wrapper, error) {
	n := w.Env.Len()
	counts := make([][]uint32, n)
	for i := range counts {
		counts[i] = make([]uint32, keys)
	}
	places, facing := make([]minigrid.Point, n), make([]minigrid.Direction, n)
	w.look = func(world *minigrid.World, i int, _ []miniflow.Array, reset bool) {
		if !reset {
			places[i], facing[i] = world.Agent()
		}
	}
	w.step = func(i int, b *miniflow.Batch) {
		c := &counts[i][key(b, i, places[i], facing[i])]
		*c++
		b.Reward[i] += float64(1/math.Sqrt(float64(*c))) * scale
	}
	w.spec.Reward[0] += min(0, scale)
	w.spec.Reward[1] += max(0, scale)
	w.save = func(i int, dst []byte) []byte { return appendCounts(dst, counts[i]) }
	w.load = func(i int, src []byte) error {
		c, err := readCounts(src, keys)
		if err == nil {
			counts[i] = c
		}
		return err
	}
	return w.build(), nil
}

// appendCounts appends the counts that are not zero, each behind its key.
func appendCounts(dst []byte, counts []uint32) []byte {
	for k, c := range counts {
		if c > 0 {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(k))
			dst = binary.LittleEndian.AppendUint32(dst, c)
		}
	}
	return dst
}

func readCounts(src []byte, keys int) ([]uint32, error) {
	counts := make([]uint32, keys)
	if len(src)%8 != 0 {
		return nil, fmt.Errorf("%d bytes are no list of counts", len(src))
	}
	for ; len(src) > 0; src = src[8:] {
		k := binary.LittleEndian.Uint32(src)
		if uint64(k) >= uint64(keys) {
			return nil, fmt.Errorf("count of key %d: there are %d", k, keys)
		}
		counts[k] = binary.LittleEndian.Uint32(src[4:])
	}
	return counts, nil
}
