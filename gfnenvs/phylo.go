package gfnenvs

import (
	"fmt"
	"math/bits"
	"sync"

	"github.com/miniflow-rl/miniflow"
)

// Phylo builds rooted binary phylogenetic trees by joining two trees of a forest
// until one is left, rewarded for few mutations (Zhou et al. 2024, PhyloGFN,
// arXiv 2310.08774):
//
//	log R = (Offset - cost) / Scale
//
// The cost is Fitch's parsimony: joining two trees costs the number of sites at
// which their sets of bases do not meet; the new set is what they have in common,
// or else all they have.
//
// A tree is named by its smallest leaf. Action p joins the trees of the p-th pair
// i<j of leaves, row by row; the last action exits, once one tree is left.
//
// The state is int32 [leaves]: 0 for a leaf j that still names a tree; else
// 1 + i*leaves + r, where the tree j was joined to the tree i, as the r-th tree
// that was joined to i. It tells the forest and not the order in which trees that
// have nothing to do with each other were joined.
type Phylo struct {
	leaves, sites int
	offset, scale float64
	sets          [][]uint64 // per leaf, 4 bits a site, 16 sites a word
	pairs         [][2]int
	first         []int // the number of the first pair (i, i+1)
	scratch       sync.Pool
}

var (
	_ Rules     = (*Phylo)(nil)
	_ Potential = (*Phylo)(nil)
)

// NewPhylo returns the trees of the given sequences, all of the same length: sets
// of bases as bits, A 8, C 4, G 2, T 1, several where the base is not certain.
func NewPhylo(sequences [][]uint8, offset, scale float64) (*Phylo, error) {
	n := len(sequences)
	if n < 2 || n > 1024 || len(sequences[0]) == 0 || scale == 0 {
		return nil, fmt.Errorf("gfnenvs: phylogenetic trees of %d sequences with scale %v: want 2 to 1024 sequences that are not empty: %w", n, scale, miniflow.ErrParam)
	}
	r := &Phylo{leaves: n, sites: len(sequences[0]), offset: offset, scale: scale}
	words := (r.sites + 15) / 16
	for i, seq := range sequences {
		if len(seq) != r.sites {
			return nil, fmt.Errorf("gfnenvs: phylogenetic trees: sequence %d has %d sites, want %d: %w", i, len(seq), r.sites, miniflow.ErrParam)
		}
		set := make([]uint64, words)
		for w := range set {
			set[w] = ^uint64(0) // sites beyond the end never cost
		}
		for k, b := range seq {
			if b < 1 || b > 15 {
				return nil, fmt.Errorf("gfnenvs: phylogenetic trees: site %d of sequence %d is %d: want a set of bases in [1,15]: %w", k, i, b, miniflow.ErrParam)
			}
			at := k % 16 * 4
			set[k/16] = set[k/16]&^(15<<at) | uint64(b)<<at
		}
		r.sets = append(r.sets, set)
		r.first = append(r.first, len(r.pairs))
		for j := i + 1; j < n; j++ {
			r.pairs = append(r.pairs, [2]int{i, j})
		}
	}
	r.scratch.New = func() any { s := make([]uint64, n*words); return &s }
	return r, nil
}

// ParseDNA returns a sequence of bases as sets: A, C, G, T (or U), and the IUPAC
// codes of uncertain bases, N or - for any.
func ParseDNA(text string) ([]uint8, error) {
	const codes = "?TGKCYSBAWRDMHVN" // by the set of bases, A 8, C 4, G 2, T 1
	out := make([]uint8, len(text))
	for i := range len(text) {
		b := text[i] &^ 0x20 // upper case
		switch text[i] {
		case '-', '?', '.':
			b = 'N'
		}
		if b == 'U' {
			b = 'T'
		}
		for set := 1; set < len(codes); set++ {
			if codes[set] == b {
				out[i] = uint8(set)
			}
		}
		if out[i] == 0 {
			return nil, fmt.Errorf("gfnenvs: base %q at site %d is unknown: want A, C, G, T or an IUPAC code: %w", text[i], i, miniflow.ErrParam)
		}
	}
	return out, nil
}

// ActionName implements [ActionNamer]. A tree is named by its smallest leaf.
func (r *Phylo) ActionName(a int) string {
	return fmt.Sprintf("join %d and %d", r.pairs[a][0], r.pairs[a][1])
}

// WhyNot implements [Explainer].
func (r *Phylo) WhyNot(s []int32, a int) string {
	if a == len(r.pairs) {
		trees := 0
		for _, v := range s {
			if v == 0 {
				trees++
			}
		}
		return fmt.Sprintf("there are %d trees: join them into one", trees)
	}
	for _, k := range r.pairs[a] {
		if s[k] != 0 {
			return fmt.Sprintf("%d is part of the tree of %d", k, (int(s[k])-1)/r.leaves)
		}
	}
	return ""
}

// Layout implements [Rules].
func (r *Phylo) Layout() Layout {
	values := make([]int, r.leaves)
	for j := range values {
		values[j] = 1
		if j > 0 {
			values[j] = 1 + r.leaves*r.leaves
		}
	}
	return Layout{Values: values, Actions: len(r.pairs) + 1, Steps: r.leaves}
}

// joined returns how many trees were joined to tree i.
func (r *Phylo) joined(s []int32, i int) int {
	n := 0
	for j := i + 1; j < len(s); j++ {
		if v := int(s[j]) - 1; v >= 0 && v/r.leaves == i {
			n++
		}
	}
	return n
}

// Forward implements [Rules].
func (r *Phylo) Forward(dst []bool, s []int32) {
	one := true
	for i, v := range s {
		if v != 0 {
			continue
		}
		for j := i + 1; j < len(s); j++ {
			dst[r.first[i]+j-i-1] = s[j] == 0
		}
		one = one && i == 0
	}
	dst[len(dst)-1] = one
}

// Backward implements [Rules]: the last tree that was joined to a tree can be
// split off again.
func (r *Phylo) Backward(dst []bool, s []int32) {
	for i, v := range s {
		if v != 0 {
			continue
		}
		last, top := 0, int32(0)
		for j := i + 1; j < len(s); j++ {
			if v := s[j]; int(v-1)/r.leaves == i && v > top {
				last, top = j, v
			}
		}
		if top > 0 {
			dst[r.first[i]+last-i-1] = true
		}
	}
}

// Apply implements [Rules].
func (r *Phylo) Apply(s []int32, a int) {
	i, j := r.pairs[a][0], r.pairs[a][1]
	s[j] = int32(1 + i*r.leaves + r.joined(s, i))
}

// Undo implements [Rules].
func (r *Phylo) Undo(s []int32, a int) { s[r.pairs[a][1]] = 0 }

// LogReward implements [Rules].
func (r *Phylo) LogReward(s []int32) float64 { return r.Potential(s) }

// Potential implements [Potential]: of a forest it counts the joins so far.
func (r *Phylo) Potential(s []int32) float64 { return (r.offset - float64(r.Cost(s))) / r.scale }

// Cost returns the number of mutations of the trees of state s.
func (r *Phylo) Cost(s []int32) int {
	p := r.scratch.Get().(*[]uint64)
	defer r.scratch.Put(p)
	words := len(r.sets[0])
	cost := 0
	// A tree is joined to one with a smaller name, and nothing is joined to it
	// after that: going down, every tree is complete when it is reached.
	for i := len(s) - 1; i >= 0; i-- {
		set := (*p)[i*words : (i+1)*words]
		copy(set, r.sets[i])
		for rank := 0; ; rank++ {
			j := r.find(s, int32(1+i*r.leaves+rank), i)
			if j < 0 {
				break
			}
			cost += join(set, (*p)[j*words:(j+1)*words])
		}
	}
	return cost
}

// find returns the leaf behind i whose element is v, or -1.
func (r *Phylo) find(s []int32, v int32, i int) int {
	for j := i + 1; j < len(s); j++ {
		if s[j] == v {
			return j
		}
	}
	return -1
}

// join makes a the set of the tree of a and b and returns how many sites do not
// meet.
func join(a, b []uint64) int {
	const low = 0x1111111111111111
	cost := 0
	for w, x := range a {
		y := b[w]
		meet := x & y
		some := meet | meet>>1
		some |= some >> 2
		apart := ^some & low // lowest bit of every site where they do not meet
		cost += bits.OnesCount64(apart)
		a[w] = meet | (x|y)&(apart*15)
	}
	return cost
}

func init() {
	Family{
		Name: "PhyloTree", Doc: "Join species into a phylogenetic tree with few mutations.",
		Params: []miniflow.Param{
			{Name: "alignment", Doc: "file of aligned DNA of the species, in the format FASTA; empty for sequences of random species", Value: "", File: true},
			{Name: "leaves", Doc: "number of random species", Value: 6, Min: 2, Max: 256},
			{Name: "sites", Doc: "length of their sequences", Value: 32, Min: 1, Max: 1 << 16},
			{Name: "offset", Doc: "number of mutations of log reward 0", Value: 60.0, Min: -1e9, Max: 1e9},
			{Name: "scale", Doc: "mutations that cost 1 of log reward", Value: 4.0, Min: 1e-3, Max: 1e9},
			{Name: "sequence_seed", Doc: "seed that evolves the sequences along a random tree", Value: 0, Min: 0, Max: 1 << 31},
		},
		Rules: func(c *miniflow.Config) (Rules, error) {
			sequences := EvolveDNA(c.Int("leaves"), c.Int("sites"), 0.1, uint64(c.Int("sequence_seed")))
			if path := c.Text("alignment"); path != "" {
				var err error
				if _, sequences, err = ReadFASTA(path); err != nil {
					return nil, err
				}
			}
			return NewPhylo(sequences, c.Float("offset"), c.Float("scale"))
		},
	}.mustRegister("PhyloTree-6x32", nil)
}

// EvolveDNA returns the sequences of n species: each is a copy of a random
// earlier one in which every site has mutated with the given probability.
func EvolveDNA(n, sites int, mutation float64, seed uint64) [][]uint8 {
	rng := miniflow.NewRand(seed)
	out := make([][]uint8, n)
	for i := range out {
		out[i] = make([]uint8, sites)
		for k := range out[i] {
			out[i][k] = 1 << rng.Intn(4)
		}
		if i > 0 {
			for k, b := range out[rng.Intn(i)] {
				if rng.Random() >= mutation {
					out[i][k] = b
				}
			}
		}
	}
	return out
}
