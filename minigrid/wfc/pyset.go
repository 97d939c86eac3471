package wfc

import (
	"math/bits"

	"github.com/miniflow-rl/miniflow/minigrid"
)

// pySet returns the points, all different, in the order in which CPython 3.11
// iterates over a set of the tuples (X, Y) that were added in this order. Two of
// the original's worlds depend on it.
//
// The table has a power of two of slots. A tuple goes to slot hash mod size, else
// to the first free of the nine slots behind it if those all exist, else on to
// i*5+1+perturb, where perturb loses five bits of the hash each time. When three
// fifths are full the table is built anew, four times as large as its contents.
func pySet(points []minigrid.Point) []minigrid.Point {
	table := newPyTable(8)
	for n, p := range points {
		table.add(p)
		if used := n + 1; used*5 >= (len(table)-1)*3 {
			size := 8
			for size <= 4*used {
				size *= 2
			}
			bigger := newPyTable(size)
			for _, q := range table {
				if q != nobody {
					bigger.add(q)
				}
			}
			table = bigger
		}
	}
	out := make([]minigrid.Point, 0, len(points))
	for _, q := range table {
		if q != nobody {
			out = append(out, q)
		}
	}
	return out
}

type pyTable []minigrid.Point

// nobody marks a free slot.
var nobody = minigrid.Point{X: -1, Y: -1}

func newPyTable(size int) pyTable {
	t := make(pyTable, size)
	for i := range t {
		t[i] = nobody
	}
	return t
}

func (t pyTable) add(p minigrid.Point) {
	const linear = 9
	mask := uint64(len(t) - 1)
	hash := pyTupleHash(p)
	for i, perturb := hash&mask, hash; ; {
		last := i
		if i+linear <= mask {
			last = i + linear
		}
		for k := i; k <= last; k++ {
			if t[k] == nobody {
				t[k] = p
				return
			}
		}
		perturb >>= 5
		i = (i*5 + 1 + perturb) & mask
	}
}

// pyTupleHash is CPython's hash of a tuple of two small non-negative integers,
// a variant of xxHash.
func pyTupleHash(p minigrid.Point) uint64 {
	const (
		prime1 = 11400714785074694791
		prime2 = 14029467366897019727
		prime5 = 2870177450012600261
	)
	acc := uint64(prime5)
	for _, v := range [2]int{p.X, p.Y} {
		acc = bits.RotateLeft64(acc+uint64(v)*prime2, 31) * prime1
	}
	acc += 2 ^ (prime5 ^ 3527539)
	if acc == 1<<64-1 {
		return 1546275796
	}
	return acc
}
