package ui

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Item is a row of a [List].
type Item struct {
	Title string
	Note  string // shown beside the title, and searched as well
}

// List is a list that is searched by typing. The zero value is an empty list.
type List struct {
	items []Item
	query string
	found []int // indices into items
	at    int   // selected row of found
	top   int   // first visible row of found
	rows  int   // rows visible when last drawn
	box   Rect  // of the rows when last drawn
}

const rowHeight = 34

// SetItems replaces the items, empties the query and selects the item titled selected.
func (l *List) SetItems(items []Item, selected string) {
	*l = List{items: items, rows: 1}
	l.filter()
	for i, it := range items {
		if it.Title == selected {
			l.at = i
			l.top = max(0, i-3)
		}
	}
}

// Query returns what has been typed.
func (l *List) Query() string { return l.query }

// Found returns how many items match the query.
func (l *List) Found() int { return len(l.found) }

// Selected returns the index of the selected item, -1 if nothing matches.
func (l *List) Selected() int {
	if len(l.found) == 0 {
		return -1
	}
	return l.found[l.at]
}

// Update moves and filters by what was typed. It reports whether an item was
// chosen, by Enter or by a click.
func (l *List) Update(in *Input) (chosen bool) {
	for _, r := range in.Typed {
		if unicode.IsPrint(r) && len(l.query) < 64 {
			l.query += string(r)
			l.filter()
		}
	}
	if in.Repeat(KeyBackspace) && l.query != "" {
		_, n := utf8.DecodeLastRuneInString(l.query)
		l.query = l.query[:len(l.query)-n]
		l.filter()
	}
	move := 0
	for _, k := range []struct {
		key Key
		by  int
	}{{KeyUp, -1}, {KeyDown, 1}, {KeyPageUp, -l.rows}, {KeyPageDown, l.rows}, {KeyHome, -len(l.found)}, {KeyEnd, len(l.found)}} {
		if in.Repeat(k.key) {
			move += k.by
		}
	}
	if move != 0 {
		l.at = max(0, min(l.at+move, len(l.found)-1))
		l.top = max(l.at-l.rows+1, min(l.top, l.at))
	}
	l.top = max(0, min(l.top-int(3*in.Wheel), len(l.found)-l.rows))
	if in.Clicked && l.box.Contains(in.X, in.Y) {
		if k := l.top + int((in.Y-l.box.Y)/rowHeight); k < len(l.found) {
			l.at = k
			return true
		}
	}
	return in.Down(KeyEnter) && len(l.found) > 0
}

// filter keeps the items that contain every word of the query.
func (l *List) filter() {
	words := strings.Fields(strings.ToLower(l.query))
	l.found, l.at, l.top = l.found[:0], 0, 0
	for i, it := range l.items {
		text := strings.ToLower(it.Title + " " + it.Note)
		ok := true
		for _, w := range words {
			ok = ok && strings.Contains(text, w)
		}
		if ok {
			l.found = append(l.found, i)
		}
	}
}

// Draw draws the rows into r.
func (l *List) Draw(c *Canvas, r Rect) {
	l.rows = max(1, int(r.H/rowHeight))
	l.top = max(0, min(l.top, len(l.found)-l.rows))
	if l.at >= l.top+l.rows {
		l.top = l.at - l.rows + 1
	}
	l.box = r
	bar, body := r.CutRight(10)
	for k := range min(l.rows, len(l.found)-l.top) {
		row := Rect{body.X, body.Y + float64(k)*rowHeight, body.W, rowHeight}
		l.drawRow(c, row, l.top+k)
	}
	if n := len(l.found); n > l.rows {
		h := max(24, bar.H*float64(l.rows)/float64(n))
		y := bar.Y + (bar.H-h)*float64(l.top)/float64(n-l.rows)
		c.Round(Rect{bar.X + 4, y, 5, h}, 2.5, Edge)
	}
}

func (l *List) drawRow(c *Canvas, row Rect, k int) {
	it := l.items[l.found[k]]
	title, note := Style{Regular, 15, Plain}, Style{Regular, 13, Muted}
	if k == l.at {
		c.Round(row.Inset(0, 1), 7, Raised)
		c.Round(Rect{row.X, row.Y + 8, 3, row.H - 16}, 1.5, Accent)
		title.Color = Bright
	}
	x, y := row.X+14, row.Y+row.H/2+5
	shown := c.Fit(it.Title, title, row.W-28)
	l.mark(c, x, row, shown, title)
	x = c.Text(x, y, shown, title) + 16
	c.Text(x, y, c.Fit(it.Note, note, row.X+row.W-12-x), note)
}

// mark underlines the places of a title where the words of the query occur.
func (l *List) mark(c *Canvas, x float64, row Rect, title string, st Style) {
	low := strings.ToLower(title)
	for _, w := range strings.Fields(strings.ToLower(l.query)) {
		if i := strings.Index(low, w); i >= 0 && len(low) == len(title) {
			from := c.Width(title[:i], st)
			c.Fill(Rect{x + from, row.Y + row.H/2 + 9, c.Width(title[i:i+len(w)], st), 2}, Accent)
		}
	}
}
