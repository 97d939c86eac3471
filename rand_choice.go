package miniflow

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// ErrWeights is returned for weights that are no probability distribution.
var ErrWeights = errors.New("miniflow: weights must be non-negative and sum to 1")

// weightTolerance is how far a sum of weights may be from 1, the square root of
// the float64 epsilon as in NumPy.
const weightTolerance = 0x1p-26

// floydScan is the largest sample for which the search for duplicates scans the
// sample itself; beyond it a hash table is allocated.
const floydScan = 64

// Shuffle permutes n elements by exchanging them with swap, as NumPy's shuffle
// does. It panics if n is negative.
func (r *Rand) Shuffle(n int, swap func(i, j int)) {
	if n < 0 {
		panic("miniflow: Shuffle: negative length")
	}
	for i := n - 1; i > 0; i-- {
		swap(i, int(r.masked(uint64(i))))
	}
}

// Permutation fills dst with the integers [0,len(dst)) in random order.
func (r *Rand) Permutation(dst []int) {
	for i := range dst {
		dst[i] = i
	}
	for i := len(dst) - 1; i > 0; i-- {
		j := r.masked(uint64(i))
		dst[i], dst[j] = dst[j], dst[i]
	}
}

// Choice draws an index from [0,n), the same as [Rand.Intn]. It panics if n < 1.
func (r *Rand) Choice(n int) int { return r.Intn(n) }

// ChoiceN fills dst with indices from [0,n), with replacement. It panics if
// n < 1 and dst is not empty.
func (r *Rand) ChoiceN(dst []int, n int) {
	for i := range dst {
		dst[i] = r.Intn(n)
	}
}

// ChoiceP draws an index with the probabilities p. It draws one [Rand.Random]
// and takes O(len(p)) time. It panics if p is empty, has a negative element or
// does not sum to 1; see [CheckWeights] for weights that come from outside.
func (r *Rand) ChoiceP(p []float64) int {
	total, err := sumWeights(p)
	if err != nil {
		panic(err)
	}
	return searchWeights(p, total, r.Random())
}

// ChoiceNoReplace fills dst with distinct indices from [0,n). With shuffle all
// orders are equally likely; without, which draws less, only the set is
// random. It allocates if dst has more than 64 elements. It panics if dst has
// more than n elements.
func (r *Rand) ChoiceNoReplace(dst []int, n int, shuffle bool) {
	k := len(dst)
	if k > n {
		panic("miniflow: ChoiceNoReplace: more elements wanted than there are")
	}
	cutoff := 20
	if shuffle {
		cutoff = 50
	}
	if n > 10000 && k > n/cutoff {
		all := make([]int, n)
		for i := range all {
			all[i] = i
		}
		r.lemireShuffle(all, max(n-k, 1))
		copy(dst, all[n-k:])
		return
	}
	r.floyd(dst, n)
	if shuffle {
		r.lemireShuffle(dst, 1)
	}
}

// ChoiceNoReplaceP fills dst with distinct indices drawn one after the other
// with the probabilities p, renormalised after each round of draws. It
// allocates. It panics if p is not as [Rand.ChoiceP] demands or has fewer
// positive elements than dst has places.
func (r *Rand) ChoiceNoReplaceP(dst []int, p []float64) {
	if _, err := sumWeights(p); err != nil {
		panic(err)
	}
	positive := 0
	for _, v := range p {
		if v > 0 {
			positive++
		}
	}
	if positive < len(dst) {
		panic("miniflow: ChoiceNoReplaceP: fewer positive weights than elements wanted")
	}
	rest := slices.Clone(p)
	draws := make([]float64, len(dst))
	for found := 0; found < len(dst); {
		// All draws of a round are made against the same weights; repeated
		// indices are dropped and left to the next round.
		total := 0.0
		for _, v := range rest {
			total += v
		}
		round := draws[:len(dst)-found]
		r.RandomN(round)
		start := found
		for _, u := range round {
			i := searchWeights(rest, total, u)
			if !slices.Contains(dst[start:found], i) {
				dst[found] = i
				found++
			}
		}
		for _, i := range dst[start:found] {
			rest[i] = 0
		}
	}
}

// CheckWeights returns an error that wraps [ErrWeights] unless p is not empty,
// has no negative element and sums to 1 within 1.5e-8.
func CheckWeights(p []float64) error {
	_, err := sumWeights(p)
	return err
}

func sumWeights(p []float64) (total float64, err error) {
	for i, v := range p {
		if !(v >= 0) {
			return 0, fmt.Errorf("%w: element %d is %v", ErrWeights, i, v)
		}
		total += v
	}
	if !(math.Abs(total-1) <= weightTolerance) {
		return 0, fmt.Errorf("%w: the sum of %d elements is %v", ErrWeights, len(p), total)
	}
	return total, nil
}

// searchWeights returns the first index at which the running sum of p, divided
// by total, exceeds u.
func searchWeights(p []float64, total, u float64) int {
	sum := 0.0
	for i, v := range p {
		sum += v
		if sum/total > u {
			return i
		}
	}
	return len(p) - 1 // unreachable for u < 1: the last quotient is 1
}

// lemireShuffle is Fisher and Yates's shuffle of places first to the end.
func (r *Rand) lemireShuffle(s []int, first int) {
	for i := len(s) - 1; i >= first; i-- {
		j := r.bounded(uint64(i))
		s[i], s[j] = s[j], s[i]
	}
}

// floyd draws a set by Robert Floyd's method: Bentley and Floyd, "A Sample of
// Brilliance", CACM 30(9), 1987.
func (r *Rand) floyd(dst []int, n int) {
	k := len(dst)
	if k <= floydScan {
		for i := range dst {
			j := n - k + i
			if v := int(r.bounded(uint64(j))); slices.Contains(dst[:i], v) {
				dst[i] = j
			} else {
				dst[i] = v
			}
		}
		return
	}
	// Open addressing at half load at most; an entry is an index plus one.
	table := make([]int, 1<<bits.Len(uint(2*k)))
	insert := func(v int) bool {
		for at := v & (len(table) - 1); ; at = (at + 1) & (len(table) - 1) {
			switch table[at] {
			case 0:
				table[at] = v + 1
				return true
			case v + 1:
				return false
			}
		}
	}
	for i := range dst {
		j := n - k + i
		dst[i] = int(r.bounded(uint64(j)))
		if !insert(dst[i]) {
			dst[i] = j
			insert(j)
		}
	}
}
