package wfc

// wave is the state of an attempt: which patterns are left for each cell.
type wave struct {
	catalog    *catalog
	rows, cols int
	periodic   bool
	cells      []set // row by row; all share one buffer
	buffer     []uint64
	queue      []int
	queued     []bool
	allowed    set // scratch
}

// reset makes everything possible everywhere.
func (w *wave) reset(c *catalog, rows, cols int, periodic bool) {
	n := len(c.weights)
	words := (n + 63) / 64
	if w.catalog != c || w.rows != rows || w.cols != cols {
		w.allocate(rows*cols, words)
		w.queued, w.allowed = make([]bool, rows*cols), newSet(n)
	}
	w.catalog, w.rows, w.cols, w.periodic = c, rows, cols, periodic
	w.queue = w.queue[:0]
	for k, s := range w.cells {
		for i := range s {
			s[i] = ^uint64(0)
		}
		if n%64 != 0 {
			s[words-1] = 1<<(n%64) - 1
		}
		w.push(k)
	}
}

func (w *wave) allocate(cells, words int) {
	w.buffer = make([]uint64, cells*words)
	w.cells = make([]set, cells)
	for k := range w.cells {
		w.cells[k] = w.buffer[k*words : (k+1)*words : (k+1)*words]
	}
}

// clone returns a copy that shares nothing that changes.
func (w *wave) clone() wave {
	c := *w
	c.allocate(len(w.cells), len(w.allowed))
	copy(c.buffer, w.buffer)
	c.queue, c.queued, c.allowed = nil, make([]bool, len(w.cells)), make(set, len(w.allowed))
	for _, k := range w.queue {
		c.push(k)
	}
	return c
}

func (w *wave) push(k int) {
	if !w.queued[k] {
		w.queued[k] = true
		w.queue = append(w.queue, k)
	}
}

// decide leaves one pattern for a cell.
func (w *wave) decide(cell, pattern int) {
	clear(w.cells[cell])
	w.cells[cell].add(pattern)
	w.push(cell)
}

// exclude takes a pattern away from a cell.
func (w *wave) exclude(cell, pattern int) {
	w.cells[cell].remove(pattern)
	w.push(cell)
}

// propagate removes patterns that have no partner in a neighbouring cell until
// nothing changes, and reports whether every cell still has a pattern. The order
// of removals does not matter for what is left.
func (w *wave) propagate() bool {
	w.edges()
	for len(w.queue) > 0 {
		q := w.queue[len(w.queue)-1]
		w.queue = w.queue[:len(w.queue)-1]
		w.queued[q] = false
		for d, off := range offsets {
			p, ok := w.neighbor(q, -off[0], -off[1])
			if !ok {
				continue
			}
			clear(w.allowed)
			w.cells[q].each(func(j int) { w.allowed.unite(w.catalog.support[d][j]) })
			if w.cells[p].keep(w.allowed) {
				w.push(p)
			}
		}
	}
	for _, s := range w.cells {
		if s.count() == 0 {
			return false
		}
	}
	return true
}

// edges removes, where the map does not continue, patterns that have no partner
// at all in the direction of the edge: beyond it everything is possible.
func (w *wave) edges() {
	if w.periodic {
		return
	}
	for k, s := range w.cells {
		for d, off := range offsets {
			if _, ok := w.neighbor(k, off[0], off[1]); !ok && s.keep(w.catalog.alone[d]) {
				w.push(k)
			}
		}
	}
}

// neighbor returns the cell dr rows and dc columns from cell k.
func (w *wave) neighbor(k, dr, dc int) (int, bool) {
	r, c := k/w.cols+dr, k%w.cols+dc
	if w.periodic {
		return (r+w.rows)%w.rows*w.cols + (c+w.cols)%w.cols, true
	}
	return r*w.cols + c, uint(r) < uint(w.rows) && uint(c) < uint(w.cols)
}

// solved reports whether every cell has exactly one pattern left.
func (w *wave) solved() bool {
	for _, s := range w.cells {
		if s.count() != 1 {
			return false
		}
	}
	return true
}

// hasAll reports whether every pattern is possible somewhere.
func (w *wave) hasAll() bool {
	clear(w.allowed)
	for _, s := range w.cells {
		w.allowed.unite(s)
	}
	return w.allowed.count() == len(w.catalog.weights)
}

// mostPossible returns the patterns that are possible in the most cells.
func (w *wave) mostPossible() (out []int) {
	counts := make([]int, len(w.catalog.weights))
	most := 0
	for _, s := range w.cells {
		s.each(func(i int) {
			counts[i]++
			most = max(most, counts[i])
		})
	}
	for i, n := range counts {
		if n == most {
			out = append(out, i)
		}
	}
	return out
}
