package minigrid

// A view is the square of cells in front of the agent, turned so that the agent
// stands in the middle of the last row and looks at the first. View coordinates
// are (i,j): i columns from the left, j rows from the far end.

// ViewPoint returns the cell of the map that view coordinates (i,j) show.
func (w *World) ViewPoint(i, j, size int) Point {
	right, ahead := i-size/2, size-1-j
	fx, fy := w.dir.Vec()
	p := w.point(w.pos)
	// Facing (fx,fy), right is (-fy,fx).
	return Point{p.X + ahead*fx - right*fy, p.Y + ahead*fy + right*fx}
}

// ViewCoords is the inverse of [World.ViewPoint]; ok reports whether p lies in
// the view.
func (w *World) ViewCoords(p Point, size int) (i, j int, ok bool) {
	a := w.point(w.pos)
	fx, fy := w.dir.Vec()
	dx, dy := p.X-a.X, p.Y-a.Y
	ahead, right := dx*fx+dy*fy, dy*fx-dx*fy
	i, j = size/2+right, size-1-ahead
	return i, j, uint(i) < uint(size) && uint(j) < uint(size)
}

// Sees reports whether p is in the agent's view and not hidden from it.
func (w *World) Sees(p Point) bool {
	i, j, ok := w.ViewCoords(p, w.viewSize)
	if !ok {
		return false
	}
	cells := make([]Cell, w.viewSize*w.viewSize)
	w.View(cells, w.viewSize)
	return cells[i*w.viewSize+j] != Unseen
}

// View writes the agent's view of size x size cells to dst, cell (i,j) at
// i*size+j: Unseen where hidden, a grey wall outside the map, and on the agent's
// own cell what it carries or Empty. dst has size*size entries.
func (w *World) View(dst []Cell, size int) {
	for i := range size {
		for j := range size {
			dst[i*size+j] = w.At(w.ViewPoint(i, j, size))
		}
	}
	if !w.SeeThrough {
		hideUnseen(dst, size)
	}
	own := Empty
	if w.carrying != Unseen {
		own = w.carrying
	}
	dst[size/2*size+size-1] = own
}

// hideUnseen replaces the cells that the agent cannot see by Unseen. Sight
// spreads row by row from the agent to the far end, first to the right and then
// to the left: a visible cell that is not opaque shows its neighbour in that
// direction and, in the next row, the cells straight and diagonally ahead.
func hideUnseen(view []Cell, size int) {
	var rows [2][maxView]bool
	seen, next := rows[0][:size], rows[1][:size]
	seen[size/2] = true
	for j := size - 1; j >= 0; j-- {
		spread := func(i, di int) {
			if seen[i] && !view[i*size+j].Opaque() {
				seen[i+di], next[i+di], next[i] = true, true, true
			}
		}
		for i := range size - 1 {
			spread(i, 1)
		}
		for i := size - 1; i > 0; i-- {
			spread(i, -1)
		}
		for i := range size {
			if !seen[i] {
				view[i*size+j] = Unseen
			}
		}
		clear(seen)
		seen, next = next, seen
	}
}

// Sight returns the cells of the agent's view of size x size cells, laid out as
// by [World.View]. They are valid until the next call for this world.
func (w *World) Sight(size int) []Cell {
	if n := size * size; cap(w.seen) < n {
		w.seen = make([]Cell, n)
	}
	view := w.seen[:size*size]
	if size > 7 {
		w.View(view, size)
		return view
	}
	cells, di, dd := w.cells7(size)
	for i := range size {
		for d := range size {
			view[size*i+size-1-d] = Cell(cells[(di*(i+(7-size)/2)+dd*d)&63])
		}
	}
	return view
}

func encodeCells(dst []uint8, cells []Cell) {
	for k, c := range cells {
		v := cellCode[c]
		dst[3*k], dst[3*k+1], dst[3*k+2] = uint8(v), uint8(v>>8), uint8(v>>16)
	}
}
