package wrappers

import (
	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

// CellIndices is the number of different indices of [EmbeddingIndex]: every cell
// that there can be, and the agent in four directions.
var CellIndices = func() int {
	_, n := cellIndices()
	return n
}()

// EmbeddingIndex shows each cell of the image as one number, for networks that
// look cells up in a table of vectors: image is uint8 [V,V], in
// [0,CellIndices). 0 is unseen, 1 empty.
func EmbeddingIndex(env miniflow.Env) (*Wrapper, error) {
	w := newWrapper(env, "embed")
	src, columns, rows, err := w.cells()
	if err != nil {
		return nil, err
	}
	index, n := cellIndices()
	dst := w.set("image", miniflow.NewBox(miniflow.Uint8, 0, float64(n-1), columns, rows))
	w.write = func(i int, to, from []miniflow.Array) {
		in, out := from[src].RowU8(i), to[dst].RowU8(i)
		for k := range out {
			c := in[3*k : 3*k+3]
			out[k] = index[c[0]&15|c[1]&7<<4][c[2]&3]
		}
	}
	return w.build(), nil
}

// cellIndices numbers the cells by type, colour and state: the table is indexed
// by type | colour<<4 and state.
func cellIndices() (index *[128][4]uint8, n int) {
	index = new([128][4]uint8)
	for t := minigrid.TypeUnseen; t < minigrid.TypeAgent; t++ {
		for c := minigrid.Red; c <= minigrid.Grey; c++ {
			for s := minigrid.Open; s <= minigrid.Locked; s++ {
				cell, err := minigrid.MakeCell(t, c, s)
				if err != nil || cell.Color() != c {
					continue // there is no such cell, or it has one colour only
				}
				index[int(t)|int(c)<<4][s] = uint8(n)
				n++
			}
		}
	}
	for d := range 4 {
		index[minigrid.TypeAgent][d] = uint8(n)
		n++
	}
	return index, n
}
