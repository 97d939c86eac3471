package gfnenvs

import "github.com/miniflow-rl/miniflow"

// NeighbourEnergy returns a log reward of sequences that adds up what each word,
// and each word and the next one, contribute: what a short sequence teaches holds
// for long ones. Empty positions contribute nothing. The contributions are drawn
// from normal distributions of the given scale.
func NeighbourEnergy(words int, scale float64, seed uint64) func(s []int32) float64 {
	rng := miniflow.NewRand(seed)
	n := words + 1
	table := make([]float64, n*n) // previous word, word; row 0 is the word alone
	for w := 1; w < n; w++ {
		table[w] = rng.Normal(0, scale)
	}
	for v := 1; v < n; v++ {
		for w := 1; w < n; w++ {
			table[v*n+w] = rng.Normal(0, scale)
		}
	}
	return func(s []int32) float64 {
		e, last := 0.0, int32(0)
		for _, w := range s {
			e += table[w]
			if last > 0 && w > 0 {
				e += table[int(last)*n+int(w)]
			}
			last = w
		}
		return e
	}
}

func init() {
	family := Family{
		Name: "Sequence", Doc: "Build a sequence of words, rewarded for every word and every pair of neighbours.",
		Params: []miniflow.Param{
			{Name: "words", Doc: "size of the alphabet", Value: 4, Min: 1, Max: 1 << 12},
			{Name: "length", Doc: "largest number of words", Value: 8, Min: 1, Max: 1 << 12},
			{Name: "min_length", Doc: "number of words from which on a sequence may exit; 0 for a fixed length, -1 for any length", Value: 0, Min: -1, Max: 1 << 12},
			{Name: "order", Doc: "where words are added", Value: Append.String(), Choices: orderNames[:]},
			{Name: "scale", Doc: "standard deviation of what a word or a pair contributes", Value: 1.0, Min: 0, Max: 100},
			{Name: "energy_seed", Doc: "seed that draws the contributions", Value: 0, Min: 0, Max: 1 << 31},
		},
		Rules: func(c *miniflow.Config) (Rules, error) {
			order, err := ParseOrder(c.Text("order"))
			if err != nil {
				return nil, err
			}
			return NewSequence(SequenceConfig{Words: c.Int("words"), Length: c.Int("length"), MinLength: c.Int("min_length"), Order: order,
				LogReward: NeighbourEnergy(c.Int("words"), c.Float("scale"), uint64(c.Int("energy_seed")))})
		},
	}
	family.mustRegister("Sequence-8x4", nil)
	family.mustRegister("Sequence-Variable-8x4", map[string]any{"min_length": -1})
	family.mustRegister("Sequence-AnyOrder-6x4", map[string]any{"length": 6, "order": AnyOrder.String()})
}
