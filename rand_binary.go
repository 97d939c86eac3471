package miniflow

import "fmt"

// randBytes is the length of a generator's binary form.
const randBytes = 37

// AppendBinary implements encoding.BinaryAppender: state, increment, whether a
// half word is buffered, and the half word, little-endian.
func (r *Rand) AppendBinary(dst []byte) ([]byte, error) {
	s := r.State()
	for _, v := range []uint64{s.State.Lo, s.State.Hi, s.Inc.Lo, s.Inc.Hi} {
		dst = appendLE(dst, v, 8)
	}
	return appendLE(append(dst, s.Has32), uint64(s.U32), 4), nil
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler. On failure the
// generator is as it was.
func (r *Rand) UnmarshalBinary(src []byte) error {
	if len(src) != randBytes {
		return fmt.Errorf("%w: %d bytes: want %d", ErrRandState, len(src), randBytes)
	}
	word := func(k int) uint64 { return leUint(src[8*k : 8*k+8]) }
	return r.SetState(RandState{
		State: Uint128{Lo: word(0), Hi: word(1)},
		Inc:   Uint128{Lo: word(2), Hi: word(3)},
		Has32: src[32],
		U32:   uint32(leUint(src[33:])),
	})
}
