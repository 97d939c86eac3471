package minigrid

import "encoding/binary"

// EncodeMap writes the whole map with the agent, width x height x 3 bytes
// indexed [x][y][c] with c type, colour, state; the agent's cell is (10, 0,
// direction) whatever lies under it.
func (w *World) EncodeMap(dst []uint8) {
	k := 0
	for x := range w.width {
		i := w.index(x, 0)
		for range w.height {
			code := cellCode[w.cells[i]]
			if k+4 <= len(dst) { // four bytes in one move; the next cell overwrites the last
				binary.LittleEndian.PutUint32(dst[k:], code)
			} else {
				dst[k], dst[k+1], dst[k+2] = uint8(code), uint8(code>>8), uint8(code>>16)
			}
			k += 3
			i += w.stride
		}
	}
	if w.pos >= 0 {
		p := w.point(w.pos)
		k := 3 * (p.X*w.height + p.Y)
		dst[k], dst[k+1], dst[k+2] = uint8(TypeAgent), uint8(Red), uint8(w.dir)
	}
}

// EncodeView writes the agent's view of size x size cells, size*size*3 bytes
// indexed [i][j][c]; size is odd and may differ from ViewSize. See [World.View].
func (w *World) EncodeView(dst []uint8, size int) {
	switch {
	case size == 7:
		w.observe7((*[147]uint8)(dst))
	case size < 7:
		w.encodeSmall(dst, size)
	default:
		encodeCells(dst, w.Sight(size))
	}
}
