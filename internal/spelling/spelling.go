// Package spelling finds the words that a misspelt one may have meant.
package spelling

import (
	"cmp"
	"slices"
	"strings"
)

// Nearest returns up to n words that resemble w, ignoring case: words that contain
// w first, then those that have it in few pieces, then those of which the whole or
// a part differs from w by few edits. Few means one piece for every three letters
// and one edit for every four; fewer than three letters resemble only themselves.
func Nearest(w string, words []string, n int) []string {
	type scored struct {
		word        string
		class       int
		edits, size int
	}
	low := strings.ToLower(w)
	var all []scored
	for _, s := range words {
		l := strings.ToLower(s)
		size := distance(low, l, false)
		x := scored{s, 0, size, size}
		switch {
		case size == 0:
		case len(low) < 3:
			continue
		case strings.Contains(l, low):
		case inPieces(low, l, (len(low)+2)/3):
			x.class = 1
		default:
			x.class, x.edits = 2, min(size, distance(low, l, true))
			if x.edits > len(low)/4 && size > max(1, max(len(low), len(l))/4) {
				continue
			}
		}
		all = append(all, x)
	}
	slices.SortStableFunc(all, func(a, b scored) int {
		return cmp.Or(a.class-b.class, a.edits-b.edits, a.size-b.size)
	})
	out := make([]string, 0, n)
	for _, s := range all[:min(n, len(all))] {
		out = append(out, s.word)
	}
	return out
}

// inPieces reports whether b has the letters of a in their order, in n pieces or
// fewer, each as long as can be.
func inPieces(a, b string, n int) bool {
	for ; n > 0 && a != ""; n-- {
		long, at := 0, -1
		for k := 1; k <= len(a); k++ {
			i := strings.Index(b, a[:k])
			if i < 0 {
				break
			}
			long, at = k, i
		}
		if at < 0 {
			return false
		}
		a, b = a[long:], b[at+long:]
	}
	return a == ""
}

// distance is the number of edits that make a of b, or of a part of b: letters
// put in, left out or replaced, and neighbours that change places.
func distance(a, b string, part bool) int {
	row := func() []int { return make([]int, len(b)+1) }
	before, last, now := row(), row(), row()
	for j := range last {
		if !part {
			last[j] = j
		}
	}
	for i := range len(a) {
		now[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			now[j+1] = min(last[j]+cost, last[j+1]+1, now[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				now[j+1] = min(now[j+1], before[j-1]+1)
			}
		}
		before, last, now = last, now, before
	}
	if part {
		return slices.Min(last)
	}
	return last[len(b)]
}
