package gfnenvs

import (
	"fmt"
	"math/bits"

	"github.com/miniflow-rl/miniflow"
)

// BitSequenceConfig says what bit sequences are built and rewarded.
type BitSequenceConfig struct {
	// WordSize is the number of bits that an action adds, at most 16. Size is the
	// number of bits of a finished sequence, a multiple of WordSize.
	WordSize, Size int
	// Order is where words are added.
	Order Order
	// Modes are the sequences of highest reward, each of Size zeros and ones.
	Modes [][]uint8
	// Scale is the loss of log reward for every bit that differs from the nearest
	// mode. The default (zero) is 1.
	Scale float64
}

// BitSequence builds sequences of bits word by word, rewarded for their Hamming
// distance h to the nearest mode:
//
//	log R = -Scale · h
//
// Malkin et al. 2022 (arXiv 2201.13259) append and use Scale 1/temperature; the
// non-autoregressive variant fills any position, with Scale β/Size.
//
// The state is that of a [Sequence] of Size/WordSize words of 2^WordSize values;
// a word's first bit is its most significant.
type BitSequence struct {
	*Sequence
	c     BitSequenceConfig
	modes [][]int32 // as words
}

var (
	_ Rules = (*BitSequence)(nil)
	_ Moded = (*BitSequence)(nil)
)

// NewBitSequence returns the rules of c.
func NewBitSequence(c BitSequenceConfig) (*BitSequence, error) {
	if c.WordSize < 1 || c.WordSize > 16 || c.Size < 1 || c.Size%c.WordSize != 0 {
		return nil, fmt.Errorf("gfnenvs: bit sequences of %d bits in words of %d: want a multiple of at most 16: %w", c.Size, c.WordSize, miniflow.ErrParam)
	}
	if len(c.Modes) == 0 {
		return nil, fmt.Errorf("gfnenvs: bit sequences without modes: %w", miniflow.ErrParam)
	}
	if c.Scale == 0 {
		c.Scale = 1
	}
	b := &BitSequence{c: c}
	for i, m := range c.Modes {
		if len(m) != c.Size {
			return nil, fmt.Errorf("gfnenvs: bit sequences: mode %d has %d bits, want %d: %w", i, len(m), c.Size, miniflow.ErrParam)
		}
		words := make([]int32, c.Size/c.WordSize)
		for j, bit := range m {
			if bit > 1 {
				return nil, fmt.Errorf("gfnenvs: bit sequences: bit %d of mode %d is %d: %w", j, i, bit, miniflow.ErrParam)
			}
			words[j/c.WordSize] = words[j/c.WordSize]<<1 | int32(bit)
		}
		b.modes = append(b.modes, words)
	}
	var err error
	b.Sequence, err = NewSequence(SequenceConfig{Words: 1 << c.WordSize, Length: c.Size / c.WordSize, Order: c.Order, LogReward: b.logReward})
	return b, err
}

func (b *BitSequence) logReward(s []int32) float64 { return -b.c.Scale * float64(b.Distance(s)) }

// ActionName implements [ActionNamer].
func (b *BitSequence) ActionName(a int) string { return b.nameWith(a, b.Word(a%b.Sequence.c.Words)) }

// Word returns the bits of word w as text, the first bit first.
func (b *BitSequence) Word(w int) string { return fmt.Sprintf("%0*b", b.c.WordSize, w) }

// Distance returns the Hamming distance of the full state s to the nearest mode.
func (b *BitSequence) Distance(s []int32) int {
	least := b.c.Size
	for _, m := range b.modes {
		h := 0
		for i, v := range s {
			h += bits.OnesCount32(uint32((v - 1) ^ m[i]))
		}
		least = min(least, h)
	}
	return least
}

// IsMode implements [Moded].
func (b *BitSequence) IsMode(s []int32) bool { return b.Distance(s) == 0 }

// BlockModes returns n sequences of size bits, a multiple of 8, put together at
// random from the five blocks of Malkin et al. 2022: 00000000, 11111111,
// 11110000, 00001111 and 00111100.
func BlockModes(n, size int, seed uint64) [][]uint8 {
	blocks := [...]uint8{0b00000000, 0b11111111, 0b11110000, 0b00001111, 0b00111100}
	rng := miniflow.NewRand(seed)
	modes := make([][]uint8, n)
	for i := range modes {
		for len(modes[i]) < size {
			block := blocks[rng.Intn(len(blocks))]
			for bit := 7; bit >= 0 && len(modes[i]) < size; bit-- {
				modes[i] = append(modes[i], block>>bit&1)
			}
		}
	}
	return modes
}

var bitSequenceFamily = Family{
	Name: "BitSequence",
	Doc:  "Build a bit string word by word; the reward falls with the Hamming distance to hidden modes.",
	Params: []miniflow.Param{
		{Name: "word_size", Doc: "bits an action adds", Value: 4, Min: 1, Max: 16},
		{Name: "size", Doc: "bits of a finished sequence", Value: 120, Min: 1, Max: 4096},
		{Name: "modes", Doc: "number of modes", Value: 60, Min: 1, Max: 10000},
		{Name: "order", Doc: "where words are added", Value: Append.String(), Choices: orderNames[:]},
		{Name: "scale", Doc: "loss of log reward for every wrong bit", Value: 1.0, Min: 0, Max: 1e3},
		{Name: "mode_seed", Doc: "seed that draws the modes", Value: 0, Min: 0, Max: 1 << 31},
	},
	Rules: func(c *miniflow.Config) (Rules, error) {
		order, err := ParseOrder(c.Text("order"))
		if err != nil {
			return nil, err
		}
		return NewBitSequence(BitSequenceConfig{WordSize: c.Int("word_size"), Size: c.Int("size"), Order: order, Scale: c.Float("scale"),
			Modes: BlockModes(c.Int("modes"), c.Int("size"), uint64(c.Int("mode_seed")))})
	},
}

func init() {
	bitSequenceFamily.mustRegister("BitSequence-120x4", nil)
	bitSequenceFamily.mustRegister("BitSequence-32x4", map[string]any{"size": 32, "modes": 8})
	bitSequenceFamily.mustRegister("BitSequence-16x4", map[string]any{"size": 16, "modes": 4})
	bitSequenceFamily.mustRegister("BitSequence-PrependAppend-16x4", map[string]any{"size": 16, "modes": 4, "order": PrependAppend.String()})
	bitSequenceFamily.mustRegister("BitSequence-AnyOrder-16x4", map[string]any{"size": 16, "modes": 4, "order": AnyOrder.String(), "scale": 3.0 / 16})
	bitSequenceFamily.mustRegister("BitSequence-AnyOrder-32x4", map[string]any{"size": 32, "modes": 8, "order": AnyOrder.String(), "scale": 3.0 / 32})
}
