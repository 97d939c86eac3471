package miniflow

import (
	"fmt"
	"math/big"
	"slices"
)

// poolSize is the number of words a seed sequence keeps, NumPy's default.
const poolSize = 4

// SeedSequence turns one seed into any number of independent streams. It is
// NumPy's class of that name: the same pool, the same words and the same
// children for the same seed.
type SeedSequence struct {
	entropy  []uint32 // the seed, least significant word first, at least poolSize words
	key      []uint32 // the path from the seed to this sequence
	pool     [poolSize]uint32
	children uint32
}

// NewSeedSequence returns the sequence of seed, or of its descendant named by
// key: NumPy's SeedSequence(seed, spawn_key=key).
func NewSeedSequence(seed uint64, key ...uint32) *SeedSequence {
	return newSeedSequence([]uint32{uint32(seed), uint32(seed >> 32)}, key)
}

// NewSeedSequenceBig is [NewSeedSequence] for a seed of any size. It returns
// [ErrSeed] if seed is nil or negative.
func NewSeedSequenceBig(seed *big.Int, key ...uint32) (*SeedSequence, error) {
	if seed == nil {
		return nil, fmt.Errorf("%w, got nil", ErrSeed)
	}
	if seed.Sign() < 0 {
		return nil, fmt.Errorf("%w, got %v", ErrSeed, seed)
	}
	b := seed.Bytes() // most significant byte first
	slices.Reverse(b)
	words := make([]uint32, (len(b)+3)/4)
	for i, v := range b {
		words[i/4] |= uint32(v) << (8 * (i % 4))
	}
	return newSeedSequence(words, key), nil
}

func newSeedSequence(entropy, key []uint32) *SeedSequence {
	for len(entropy) < poolSize {
		entropy = append(entropy, 0)
	}
	s := &SeedSequence{entropy: entropy, key: slices.Clone(key)}
	s.pool = mixEntropy(slices.Concat(s.entropy, s.key))
	return s
}

// Spawn returns the next n children. Each call goes on counting, so no child is
// returned twice.
func (s *SeedSequence) Spawn(n int) []*SeedSequence {
	kids := make([]*SeedSequence, n)
	for i := range kids {
		kids[i] = newSeedSequence(s.entropy, append(slices.Clip(s.key), s.children))
		s.children++
	}
	return kids
}

// Key returns the path from the seed to s: empty for the root, then one word
// for each generation of [SeedSequence.Spawn]. The caller owns the slice.
func (s *SeedSequence) Key() []uint32 { return slices.Clone(s.key) }

// Pool returns the mixed entropy from which all words are generated.
func (s *SeedSequence) Pool() [4]uint32 { return s.pool }

// GenerateState fills dst with the sequence's words, from the first one on.
func (s *SeedSequence) GenerateState(dst []uint32) { generateState(&s.pool, dst) }

// GenerateState64 fills dst with 64-bit words, each made of two words of
// [SeedSequence.GenerateState], the lower half first.
func (s *SeedSequence) GenerateState64(dst []uint64) {
	words := make([]uint32, 2*len(dst))
	s.GenerateState(words)
	for i := range dst {
		dst[i] = uint64(words[2*i]) | uint64(words[2*i+1])<<32
	}
}

// Rand returns a generator started from s.
func (s *SeedSequence) Rand() *Rand {
	r := new(Rand)
	r.seedPool(&s.pool)
	return r
}

// hashWord is the sequence's hash step. It advances the running constant h by
// mul, so that equal words at different places hash differently.
func hashWord(v uint32, h *uint32, mul uint32) uint32 {
	v ^= *h
	*h *= mul
	v *= *h
	return v ^ v>>16
}

// mixEntropy condenses words, of which there must be at least poolSize, into a
// pool in which each bit of every word reaches each bit of the pool. The design
// is from O'Neill, "Developing a seed_seq Alternative", 2015, as NumPy has it.
func mixEntropy(words []uint32) (pool [poolSize]uint32) {
	const mul = 0x931e8875
	h := uint32(0x43b0d7e5)
	mix := func(x, y uint32) uint32 {
		v := 0xca01f9dd*x - 0x4973f715*y
		return v ^ v>>16
	}
	for i := range pool {
		pool[i] = hashWord(words[i], &h, mul)
	}
	for src := range pool {
		for dst := range pool {
			if src != dst {
				pool[dst] = mix(pool[dst], hashWord(pool[src], &h, mul))
			}
		}
	}
	for _, w := range words[poolSize:] {
		for dst := range pool {
			pool[dst] = mix(pool[dst], hashWord(w, &h, mul))
		}
	}
	return pool
}

func generateState(pool *[poolSize]uint32, dst []uint32) {
	h := uint32(0x8b51f9dd)
	for i := range dst {
		dst[i] = hashWord(pool[i%poolSize], &h, 0x58f38ded)
	}
}
