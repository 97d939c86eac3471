package wfc

import (
	"maps"
	"math"
	"slices"

	"github.com/miniflow-rl/miniflow/internal/mt19937"
)

// catalog is what a picture teaches: its square patterns, how common they are,
// and which may lie beside each other. Patterns are numbered by their codes in
// ascending order, because draws among them are by number.
type catalog struct {
	codes   []int64   // of the patterns
	weights []float64 // in how many of the turned pictures the pattern occurs
	corner  []int64   // code of the top left tile of each pattern
	tiles   map[int64]*Picture

	// support[d][j] is the set of patterns that may lie next to pattern j seen
	// from them in direction d; alone[d] those that have any neighbour there.
	support [4][]set
	alone   [4]set
}

// offsets are the four directions: columns and rows inside patterns, but rows and
// columns of the map. The original mixes them up in this way, so that its maps
// show the patterns transposed.
var offsets = [4][2]int{{0, -1}, {1, 0}, {0, 1}, {-1, 0}}

// grid is a matrix of codes, row by row.
type grid struct {
	rows, cols int
	at         []int64
}

func newCatalog(p *Picture, o Options) *catalog {
	c := &catalog{tiles: map[int64]*Picture{}}
	g := c.tileGrid(p, o.TileSize)
	n := o.PatternWidth
	contents := map[int64][]int64{}
	counts := map[int64]int{}
	// Mirroring and turning by turns comes back to the start after four pictures:
	// eight rotations learn nothing new, but each counts twice.
	for turn := range o.Rotations {
		switch {
		case turn == 0:
		case turn%2 == 1:
			g = g.mirrored()
		default:
			g = g.turned()
		}
		for code, tiles := range g.patterns(n) {
			contents[code] = tiles
			counts[code]++
		}
	}
	codes := slices.Sorted(maps.Keys(contents))
	c.codes = codes
	for _, code := range codes {
		c.weights = append(c.weights, float64(counts[code]))
		c.corner = append(c.corner, contents[code][0])
	}
	for d, off := range offsets {
		c.support[d] = make([]set, len(codes))
		c.alone[d] = newSet(len(codes))
		for j := range codes {
			c.support[d][j] = newSet(len(codes))
			for i := range codes {
				if overlap(contents[codes[i]], contents[codes[j]], n, off[0], off[1]) {
					c.support[d][j].add(i)
					c.alone[d].add(i)
				}
			}
		}
	}
	return c
}

// overlap reports whether pattern b, moved by dx columns and dy rows, agrees with
// pattern a where they overlap.
func overlap(a, b []int64, n, dx, dy int) bool {
	for r := max(0, dy); r < min(n, n+dy); r++ {
		for c := max(0, dx); c < min(n, n+dx); c++ {
			if a[r*n+c] != b[(r-dy)*n+c-dx] {
				return false
			}
		}
	}
	return true
}

// codeOf is the wrapping inner product of values with fixed random numbers.
func codeOf(values []int64) int64 {
	var sum int64
	for k, v := range values {
		sum += v * hashNumbers[k]
	}
	return sum
}

// hashNumbers are what NumPy's RandomState(0) draws from all int64 but the least.
var hashNumbers = func() (out [3 * maxTile * maxTile]int64) {
	rng := mt19937.New(0)
	for k := range out {
		out[k] = rng.Int64Closed(-math.MaxInt64, math.MaxInt64)
	}
	return out
}()

// tileGrid cuts the picture into tiles of size x size pixels and notes what each
// code stands for.
func (c *catalog) tileGrid(p *Picture, size int) grid {
	g := grid{rows: (p.Height + size - 1) / size, cols: (p.Width + size - 1) / size}
	for r := range g.rows {
		for col := range g.cols {
			t := &Picture{Width: size, Height: size}
			var values []int64
			for y := range size {
				for x := range size {
					var px RGB // black beyond the edge
					if r*size+y < p.Height && col*size+x < p.Width {
						px = p.At(r*size+y, col*size+x)
					}
					t.Pix = append(t.Pix, px)
					values = append(values, int64(px[0]), int64(px[1]), int64(px[2]))
				}
			}
			code := codeOf(values)
			c.tiles[code] = t
			g.at = append(g.at, code)
		}
	}
	return g
}

// patterns returns the n x n squares of the grid by their codes. The grid is
// continued at its right and lower edge by itself.
func (g grid) patterns(n int) map[int64][]int64 {
	out := map[int64][]int64{}
	for r := range g.rows {
		for c := range g.cols {
			tiles := make([]int64, 0, n*n)
			for y := range n {
				for x := range n {
					tiles = append(tiles, g.at[(r+y)%g.rows*g.cols+(c+x)%g.cols])
				}
			}
			out[codeOf(tiles)] = tiles
		}
	}
	return out
}

// mirrored swaps left and right.
func (g grid) mirrored() grid {
	out := grid{g.rows, g.cols, make([]int64, len(g.at))}
	for r := range g.rows {
		for c := range g.cols {
			out.at[r*g.cols+c] = g.at[r*g.cols+g.cols-1-c]
		}
	}
	return out
}

// turned turns the grid clockwise.
func (g grid) turned() grid {
	out := grid{g.cols, g.rows, make([]int64, len(g.at))}
	for r := range g.rows {
		for c := range g.cols {
			out.at[c*g.rows+g.rows-1-r] = g.at[r*g.cols+c]
		}
	}
	return out
}
