package wrappers

import (
	"encoding/binary"

	"github.com/miniflow-rl/miniflow"
)

const (
	cellTypes  = 11
	cellColors = 6
)

// OneHotPartialObs shows each cell of the image as three one-hot codes: image is
// uint8 [V,V,20], 11 types, 6 colours and 3 states. Above a wrapper that shows
// the agent's own cell, such as [FullyObs], there is a fourth state, for the
// fourth direction, and thus a 21st channel; the original fails there.
func OneHotPartialObs(env miniflow.Env) (*Wrapper, error) {
	w := newWrapper(env, "onehot")
	src, columns, rows, err := w.cells()
	if err != nil {
		return nil, err
	}
	states := 3
	if w.showsAgent() {
		states = 4
	}
	depth := cellTypes + cellColors + states
	codes := oneHotCodes(states)
	dst := w.set("image", miniflow.NewBox(miniflow.Uint8, 0, 255, columns, rows, depth))
	w.write = func(i int, to, from []miniflow.Array) {
		in, out := from[src].RowU8(i), to[dst].RowU8(i)
		for len(in) >= 3 {
			code := &codes[in[0]&15|in[1]&7<<4|in[2]&1<<7][in[2]>>1&1]
			if len(out) >= 24 { // what is too much the next cell overwrites
				binary.LittleEndian.PutUint64(out[0:], code[0])
				binary.LittleEndian.PutUint64(out[8:], code[1])
				binary.LittleEndian.PutUint64(out[16:], code[2])
			} else {
				for c := range depth {
					out[c] = uint8(code[c/8] >> (8 * (c % 8)))
				}
			}
			in, out = in[3:], out[depth:]
		}
	}
	return w.build(), nil
}

// showsAgent reports whether the image has a cell for the agent.
func (w *Wrapper) showsAgent() bool { return wrapped(w.Env, "full", "centred", "allocentric") }

// oneHotCodes returns the channels of every cell, 24 bytes in three words, by
// type | colour<<4 | low bit of state<<7 and high bit of state.
func oneHotCodes(states int) *[256][2][3]uint64 {
	var table [256][2][3]uint64
	for t := range cellTypes {
		for c := range cellColors {
			for s := range states {
				code := &table[t|c<<4|s&1<<7][s>>1]
				for _, channel := range []int{t, cellTypes + c, cellTypes + cellColors + s} {
					code[channel/8] |= 1 << (8 * (channel % 8))
				}
			}
		}
	}
	return &table
}
