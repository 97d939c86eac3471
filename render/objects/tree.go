package objects

import (
	"fmt"
	"math/bits"

	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// levels is the number of levels of a perfect tree that are drawn at once.
const levels = 6

// drawPerfectTree draws a tree from the root down and the way to the present
// node; of a deep tree only the part around it.
func drawPerfectTree(c *ui.Canvas, r ui.Rect, rules *gfnenvs.PerfectTree, s []int32) {
	at := int(s[0])
	depth := bits.Len(uint(at+1)) - 1
	top := 0 // the level that is drawn uppermost
	if rules.Depth() >= levels {
		top = max(0, min(depth-levels/2, rules.Depth()-levels+1))
	}
	root := (at+1)>>max(0, depth-top) - 1 // number of the uppermost node that is drawn
	if depth < top {
		root = 1<<top - 1
	}
	rows := min(rules.Depth()-top, levels-1) + 1
	row := r.H / float64(rows)
	widest := 1 << (rows - 1)
	radius := max(2, min(20, row*0.3, r.W/float64(widest)*0.42))
	place := func(level, k int) (x, y float64) {
		return r.X + r.W*(float64(k)+0.5)/float64(int(1)<<level), r.Y + row*(float64(level)+0.5)
	}
	number := func(level, k int) int { return (root+1)<<level - 1 + k }
	onPath := func(node int) bool {
		d := bits.Len(uint(node+1)) - 1
		return d <= depth && (at+1)>>(depth-d) == node+1
	}
	for level := 1; level < rows; level++ {
		for k := range 1 << level {
			x0, y0 := place(level-1, k/2)
			x1, y1 := place(level, k)
			width, col := 1.0, ui.Edge
			if onPath(number(level, k)) {
				width, col = 3, ui.Accent
			}
			c.Line(x0, y0, x1, y1, width, col)
		}
	}
	for level := range rows {
		for k := range 1 << level {
			node := number(level, k)
			x, y := place(level, k)
			fill, ink, font := ui.Raised, ui.Muted, ui.Regular
			if onPath(node) {
				fill, ink, font = faint(ui.Accent), ui.Bright, ui.Bold
			}
			if node == at {
				fill, ink = ui.Accent, ui.Ground
			}
			c.Disc(x, y, radius, fill)
			label(c, ui.Rect{X: x - radius, Y: y - radius, W: 2 * radius, H: 2 * radius}, fmt.Sprint(node), font, ink)
		}
	}
}

// drawForest draws the trees of a phylogeny with the leaves in a row at the
// bottom; a state is as gfnenvs.Phylo says.
func drawForest(c *ui.Canvas, r ui.Rect, s []int32) {
	n := len(s)
	f := &forest{s: s}
	order := make([]int, 0, n)
	tallest := 1
	for i, v := range s {
		if v == 0 {
			tallest = max(tallest, f.list(i, &order))
		}
	}
	column := min(r.W/float64(n), 90)
	radius := max(3, min(18, column*0.36))
	row := min(70, (r.H-2*radius)/float64(max(1, n-1)))
	left := r.X + (r.W-column*float64(n))/2
	floor := r.Y + r.H/2 + row*float64(tallest)/2
	x := make([]float64, n) // of the root of each named tree so far
	height := make([]int, n)
	for k, leaf := range order {
		x[leaf] = left + column*(float64(k)+0.5)
	}
	tree := make([]int, n) // colour by the tree that a leaf is in
	for i := range s {
		tree[i] = f.root(i)
	}
	y := func(h int) float64 { return floor - row*float64(h) }
	for _, j := range f.joins() {
		i := f.parent(j)
		h := max(height[i], height[j]) + 1
		col := kindColor(tree[i])
		for _, k := range [2]int{i, j} {
			c.Line(x[k], y(height[k]), x[k], y(h), 2.5, col)
		}
		c.Line(x[i], y(h), x[j], y(h), 2.5, col)
		x[i], height[i] = (x[i]+x[j])/2, h
	}
	for k, leaf := range order {
		at := left + column*(float64(k)+0.5)
		c.Disc(at, floor, radius, kindColor(tree[leaf]))
		label(c, ui.Rect{X: at - radius, Y: floor - radius, W: 2 * radius, H: 2 * radius}, fmt.Sprint(leaf), ui.Bold, ui.Ground)
	}
	for i, v := range s {
		if v == 0 && height[i] > 0 {
			c.Disc(x[i], y(height[i]), 4, ui.Bright)
		}
	}
}

// forest reads the state of a phylogeny.
type forest struct{ s []int32 }

// parent is the tree that tree j was joined to.
func (f *forest) parent(j int) int { return (int(f.s[j]) - 1) / len(f.s) }

// turn is the number of trees that were joined to that tree before j.
func (f *forest) turn(j int) int { return (int(f.s[j]) - 1) % len(f.s) }

func (f *forest) root(i int) int {
	for f.s[i] != 0 {
		i = f.parent(i)
	}
	return i
}

// list appends the leaves of tree i from left to right and returns its height.
func (f *forest) list(i int, order *[]int) int {
	*order = append(*order, i)
	height := 0
	for turn := 0; ; turn++ {
		j := f.joined(i, turn)
		if j < 0 {
			return height
		}
		height = max(height, f.list(j, order)) + 1
	}
}

// joined returns the tree that was joined to tree i in a turn, -1 if none.
func (f *forest) joined(i, turn int) int {
	for j := range f.s {
		if f.s[j] != 0 && f.parent(j) == i && f.turn(j) == turn {
			return j
		}
	}
	return -1
}

// joins lists the trees that were joined to others, in an order in which they
// can have been.
func (f *forest) joins() []int {
	var all []int
	var visit func(i int)
	visit = func(i int) {
		for turn := 0; ; turn++ {
			j := f.joined(i, turn)
			if j < 0 {
				return
			}
			visit(j)
			all = append(all, j)
		}
	}
	for i, v := range f.s {
		if v == 0 {
			visit(i)
		}
	}
	return all
}
