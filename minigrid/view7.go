package minigrid

import (
	"encoding/binary"
	"math/bits"
)

// This file is the fast path of the 7x7 view, the observation of every
// registered world and the hot loop of training. It makes the same bytes as
// View and hideUnseen (view_test.go compares them on random maps), by working on
// bit masks: a row of the view is seven bits, bit i for column i. The opaque
// flags of eight neighbouring cells are gathered from one 64-bit load, and the
// spread of sight along a row is one look-up in a table of all 128x128 pairs of
// (visible so far, transparent).

const viewBits = 0x7f

// sightTable maps visible<<7|transparent of a row to the visible cells of that
// row (low byte) and what it shows of the next row (high byte).
var sightTable [1 << 14]uint16

// mirrorTable reverses seven bits.
var mirrorTable [1 << 7]uint8

func init() {
	for v := range uint32(1 << 7) {
		mirrorTable[v] = bits.Reverse8(uint8(v)) >> 1
		for t := range uint32(1 << 7) {
			row, next := spreadRow(v, t)
			sightTable[v<<7|t] = uint16(row | next<<8)
		}
	}
}

// spreadRow is one row of hideUnseen on bit masks.
func spreadRow(visible, transparent uint32) (row, next uint32) {
	for i := range 6 {
		if b := uint32(1) << i; visible&transparent&b != 0 {
			visible |= b << 1
			next |= b | b<<1
		}
	}
	for i := 6; i > 0; i-- {
		if b := uint32(1) << i; visible&transparent&b != 0 {
			visible |= b >> 1
			next |= b | b>>1
		}
	}
	return visible, next
}

// transparentBits returns bit k for cell k of eight packed cells, k in [0,7), set
// where the cell is not opaque. The product moves the eight flags into the top byte.
func transparentBits(cells uint64) uint32 {
	return ^uint32((cells&0x8080808080808080>>7)*0x0102040810204080>>56) & viewBits
}

// transpose8 transposes an 8x8 bit matrix, one row a byte.
func transpose8(x uint64) uint64 {
	t := (x ^ x>>7) & 0x00aa00aa00aa00aa
	x ^= t ^ t<<7
	t = (x ^ x>>14) & 0x0000cccc0000cccc
	x ^= t ^ t<<14
	t = (x ^ x>>28) & 0x00000000f0f0f0f0
	return x ^ t ^ t<<28
}

// byteMask has byte k set to 0xff for each bit k of its index.
var byteMask [1 << 7]uint64

func init() {
	for m := range byteMask {
		for k := range 7 {
			if m>>k&1 == 1 {
				byteMask[m] |= 0xff << (8 * k)
			}
		}
	}
}

// load8 returns eight cells from index at, the first in the lowest byte; the
// compiler makes one load of it.
func load8(cells []Cell, at int) uint64 {
	c := cells[at : at+8 : at+8]
	return uint64(c[0]) | uint64(c[1])<<8 | uint64(c[2])<<16 | uint64(c[3])<<24 |
		uint64(c[4])<<32 | uint64(c[5])<<40 | uint64(c[6])<<48 | uint64(c[7])<<56
}

// observe7 encodes the 7x7 view, byte c of cell (i,j) at (i*7+j)*3+c. The
// visible cells pass through memory, eight bytes a line: storing words and
// loading bytes transposes for free.
func (w *World) observe7(out *[147]uint8) {
	own := Empty
	if w.carrying != Unseen {
		own = w.carrying
	}
	var cells [64]byte
	if w.dir&1 == 0 { // line i is column i of the view, byte d at distance d
		w.loadSideways(&cells, viewBits)
		cells[3*8] = byte(own)
		for i := range 7 {
			c := (*[8]byte)(cells[8*i:])
			encodeColumn((*[21]uint8)(out[21*i:]), c[6], c[5], c[4], c[3], c[2], c[1], c[0])
		}
	} else { // line d is the row at distance d, byte i in column i
		w.loadUpright(&cells, viewBits)
		cells[3] = byte(own)
		for i := range 7 {
			c := (*[49]byte)(cells[i:])
			encodeColumn((*[21]uint8)(out[21*i:]), c[48], c[40], c[32], c[24], c[16], c[8], c[0])
		}
	}
}

// encodeColumn writes the three bytes of each of seven cells, as seven stores of
// four bytes of which each overwrites the last byte of the one before.
func encodeColumn(o *[21]uint8, c0, c1, c2, c3, c4, c5, c6 uint8) {
	binary.LittleEndian.PutUint32(o[0:], cellCode[c0])
	binary.LittleEndian.PutUint32(o[3:], cellCode[c1])
	binary.LittleEndian.PutUint32(o[6:], cellCode[c2])
	binary.LittleEndian.PutUint32(o[9:], cellCode[c3])
	binary.LittleEndian.PutUint32(o[12:], cellCode[c4])
	binary.LittleEndian.PutUint32(o[15:], cellCode[c5])
	last := cellCode[c6]
	binary.LittleEndian.PutUint16(o[18:], uint16(last))
	o[20] = uint8(last >> 16)
}

// cells7 returns the 7x7 view as cells: that of column i at distance d from the
// agent is number di*i+dd*d. With another size, 3 or 5, the cells of the view of
// that size lie in the middle of its columns.
func (w *World) cells7(size int) (cells [64]byte, di, dd int) {
	// Sight does not pass through the columns outside the view.
	columns := uint32(viewBits) >> (7 - size) << ((7 - size) / 2)
	own := Empty
	if w.carrying != Unseen {
		own = w.carrying
	}
	if w.dir&1 == 0 {
		w.loadSideways(&cells, columns)
		cells[3*8] = byte(own)
		return cells, 8, 1
	}
	w.loadUpright(&cells, columns)
	cells[3] = byte(own)
	return cells, 1, 8
}

// encodeSmall encodes the view of 3x3 or 5x5 cells like observe7.
func (w *World) encodeSmall(dst []uint8, size int) {
	cells, di, dd := w.cells7(size)
	at := di * ((7 - size) / 2)
	for range size {
		for d := size - 1; d >= 0; d-- {
			code := cellCode[cells[(at+dd*d)&63]]
			dst[0], dst[1], dst[2] = uint8(code), uint8(code>>8), uint8(code>>16)
			dst = dst[3:]
		}
		at += di
	}
}

// loadSideways fills cells for an agent that faces right or left: columns of the
// view lie along rows of the map. Sight passes through the given columns only.
func (w *World) loadSideways(cells *[64]byte, columns uint32) {
	at, step := w.pos-3*w.stride, w.stride
	if w.dir == Left {
		at, step = w.pos+3*w.stride-6, -w.stride
	}
	var cols [7]uint64
	var clear uint64 // byte i: transparent bits of column i by distance
	for i := range cols {
		c := load8(w.cells, at)
		if w.dir == Left { // the agent is at the far end of these seven bytes
			c = bits.ReverseBytes64(c << 8)
		}
		cols[i] = c
		clear |= uint64(transparentBits(c)) << (8 * i)
		at += step
	}
	seen := ^uint64(0) // byte d: visible bits of the row at distance d
	if !w.SeeThrough {
		seen = 0
		clear = transpose8(clear)
		m := uint64(1 << 3)
		for d := 0; d < 56; d += 8 {
			v := uint64(sightTable[(m<<7|clear>>d&uint64(columns))&(1<<14-1)])
			seen |= v & viewBits << d
			m = v >> 8
		}
		seen = transpose8(seen)
	}
	for i, c := range cols {
		binary.LittleEndian.PutUint64(cells[8*i:], c&byteMask[seen>>(8*i)&viewBits])
	}
}

// loadUpright fills cells for an agent that faces up or down: rows of the view
// lie along rows of the map. Sight passes through the given columns only.
func (w *World) loadUpright(cells *[64]byte, columns uint32) {
	at, step := w.pos-3, -w.stride
	if w.dir == Down {
		step = w.stride
	}
	m := uint32(1 << 3)
	for d := range 7 {
		r := load8(w.cells, at)
		if w.dir == Down {
			r = bits.ReverseBytes64(r << 8)
		}
		if !w.SeeThrough {
			v := uint32(sightTable[(m<<7|transparentBits(r)&columns)&(1<<14-1)])
			r &= byteMask[v&viewBits]
			m = v >> 8
		}
		binary.LittleEndian.PutUint64(cells[8*d:], r)
		at += step
	}
}
