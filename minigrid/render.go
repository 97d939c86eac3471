package minigrid

// Pictures are rows of RGB pixels, three bytes each, [y][x][rgb], made of square
// tiles of a few pixels a cell. They equal the original's byte for byte.

// MapSize returns width and height of [World.RenderMap]'s picture in pixels.
func (w *World) MapSize(tile int) (width, height int) { return w.width * tile, w.height * tile }

// RenderMap draws the whole map with the agent into dst, 3*width*height bytes
// for the width and height of [World.MapSize]. With highlight the cells that
// the agent sees are lighter. tile is in [1,256]. It allocates nothing once all
// tiles have been drawn before.
func (w *World) RenderMap(dst []uint8, tile int, highlight bool) {
	set, stride := tilesOf(tile), 3*tile*w.width
	size := w.viewSize
	var view []Cell
	if highlight {
		view = w.Sight(size)
	}
	agent := w.point(w.pos)
	fx, fy := w.dir.Vec()
	tiles := w.tiles
	for y := range w.height {
		tiles = tiles[:0]
		cells := w.cells[w.index(0, y):][:w.width]
		row := dst[y*tile*stride:][:tile*stride]
		// View coordinates of (0,y), as in ViewCoords; a step in x changes them by
		// (-fy,-fx).
		dx, dy := -agent.X, y-agent.Y
		i, j := size/2+dy*fx-dx*fy, size-1-dx*fx-dy*fy
		for x, c := range cells {
			l := look(c)
			if highlight && uint(i) < uint(size) && uint(j) < uint(size) && view[i*size+j] != Unseen {
				l |= lookLight
			}
			if x == agent.X && y == agent.Y {
				l |= agentLook(w.dir)
			}
			tiles = append(tiles, set.get(l))
			i, j = i-fy, j-fx
		}
		blitRow(row, tiles, tile)
	}
	w.tiles = tiles
}

// ViewImageSize returns the side in pixels of [World.RenderView]'s picture.
func (w *World) ViewImageSize(tile int) int { return w.viewSize * tile }

// RenderView draws what the agent sees into dst, 3*n*n bytes for n =
// ViewImageSize(tile). The agent stands in the middle of the last row and faces
// up, on top of what it carries; what it sees is lighter, what it does not see
// looks empty. tile is in [1,256]. It allocates nothing once all tiles have been
// drawn before.
func (w *World) RenderView(dst []uint8, tile int) {
	if w.viewSize == 7 && tile == 8 {
		w.renderView56((*[56 * 168]uint8)(dst))
		return
	}
	size := w.viewSize
	set, stride := tilesOf(tile), 3*tile*size
	view, tiles := w.Sight(size), w.tiles
	for j := range size {
		tiles = tiles[:0]
		for i := range size {
			l := makeLook(Empty, noAgent, false)
			if c := view[i*size+j]; c != Unseen {
				l = makeLook(c, noAgent, true)
			}
			if j == size-1 && i == size/2 {
				l |= agentUp
			}
			tiles = append(tiles, set.get(l))
		}
		blitRow(dst[j*tile*stride:][:tile*stride], tiles, tile)
	}
	w.tiles = tiles
}

// renderView56 is RenderView of the usual observation of 56x56 pixels. It goes
// along the rows of the picture, for whose parts of 24 bytes two moves are enough.
func (w *World) renderView56(dst *[56 * 168]uint8) {
	cells, di, dd := w.cells7(7)
	set := tilesOf(8)
	var tiles [7]*[8][24]uint8
	for j := range 7 {
		for i := range tiles {
			l := look(cells[(di*i+dd*(6-j))&63])
			if l == look(Unseen) {
				l = look(Empty)
			} else {
				l |= lookLight
			}
			if i == 3 && j == 6 {
				l |= agentUp
			}
			tiles[i] = set.get(l).rows
		}
		for y := range 8 {
			row := (*[168]uint8)(dst[(8*j+y)*168:])
			copy24((*[24]uint8)(row[0:]), &tiles[0][y])
			copy24((*[24]uint8)(row[24:]), &tiles[1][y])
			copy24((*[24]uint8)(row[48:]), &tiles[2][y])
			copy24((*[24]uint8)(row[72:]), &tiles[3][y])
			copy24((*[24]uint8)(row[96:]), &tiles[4][y])
			copy24((*[24]uint8)(row[120:]), &tiles[5][y])
			copy24((*[24]uint8)(row[144:]), &tiles[6][y])
		}
	}
}

// blitRow copies tiles of size x size pixels side by side to dst, one row of
// pixels after the other: memory is fastest when written in order.
func blitRow(dst []uint8, tiles []*tile, size int) {
	n := 3 * size
	for y := range size {
		if size == 8 {
			rest := tiles
			for ; len(rest) >= 4; rest = rest[4:] {
				out := (*[96]uint8)(dst)
				copy24((*[24]uint8)(out[0:]), &rest[0].rows[y])
				copy24((*[24]uint8)(out[24:]), &rest[1].rows[y])
				copy24((*[24]uint8)(out[48:]), &rest[2].rows[y])
				copy24((*[24]uint8)(out[72:]), &rest[3].rows[y])
				dst = dst[96:]
			}
			for _, t := range rest {
				copy24((*[24]uint8)(dst), &t.rows[y])
				dst = dst[24:]
			}
			continue
		}
		for _, t := range tiles {
			copy(dst[:n], t.pix[y*n:])
			dst = dst[n:]
		}
	}
}

// copy24 copies in two moves; an assignment of the arrays would be a call, since
// they might overlap.
func copy24(dst, src *[24]uint8) {
	*(*[16]uint8)(dst[:]) = [16]uint8(src[:])
	*(*[8]uint8)(dst[16:]) = [8]uint8(src[16:])
}
