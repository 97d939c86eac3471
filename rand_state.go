package miniflow

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrRandState is returned for a saved generator state that is none.
var ErrRandState = errors.New("miniflow: bad generator state")

// Uint128 is an unsigned 128-bit number. As text it is 32 hexadecimal digits.
type Uint128 struct{ Hi, Lo uint64 }

// String returns the 32 lower-case hexadecimal digits of u.
func (u Uint128) String() string { return fmt.Sprintf("%016x%016x", u.Hi, u.Lo) }

// MarshalText implements [encoding.TextMarshaler]. It never fails.
func (u Uint128) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]. It returns
// [ErrRandState] unless text is exactly 32 hexadecimal digits.
func (u *Uint128) UnmarshalText(text []byte) error {
	var b [16]byte
	if len(text) != 2*len(b) {
		return fmt.Errorf("%w: want 32 hexadecimal digits, got %d bytes", ErrRandState, len(text))
	}
	if _, err := hex.Decode(b[:], text); err != nil {
		return fmt.Errorf("%w: want 32 hexadecimal digits, got %q", ErrRandState, text)
	}
	*u = Uint128{}
	for i := range 8 {
		u.Hi = u.Hi<<8 | uint64(b[i])
		u.Lo = u.Lo<<8 | uint64(b[8+i])
	}
	return nil
}

// RandState is all there is to know about a [Rand]: two generators with equal
// states draw the same for ever. Its fields and its JSON object are those of
// NumPy's bit_generator.state, with the 128-bit numbers in hexadecimal:
//
//	{"state":"35ba…","inc":"2e7c…","has32":0,"u32":0}
type RandState struct {
	State Uint128 `json:"state"` // the generator proper
	Inc   Uint128 `json:"inc"`   // the increment, always odd
	Has32 uint8   `json:"has32"` // 1 if U32 is the next 32-bit word, else 0
	U32   uint32  `json:"u32"`   // the upper half of the word split last
}

// State returns the state of r. It does not allocate.
func (r *Rand) State() RandState {
	s := RandState{State: Uint128{r.hi, r.lo}, Inc: Uint128{r.incHi, r.incLo}, U32: r.half}
	if r.hasHalf {
		s.Has32 = 1
	}
	return s
}

// SetState makes r go on from s. It returns [ErrRandState] and leaves r alone if
// no generator can have been in that state.
func (r *Rand) SetState(s RandState) error {
	if s.Inc.Lo&1 == 0 {
		return fmt.Errorf("%w: the increment %v is even", ErrRandState, s.Inc)
	}
	if s.Has32 > 1 {
		return fmt.Errorf("%w: has32 is %d, want 0 or 1", ErrRandState, s.Has32)
	}
	r.hi, r.lo = s.State.Hi, s.State.Lo
	r.incHi, r.incLo = s.Inc.Hi, s.Inc.Lo
	r.half, r.hasHalf = s.U32, s.Has32 == 1
	return nil
}

// textPrefix names the generator in the text form, so that a state of another
// one is refused rather than misread.
const textPrefix = "pcg64"

// MarshalText implements [encoding.TextMarshaler]: the state on one line, as
// "pcg64:state:inc:has32:u32" with all numbers but has32 in hexadecimal. It
// returns [ErrRandState] if r is not seeded.
func (r Rand) MarshalText() ([]byte, error) {
	if !r.Seeded() {
		return nil, fmt.Errorf("%w: the generator is not seeded", ErrRandState)
	}
	s := r.State()
	return fmt.Appendf(nil, "%s:%v:%v:%d:%08x", textPrefix, s.State, s.Inc, s.Has32, s.U32), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler]. It returns
// [ErrRandState] and leaves r alone if text is not of the form that
// [Rand.MarshalText] writes.
func (r *Rand) UnmarshalText(text []byte) error {
	f := strings.Split(string(text), ":")
	if len(f) != 5 || f[0] != textPrefix {
		return fmt.Errorf("%w: want %s:state:inc:has32:u32, got %.100q", ErrRandState, textPrefix, text)
	}
	var s RandState
	if err := s.State.UnmarshalText([]byte(f[1])); err != nil {
		return err
	}
	if err := s.Inc.UnmarshalText([]byte(f[2])); err != nil {
		return err
	}
	has, err := strconv.ParseUint(f[3], 10, 8)
	if err != nil {
		return fmt.Errorf("%w: has32 is %.100q, want 0 or 1", ErrRandState, f[3])
	}
	half, err := strconv.ParseUint(f[4], 16, 32)
	if err != nil {
		return fmt.Errorf("%w: u32 is %.100q, want 8 hexadecimal digits", ErrRandState, f[4])
	}
	s.Has32, s.U32 = uint8(has), uint32(half)
	return r.SetState(s)
}

// MarshalJSON implements [json.Marshaler] with the object of [RandState]. It
// returns [ErrRandState] if r is not seeded.
func (r Rand) MarshalJSON() ([]byte, error) {
	if !r.Seeded() {
		return nil, fmt.Errorf("%w: the generator is not seeded", ErrRandState)
	}
	return json.Marshal(r.State())
}

// UnmarshalJSON implements [json.Unmarshaler]. It returns [ErrRandState] and
// leaves r alone if data is not the object of a [RandState], with every field.
func (r *Rand) UnmarshalJSON(data []byte) error {
	var f struct {
		State *Uint128 `json:"state"`
		Inc   *Uint128 `json:"inc"`
		Has32 *uint8   `json:"has32"`
		U32   *uint32  `json:"u32"`
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return fmt.Errorf("%w: %w", ErrRandState, err)
	}
	if f.State == nil || f.Inc == nil || f.Has32 == nil || f.U32 == nil {
		return fmt.Errorf("%w: want an object with state, inc, has32 and u32, got %.100q", ErrRandState, data)
	}
	return r.SetState(RandState{*f.State, *f.Inc, *f.Has32, *f.U32})
}
