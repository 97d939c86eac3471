package wrappers

import (
	"encoding/binary"
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

// Reseed seeds every reset of a lane with the next of the seeds, over and over,
// starting with seeds[first]; seeds given to Reset do not count. Every lane goes
// through the list on its own.
func Reseed(env miniflow.Env, seeds []uint64, first int) (*Wrapper, error) {
	w := newWrapper(env, "reseed")
	if len(seeds) == 0 || first < 0 || first >= len(seeds) {
		return nil, w.fail("%d seeds, the first to use is number %d: want at least one, and a number in [0,%d): %w",
			len(seeds), first, len(seeds), miniflow.ErrParam)
	}
	r, ok := miniflow.As[miniflow.Reseeder](env)
	if !ok {
		return nil, w.fail("%T does not let others choose its seeds", env)
	}
	seeds = append([]uint64(nil), seeds...)
	next := make([]int, env.Len())
	for i := range next {
		next[i] = first
	}
	r.SetSeeder(func(i int) uint64 {
		s := seeds[next[i]]
		next[i] = (next[i] + 1) % len(seeds)
		return s
	})
	w.save = func(i int, dst []byte) []byte { return binary.LittleEndian.AppendUint32(dst, uint32(next[i])) }
	w.load = func(i int, src []byte) error {
		if len(src) != 4 || uint64(binary.LittleEndian.Uint32(src)) >= uint64(len(seeds)) {
			return fmt.Errorf("not a place in a list of %d seeds", len(seeds))
		}
		next[i] = int(binary.LittleEndian.Uint32(src))
		return nil
	}
	return w.build(), nil
}
