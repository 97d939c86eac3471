package main

import (
	"slices"

	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// queens puts queens on a chess board of n columns, from left to right, so that
// none attacks another: s[c] is 1 + the row of the queen in column c, 0 for none.
type queens int

func (n queens) Layout() gfnenvs.Layout {
	return gfnenvs.Layout{Values: slices.Repeat([]int{int(n) + 1}, int(n)), Actions: int(n) + 1}
}
func (n queens) Forward(legal []bool, s []int32) { // action a < n: a queen into row a of the next column
	c := placed(s)
	for a := range int(n) {
		legal[a] = c < int(n)
		for i, row := range s[:c] {
			d := int(row) - 1 - a
			legal[a] = legal[a] && d != 0 && d != c-i && d != i-c
		}
	}
	legal[n] = true // action n: exit
}
func (n queens) Backward(last []bool, s []int32) {
	if c := placed(s); c > 0 {
		last[s[c-1]-1] = true
	}
}
func (n queens) Apply(s []int32, a int)      { s[placed(s)] = int32(a) + 1 }
func (n queens) Undo(s []int32, _ int)       { s[placed(s)-1] = 0 }
func (n queens) LogReward(s []int32) float64 { return 2 * float64(placed(s)) }

func placed(s []int32) (n int) {
	for n < len(s) && s[n] > 0 {
		n++
	}
	return n
}
