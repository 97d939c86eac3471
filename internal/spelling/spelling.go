// Package spelling finds the words that a misspelt one may have meant.
package spelling

import (
	"slices"
	"strings"
)

// Nearest returns up to n words that resemble w, ignoring case: words that contain
// w first, then those that have its letters in order, then those of fewest edits.
// A word that would have to change in two thirds of its letters resembles nothing.
func Nearest(w string, words []string, n int) []string {
	type scored struct {
		word string
		d    int
	}
	low := strings.ToLower(w)
	var all []scored
	for _, s := range words {
		l := strings.ToLower(s)
		d := editDistance(low, l)
		switch {
		case low == "":
			continue
		case strings.Contains(l, low):
			d -= 2000
		case isSubsequence(low, l):
			d -= 1000
		case 3*d >= 2*max(len(low), len(l)):
			continue
		}
		all = append(all, scored{s, d})
	}
	slices.SortStableFunc(all, func(a, b scored) int { return a.d - b.d })
	out := make([]string, 0, n)
	for _, s := range all[:min(n, len(all))] {
		out = append(out, s.word)
	}
	return out
}

// isSubsequence reports whether the letters of a stand in b, in their order.
func isSubsequence(a, b string) bool {
	for j := 0; j < len(b) && a != ""; j++ {
		if a[0] == b[j] {
			a = a[1:]
		}
	}
	return a == ""
}

func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		prev := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := prev
			if a[i] != b[j] {
				cost = 1 + min(prev, row[j], row[j+1])
			}
			prev, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
