package blocks

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents/nn"
)

// maxTexts bounds how many texts are remembered.
const maxTexts = 1 << 16

// text encodes an instruction as the sum of learned vectors of its words and a
// linear layer. Few instructions occur many times: each is computed once for
// all rows of a batch that have it.
//
// Words are numbered as they first occur, which is the same in equal runs; word
// 0 stands for all that came when the table was full.
type text struct {
	table  nn.Embedding
	linear nn.Linear
	act    nn.Activation

	words  []string         // words[k] has number k+1
	number map[string]int32 // of a word
	known  map[string]int32 // texts by number in tokens
	tokens [][]int32

	// Of the batch at hand, reused: the texts that occur, and their words.
	stamp   []int32 // for every known text: its place among those that occur, or -1
	occurs  []int32
	row     []int32 // for every row: the place of its text
	symbols []int32
	segment []int32
}

func newText(b nn.Block, c *Config, src nn.Source) *text {
	return &text{
		table:  nn.NewEmbedding(b, "words", c.TextWords+1, c.TextFeatures, initial(nn.Normal{Std: 0.5}, src), src),
		linear: nn.NewLinear(b, "linear", c.TextFeatures, c.TextFeatures, initial(hidden, src), src),
		act:    c.Activation.NN(), number: map[string]int32{}, known: map[string]int32{},
	}
}

func (p *text) size() int { return p.linear.W.Cols }

func (p *text) forward(t *nn.Tape, x *miniflow.Array, index []int32) nn.Value {
	n := x.Len()
	if index != nil {
		n = len(index)
	}
	if len(p.tokens) > maxTexts {
		p.forget()
	}
	p.occurs, p.row, p.symbols, p.segment = p.occurs[:0], p.row[:0], p.symbols[:0], p.segment[:0]
	last, lastPlace := "", int32(-1) // neighbouring rows often share the text
	for i := range n {
		s := x.Text[i]
		if index != nil {
			s = x.Text[index[i]]
		}
		if lastPlace < 0 || s != last {
			last, lastPlace = s, p.place(s)
		}
		p.row = append(p.row, lastPlace)
	}
	for _, k := range p.occurs {
		p.stamp[k] = -1
	}
	sum := t.SegmentSum(t.Embedding(p.symbols, p.table), p.segment, len(p.occurs))
	return t.Rows(t.Linear(sum, p.linear, p.act), p.row)
}

// place returns the place of a text among those of the batch, where it adds the
// text if it is new.
func (p *text) place(s string) int32 {
	k, ok := p.known[s]
	if !ok {
		k = int32(len(p.tokens))
		p.known[s] = k
		p.tokens = append(p.tokens, p.tokenize(s))
		p.stamp = append(p.stamp, -1)
	}
	if p.stamp[k] < 0 {
		p.stamp[k] = int32(len(p.occurs))
		p.occurs = append(p.occurs, k)
		for _, w := range p.tokens[k] {
			p.symbols = append(p.symbols, w)
			p.segment = append(p.segment, p.stamp[k])
		}
	}
	return p.stamp[k]
}

// tokenize returns the numbers of a text's words: what letters and digits make
// up, in lower case.
func (p *text) tokenize(s string) []int32 {
	var out []int32
	for w := range strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		k, ok := p.number[w]
		if !ok && len(p.words) < p.table.W.Rows-1 {
			p.words = append(p.words, strings.Clone(w))
			k = int32(len(p.words))
			p.number[w] = k
		}
		out = append(out, k)
	}
	return out
}

func (p *text) setWords(words []string) error {
	if room := p.table.W.Rows - 1; len(words) > room {
		return fmt.Errorf("network: %d words: there is room for %d", len(words), room)
	}
	number := map[string]int32{}
	for k, w := range words {
		if number[w] != 0 || w == "" {
			return fmt.Errorf("network: the word %q is empty or there twice", w)
		}
		number[w] = int32(k + 1)
	}
	p.words, p.number = append([]string(nil), words...), number
	p.forget()
	return nil
}

// copyWords adds the words that another encoder of the same size has learned
// since the last time.
func (p *text) copyWords(from *text) {
	if len(p.words) == len(from.words) {
		return
	}
	p.words = append(p.words[:0], from.words...)
	clear(p.number)
	for k, w := range p.words {
		p.number[w] = int32(k + 1)
	}
	p.forget()
}

// forget forgets texts, not words.
func (p *text) forget() {
	clear(p.known)
	p.tokens, p.stamp = p.tokens[:0], p.stamp[:0]
}
