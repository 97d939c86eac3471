// Package mt19937 reproduces NumPy's legacy RandomState, the Mersenne Twister
// of Matsumoto and Nishimura (ACM TOMACS 8(1), 1998). Minigrid's wave function
// collapse hashes tiles with weights drawn from it; nothing else should use it.
package mt19937

import "math/bits"

const (
	size  = 624
	shift = 397
)

// Source is one stream of 32-bit words. It is not safe for concurrent use.
type Source struct {
	state [size]uint32
	next  int // the word of state to draw next; size: refill first
}

// New returns the source of NumPy's RandomState(seed).
func New(seed uint32) *Source {
	s := &Source{next: size}
	for i := range s.state {
		s.state[i] = seed
		seed = 1812433253*(seed^seed>>30) + uint32(i+1)
	}
	return s
}

// Uint32 draws a 32-bit word.
func (s *Source) Uint32() uint32 {
	if s.next == size {
		s.refill()
	}
	y := s.state[s.next]
	s.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// Uint64 draws two 32-bit words, the upper half first.
func (s *Source) Uint64() uint64 {
	hi := uint64(s.Uint32())
	return hi<<32 | uint64(s.Uint32())
}

// Int64Closed draws an integer from [lo,hi] as RandomState.randint does: words
// are masked and drawn anew until one fits. It panics if lo > hi.
func (s *Source) Int64Closed(lo, hi int64) int64 {
	if lo > hi {
		panic("mt19937: empty interval, want lo <= hi")
	}
	max := uint64(hi) - uint64(lo)
	if max == 0 {
		return lo
	}
	mask := ^uint64(0) >> bits.LeadingZeros64(max)
	for {
		var v uint64
		if max>>32 == 0 {
			v = uint64(s.Uint32())
		} else {
			v = s.Uint64()
		}
		if v &= mask; v <= max {
			return lo + int64(v)
		}
	}
}

// refill computes the next size words of the recurrence in place.
func (s *Source) refill() {
	for i := range s.state {
		y := s.state[i]&0x80000000 | s.state[(i+1)%size]&0x7fffffff
		v := s.state[(i+shift)%size] ^ y>>1
		if y&1 != 0 {
			v ^= 0x9908b0df
		}
		s.state[i] = v
	}
	s.next = 0
}
